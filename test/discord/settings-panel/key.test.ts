import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Here } from '../../../src/simulator/discord/index.ts';
import { fill, openPanel, press, rowsOf, save, toldBy } from '../../support/panel.ts';
import { forged } from '../dispatch-scene.ts';
import { NOW, type PanelScene, startPanel } from './scene.ts';

const KEY = 'sk-servers-own-ab*d';
const SHOWN_KEY = `a key ending in …ab\\*d, entered by **Mia** <t:${NOW / 1_000}:R>.`;
const ABOUT =
  '**API key** · whose requests are used\n' +
  'With an Infermatic key of its own, this server has its own number of requests a minute. The key is kept encrypted. Only its last four characters are shown.\n';

let scene: PanelScene;
let here: Here;

/** The panel of a bot like this, used by Mia. */
function withBot(options?: Parameters<typeof startPanel>[0]) {
  beforeAll(async () => {
    scene = await startPanel(options);
    here = scene.mia.in(scene.newRoom());
  });
  afterEach(() => scene.upstreams.removeKey(scene.guild.id));
  afterAll(async () => {
    await scene.close();
    expect(scene.log).toEqual([]);
  });
}

const enterKey = async () => save(here, await openPanel(here, 'API key'), ['Enter key', { key: KEY }]);

describe('of a bot with a key of its own', () => {
  withBot();

  test('says whose key is used', async () => {
    const panel = await openPanel(here, 'API key');
    expect(panel.content).toBe(`${ABOUT}Now: no key of its own; the key of whoever runs this bot is used.`);
    expect(rowsOf(panel)).toEqual(['Enter key', 'Model | Answers | Personas | Limits | [API key]']);
  });

  test('a key is tested, kept sealed, and shown by its end alone', async () => {
    const panel = await enterKey();
    expect(panel.content).toBe(
      `**The key works and is kept.** With it the API serves 2 models.\n\n${ABOUT}Now: ${SHOWN_KEY}`,
    );
    expect(rowsOf(panel)[0]).toBe('Replace key | Remove');
    const { apiKey } = await scene.inServer();
    expect(apiKey).toMatchObject({ hint: 'ab*d', by: { id: scene.mia.id, name: 'Mia' }, at: NOW });
    expect((await openPanel(here)).content).toContain('- API key: ending in …ab\\*d');
    const sent = JSON.stringify([apiKey, here.messages(), scene.discord.log]);
    expect(sent).not.toContain(KEY);
  });

  test('the form to replace it opens empty', async () => {
    const panel = await enterKey();
    const opened = await here.click(panel, 'Replace key');
    await opened.acknowledged;
    expect(opened.modal?.components).toMatchObject([
      { component: { custom_id: 'key', required: true, max_length: 500 } },
    ]);
    expect(JSON.stringify(opened.modal)).not.toContain('ab*d');
  });

  test.each([
    ['one that the API refuses', 'no-key-of-anybody', 'The API does not accept this key, so it was not kept.'],
    ['one that cannot be tested', 'sk-down-secret', 'The key could not be tested, because the API did not answer.'],
    ['something else', 'my password, twice', 'That does not look like an API key.'],
  ])('%s is not kept, and the reason does not repeat it', async (_, key, reason) => {
    await enterKey();
    const panel = await openPanel(here, 'API key');
    const told = await toldBy(await fill(here, panel, ['Replace key', { key }]));
    expect(told).toContain(reason);
    expect(told).not.toContain(key);
    expect((await openPanel(here, 'API key')).content).toContain(SHOWN_KEY);
  });

  test('is removed after a question', async () => {
    const question = await press(here, await enterKey(), 'Remove');
    expect(question.content).toMatch(
      /^\*\*Remove the key ending in …ab\\\*d\?\*\* It cannot be brought back\. Afterwards the key of whoever runs this bot is used\.\n\n/,
    );
    expect(rowsOf(question)).toEqual(['Remove key | Keep it']);
    const kept = await press(here, question, 'Keep it');
    expect(kept.content).toBe(`${ABOUT}Now: ${SHOWN_KEY}`);
    expect(rowsOf(kept)).toEqual(['Replace key | Remove', 'Model | Answers | Personas | Limits | [API key]']);
    const removed = await press(here, await press(here, kept, 'Remove'), 'Remove key');
    expect(removed.content).toMatch(/^\*\*Removed\.\*\* From now on the key of whoever runs this bot is used\.\n\n/);
    expect(rowsOf(removed)[0]).toBe('Enter key');
    expect(await scene.inServer()).toEqual({});
  });

  test('is not removed if another admin entered a new one after the question', async () => {
    const question = await press(here, await enterKey(), 'Remove');
    await scene.stored.update({ guildId: scene.guild.id }, (current) => ({
      ...current,
      ...(current.apiKey ? { apiKey: { ...current.apiKey, at: NOW + 1_000 } } : {}),
    }));
    const panel = await press(here, question, 'Remove key');
    expect(panel.content).toMatch(/^The key was replaced meanwhile, so it was not removed\.\n\n/);
    await scene.upstreams.removeKey(scene.guild.id);
    for (const customId of ['settings-do:key:remove:1', 'settings-do:key:confirm:all']) {
      const message = await forged(scene, here, { type: 2, style: 2, label: 'Old', custom_id: customId });
      expect((await press(here, message, 'Old')).content).toMatch(/^There is no key any more\.\n\n/);
    }
  });

  test('that the API refused later is said to be refused', async () => {
    await enterKey();
    await scene.upstreams.noteKey(await scene.upstreams.of(scene.guild.id), 'refused');
    const refused = `**The API refused this key** <t:${NOW / 1_000}:R>. Enter a new one, or remove it.`;
    expect((await openPanel(here, 'API key')).content).toBe(`${ABOUT}Now: ${SHOWN_KEY}\n${refused}`);
    expect((await openPanel(here)).content).toContain('- API key: ending in …ab\\*d, **refused by the API**');
  });
});

describe('of a bot without a key of its own', () => {
  withBot({ hasOperatorKey: false });

  test('the panel opens everywhere, and says that there is none', async () => {
    const noKey =
      'This server has no API key yet, and the bot has none of its own. Someone with the permission Manage Server can enter one: `/settings` → API key.';
    const panel = await openPanel(here);
    expect(panel.content).toContain(`- Model: ${noKey}\n`);
    expect(panel.content).toContain('- API key: none');
    expect((await openPanel(here, 'Model')).content).toContain(noKey);
    expect((await openPanel(here, 'Answers')).content).toContain(noKey);
    expect((await openPanel(here, 'API key')).content).toBe(
      `${ABOUT}Now: **no key**. The bot has none of its own either, so nobody here gets answers.`,
    );
  });

  test('removing the server’s key is said to end the answers', async () => {
    const question = await press(here, await enterKey(), 'Remove');
    const warning = 'nobody here gets answers until a new key is entered, because the bot has none of its own.';
    expect(question.content).toContain(`It cannot be brought back. Afterwards ${warning}`);
    expect((await press(here, question, 'Remove key')).content).toContain(`**Removed.** From now on ${warning}`);
  });
});

describe('of a bot without SECRET_KEY', () => {
  withBot({ holdsKeys: false });
  const NO_SECRET =
    'This bot cannot keep keys yet: whoever runs it must set `SECRET_KEY` first (`.env.example` says how).';

  test('no key can be entered, and it says what to do', async () => {
    const panel = await openPanel(here, 'API key');
    expect(panel.content).toContain(NO_SECRET);
    expect(rowsOf(panel)).toEqual(['Model | Answers | Personas | Limits | [API key]']);
    const message = await forged(scene, here, {
      type: 2,
      style: 2,
      label: 'Old',
      custom_id: 'settings-edit:key:enter:all',
    });
    expect(await toldBy(await here.click(message, 'Old'))).toBe(NO_SECRET);
  });
});
