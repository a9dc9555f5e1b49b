import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Here, ShownMessage } from '../../src/simulator/discord/index.ts';
import { Permission } from '../../src/simulator/discord/index.ts';
import { type BotWorld, startBot } from '../support/bot.ts';
import { answerOf, changed, press } from '../support/panel.ts';
import { completions, createHome, type Home } from './scene.ts';

let world: BotWorld;
let home: Home;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
  world = await startBot({ env: { STORE_URL: `sqlite://${join(folder, 'store.sqlite')}` } });
  home = createHome(world.discord);
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

/** Mentions the bot, and waits for what is said by somebody of this name. */
async function spokenBy(name: string, here: Here, reply: string): Promise<ShownMessage> {
  world.api.next(reply);
  await here.post(`<@${world.discord.botUserId}> Who did it?`);
  return here.waitFor((messages) =>
    messages.find(({ author, content }) => author.name === name && content.includes(reply)),
  );
}

/** Everything of a card, in the form in which files are compared: without what an export sets anew. */
async function exported(here: Here, persona: string, format: string): Promise<{ file: Buffer; card: object }> {
  const answer = await answerOf(await here.slash('persona export', { persona, format }));
  return { file: await fileOf(answer), card: await cardIn(here, persona) };
}

async function cardIn(here: Here, persona: string): Promise<object> {
  const answer = await answerOf(await here.slash('persona export', { persona, format: 'JSON (V3)' }));
  const { data, ...root } = JSON.parse((await fileOf(answer)).toString()) as { data: Record<string, unknown> };
  const { modification_date: _date, assets: _assets, ...rest } = data;
  return { ...root, data: rest };
}

async function fileOf({ attachments: [file] }: ShownMessage): Promise<Buffer> {
  if (!file) throw new Error('no file');
  return Buffer.from(await (await fetch(file.url)).arrayBuffer());
}

test.each(['PNG', 'JSON (V3)', 'JSON (V2)', 'CHARX'])(
  'a card exported as %s is imported again by another server with nothing lost',
  async (format) => {
    const { guild, newChannel } = createHome(world.discord);
    const admins = guild.createRole({ name: 'Admins', permissions: Permission.ManageGuild });
    const ada = world.discord.createPerson({ name: 'Ada' });
    guild.join(ada, { roles: [admins] });
    const here = ada.in(newChannel());
    const original = await exported(here, 'Quill', format);

    const name = `card.${format === 'PNG' ? 'png' : format === 'CHARX' ? 'charx' : 'json'}`;
    const file = { name, type: 'application/octet-stream', data: original.file };
    const report = await answerOf(await here.slash('persona import', {}, { files: { file } }));
    expect(report.content).toBe('**Imported.** It belongs to this server: everybody here can choose it.');
    const again = await exported(here, 'Quill', format);
    expect(again.card).toEqual(original.card);
  },
);

test('a persona that was chosen speaks, its Undo brings the assistant back, and a deleted one comes back too', async () => {
  const { alice, newChannel } = home;
  const here = alice.in(newChannel());
  const line = await answerOf(await here.slash('persona use', { persona: 'Inspector Bezel' }));
  expect(line.content).toContain('**Alice** chose');

  await spokenBy('Bezel', here, 'The gears say otherwise.');
  expect(JSON.stringify(completions(world.api).at(-1)?.body)).toContain('clockwork');

  const undone = await press(here, line, 'Undo');
  expect(undone.content).toBe('**Alice** undid this: in this channel speaks the assistant.');
  await spokenBy('Dramatis', here, 'Hello.');

  const shown = await answerOf(await here.slash('persona show', { persona: 'Inspector Bezel' }));
  const own = await answerOf(await here.click(shown, 'Export'));
  const file = { name: 'bezel.png', type: 'image/png', data: await fileOf(own) };
  await answerOf(await here.slash('persona import', {}, { files: { file } }));
  const mine = await answerOf(await here.slash('persona use', { persona: 'Inspector Bezel' }));
  expect(mine.content).toContain('chose');
  const deleted = await answerOf(await here.slash('persona delete', { persona: 'Inspector Bezel' }));
  expect(deleted.content).toContain('**Deleted**');
  const orphaned = await spokenBy('Dramatis', here, 'The assistant here.');
  expect(orphaned.content).toContain('was deleted');
  await here.click(deleted, 'Undo');
  expect((await changed(here, deleted)).content).toBe('**It is back.**');
  await spokenBy('Bezel', here, 'Back on the case.');
});

test('a persona and who speaks survive a restart', async () => {
  const here = home.alice.in(home.newChannel());
  await answerOf(await here.slash('persona use', { persona: 'The Storyteller' }));
  await world.restart();
  const shown = await answerOf(await here.slash('persona show', { persona: 'The Storyteller' }));
  expect(shown.embeds[0]?.['description']).toContain('**Speaks here**');
});
