import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Here, Permission, type ShownMessage } from '../../src/simulator/discord/index.ts';
import { type BotWorld, startBot } from '../support/bot.ts';
import { answerOf, changed, openPanel, press } from '../support/panel.ts';
import { OTTILIE, spoken, talk, wordsOf } from './persona-scene.ts';
import { saidBy, startRoleplay } from './roleplay-scene.ts';
import { ask, createHome, type Home, lastPrompt } from './scene.ts';

const SWITCH_OFF = 'Switch the persona off here';
const REPORTED = 'Reported: the moderators of this server see it now. Thank you.';

let folder: string;
let world: BotWorld;
let home: Home;
/** Where reports go, as a moderator sees it. */
let staff: Here;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
  world = await startBot({ env: { STORE_URL: `sqlite://${join(folder, 'store.sqlite')}` } });
  home = createHome(world.discord);
  const { guild, mia, newChannel } = home;
  const admins = guild.createRole({ name: 'Admins', permissions: Permission.ManageGuild });
  const ida = world.discord.createPerson({ name: 'Ida' });
  guild.join(ida, { roles: [admins] });
  const here = ida.in(newChannel());
  const channel = newChannel('staff');
  const panel = await openPanel(here, 'Personas');
  await here.select(panel, 'settings-channels:personas:reports', [channel.id]);
  await changed(here, panel);
  staff = mia.in(channel);
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});
afterEach(() => {
  world.api.clearLog();
  expect(world.log.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
});

/** Somebody who has not reported yet, in a place. */
function member(place: { id: string } = home.newChannel()): Here {
  const person = world.discord.createPerson({ name: 'Alice' });
  home.guild.join(person);
  return person.in(place);
}

/**
 * Reports the newest reply, or the one of a link, and gives what the moderators see of it. The history knows a reply a
 * moment after it is shown.
 */
async function report(here: Here, options: Record<string, string> = {}): Promise<ShownMessage> {
  for (;;) {
    const told = await answerOf(await here.slash('report', options));
    if (told.content.startsWith('I know of no reply of mine')) continue;
    expect(told).toMatchObject({ content: REPORTED, ephemeral: true });
    return staff.messages().at(-1) as ShownMessage;
  }
}

/** Waits until nobody sees a message any more. */
async function gone(here: Here, { id }: ShownMessage): Promise<void> {
  await here.waitFor((messages) => !messages.some((message) => message.id === id));
}

test('a reply of a persona is reported, taken away by a moderator, and brought back', async () => {
  const here = member();
  await answerOf(await here.slash('persona use', { persona: 'Ottilie Marsh' }));
  const reply = await talk(world, here, ['hello', 'Get off my rock.']);
  const seen = await report(here, { reason: 'Not kind.' });
  expect(seen.content).toContain(`/${here.channelId}/${reply.id}`);
  expect(seen.embeds[0]).toMatchObject({
    description: '||Get off my rock.||',
    fields: [
      { name: 'Reason', value: 'Not kind.' },
      { name: 'Persona', value: '**Ottilie** `built-in:lighthouse-keeper`' },
      { name: 'Model', value: '`MythoMax-L2-13b`' },
    ],
  });

  const deleted = await press(staff, seen, 'Delete the reply');
  await gone(here, reply);
  await talk(world, here, ['and now?', 'Welcome.']);
  expect(lastPrompt(world.api)?.join('\n')).not.toContain('Get off my rock.');

  await press(staff, deleted, 'Undo the deletion');
  expect(wordsOf(await spoken(here, OTTILIE, 'Get off my rock.'))).toBe('Get off my rock.');
  await talk(world, here, ['once more?', 'Yes.']);
  expect(lastPrompt(world.api)?.join('\n')).toContain('assistant: Get off my rock.');
});

test('a reply of the assistant is reported and taken away, also after a restart', async () => {
  const here = member();
  world.api.next('Rude.', 'Kind.');
  const reply = await ask(here, 'hello');
  const seen = await report(here, { message: reply.id });
  await world.restart();
  await press(staff, seen, 'Delete the reply');
  await gone(here, reply);
  await ask(here, 'and now?');
  expect(lastPrompt(world.api)?.join('\n')).not.toContain('Rude.');
});

test('a persona is switched off where it was rude, for all who are there, and nowhere else', async () => {
  const [here, elsewhere] = [member(), member()];
  for (const place of [here, elsewhere]) {
    await answerOf(await place.slash('persona use', { persona: 'Ottilie Marsh' }));
    await talk(world, place, ['hello', 'Go away.']);
  }
  await press(staff, await report(here), SWITCH_OFF);
  expect(here.messages().at(-1)?.content).toMatch(
    /^A moderator switched \*\*Ottilie\*\* off here\. The assistant replies/,
  );
  world.api.next('How can I help?');
  await here.post(`<@${world.discord.botUserId}> hello?`);
  expect((await spoken(here, 'Dramatis', 'How can I help?')).author.name).toBe('Dramatis');
  await talk(world, elsewhere, ['still here?', 'Always.']);
});

test('in a roleplay the persona leaves, and with the last one the roleplay ends', async () => {
  const { thread } = await startRoleplay(member());
  const here = member(thread);
  await saidBy(here, 'Ottilie', 'pet');
  const done = await press(staff, await report(here), SWITCH_OFF);
  expect(done.content).toMatch(/\*\*Ottilie\*\* switched off there by \*\*Mia\*\*/);
  expect(here.messages().at(-1)?.content).toContain('With it the roleplay has ended.');
  world.api.next('How can I help?');
  await here.post(`<@${world.discord.botUserId}> hello?`);
  await spoken(here, 'Dramatis', 'How can I help?');
  expect((await press(staff, done, 'Done')).components).toEqual([]);
});
