import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { Here } from '../../src/simulator/discord/index.ts';
import { createSettings } from '../../src/storage/settings.ts';
import { openStore } from '../../src/storage/store.ts';
import { bookFile, DRAGON, ELDORIA, entry, imported, newHome, textOf, told } from '../discord/lorebooks/world.ts';
import { type BotWorld, startBot } from '../support/bot.ts';
import { answerOf, changed, toldBy } from '../support/panel.ts';
import { ask, buttonsOf, completions, use } from './scene.ts';

const MINUTE_MS = 60_000;

let folder: string;
let storeUrl: string;
let world: BotWorld;
let home: ReturnType<typeof newHome>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
  storeUrl = `sqlite://${join(folder, 'store.sqlite')}`;
  world = await startBot({ env: { STORE_URL: storeUrl } });
  home = newHome(world);
  await letKeeperSpeak();
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});
afterEach(() => {
  world.api.clearLog();
  expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
});

/** Only personas read lorebooks. */
async function letKeeperSpeak(): Promise<void> {
  await world.stop();
  const store = await openStore(storeUrl, { clock: systemClock });
  const settings = createSettings({ store, clock: systemClock, logger: silentLogger });
  await settings.update({ guildId: home.guild.id }, () => ({
    persona: { ref: 'built-in:lighthouse-keeper', by: { id: '1', name: 'Ida' }, at: 1 },
  }));
  await store.close();
  await world.restart();
}

/** All that the model read last, in one text. */
async function promptOf(here: Here, question: string): Promise<string> {
  world.api.next('So be it.');
  await ask(here, question);
  return JSON.stringify(completions(world.api).at(-1)?.body);
}

test('a lorebook is imported, attached, tested and read by the model; detached it is not', async () => {
  const channel = home.newChannel();
  const [admin, here] = [home.ida.in(channel), home.alice.in(channel)];
  const report = await imported(admin, ELDORIA);
  expect(report.ephemeral).toBe(true);
  expect(textOf(report)).toBe(
    '**Imported.** It belongs to this server.\nEldoria\n' +
      'SillyTavern · 3 entries, 1 of them off\nGoes: above the persona’s description (3)',
  );
  expect(buttonsOf(report)).toEqual(['Attach here', 'Attach to the server', 'Test']);

  await admin.click(report, 'Attach here');
  const line = await told(here, 'attached the lorebook');
  expect(line).toMatchObject({
    ephemeral: false,
    content:
      '**Ida** attached the lorebook **Eldoria** (3 entries, 1 of them off) to this channel: personas know from now on what is in it.',
  });
  expect(buttonsOf(line)).toEqual(['Undo', 'Whole server']);

  const tested = await use(here, 'lorebook test', { text: 'Is there a dragon here? And an elf?' });
  expect(tested.ephemeral).toBe(true);
  expect(textOf(tested).split('\n')).toEqual([
    expect.stringMatching(/^Of 2 lorebooks here \*\*3 entries would be active\*\*: \d+ tokens of at most 1,024\.$/),
    expect.stringMatching(
      /^-# As \*\*.+\*\* would read it after what was said here\. Nothing was sent, and nothing changed\.$/,
    ),
    expect.stringMatching(
      /^- \*\*About dragon\*\* \(Eldoria\): key “dragon” · above the persona’s description · \d+ tokens$/,
    ),
    expect.stringMatching(/^- \*\*Ebb Rock\*\* \(Ebb Rock\): always on · /),
    expect.stringMatching(
      /^- \*\*About Sulfurion\*\* \(Eldoria\): key “Sulfurion” in the text of another entry · above/,
    ),
    'Tested text',
    'Is there a dragon here? And an elf?',
  ]);
  expect(completions(world.api)).toEqual([]);

  expect(await promptOf(here, 'Is there a dragon here?')).toMatch(
    /Sulfurion fears bells.*Sulfurion the dragon sleeps/s,
  );
  await world.restart();
  expect(await promptOf(here, 'That dragon again!')).toContain('Sulfurion the dragon sleeps');

  const detached = await use(admin, 'lorebook detach', { lorebook: 'eldoria' });
  expect(detached).toMatchObject({
    ephemeral: false,
    content: '**Ida** detached the lorebook **Eldoria** from this channel.',
  });
  expect(await promptOf(here, 'No dragon?')).not.toContain('Sulfurion the dragon sleeps');
  await admin.click(detached, 'Undo');
  await told(here, '**Ida** undid this: the lorebook **Eldoria** is attached again to this channel.');
  expect(await promptOf(here, 'A dragon!')).toContain('Sulfurion the dragon sleeps');
});

describe('attaching', () => {
  test('is undone, and refused to those who may not', async () => {
    const channel = home.newChannel();
    const [admin, alice] = [home.ida.in(channel), home.alice.in(channel)];
    await imported(admin, bookFile('Undone', [DRAGON]));
    const refused = await alice.slash('lorebook attach', { lorebook: 'Undone' });
    expect(await toldBy(refused)).toBe(
      'Attaching lorebooks here, and detaching them, needs the permission Manage Messages, the permission Manage Server, or the role that an admin chose for personas in `/settings`. In a roleplay, who started it can do it too.',
    );
    const line = await use(home.mia.in(channel), 'lorebook attach', { lorebook: 'undone' });
    expect(line.content).toContain('**Mia** attached the lorebook **Undone**');
    expect(buttonsOf(line)).toEqual(['Undo']);
    expect(await toldBy(await alice.click(line, 'Undo'))).toContain('Attaching lorebooks here');
    expect(await toldBy(await home.mia.in(channel).slash('lorebook attach', { lorebook: 'Undone' }))).toBe(
      'Nothing changed: **Undone** is attached to this channel already.',
    );
    await home.mia.in(channel).click(line, 'Undo');
    await told(alice, '**Mia** undid this: the lorebook **Undone** is not attached any more to this channel.');
    expect((await use(alice, 'lorebook test', { text: 'dragon' })).content).not.toContain('Undone');
  });

  test('to the whole server is for admins, and holds in every channel', async () => {
    const channel = home.newChannel();
    const admin = home.ida.in(channel);
    await imported(admin, bookFile('Everywhere', [entry(['everybody'], 'Everybody knows Tam.')]));
    const line = await use(admin, 'lorebook attach', { lorebook: 'Everywhere' });
    expect(await toldBy(await home.mia.in(channel).click(line, 'Whole server'))).toBe(
      'Attaching lorebooks to the whole server, and detaching them, needs the permission Manage Server.',
    );
    await admin.click(line, 'Whole server');
    await told(admin, 'to the whole server: personas know');
    const other = home.newChannel();
    expect(await promptOf(home.alice.in(other), 'Hello everybody!')).toContain('Everybody knows Tam.');
    const first = await use(admin, 'lorebook detach', { lorebook: 'Everywhere' });
    expect(first.content).toContain('It still holds here, because it is attached to the whole server.');
    expect(await toldBy(await home.mia.in(other).slash('lorebook detach', { lorebook: 'Everywhere' }))).toContain(
      'needs the permission Manage Server',
    );
    await use(home.ida.in(other), 'lorebook detach', { lorebook: 'Everywhere' });
    expect(await promptOf(home.alice.in(other), 'Good night everybody!')).not.toContain('Everybody knows Tam.');
  });

  test('a thread has the lorebooks of its channel, and says where to detach them', async () => {
    const channel = home.newChannel();
    const admin = home.ida.in(channel);
    await imported(admin, bookFile('Harbour', [entry(['harbour'], 'The harbour is frozen.')]));
    await use(admin, 'lorebook attach', { lorebook: 'Harbour' });
    const thread = await admin.startThread({ name: 'aside' });
    expect(await promptOf(home.ida.in(thread), 'To the harbour!')).toContain('The harbour is frozen.');
    expect(await toldBy(await home.ida.in(thread).slash('lorebook detach', { lorebook: 'Harbour' }))).toBe(
      '**Harbour** holds here because it is attached to the channel of this thread. Use `/lorebook detach` in that channel.',
    );
  });
});

describe('deleting', () => {
  test('says where the lorebook was attached, and is undone with that', async () => {
    const { ida, alice, newChannel } = newHome(world);
    const [channel, other] = [newChannel(), newChannel('other')];
    const here = ida.in(channel);
    await imported(here, ELDORIA);
    await use(here, 'lorebook attach', { lorebook: 'Eldoria' });
    await use(ida.in(other), 'lorebook attach', { lorebook: 'Eldoria' });
    expect(await toldBy(await alice.in(channel).slash('lorebook delete', { lorebook: 'Eldoria' }))).toBe(
      'Changing this server’s lorebooks needs the permission Manage Server, or the role that an admin chose for personas in `/settings`.',
    );
    const interaction = await here.slash('lorebook delete', { lorebook: 'Eldoria' });
    const deleted = await interaction.waitFor((messages) =>
      messages.find(({ content }) => content.startsWith('**Deleted**')),
    );
    expect(deleted.content).toBe(
      `**Deleted**: **Eldoria**. It was attached to this channel, <#${other.id}>, and holds there no more.\n` +
        'This can be undone for 10 minutes; then it is attached again too.',
    );
    await told(alice.in(channel), '**Ida** deleted the lorebook **Eldoria**, which was attached to this channel.');
    expect((await use(here, 'lorebook list')).content).toContain('- 1 attached lorebook that was deleted');
    await here.click(deleted, 'Undo');
    expect((await changed(here, deleted)).content).toBe('**It is back**: **Eldoria**, attached wherever it was.');
    expect((await use(here, 'lorebook list')).content).toContain('attached to this channel');
  });

  test('cannot be undone after 10 minutes', async () => {
    const { ida, newChannel } = newHome(world);
    const here = ida.in(newChannel());
    await imported(here, ELDORIA);
    const deleted = await use(here, 'lorebook delete', { lorebook: 'Eldoria' });
    expect(deleted.content).toContain('It was attached nowhere that I know of.');
    world.clock.skip(10 * MINUTE_MS);
    expect(await toldBy(await here.click(deleted, 'Undo'))).toBe(
      'The 10 minutes are over: it cannot be undone any more.',
    );
    expect((await use(here, 'lorebook delete', { lorebook: 'Eldoria' })).content).toBe(
      'There is no lorebook here yet. `/lorebook import` takes one from a file.',
    );
  });
});

describe('a test', () => {
  const testing = async (name: string, entries: object[], text: string) => {
    const { ida, newChannel } = newHome(world);
    const here = ida.in(newChannel());
    await imported(here, bookFile(name, entries));
    return { here, shown: await use(here, 'lorebook test', { text, lorebook: name }) };
  };

  test('of a lorebook alone goes from the button of its import, by a form', async () => {
    const { ida, newChannel } = newHome(world);
    const here = ida.in(newChannel());
    const report = await imported(here, ELDORIA);
    const opened = await here.click(report, 'Test');
    await opened.acknowledged;
    const submitted = await here.submitModal(opened, { text: 'A dragon?' });
    const shown = await answerOf(submitted);
    expect(shown.ephemeral).toBe(true);
    expect(shown.content).toContain('Of **Eldoria** alone **2 entries would be active**');
  });

  test('has pages when many entries are called', async () => {
    const many = Array.from({ length: 40 }, (_, index) => entry([`key${index}`, 'all'], `Fact ${index}.`));
    const { here, shown } = await testing('Many', many, 'all of them');
    expect(shown.content).toMatch(/40 entries would be active.*\nPage 1 of \d\n/s);
    await here.click(shown, 'Next ▶');
    expect((await changed(here, shown)).content).toContain('Page 2 of');
  });

  test('tells which regular expression took too long', async () => {
    const { shown } = await testing(
      'Bombs',
      [entry(['/(a+)+$/'], 'Boom.'), entry(['/drag[o]n/i'], 'A dragon.')],
      `a dragon ${'a'.repeat(60)}!`,
    );
    expect(shown.content).toContain('⚠️ Took too long, and so does not count: `/(a+)+$/`. Write it simpler.');
    expect(shown.content).toContain('- **About /drag\\[o\\]n/i**: key “/drag\\[o\\]n/i”');
  });

  test('needs a lorebook that holds, and words', async () => {
    const { ida, newChannel } = newHome(world);
    const here = ida.in(newChannel());
    expect((await use(here, 'lorebook test', { text: 'dragon' })).content).toBe(
      'No lorebook holds here. `/lorebook attach` lets one hold; to test one alone, name it as `lorebook`. A persona’s own lorebook counts only where it speaks: choose it with `/persona use`, then test again.',
    );
    expect((await use(here, 'lorebook list')).content).toContain('No lorebook. `/lorebook attach` lets one hold.');
  });
});
