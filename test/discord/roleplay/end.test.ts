import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Here, ShownMessage } from '../../../src/simulator/discord/index.ts';
import { moderate, pressed } from '../../e2e/roleplay-scene.ts';
import { buttonsOf, completions, lastPrompt, use, waitForApi } from '../../e2e/scene.ts';
import { toldBy } from '../../support/panel.ts';
import { play, type Stage, startStage } from './stage.ts';

/** Writes a word every ten seconds. */
const SLOW = { reply: ['Once ', 'upon ', 'a time.'], speed: { firstTokenMs: 0, tokensPerSecond: 0.1 } };

let stage: Stage;

beforeEach(async () => {
  stage = await startStage();
});
afterEach(async () => {
  const problems = stage.world.log.filter(({ level }) => level === 'error' || level === 'warn');
  await stage.close();
  expect(problems).toEqual([]);
});

/** Ends the roleplay; gives what everybody sees then. */
async function end(here: Here = stage.alice): Promise<ShownMessage> {
  await here.click(await use(here, 'roleplay end'), 'End it');
  return here.waitFor((messages) => messages.find(({ content }) => content.includes('ended the roleplay')));
}

const isArchived = async () => {
  const { apiUrl, token } = stage.world.discord;
  const response = await fetch(`${apiUrl}/v10/channels/${stage.thread.id}`, {
    headers: { authorization: `Bot ${token}` },
  });
  return ((await response.json()) as { thread_metadata: { archived: boolean } }).thread_metadata.archived;
};

async function fileOf(message: ShownMessage): Promise<string> {
  const response = await fetch(message.attachments[0]?.url ?? '');
  return response.text();
}

test('it is asked first; then the thread is archived, and nobody replies there', async () => {
  const question = await use(stage.alice, 'roleplay end');
  expect(question.content).toBe(
    'End this roleplay? The thread is archived then; nothing is forgotten, and it can be resumed.',
  );
  const said = await end();
  expect(said.content).toBe('**Alice** ended the roleplay. **Resume** goes on where it stopped.');
  expect(buttonsOf(said)).toEqual(['Resume', 'Transcript']);
  while (!(await isArchived())) await new Promise(setImmediate);
  await stage.bob.post('anybody?');
  expect((await use(stage.bob, 'roleplay continue')).content).toBe(
    'This roleplay has ended. `/roleplay end` shows how to resume it.',
  );
  expect(completions(stage.world.api)).toEqual([]);
});

test('a reply that is being written is stopped', async () => {
  stage.world.api.next(SLOW);
  await stage.alice.post('tell me a story');
  await stage.alice.waitFor((messages) => messages.find(({ content }) => content.includes('Once')));
  await end();
  await waitForApi(stage.world.api, () => completions(stage.world.api).at(-1)?.aborted);
});

test('the thread is archived although the bot may not write there any more', async () => {
  const question = await use(stage.alice, 'roleplay end');
  const path = new RegExp(`^/channels/${stage.thread.id}/messages$`);
  const body = { code: 50_001, message: 'Missing Access' };
  stage.world.discord.faults.add({ method: 'POST', path, effect: { status: 403, body } });
  await stage.alice.click(question, 'End it');
  while (!(await isArchived())) await new Promise(setImmediate);
  expect(stage.alice.messages().at(-1)?.content).toBe('The roleplay has ended.');
});

test('it is resumed by the same button after a restart, and goes on where it stopped', async () => {
  await play(stage, stage.alice, { text: 'hello', reply: 'One.' });
  const said = await end();
  await stage.world.restart();
  await stage.alice.click(said, 'Resume');
  await stage.alice.waitFor((messages) => messages.find(({ content }) => content.startsWith('**Alice** resumed')));
  expect(await isArchived()).toBe(false);
  await play(stage, stage.bob, { text: 'and then?', reply: 'Two.' });
  expect(lastPrompt(stage.world.api)?.slice(-3)).toEqual([
    expect.stringContaining('Alice: hello'),
    'assistant: One.',
    'user: Bob: and then?',
  ]);
});

test('its buttons look at who presses them, and at the thread', async () => {
  const said = await end();
  expect(await toldBy(await stage.bob.click(said, 'Resume'))).toBe(
    '**Alice**, who started this roleplay, or a moderator can resume it.',
  );
  while (!(await isArchived())) await new Promise(setImmediate);
  await moderate(stage.world.discord, stage.thread.id, { archived: false, locked: true });
  expect(await toldBy(await stage.alice.click(said, 'Resume'))).toBe(
    'A moderator has locked this thread. When it is unlocked, press Resume again.',
  );
  await moderate(stage.world.discord, stage.thread.id, { locked: false });
  const again = await use(stage.mia, 'roleplay end');
  expect([again.content, ...buttonsOf(again)]).toEqual(['This roleplay has ended already.', 'Resume', 'Transcript']);
});

test('its transcript has names, times and the versions that are shown, for those who played', async () => {
  let reply = await play(stage, stage.alice, { text: 'I lost\nmy hat.', reply: 'One.' });
  stage.world.api.next('Two.');
  reply = await pressed(stage.alice, reply, 'Regenerate', 'Two.');
  await pressed(stage.alice, reply, '◀', 'One.');
  await stage.alice.post('((not this))');
  const said = await end();
  const file = await stage.alice
    .click(said, 'Transcript')
    .then((asked) => asked.waitFor((messages) => messages.find(({ attachments }) => attachments.length > 0)));
  expect(file.ephemeral).toBe(true);
  const text = (await fileOf(file)).replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'TIME');
  expect(text).toMatch(
    /^# Ottilie and Alice\n\nStarted by Alice\. Times are in UTC\.\n\n\*\*Ottilie\*\* · TIME\n\n\*The door/,
  );
  expect(text).toMatch(/\n\*\*Alice\*\* · TIME\n\nI lost\nmy hat\.\n\n\*\*Ottilie\*\* · TIME\n\nOne\.\n$/);
  expect(await toldBy(await stage.bob.click(said, 'Transcript'))).toBe(
    'The transcript is for those who played along, and for moderators.',
  );
});
