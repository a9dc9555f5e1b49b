import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { StartError } from '../../src/core/errors.ts';
import { createRest } from '../../src/discord/client.ts';
import { type Command, defineAction, defineCommand } from '../../src/discord/command.ts';
import { componentsOf } from '../../src/discord/components.ts';
import { parseCustomId } from '../../src/discord/controls.ts';
import type { MessageMenu } from '../../src/discord/message-menu.ts';
import { loadCommands, publishCommands } from '../../src/discord/registry.ts';
import { createRunningReplies } from '../../src/discord/running.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type HttpServer, startHttpServer, status } from '../support/http-server.ts';

const commandsFolder = new URL('../../commands/', import.meta.url);
const fixture = (name: string) => new URL(`../fixtures/commands-${name}/`, import.meta.url);
const runningReplies = () => createRunningReplies({ clock: new FakeClock() });

const APPLICATION_ID = '223456789012345678';
const ROUTE = `/api/v10/applications/${APPLICATION_ID}/commands`;

const ask = defineCommand({
  name: 'ask',
  description: 'Ask a question',
  action: defineAction({
    description: 'Ask a question',
    options: {
      prompt: { type: 'string', description: 'What', required: true, maxLength: 6_000 },
      model: { type: 'string', description: 'Who', suggest: () => [] },
      file: { type: 'attachment', description: 'With what' },
      private: { type: 'boolean', description: 'For you alone' },
    },
    isPrivate: false,
    execute: async () => {},
  }),
});

const models = defineCommand({
  name: 'models',
  description: 'The models',
  subcommands: {
    list: defineAction({ description: 'All of them', options: {}, isPrivate: true, execute: async () => {} }),
  },
});

/** The same two commands as Discord answers them (the form of an answer of its API, with made-up ids). */
const askAtDiscord = {
  id: '323456789012345678',
  application_id: APPLICATION_ID,
  version: '423456789012345678',
  default_member_permissions: null,
  type: 1,
  name: 'ask',
  name_localizations: null,
  description: 'Ask a question',
  description_localizations: null,
  dm_permission: true,
  contexts: [1, 0],
  integration_types: [0],
  options: [
    {
      type: 3,
      name: 'prompt',
      name_localizations: null,
      description: 'What',
      description_localizations: null,
      required: true,
      max_length: 6000,
    },
    {
      type: 3,
      name: 'model',
      name_localizations: null,
      description: 'Who',
      description_localizations: null,
      autocomplete: true,
    },
    { type: 11, name: 'file', name_localizations: null, description: 'With what', description_localizations: null },
    {
      type: 5,
      name: 'private',
      name_localizations: null,
      description: 'For you alone',
      description_localizations: null,
    },
  ],
  nsfw: false,
};
const modelsAtDiscord = {
  id: '523456789012345678',
  application_id: APPLICATION_ID,
  version: '623456789012345678',
  default_member_permissions: null,
  type: 1,
  name: 'models',
  description: 'The models',
  contexts: [0, 1],
  integration_types: [0],
  options: [{ type: 1, name: 'list', description: 'All of them' }],
  nsfw: false,
};

describe('loading', () => {
  test('takes every file of commands/', async () => {
    const commands = await loadCommands(commandsFolder);
    expect([...commands.keys()]).toEqual([
      'ask',
      'help',
      'history',
      'lorebook',
      'models',
      'persona',
      'report',
      'roleplay',
      'settings',
      'status',
    ]);
    expect([...commands.values()].map(({ name }) => name)).toEqual([...commands.keys()]);
  });

  test.each([
    ['no-export', 'lost.ts', 'does not export a command by default (see defineCommand).'],
    ['not-a-command', 'half.ts', 'does not export a command by default (see defineCommand).'],
    ['wrong-name', 'old.ts', 'defines /new; a command has the name of its file.'],
    ['duplicate', 'twice.ts', 'defines /twice again.'],
  ])('stops at commands-%s and names the file', async (folder, file, reason) => {
    const path = fileURLToPath(new URL(file, fixture(folder)));
    await expect(loadCommands(fixture(folder))).rejects.toEqual(new StartError(`${path} ${reason}`));
  });
});

describe('buttons, menus and forms', () => {
  const action = { answers: 'update', execute: async () => {} } as const;
  const withParts = (parts: Partial<Command>): Command => ({ ...models, ...parts });
  const collect = (...commands: Command[]) =>
    componentsOf(new Map(commands.map((command) => [command.name, command])), runningReplies());

  test('are those of replies and those of the commands', () => {
    const { buttons, selects, modals } = collect(
      withParts({ buttons: { page: action, open: { answers: 'modal', execute: async () => {} } } }),
      { ...withParts({ selects: { pick: action }, modals: { save: action } }), name: 'personas' },
      ask,
    );
    expect([...buttons.keys()].slice(-2)).toEqual(['page', 'open']);
    expect(buttons.has('stop')).toBe(true);
    expect([...selects.keys()]).toEqual(['pick']);
    expect([...modals.keys()].slice(-1)).toEqual(['save']);
  });

  test('of the bot’s own commands go together, and have names that are read back from custom ids', async () => {
    const { buttons, selects, modals } = componentsOf(await loadCommands(commandsFolder), runningReplies());
    for (const name of [...buttons.keys(), ...selects.keys(), ...modals.keys()]) {
      expect(parseCustomId(`${name}:x`)).toEqual({ action: name, id: 'x' });
    }
  });

  const twice: [string, Command[], string][] = [
    ['that of a reply', [withParts({ buttons: { stop: action } })], '/models defines the button "stop"'],
    ['a menu and that of a reply', [withParts({ selects: { retry: action } })], '/models defines the menu "retry"'],
    [
      'a button and a form',
      [withParts({ buttons: { page: action }, modals: { page: action } })],
      '/models defines the modal "page"',
    ],
    [
      'those of two commands',
      [withParts({ buttons: { page: action } }), { ...withParts({ buttons: { page: action } }), name: 'personas' }],
      '/personas defines the button "page"',
    ],
  ];

  test.each(twice)('may not share a name: %s', (_, commands, reason) => {
    expect(() => collect(...commands)).toThrow(new StartError(`${reason}, which exists already.`));
  });
});

describe('publishing', () => {
  let server: HttpServer;

  beforeEach(async () => {
    server = await startHttpServer();
  });
  afterEach(() => server.close());

  async function publish(commands: Command[], atDiscord: object[], menus: MessageMenu[] = []) {
    server.script(status(200, atDiscord), status(200, []));
    const { rest } = createRest({ apiUrl: `${server.url}/api`, token: 'a.b.c' });
    const outcome = await publishCommands(rest, APPLICATION_ID, commands, menus);
    const requests = server.requests.map(({ method, path }) => `${method} ${path}`);
    return { outcome, requests };
  }

  test('sends all commands when Discord has none', async () => {
    const { outcome, requests } = await publish([ask, models], []);
    expect(outcome).toEqual({ changed: true, count: 2 });
    expect(requests).toEqual([`GET ${ROUTE}`, `PUT ${ROUTE}`]);
    expect(server.requests[1]?.headers.authorization).toBe('Bot a.b.c');
    expect(server.requests[1]?.body).toEqual([
      {
        type: 1,
        name: 'ask',
        description: 'Ask a question',
        contexts: [0, 1],
        integration_types: [0],
        options: [
          { type: 3, name: 'prompt', description: 'What', required: true, max_length: 6000 },
          { type: 3, name: 'model', description: 'Who', required: false, autocomplete: true },
          { type: 11, name: 'file', description: 'With what', required: false },
          { type: 5, name: 'private', description: 'For you alone', required: false },
        ],
      },
      {
        type: 1,
        name: 'models',
        description: 'The models',
        contexts: [0, 1],
        integration_types: [0],
        options: [{ type: 1, name: 'list', description: 'All of them', options: [] }],
      },
    ]);
  });

  test('sends nothing when Discord has them, with its ids, nulls and defaults, in another order', async () => {
    const { outcome, requests } = await publish([ask, models], [modelsAtDiscord, askAtDiscord]);
    expect(outcome).toEqual({ changed: false, count: 2 });
    expect(requests).toEqual([`GET ${ROUTE}`]);
  });

  const settings = defineCommand({ ...models, name: 'settings', isGuildOnly: true, isForAdmins: true });
  const settingsAtDiscord = {
    ...modelsAtDiscord,
    name: 'settings',
    contexts: [0],
    default_member_permissions: '32',
  };

  test('offers what is for admins to those who may manage the server, and not in direct messages', async () => {
    await publish([settings], []);
    expect(server.requests[1]?.body).toMatchObject([{ contexts: [0], default_member_permissions: '32' }]);
  });

  test.each([
    ['nothing', settingsAtDiscord, false],
    ['who is offered it', { ...settingsAtDiscord, default_member_permissions: null }, true],
    ['where it is offered', { ...settingsAtDiscord, contexts: [0, 1] }, true],
  ])('of what is for admins looks at the rights too: Discord’s differ in %s', async (_, atDiscord, changed) => {
    expect((await publish([settings], [atDiscord])).outcome).toEqual({ changed, count: 1 });
  });

  const roll = defineCommand({
    name: 'roll',
    description: 'x',
    action: defineAction({
      description: 'x',
      options: {
        sides: { type: 'integer', description: 'x', min: 0, max: 20 },
        where: { type: 'channel', description: 'x', channelTypes: [5, 0] },
        whom: { type: 'user', description: 'x' },
        as: { type: 'role', description: 'x' },
      },
      isPrivate: false,
      execute: async () => {},
    }),
  });
  const rollAtDiscord = {
    ...askAtDiscord,
    name: 'roll',
    description: 'x',
    options: [
      { type: 4, name: 'sides', description: 'x', min_value: 0, max_value: 20 },
      { type: 7, name: 'where', description: 'x', channel_types: [0, 5] },
      { type: 6, name: 'whom', description: 'x' },
      { type: 8, name: 'as', description: 'x' },
    ],
  };

  test.each([
    ['nothing', rollAtDiscord, false],
    [
      'a limit',
      { ...rollAtDiscord, options: [{ ...rollAtDiscord.options[0], min_value: 1 }, ...rollAtDiscord.options.slice(1)] },
      true,
    ],
    [
      'the kinds of channels',
      { ...rollAtDiscord, options: rollAtDiscord.options.map((option) => ({ ...option, channel_types: undefined })) },
      true,
    ],
  ])('looks at the limits of options: Discord’s differ in %s', async (_, atDiscord, changed) => {
    expect((await publish([roll], [atDiscord])).outcome).toEqual({ changed, count: 1 });
  });

  const menu: MessageMenu = { name: 'ask', answers: 'private', execute: async () => {} };
  const menuAtDiscord = { ...askAtDiscord, type: 3, description: '', options: undefined };

  test('sends menus of messages with the commands', async () => {
    expect((await publish([ask], [], [menu])).outcome).toEqual({ changed: true, count: 2 });
    expect(server.requests[1]?.body).toEqual([
      expect.objectContaining({ type: 1, name: 'ask' }),
      { type: 3, name: 'ask', contexts: [0, 1], integration_types: [0] },
    ]);
  });

  test.each([
    ['has them', [menuAtDiscord, askAtDiscord], false],
    ['has another', [{ ...menuAtDiscord, name: 'Old' }, askAtDiscord], true],
    ['has none', [askAtDiscord], true],
  ])('sends menus when Discord’s differ: it %s', async (_, atDiscord, changed) => {
    expect((await publish([ask], atDiscord, [menu])).outcome).toEqual({ changed, count: 2 });
  });

  const [prompt, model, file, isPrivate] = askAtDiscord.options;
  test.each([
    ['a description', [{ ...askAtDiscord, description: 'Ask' }, modelsAtDiscord]],
    ['a command too few', [askAtDiscord]],
    ['a command too many', [askAtDiscord, modelsAtDiscord, { ...modelsAtDiscord, name: 'old' }]],
    ['no direct messages', [{ ...askAtDiscord, contexts: [0] }, modelsAtDiscord]],
    ['an install for users', [{ ...askAtDiscord, integration_types: [0, 1] }, modelsAtDiscord]],
    ['an option that is missing', [{ ...askAtDiscord, options: [prompt, model, file] }, modelsAtDiscord]],
    ['options in another order', [{ ...askAtDiscord, options: [prompt, file, model, isPrivate] }, modelsAtDiscord]],
    [
      'an option that is required',
      [{ ...askAtDiscord, options: [prompt, { ...model, required: true }, file, isPrivate] }, modelsAtDiscord],
    ],
    [
      'another length',
      [{ ...askAtDiscord, options: [{ ...prompt, max_length: 100 }, model, file, isPrivate] }, modelsAtDiscord],
    ],
    [
      'no suggestions',
      [{ ...askAtDiscord, options: [prompt, { ...model, autocomplete: false }, file, isPrivate] }, modelsAtDiscord],
    ],
    [
      'a sub-command',
      [askAtDiscord, { ...modelsAtDiscord, options: [{ ...modelsAtDiscord.options[0], name: 'all' }] }],
    ],
  ])('sends them when Discord’s differ in %s', async (_, atDiscord) => {
    const { outcome, requests } = await publish([ask, models], atDiscord);
    expect(outcome).toEqual({ changed: true, count: 2 });
    expect(requests).toEqual([`GET ${ROUTE}`, `PUT ${ROUTE}`]);
  });

  test('of the bot’s own commands stays within Discord’s rules', async () => {
    const commands = await loadCommands(commandsFolder);
    await publish([...commands.values()], []);
    const bodies = server.requests[1]?.body as (typeof askAtDiscord)[];
    for (const { name, description, options } of bodies) {
      expect(name).toMatch(/^[a-z-]{1,32}$/);
      expect(description.length).toBeLessThanOrEqual(100);
      expect(options.length).toBeLessThanOrEqual(25);
      for (const option of options) expect(option.description.length).toBeLessThanOrEqual(100);
      const required = options.map((option) => option.required ?? false);
      expect(required).toEqual([...required].sort((a, b) => Number(b) - Number(a)));
    }
  });
});
