import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/core/errors.ts';
import { defineAction, defineCommand } from '../../src/discord/command.ts';
import type { MessageMenu, MessageMenuContext } from '../../src/discord/message-menu.ts';
import type { Here } from '../../src/simulator/discord/index.ts';
import { answerOf, toldBy } from '../support/panel.ts';
import { type DispatchScene, startDispatch } from './dispatch-scene.ts';

const FAULT = /^Something went wrong \([0-9a-f]{8}\)\./;

let seen: object[];
let failure: Error | undefined;
const failIfAsked = () => {
  if (failure) throw failure;
};
const facts = ({
  person,
  place,
  conversationId,
  message,
  bot,
}: Omit<MessageMenuContext, 'show' | 'acknowledged' | 'interaction'>) => ({
  bot: bot.name,
  person: person.name,
  isModerator: person.isModerator,
  place,
  conversationId,
  message,
});

const menus: MessageMenu[] = [
  {
    name: 'Look at it',
    answers: 'private',
    async execute(context) {
      seen.push(facts(context));
      failIfAsked();
      await context.show(`“${context.message.content}”`);
    },
  },
  {
    name: 'Edit reply',
    answers: 'modal',
    async execute({ message, showModal }) {
      failIfAsked();
      if (message.content === 'nothing') return;
      await showModal({
        custom_id: `rewrite:${message.id}`,
        title: 'Edit reply',
        inputs: { text: { label: 'Text', value: message.content, isLong: true } },
      });
    },
  },
];

const rewrite = defineCommand({
  name: 'rewrite',
  description: 'x',
  action: defineAction({ description: 'x', options: {}, isPrivate: true, execute: async () => {} }),
  modals: {
    rewrite: { answers: 'private', execute: async ({ id, fields, show }) => show(`${id}: ${fields['text']}`) },
  },
});

let scene: DispatchScene;
let here: Here;

beforeAll(async () => {
  scene = await startDispatch([rewrite], { name: 'Dramatis' }, menus);
});
afterAll(() => scene.close());
beforeEach(() => {
  seen = [];
  failure = undefined;
  here = scene.alice.in(scene.guild.createTextChannel({ name: 'room' }));
});
afterEach(() => {
  scene.log.length = 0;
});

describe('a menu of a message', () => {
  test('is offered by its name', () => {
    expect(here.menuEntries()).toEqual(['Look at it', 'Edit reply']);
  });

  test('knows who used it, and the message, and answers that person alone', async () => {
    const message = await scene.mia.in({ id: here.channelId }).post('Hello');
    expect(await toldBy(await here.menu('Look at it', message))).toBe('“Hello”');
    expect(seen).toEqual([
      {
        bot: 'Dramatis',
        person: 'Alice',
        isModerator: false,
        place: { channelId: here.channelId, guildId: scene.guild.id },
        conversationId: here.channelId,
        message: {
          id: message.id,
          channelId: here.channelId,
          content: 'Hello',
          author: { id: scene.mia.id, name: 'Mia', isBot: false },
          webhookId: undefined,
          applicationId: undefined,
        },
      },
    ]);
  });

  test('knows a message of a webhook', async () => {
    const channel = scene.guild.createTextChannel({ name: 'room' });
    const { url, id } = channel.createWebhook('Seraphina');
    await fetch(url.replace('/api/', '/api/v10/'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ content: 'I am here' }),
    });
    const there = scene.alice.in(channel);
    const message = await there.waitFor(([first]) => first);
    await toldBy(await there.menu('Look at it', message));
    expect(seen).toMatchObject([
      { message: { content: 'I am here', webhookId: id, author: { id, name: 'Seraphina', isBot: true } } },
    ]);
  });

  test('works in direct messages and in threads', async () => {
    const direct = scene.alice.in(await scene.alice.openDm());
    expect(await toldBy(await direct.menu('Look at it', await direct.post('Psst')))).toBe('“Psst”');
    const thread = scene.alice.in(await here.startThread({ name: 'aside' }));
    expect(await toldBy(await thread.menu('Look at it', await thread.post('Over here')))).toBe('“Over here”');
    expect(seen).toMatchObject([
      { place: { channelId: direct.channelId }, conversationId: direct.channelId },
      { place: { channelId: thread.channelId, parentId: here.channelId, guildId: scene.guild.id } },
    ]);
  });

  test.each([
    ['in words for people', new UserError('input', 'Not this one.'), 'Not this one.'],
    ['as a fault', new Error('broken'), FAULT],
  ])('that fails says so to that person, %s', async (_, thrown, said) => {
    failure = thrown;
    expect(await toldBy(await here.menu('Look at it', await here.post('Hello')))).toMatch(said);
  });
});

describe('a menu that opens a form', () => {
  test('opens it as its first answer, and is answered by what is submitted', async () => {
    const message = await here.post('Hello');
    const opened = await here.menu('Edit reply', message);
    expect((await opened.acknowledged).type).toBe(9);
    expect(opened.modal).toMatchObject({ title: 'Edit reply', components: [{ component: { value: 'Hello' } }] });
    expect(await toldBy(await here.submitModal(opened, { text: 'Hi' }))).toBe(`${message.id}: Hi`);
  });

  test('and fails before says so privately', async () => {
    failure = new UserError('permission', 'Not yours.');
    const opened = await here.menu('Edit reply', await here.post('Hello'));
    expect(await answerOf(opened)).toMatchObject({ ephemeral: true, content: 'Not yours.' });
  });

  test('but opens none is a fault', async () => {
    const opened = await here.menu('Edit reply', await here.post('nothing'));
    expect(await answerOf(opened)).toMatchObject({ ephemeral: true, content: expect.stringMatching(FAULT) });
    expect(scene.log).toMatchObject([
      { level: 'error', facts: { err: { message: 'the menu Edit reply opened no modal' } }, message: 'fault' },
    ]);
  });
});

test('a menu of another version says so', async () => {
  const { createRest } = await import('../../src/discord/client.ts');
  const { publishCommands } = await import('../../src/discord/registry.ts');
  const { rest } = createRest({ apiUrl: scene.discord.apiUrl, token: scene.discord.token });
  const old: MessageMenu = { name: 'Old', answers: 'private', execute: async () => {} };
  await publishCommands(rest, scene.discord.applicationId, [rewrite], [...menus, old]);
  const used = await here.menu('Old', await here.post('Hello'));
  expect(await toldBy(used)).toBe('This menu is from an older version of the bot and does nothing now.');
});
