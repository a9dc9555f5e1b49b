import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Here } from '../../../src/simulator/discord/index.ts';
import { answerOf, changed, fill, openPanel, press, rowsOf, save, toldBy } from '../../support/panel.ts';
import { forged } from '../dispatch-scene.ts';
import { NOW, OTHER_MODEL, type PanelScene, startPanel } from './scene.ts';

const NEEDS_RIGHT = 'Settings need the permission Manage Server.';
const OUTDATED = 'This button is from an older version of the bot and does nothing now.';
const button = (customId: string) => ({ type: 2, style: 2, label: 'Old', custom_id: customId });

let scene: PanelScene;
let here: Here;

beforeAll(async () => {
  scene = await startPanel();
  here = scene.mia.in(scene.newRoom());
});
afterAll(async () => {
  await scene.close();
  expect(scene.log).toEqual([]);
});

test('the panel is private and says how everything stands', async () => {
  const panel = await openPanel(here);
  expect(panel).toMatchObject({
    ephemeral: true,
    content: [
      '**Settings** of this server',
      '- Model: `MythoMax-L2-13b` · the API’s first model',
      '- Answers: as recommended',
      '- Personas: emotions off, **no channel for reports**',
      '- Limits: no limit',
      '- API key: the key of whoever runs this bot',
    ].join('\n'),
  });
  expect(rowsOf(panel)).toEqual(['Model | Answers | Personas | Limits | API key']);
});

test('each section leads to the others in the same message', async () => {
  let panel = await openPanel(here);
  const { id } = panel;
  for (const [label, title] of [
    ['Limits', '**Limits**'],
    ['Personas', '**Personas**'],
    ['API key', '**API key**'],
    ['Answers', '**Answers**'],
    ['Model', '**Model**'],
  ] as const) {
    panel = await press(here, panel, label);
    expect(panel.id).toBe(id);
    expect(panel.content).toContain(title);
    expect(rowsOf(panel).at(-1)).toBe('Model | Answers | Personas | Limits | API key'.replace(label, `[${label}]`));
  }
});

describe('who may not manage the server', () => {
  test('is not offered the command', () => {
    expect(scene.alice.in(scene.newRoom()).commands()).toEqual([]);
  });

  const presses = [
    'settings:key:top',
    'settings-do:replies:reset:server',
    'settings-do:key:remove:1',
    'settings-edit:key:enter:all',
  ];

  test.each(presses)('is refused when pressing %s all the same', async (customId) => {
    const room = scene.newRoom();
    const message = await forged(scene, scene.alice.in(room), button(customId));
    expect(await toldBy(await scene.alice.in(room).click(message, 'Old'))).toBe(NEEDS_RIGHT);
  });

  test('any more, is refused with the panel and the form still open', async () => {
    const own = scene.max.in(scene.newRoom());
    const panel = await openPanel(own, 'Limits');
    const opened = await own.click(panel, 'Change limits');
    await opened.acknowledged;
    scene.guild.join(scene.max, { roles: [] });
    expect(await toldBy(await own.submitModal(opened, { personWaiting: '3' }))).toBe(NEEDS_RIGHT);
    expect(await toldBy(await own.click(panel, 'Change limits'))).toBe(NEEDS_RIGHT);
    expect(await toldBy(await own.click(panel, 'Answers'))).toBe(NEEDS_RIGHT);
    expect(await scene.inServer()).toEqual({});
  });
});

test.each([
  'settings:gone:top',
  'settings:constructor:top',
  'settings-do:limits:reset:all',
  'settings-do:replies:toString:channel',
  'settings-do:replies',
  'settings-edit:model:caps:all',
  'settings-edit:key:hasOwnProperty:all',
])('a custom id that leads nowhere does nothing: %s', async (customId) => {
  const message = await forged(scene, here, button(customId));
  expect(await toldBy(await here.click(message, 'Old'))).toBe(OUTDATED);
});

test('in a direct message there is nothing to set', async () => {
  const direct = scene.mia.in(await scene.mia.openDm());
  const message = await forged(scene, direct, button('settings:key:top'));
  expect(await toldBy(await direct.click(message, 'Old'))).toBe('Settings belong to servers: use `/settings` in one.');
});

describe('the section of the model', () => {
  const by = { id: '1', name: 'Ann_a' };

  test('shows every level with who chose and what answers', async () => {
    const room = scene.newRoom();
    const thread = await here.startThread({ name: 'aside' });
    await scene.stored.update({ channelId: here.channelId }, () => ({ model: { id: 'Gone-7b', by, at: NOW } }));
    await scene.stored.update({ guildId: scene.guild.id }, () => ({ model: { id: OTHER_MODEL, by, at: NOW } }));
    const levels = async (place: { id: string }) => {
      const { content } = await openPanel(scene.mia.in(place), 'Model');
      return content.split('\n').filter((line) => line.startsWith('- '));
    };
    expect(await levels(thread)).toEqual([
      '- This thread: nothing chosen',
      `- Its channel: \`Gone-7b\`, by **Ann\\_a** <t:${NOW / 1_000}:R> (not served any more)`,
      `- Whole server: \`${OTHER_MODEL}\`, by **Ann\\_a** <t:${NOW / 1_000}:R> ← **answers here**`,
      '- API’s first model: `MythoMax-L2-13b`',
    ]);
    await scene.stored.update({ guildId: scene.guild.id }, () => ({}));
    const panel = await openPanel(scene.mia.in(room), 'Model');
    expect(panel.content).toBe(
      [
        '**Model** · who answers here',
        'The first of these that is chosen and still served answers:',
        '- This channel: nothing chosen',
        '- Whole server: nothing chosen',
        '- API’s first model: `MythoMax-L2-13b` ← **answers here**',
        'Choose with `/models use` for this place, with `/models default` for the whole server.',
      ].join('\n'),
    );
  });
});

describe('limits', () => {
  const FORM = 'Change limits';

  test('are none at first, are set and unset by one form, and each change is said', async () => {
    const panel = await openPanel(here, 'Limits');
    expect(panel.content).toContain('- Waiting, per person: **no limit**\n- Waiting, whole server: **no limit**\n');
    const set = await save(here, panel, [FORM, { personWaiting: ' 3 ', serverPerHour: '10,000' }]);
    expect(set.content).toMatch(
      /^\*\*Saved\.\*\*\n- Waiting, per person: no limit → 3\n- Per hour, whole server: no limit → 10,000\n\n\*\*Limits\*\*/,
    );
    expect(set.content).toContain('- Waiting, per person: **3**\n- Waiting, whole server: **no limit**\n');
    expect(await scene.inServer()).toEqual({ caps: { personWaiting: 3, serverPerHour: 10_000 } });

    const unset = await save(here, set, [FORM, { personWaiting: '', serverPerHour: '1' }]);
    expect(unset.content).toMatch(
      /^\*\*Saved\.\*\*\n- Waiting, per person: 3 → no limit\n- Per hour, whole server: 10,000 → 1\n\n/,
    );
    expect((await save(here, unset, [FORM, {}])).content).toMatch(/^Nothing was changed\.\n\n/);
    await save(here, unset, [FORM, { serverPerHour: ' ' }]);
    expect(await scene.inServer()).toEqual({});
  });

  test.each(['0', '10001', '-1', '1.5', '1e3', '0x10', 'many', '٣', ',', '1 000'])(
    'must be whole numbers in range, else nothing changes: %j',
    async (typed) => {
      const panel = await openPanel(here, 'Limits');
      const submitted = await fill(here, panel, [FORM, { personWaiting: '5', personPerHour: typed }]);
      expect(await toldBy(submitted)).toBe(
        '“Per hour, per person” must be a whole number from 1 to 10,000, or blank for no limit. Nothing was changed.',
      );
      expect(await scene.inServer()).toEqual({});
    },
  );

  test('of two admins with the form open at once: both keep what they changed', async () => {
    const room = scene.newRoom();
    const [first, second] = [scene.mia.in(room), scene.ida.in(room)];
    await scene.stored.update({ guildId: scene.guild.id }, () => ({ caps: { personWaiting: 1, serverPerHour: 50 } }));
    const panel = await openPanel(second, 'Limits');
    const opened = await second.click(panel, FORM);
    await opened.acknowledged;
    await save(first, await openPanel(first, 'Limits'), [FORM, { personWaiting: '3', serverWaiting: '9' }]);
    await second.submitModal(opened, { personPerHour: '7', serverPerHour: '' });
    expect((await changed(second, panel)).content).toMatch(
      /^\*\*Saved\.\*\*\n- Per hour, per person: no limit → 7\n- Per hour, whole server: 50 → no limit\n\n/,
    );
    expect(await scene.inServer()).toEqual({ caps: { personWaiting: 3, serverWaiting: 9, personPerHour: 7 } });
    await scene.stored.update({ guildId: scene.guild.id }, () => ({}));
  });

  test('of two admins: the second sees what the first set, and the last word stands', async () => {
    const room = scene.newRoom();
    const [first, second] = [scene.mia.in(room), scene.ida.in(room)];
    const panels = await Promise.all([openPanel(first, 'Limits'), openPanel(second, 'Limits')]);
    await save(first, panels[0], [FORM, { personWaiting: '3' }]);
    const later = await save(second, panels[1], [FORM, { personWaiting: '4' }]);
    expect(later.content).toMatch(/^\*\*Saved\.\*\*\n- Waiting, per person: 3 → 4\n/);
    expect((await press(second, later, 'Model')).content).toContain('**Model**');
    expect((await answerOf(await first.slash('settings'))).content).toContain('- Limits: 1 of 4 set');
    await scene.stored.update({ guildId: scene.guild.id }, () => ({}));
  });
});
