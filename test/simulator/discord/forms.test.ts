import { describe, expect, test } from '@jest/globals';
import { type Interaction, MessageFlags } from 'discord.js';
import { createManualClock, Permission } from '../../../src/simulator/discord/index.ts';
import { command, connect, onInteraction, register, request, startSimulator } from './support.ts';

/** A bot that answers `/form` with the modal, and any other interaction with what it was sent, as JSON. */
async function startForm(modal: object, read: (interaction: Interaction) => unknown) {
  const place = await startSimulator();
  const client = await connect(place.discord);
  await register(place.discord, command('form'));
  const errors = onInteraction(client, async (interaction) => {
    if (interaction.isChatInputCommand()) {
      await interaction.showModal({ custom_id: 'form', title: 'Form', ...modal } as Parameters<
        typeof interaction.showModal
      >[0]);
    } else if (interaction.isRepliable()) {
      await interaction.reply({ content: JSON.stringify(read(interaction)), flags: MessageFlags.Ephemeral });
    }
  });
  const answerTo = async (values: Parameters<typeof place.here.submitModal>[1]) => {
    const submitted = await place.here.submitModal(await place.here.slash('form'), values);
    const [message] = await submitted.waitFor((messages) => messages.length === 1 && messages);
    return JSON.parse(message?.content ?? '') as unknown;
  };
  return { ...place, errors, answerTo };
}

const label = (component: object) => ({ type: 18, label: 'Label', component });
const options = (...values: string[]) => values.map((value) => ({ label: value.toUpperCase(), value }));

describe('modals', () => {
  test('menus, choices and boxes arrive as they were chosen', async () => {
    const modal = {
      components: [
        { type: 10, content: 'Choose well' },
        label({ type: 3, custom_id: 'menu', options: options('a', 'b', 'c'), max_values: 2 }),
        label({ type: 5, custom_id: 'user' }),
        label({ type: 21, custom_id: 'radio', options: options('x', 'y'), required: false }),
        label({ type: 23, custom_id: 'box' }),
      ],
    };
    const { discord, alice, answerTo, errors } = await startForm(modal, (interaction) => {
      if (!interaction.isModalSubmit()) return undefined;
      const { fields } = interaction;
      return {
        menu: fields.getStringSelectValues('menu'),
        user: fields.getSelectedUsers('user', true).map(({ username }) => username),
        radio: fields.getRadioGroup('radio'),
        box: fields.getCheckbox('box'),
      };
    });
    const chosen = { menu: ['a', 'c'], user: alice.id, box: true };
    expect(await answerTo(chosen)).toEqual({ menu: ['a', 'c'], user: ['alice'], radio: null, box: true });
    expect(await answerTo({ ...chosen, box: false, radio: 'y' })).toMatchObject({ radio: 'y', box: false });
    expect([errors, discord.violations]).toEqual([[], []]);
  });

  test('roles, channels and whoever is meant arrive resolved, boxes as a list', async () => {
    const modal = {
      components: [
        label({ type: 6, custom_id: 'role', min_values: 0, required: false }),
        label({ type: 8, custom_id: 'channel', channel_types: [0] }),
        label({ type: 7, custom_id: 'who', max_values: 2 }),
        label({ type: 22, custom_id: 'boxes', options: options('a', 'b', 'c') }),
      ],
    };
    const { discord, guild, alice, channel, answerTo, errors } = await startForm(modal, (interaction) => {
      if (!interaction.isModalSubmit()) return undefined;
      const { fields } = interaction;
      const who = fields.getSelectedMentionables('who', true);
      return {
        role: fields.getSelectedRoles('role')?.map((role) => role?.name) ?? null,
        channel: fields.getSelectedChannels('channel', true).map((selected) => selected?.id),
        who: [...who.users.keys(), ...who.roles.keys()],
        boxes: fields.getCheckboxGroup('boxes'),
      };
    });
    const role = guild.createRole({ name: 'Bards', permissions: 0n });
    const values = { role: role.id, channel: channel.id, who: [alice.id, role.id], boxes: ['a', 'c'] };
    expect(await answerTo(values)).toEqual({ ...values, role: ['Bards'], channel: [channel.id] });
    expect(await answerTo({ ...values, role: [] })).toMatchObject({ role: [] });
    await expect(answerTo({ ...values, role: channel.id })).rejects.toThrow('field "role" cannot select');
    await expect(answerTo({ ...values, boxes: [] })).rejects.toThrow('field "boxes" takes 1 to 3 values');
    expect([errors, discord.violations]).toEqual([[], []]);
  });

  test.each([
    { name: 'too many', values: { menu: ['a', 'b'] }, error: 'field "menu" takes 1 to 1 values' },
    { name: 'none', values: {}, error: 'field "menu" takes 1 to 1 values' },
    { name: 'what is not offered', values: { menu: 'z' }, error: 'field "menu" offers no "z"' },
  ])('a menu takes no selection of $name', async ({ values, error }) => {
    const { answerTo } = await startForm(
      { components: [label({ type: 3, custom_id: 'menu', options: options('a', 'b') })] },
      () => 0,
    );
    await expect(answerTo(values)).rejects.toThrow(error);
  });

  test('files arrive with an address to fetch them from', async () => {
    const modal = { components: [label({ type: 19, custom_id: 'files', max_values: 2 })] };
    const { discord, answerTo, errors } = await startForm(modal, (interaction) =>
      interaction.isModalSubmit()
        ? interaction.fields.getUploadedFiles('files', true).map(({ name, url }) => [name, url])
        : 0,
    );
    const card = { name: 'card.png', type: 'image/png', data: 'pixels' };
    const [[name, url] = []] = (await answerTo({ files: [card] })) as string[][];
    expect([name, await (await fetch(url ?? '')).text()]).toEqual(['card.png', 'pixels']);
    await expect(answerTo({ files: [card, card, card] })).rejects.toThrow('field "files" takes 1 to 2 values');
    expect([errors, discord.violations]).toEqual([[], []]);
  });

  test('an upload takes only files of its kinds, and none at all if it may', async () => {
    const upload = { type: 19, custom_id: 'files', min_values: 0, required: false, file_types: ['image', '.json'] };
    const { discord, answerTo, errors } = await startForm({ components: [label(upload)] }, (interaction) =>
      interaction.isModalSubmit() ? (interaction.fields.getUploadedFiles('files')?.size ?? 0) : -1,
    );
    const file = (name: string) => ({ name, type: 'application/octet-stream', data: 'x' });
    expect([await answerTo({ files: [file('card.JSON')] }), await answerTo({})]).toEqual([1, 0]);
    await expect(answerTo({ files: [file('card.txt')] })).rejects.toThrow(
      'field "files" takes image, .json, not card.txt',
    );
    expect([errors, discord.violations]).toEqual([[], []]);
  });

  test('a form in the old style of rows works as well', async () => {
    const input = { type: 4, custom_id: 'name', label: 'Name', style: 1 };
    const { answerTo } = await startForm({ components: [{ type: 1, components: [input] }] }, (interaction) =>
      interaction.isModalSubmit() ? interaction.fields.getTextInputValue('name') : 0,
    );
    expect(await answerTo({ name: 'Mira' })).toBe('Mira');
    await expect(answerTo({})).rejects.toThrow('field "name" is required');
  });

  test('a form of a button can update the message of that button', async () => {
    const { discord, guild, alice, here, channel } = await startSimulator();
    const client = await connect(discord);
    const errors = onInteraction(client, async (interaction) => {
      if (interaction.isButton()) {
        const input = { type: 4, custom_id: 'text', style: 2 };
        await interaction.showModal({ customId: 'edit', title: 'Edit', components: [label(input)] } as never);
      } else if (interaction.isModalSubmit() && interaction.isFromMessage()) {
        await interaction.update(interaction.fields.getTextInputValue('text'));
      }
    });
    const button = { type: 2, style: 1, label: 'Edit', custom_id: 'edit' };
    await request(discord, 'POST', `/channels/${channel.id}/messages`, {
      content: 'old',
      components: [{ type: 1, components: [button] }],
    });
    const [message] = here.messages();
    const clicked = await here.click(message?.id ?? '', 'Edit');
    const elsewhere = alice.in(guild.createTextChannel({ name: 'other' }));
    await expect(elsewhere.submitModal(clicked, { text: 'new' })).rejects.toThrow('stands open in another channel');
    await (await here.submitModal(clicked, { text: 'new' })).acknowledged;
    expect(here.messages()).toMatchObject([{ content: 'new', edited: true }]);
    expect([errors, discord.violations]).toEqual([[], []]);
  });
});

describe('components of a message', () => {
  test('menus of every kind, and buttons inside a container', async () => {
    const { discord, here, channel, alice, guild } = await startSimulator();
    const client = await connect(discord);
    const role = guild.createRole({ name: 'Bards', permissions: 0n });
    const seen: unknown[] = [];
    const errors = onInteraction(client, async (interaction) => {
      if (interaction.isButton()) seen.push(interaction.customId);
      if (interaction.isStringSelectMenu()) seen.push(interaction.values);
      if (interaction.isUserSelectMenu()) seen.push(interaction.users.map(({ username }) => username));
      if (interaction.isRoleSelectMenu()) seen.push(interaction.roles.map(({ name }) => name));
      if (interaction.isChannelSelectMenu()) seen.push(interaction.channels.map((selected) => selected?.id));
      if (interaction.isMessageComponent()) await interaction.deferUpdate();
    });
    const row = (component: object) => ({ type: 1, components: [component] });
    const components = [
      row({ type: 3, custom_id: 'text', options: options('a', 'b') }),
      row({ type: 5, custom_id: 'user' }),
      row({ type: 6, custom_id: 'role' }),
      row({ type: 8, custom_id: 'channel', channel_types: [0] }),
      {
        type: 9,
        components: [{ type: 10, content: 'A section' }],
        accessory: { type: 2, style: 1, label: 'In', custom_id: 'in' },
      },
    ];
    const sent = await request(discord, 'POST', `/channels/${channel.id}/messages`, {
      flags: 32_768,
      components: [{ type: 17, components }],
    });
    expect(sent.status).toBe(200);
    const [message] = here.messages();
    if (!message) throw new Error('no message');
    const answered = async (interaction: Promise<{ acknowledged: Promise<{ type: number }> }>) =>
      (await (await interaction).acknowledged).type;
    const types = [
      await answered(here.select(message, 'text', 'b')),
      await answered(here.select(message, 'user', alice.id)),
      await answered(here.select(message, 'role', role.id)),
      await answered(here.select(message, 'channel', channel.id)),
      await answered(here.click(message, 'In')),
    ];
    expect(types).toEqual([6, 6, 6, 6, 6]);
    expect(seen).toEqual([['b'], ['alice'], ['Bards'], [channel.id], 'in']);
    await expect(here.select(message, 'user', role.id)).rejects.toThrow('cannot select');
    expect([errors, discord.violations]).toEqual([[], []]);
  });
});

describe('options of a command', () => {
  test('sub-command groups, people, roles, channels and numbers arrive resolved', async () => {
    const { discord, here, alice, guild, channel } = await startSimulator();
    const client = await connect(discord);
    const role = guild.createRole({ name: 'Bards', permissions: 0n });
    const leaves = [
      { type: 6, name: 'user', description: 'User' },
      { type: 8, name: 'role', description: 'Role' },
      { type: 7, name: 'place', description: 'Channel' },
      { type: 9, name: 'who', description: 'Somebody' },
      { type: 10, name: 'ratio', description: 'Number' },
      { type: 5, name: 'loud', description: 'Boolean' },
    ];
    const sub = { type: 1, name: 'set', description: 'Sets', options: leaves };
    await register(
      discord,
      command('band', { options: [{ type: 2, name: 'member', description: 'Members', options: [sub] }] }),
    );
    const told = new Promise<unknown>((resolve) => {
      onInteraction(client, async (interaction) => {
        if (!interaction.isChatInputCommand()) return;
        const { options: given } = interaction;
        resolve([
          given.getSubcommandGroup(),
          given.getSubcommand(),
          given.getUser('user')?.username,
          given.getRole('role')?.name,
          given.getChannel('place')?.name,
          given.getMentionable('who') === given.getRole('role'),
          given.getNumber('ratio'),
          given.getBoolean('loud'),
        ]);
      });
    });
    await here.slash('band member set', { user: alice, role, place: channel, who: role, ratio: 0.5, loud: true });
    expect(await told).toEqual(['member', 'set', 'alice', 'Bards', 'general', true, 0.5, true]);
    await expect(here.slash('band member set', { user: { id: role.id } })).rejects.toThrow(
      'must name something that exists here',
    );
  });

  test('in direct messages there is a user and no member', async () => {
    const { discord, alice } = await startSimulator();
    const client = await connect(discord);
    await register(discord, command('ask'));
    onInteraction(client, async (interaction) => {
      if (interaction.isChatInputCommand())
        await interaction.reply(`${interaction.user.username} ${interaction.member === null} ${interaction.context}`);
    });
    const private_ = alice.in(await alice.openDm());
    const asked = await private_.slash('ask');
    const [message] = await asked.waitFor((messages) => messages.length === 1 && messages);
    expect(message?.content).toBe('alice true 1');
  });

  test('the menu of a message is offered where it may be used, and can open a form', async () => {
    const { discord, here, alice, guild } = await startSimulator();
    const client = await connect(discord);
    await register(
      discord,
      { type: 3, name: 'Edit reply', contexts: [0, 1] },
      { type: 3, name: 'Purge', contexts: [0] },
    );
    const errors = onInteraction(client, async (interaction) => {
      if (interaction.isMessageContextMenuCommand()) {
        const value = interaction.targetMessage.content;
        const input = label({ type: 4, custom_id: 'text', style: 2, value });
        await interaction.showModal({ customId: interaction.targetId, title: 'Edit', components: [input] } as never);
      } else if (interaction.isModalSubmit()) {
        await interaction.reply(`${interaction.customId} ${interaction.fields.getTextInputValue('text')}`);
      }
    });
    const dm = alice.in(await alice.openDm());
    expect([here.menuEntries(), dm.menuEntries()]).toEqual([['Edit reply', 'Purge'], ['Edit reply']]);
    const posted = await dm.post('helo');
    const answered = await dm.submitModal(await dm.menu('Edit reply', posted), {});
    const [message] = await answered.waitFor((messages) => messages.length === 1 && messages);
    expect(message?.content).toBe(`${posted.id} helo`);
    await expect(dm.menu('Purge', posted)).rejects.toThrow('it is not for direct messages');
    guild.setMemberPermissions(Permission.ViewChannel);
    expect(here.menuEntries()).toEqual([]);
    expect([errors, discord.violations]).toEqual([[], []]);
  });

  test('the menu of a person names that person', async () => {
    const { discord, here, alice } = await startSimulator();
    const client = await connect(discord);
    await register(discord, { type: 2, name: 'Greet' });
    onInteraction(client, async (interaction) => {
      if (interaction.isUserContextMenuCommand()) await interaction.reply(`Hello ${interaction.targetUser.username}`);
    });
    const greeted = await here.userMenu(alice, 'Greet');
    const [message] = await greeted.waitFor((messages) => messages.length === 1 && messages);
    expect(message?.content).toBe('Hello alice');
  });

  test('choices that come too late are no choices', async () => {
    const clock = createManualClock();
    const { discord, here } = await startSimulator({ clock });
    await register(
      discord,
      command('ask', { options: [{ type: 3, name: 'model', description: 'Model', autocomplete: true }] }),
    );
    const choices = here.autocomplete('ask', 'model', 'm');
    clock.advance(3_000);
    await expect(choices).rejects.toThrow('The application did not respond');
  });
});

test('a mention brings the bot into a private thread', async () => {
  const { discord, guild, here, alice } = await startSimulator();
  guild.setBotPermissions((1n << 10n) | (1n << 38n));
  const thread = await here.startThread({ name: 'secret', private: true });
  const read = () => request(discord, 'GET', `/channels/${thread.id}`);
  expect(await read()).toMatchObject({ status: 403, body: { code: 50001 } });
  await alice.in(thread).post(`<@${discord.botUserId}> come in`);
  expect(await read()).toMatchObject({ status: 200, body: { member_count: 2 } });
});
