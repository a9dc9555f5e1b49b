import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { defineAction, defineCommand, type View } from '../../src/discord/command.ts';
import type { Here } from '../../src/simulator/discord/index.ts';
import { answerOf, changed, toldBy } from '../support/panel.ts';
import { png } from '../support/pictures.ts';
import { type DispatchScene, forged, startDispatch } from './dispatch-scene.ts';

const AGAIN = [{ label: 'Again', style: 2 as const, custom_id: 'other:1' }];
const PICTURE: View = {
  text: 'A face.',
  embeds: [{ title: 'Joy', thumbnail: { url: 'attachment://joy.png' } }],
  files: [
    { name: 'joy.png', bytes: png(2, 2), description: 'A smile' },
    { name: 'card.json', bytes: new TextEncoder().encode('{"a":1}').subarray(0, 7) },
  ],
  rows: [AGAIN],
};

let views: View[];
let chosen: object[];
const next = (): View => views.shift() ?? { text: 'nothing' };

const view = defineCommand({
  name: 'view',
  description: 'x',
  action: defineAction({
    description: 'x',
    options: {},
    isPrivate: false,
    execute: async ({ show }) => show(next()),
  }),
  buttons: { other: { answers: 'update', execute: async ({ show }) => show(next()) } },
  selects: {
    role: {
      answers: 'update',
      chooses: 'roles',
      async execute({ id, values, interaction, show }) {
        chosen.push({ id, values, names: interaction.roles.map(({ name }) => name) });
        await show('Chosen.');
      },
    },
    room: {
      answers: 'private',
      chooses: 'channels',
      async execute({ id, values, show }) {
        chosen.push({ id, values });
        await show('Chosen.');
      },
    },
  },
});

let scene: DispatchScene;
let here: Here;

beforeAll(async () => {
  scene = await startDispatch([view]);
});
afterAll(() => scene.close());
beforeEach(() => {
  chosen = [];
  here = scene.mia.in(scene.guild.createTextChannel({ name: 'room' }));
});

async function show(...wanted: View[]) {
  views = wanted;
  return answerOf(await here.slash('view'));
}

describe('a view', () => {
  test('shows pictures in embeds, and files', async () => {
    const { content, embeds, attachments } = await show(PICTURE);
    expect([content, embeds, attachments]).toMatchObject([
      'A face.',
      [{ title: 'Joy', thumbnail: { url: expect.stringContaining('joy.png') } }],
      [{ filename: 'card.json', size: 7 }],
    ]);
    const file = await fetch(attachments[0]?.url ?? '');
    expect(await file.text()).toBe('{"a":1}');
  });

  test('clears those of an earlier one', async () => {
    const message = await show(PICTURE, { text: 'Words.' });
    await here.click(message, 'Again');
    expect(await changed(here, message)).toMatchObject({
      content: 'Words.',
      embeds: [],
      attachments: [],
      components: [],
    });
  });

  test('replaces them by others', async () => {
    const files = [{ name: 'grief.png', bytes: png(1, 1) }];
    const message = await show(PICTURE, { text: '', files });
    await here.click(message, 'Again');
    const { content, embeds, attachments } = await changed(here, message);
    expect([content, embeds, attachments.map(({ filename }) => filename)]).toEqual(['', [], ['grief.png']]);
  });

  test('of several messages has them below the end', async () => {
    await show({ ...PICTURE, text: `${'word '.repeat(500)}end` });
    const messages = await here.waitFor((all) => all.length === 2 && all);
    expect(messages.map(({ embeds, attachments }) => [embeds.length, attachments.length])).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  test('may be an embed alone', async () => {
    expect(await show({ text: '', embeds: [{ description: 'Only this.' }] })).toMatchObject({
      content: '',
      embeds: [{ description: 'Only this.' }],
    });
  });
});

describe('a menu of the server’s', () => {
  test('roles gives those that were chosen', async () => {
    const role = scene.guild.createRole({ name: 'Writers', permissions: 0n });
    const message = await show({ text: 'Who?', rows: [{ kind: 'role', custom_id: 'role:x', placeholder: 'Role' }] });
    expect(message.components).toMatchObject([{ components: [{ type: 6, placeholder: 'Role' }] }]);
    await here.select(message, 'role:x', role.id);
    expect(await changed(here, message)).toMatchObject({ content: 'Chosen.', components: [] });
    expect(chosen).toEqual([{ id: 'x', values: [role.id], names: ['Writers'] }]);
  });

  test('channels gives those that were chosen', async () => {
    const rows: View['rows'] = [{ kind: 'channel', custom_id: 'room:x', channel_types: [0] }];
    const message = await show({ text: 'Where?', rows });
    expect(message.components).toMatchObject([{ components: [{ type: 8, channel_types: [0] }] }]);
    expect(await toldBy(await here.select(message, 'room:x', here.channelId))).toBe('Chosen.');
    expect(chosen).toEqual([{ id: 'x', values: [here.channelId] }]);
  });

  test('another kind than the bot made is one of another version', async () => {
    const message = await forged(scene, here, { type: 8, custom_id: 'role:x' });
    expect(await toldBy(await here.select(message, 'role:x', here.channelId))).toBe(
      'This menu is from an older version of the bot and does nothing now.',
    );
    expect(chosen).toEqual([]);
  });
});
