import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Here, ShownMessage } from '../../../src/simulator/discord/index.ts';
import { buttonsOf, completions, use } from '../../e2e/scene.ts';
import { changed, press, save, standing, toldBy } from '../../support/panel.ts';
import { play, type Stage, startStage } from './stage.ts';

const NOTE = 'It is night.';

let stage: Stage;

beforeEach(async () => {
  stage = await startStage();
});
afterEach(async () => {
  const problems = stage.world.log.filter(({ level }) => level === 'error' || level === 'warn');
  await stage.close();
  expect(problems).toEqual([]);
});

const opened = (here: Here = stage.alice) => use(here, 'roleplay note');
const write = (panel: ShownMessage, fields: Record<string, string>, label = 'Write') =>
  save(stage.alice, panel, [label, fields]);

function readLast(): { content: string }[] {
  const { body } = completions(stage.world.api).at(-1) ?? {};
  return (body as { messages: { content: string }[] }).messages;
}

/** How many messages stand behind the note in the last prompt; undefined if it is not there. */
function behindNote(note = NOTE): number | undefined {
  const messages = readLast();
  const index = messages.findIndex(({ content }) => content.includes(note));
  return index === -1 ? undefined : messages.length - 1 - index;
}

let spoken = 0;

async function speak(): Promise<void> {
  spoken += 1;
  await play(stage, stage.alice, { text: 'hm', reply: `Hm ${spoken}.` });
}

test('a note is read by the model, where it was put and as often as was said', async () => {
  const panel = await opened();
  expect(panel.content).toContain('No author’s note is set.');
  const saved = await write(panel, { text: NOTE, depth: '0', interval: '2' });
  expect(saved.content).toBe(
    `Saved: the next replies know it.\n**Author’s note**, by **Alice**:\n> ${NOTE}\nIt stands among the newest messages, 0 before the end, at every 2 messages of players.`,
  );
  await speak();
  expect(behindNote()).toBe(undefined);
  await stage.world.restart();
  await speak();
  expect(behindNote()).toBe(0);
});

test('it can stand beside the main instructions', async () => {
  await write(await opened(), { text: NOTE, place: 'after-main' });
  await speak();
  const [first] = readLast();
  expect(first?.content).toContain(NOTE);
});

test('the form shows what is set', async () => {
  await write(await opened(), { text: NOTE, depth: '2' });
  const form = await stage.alice.click(await opened(), 'Change');
  await form.acknowledged;
  expect(standing(form)).toMatchObject({ text: NOTE, depth: '2', interval: '1' });
});

test('what was changed last is undone, and done again', async () => {
  const panel = await write(await opened(), { text: NOTE });
  const cleared = await press(stage.alice, panel, 'Clear');
  expect(cleared.content).toContain('The note is cleared.');
  expect(buttonsOf(cleared)).toEqual(['Write', 'Undo']);
  await speak();
  expect(behindNote()).toBe(undefined);
  const back = await press(stage.alice, cleared, 'Undo');
  expect(back.content).toContain(`> ${NOTE}`);
  await speak();
  expect(behindNote()).toBeGreaterThan(0);
  expect((await press(stage.alice, back, 'Undo')).content).toContain('No author’s note is set.');
});

test('an undo that came too late changes nothing', async () => {
  const old = await write(await opened(), { text: NOTE });
  stage.world.clock.skip(1_000);
  await write(await opened(), { text: 'It is day.' }, 'Change');
  expect(await toldBy(await stage.alice.click(old, 'Undo'))).toBe(
    'The note was changed again since. `/roleplay note` shows what is set now.',
  );
  expect((await opened()).content).toContain('> It is day.');
});

test.each([
  [{ text: NOTE, depth: '-1' }, 'The number of messages before the end must be a whole number from 0 to 1000.'],
  [{ text: NOTE, depth: 'four' }, 'The number of messages before the end must be a whole number from 0 to 1000.'],
  [{ text: NOTE, interval: '0' }, '“At every so many messages” must be a whole number from 1 to 1000.'],
  [{ text: '  \n ' }, 'The note is empty. Press **Clear** to take it away.'],
])('a form with %j is refused', async (fields, reason) => {
  const panel = await opened();
  expect((await write(panel, fields)).content).toContain(reason);
  expect((await opened()).content).toContain('No author’s note is set.');
});

test('everybody sees it; only its starter and moderators change it', async () => {
  const panel = await write(await opened(), { text: NOTE });
  const seen = await opened(stage.bob);
  expect(seen.content).toContain(`> ${NOTE}`);
  expect(seen.content).toContain('**Alice**, who started this roleplay, and moderators can change it.');
  expect(buttonsOf(seen)).toEqual([]);
  const forMia = await opened(stage.mia);
  await stage.mia.click(forMia, 'Clear');
  expect((await changed(stage.mia, forMia)).content).toContain('The note is cleared.');
  expect(buttonsOf(panel)).toEqual(['Change', 'Clear', 'Undo']);
});

test('a mistake in the form costs nothing of what was typed', async () => {
  const refused = await write(await opened(), { text: NOTE, depth: 'soon', interval: '3' });
  expect(refused.content).toContain('must be a whole number');
  const form = await stage.alice.click(refused, 'Try again');
  await form.acknowledged;
  expect(standing(form)).toMatchObject({ text: NOTE, depth: 'soon', interval: '3' });
});
