import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/core/errors.ts';
import { defineAction, defineCommand, defineOpeningAction } from '../../src/discord/command.ts';
import type { Here } from '../../src/simulator/discord/index.ts';
import { answerOf, toldBy } from '../support/panel.ts';
import { type DispatchScene, startDispatch } from './dispatch-scene.ts';

let seen: object[];

const options = defineCommand({
  name: 'options',
  description: 'x',
  action: defineAction({
    description: 'x',
    options: {
      count: { type: 'integer', description: 'x', min: 0, max: 5, required: true },
      role: { type: 'role', description: 'x' },
      channel: { type: 'channel', description: 'x', channelTypes: [0] },
      user: { type: 'user', description: 'x' },
      file: { type: 'attachment', description: 'x' },
    },
    isPrivate: true,
    async execute({ args, show }) {
      seen.push({ ...args, next: args.count + 1 });
      await show('Seen.');
    },
  }),
});

const report = defineCommand({
  name: 'report',
  description: 'x',
  action: defineOpeningAction({
    description: 'x',
    options: { about: { type: 'string', description: 'x', required: true } },
    opensModal: true,
    async execute({ args, person, place, showModal }) {
      seen.push({ person: person.name, place });
      if (args.about === 'refused') throw new UserError('permission', 'Not for you.');
      if (args.about === 'nothing') return;
      await showModal({ custom_id: 'sent:x', title: 'Report', inputs: { text: { label: 'Text', value: args.about } } });
    },
  }),
  modals: { sent: { answers: 'private', execute: async ({ fields, show }) => show(`Sent: ${fields['text']}`) } },
});

let scene: DispatchScene;
let here: Here;

beforeAll(async () => {
  scene = await startDispatch([options, report]);
  here = scene.alice.in(scene.guild.createTextChannel({ name: 'room' }));
});
afterAll(() => scene.close());
beforeEach(() => {
  seen = [];
  scene.log.length = 0;
});

test('numbers, roles, channels, people and files are given to the command', async () => {
  const role = scene.guild.createRole({ name: 'Writers', permissions: 0n });
  const file = { name: 'card.png', type: 'image/png', data: 'card' };
  const given = { count: 0, role: role.id, channel: here.channelId, user: scene.mia.id };
  await answerOf(await here.slash('options', given, { files: { file } }));
  expect(seen).toEqual([
    {
      count: 0,
      next: 1,
      role: { id: role.id, name: 'Writers' },
      channel: { id: here.channelId, name: 'room' },
      user: { id: scene.mia.id, name: 'Mia', isBot: false },
      file: { name: 'card.png', sizeBytes: 4, url: expect.stringContaining('card.png') },
    },
  ]);
});

test('those left out are undefined', async () => {
  await answerOf(await here.slash('options', { count: 5 }));
  expect(seen).toEqual([{ count: 5, next: 6 }]);
});

test('Discord holds people to the limits', async () => {
  await expect(here.slash('options', { count: 6 })).rejects.toThrow('5');
  const forum = scene.guild.createForum({ name: 'stories' });
  await expect(here.slash('options', { count: 1, channel: forum.id })).rejects.toThrow();
});

describe('a command that opens a form', () => {
  test('opens it as its first answer', async () => {
    const opened = await here.slash('report', { about: 'a card' });
    expect((await opened.acknowledged).type).toBe(9);
    expect(seen).toEqual([{ person: 'Alice', place: { channelId: here.channelId, guildId: scene.guild.id } }]);
    expect(await toldBy(await here.submitModal(opened, {}))).toBe('Sent: a card');
  });

  test.each([
    ['refuses', 'refused', /^Not for you\.$/],
    ['opens none', 'nothing', /^Something went wrong \([0-9a-f]{8}\)\./],
  ])('but %s says so to that person', async (_, about, said) => {
    const answer = await answerOf(await here.slash('report', { about }));
    expect(answer).toMatchObject({ ephemeral: true, content: expect.stringMatching(said) });
  });
});
