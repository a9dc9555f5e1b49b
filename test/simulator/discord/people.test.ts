import { describe, expect, test } from '@jest/globals';
import { MEMBER_RIGHTS, Permission } from '../../../src/simulator/discord/index.ts';
import { command, register, request, startSimulator } from './support.ts';

describe('what a client offers', () => {
  test.each([
    {
      name: 'an unknown command',
      line: 'aks',
      options: {},
      error: 'no command "aks" is registered here; there are: ask, models',
    },
    { name: 'a missing option', line: 'ask', options: {}, error: 'option "prompt" is required' },
    {
      name: 'an unknown option',
      line: 'ask',
      options: { promt: 'x' },
      error: 'has no option "promt"; it has: prompt, count, file',
    },
    { name: 'a number for text', line: 'ask', options: { prompt: 5 }, error: 'option "prompt": must be text, got 5' },
    {
      name: 'a text that is too long',
      line: 'ask',
      options: { prompt: 'x'.repeat(11) },
      error: 'must have at most 10 characters',
    },
    { name: 'a fraction', line: 'ask', options: { prompt: 'x', count: 1.5 }, error: 'must be a whole number' },
    { name: 'a number that is too large', line: 'ask', options: { prompt: 'x', count: 6 }, error: 'must be at most 5' },
    {
      name: 'a choice that is none',
      line: 'models list',
      options: { sort: 'size' },
      error: 'must be one of By name, By age',
    },
    {
      name: 'a file of another kind',
      line: 'ask',
      options: { prompt: 'x', file: { name: 'a.exe', type: 'image/png', data: 'x' } },
      error: 'option "file": must be one of image, .txt',
    },
    {
      name: 'a command without its sub-command',
      line: 'models',
      options: {},
      error: '/models needs a sub-command: list',
    },
    {
      name: 'an unknown sub-command',
      line: 'models show',
      options: {},
      error: '/models has no sub-command "show"; it has: list',
    },
  ])('$name is refused', async ({ line, options, error }) => {
    const { discord, here } = await startSimulator();
    await register(discord, ...COMMANDS);
    await expect(here.slash(line, options)).rejects.toThrow(error);
  });

  test('a choice may be named by what is shown', async () => {
    const { discord, here } = await startSimulator();
    await register(discord, ...COMMANDS);
    expect((await here.slash('models list', { sort: 'By name' })).failed).toBe(false);
  });

  test.each([
    {
      name: 'without the permissions it needs',
      definition: { default_member_permissions: '32' },
      error: 'it needs the permissions 32',
    },
    {
      name: 'that is for administrators only',
      definition: { default_member_permissions: '0' },
      error: 'it needs the permissions 0',
    },
    { name: 'for direct messages', definition: { contexts: [1] }, error: 'it is not for servers' },
    { name: 'for age-restricted channels', definition: { nsfw: true }, error: 'it is for age-restricted channels' },
  ])('a command $name is not offered', async ({ definition, error }) => {
    const { discord, here } = await startSimulator();
    await register(discord, command('rare', definition));
    await expect(here.slash('rare')).rejects.toThrow(error);
  });

  test('a command is offered to those whom it is for', async () => {
    const { discord, guild, alice } = await startSimulator();
    await register(discord, command('manage', { default_member_permissions: '32' }), command('adult', { nsfw: true }));
    const role = guild.createRole({ name: 'Managers', permissions: Permission.ManageGuild });
    guild.join(alice, { roles: [role] });
    const adults = guild.createTextChannel({ name: 'adults', nsfw: true });
    expect((await alice.in(adults).slash('manage')).failed).toBe(false);
    const thread = await alice.in(adults).startThread({ name: 'scene' });
    expect((await alice.in(thread).slash('adult')).failed).toBe(false);
  });

  test('the list of commands shows each sub-command with its options, and only what is offered', async () => {
    const { discord, here } = await startSimulator();
    await register(discord, ...COMMANDS, command('rare', { default_member_permissions: '0' }));
    expect(
      here.commands().map(({ name, options }) => [name, options.map(({ name, type }) => `${name}: ${type}`)]),
    ).toEqual([
      ['ask', ['prompt: string', 'count: integer', 'file: attachment']],
      ['models list', ['sort: string']],
    ]);
    expect(here.commands()[1]?.options[0]?.choices).toEqual([
      { name: 'By name', value: 'name' },
      { name: 'By age', value: 'age' },
    ]);
  });

  test('a command of a server is offered there only', async () => {
    const { discord, guild, alice, here } = await startSimulator();
    await request(discord, 'PUT', `/applications/${discord.applicationId}/guilds/${guild.id}/commands`, [
      command('local'),
    ]);
    expect((await here.slash('local')).failed).toBe(false);
    await expect(alice.in(await alice.openDm()).slash('local')).rejects.toThrow('no command "local"');
  });

  test('buttons that are disabled or lead elsewhere cannot be clicked, menus take what they list', async () => {
    const { discord, channel, here } = await startSimulator();
    await request(discord, 'POST', `/channels/${channel.id}/messages`, {
      content: 'x',
      components: [
        {
          type: 1,
          components: [
            { type: 2, style: 1, label: 'Off', custom_id: 'off', disabled: true },
            { type: 2, style: 5, label: 'Page', url: 'https://example.org' },
          ],
        },
        {
          type: 1,
          components: [
            {
              type: 3,
              custom_id: 'menu',
              options: [
                { label: 'A', value: 'a' },
                { label: 'B', value: 'b' },
              ],
            },
          ],
        },
      ],
    });
    const [message] = here.messages();
    if (!message) throw new Error('no message');
    await expect(here.click(message, 'off')).rejects.toThrow('the button "off" is disabled');
    await expect(here.click(message, 'Page')).rejects.toThrow('opens a page');
    await expect(here.select(message, 'menu', 'c')).rejects.toThrow('offers no "c"');
    await expect(here.select(message, 'menu', ['a', 'b'])).rejects.toThrow('takes 1 to 1 values');
    expect((await here.select(message, 'menu', ['b'])).failed).toBe(false);
  });
});

describe('what a person may do', () => {
  test('rights of the channel hold for people as well', async () => {
    const { guild, channel, here } = await startSimulator();
    const message = await here.post('while it lasts');
    guild.setMemberPermissions(MEMBER_RIGHTS & ~Permission.AttachFiles);
    await expect(here.post('', { files: [{ name: 'a', type: 'text/plain', data: 'x' }] })).rejects.toThrow(
      'may not attach files',
    );
    channel.setOverwrites([{ id: guild.everyoneRoleId, type: 0, deny: Permission.SendMessages }]);
    guild.setMemberPermissions(MEMBER_RIGHTS & ~Permission.SendMessages);
    await expect(here.post('x')).rejects.toThrow('may not write');
    channel.setOverwrites([{ id: guild.everyoneRoleId, type: 0, deny: Permission.ViewChannel }]);
    guild.setMemberPermissions(0n);
    expect(() => here.messages()).toThrow('the channel is hidden from them');
    await expect(here.edit(message, 'x')).rejects.toThrow('the channel is hidden');
  });

  test('messages have 1 to 2,000 characters, and only the author edits them', async () => {
    const { discord, guild, channel, here } = await startSimulator();
    const bob = discord.createPerson({ name: 'bob' });
    guild.join(bob);
    await expect(here.post('x'.repeat(2_001))).rejects.toThrow('at most 2000 characters');
    await expect(here.post('  ')).rejects.toThrow('an empty message cannot be sent');
    const message = await here.post('mine');
    await expect(bob.in(channel).edit(message, 'yours')).rejects.toThrow('may edit only their own messages');
    await expect(bob.in(channel).delete(message)).rejects.toThrow('may not delete messages of others');
  });

  test('direct messages need a server in common', async () => {
    const { discord } = await startSimulator();
    await expect(discord.createPerson({ name: 'stranger' }).openDm()).rejects.toThrow('shares no server with the bot');
  });

  test('waiting ends with the event that makes it true, or says what is shown', async () => {
    const { here } = await startSimulator();
    const found = here.waitFor((messages) => messages.find(({ content }) => content === 'now'));
    await here.post('not yet');
    await here.post('now');
    expect((await found).content).toBe('now');
    await expect(here.waitFor(() => undefined, { timeoutMs: 1 })).rejects.toThrow(/alice sees [^]*not yet/);
  });
});

const COMMANDS = [
  command('ask', {
    options: [
      { type: 3, name: 'prompt', description: 'What', required: true, max_length: 10 },
      { type: 4, name: 'count', description: 'How often', max_value: 5 },
      { type: 11, name: 'file', description: 'A file', file_types: ['image', '.txt'] },
    ],
  }),
  command('models', {
    options: [
      {
        type: 1,
        name: 'list',
        description: 'Lists',
        options: [
          {
            type: 3,
            name: 'sort',
            description: 'Order',
            choices: [
              { name: 'By name', value: 'name' },
              { name: 'By age', value: 'age' },
            ],
          },
        ],
      },
    ],
  }),
];
