import { describe, expect, test } from '@jest/globals';
import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  ComponentType,
  type Interaction,
  MessageFlags,
  TextInputStyle,
} from 'discord.js';
import { createManualClock, type SimulatorEvent } from '../../../src/simulator/discord/index.ts';
import { command, connect, onInteraction, register, request, startSimulator } from './support.ts';

const row = (...buttons: { label: string; customId: string }[]) =>
  new ActionRowBuilder<ButtonBuilder>().addComponents(
    buttons.map(({ label, customId }) =>
      new ButtonBuilder().setLabel(label).setCustomId(customId).setStyle(ButtonStyle.Primary),
    ),
  );

const PROMPT = { type: 3, name: 'prompt', description: 'What to ask', required: true };
const ASK = command('ask', { options: [PROMPT] });

async function startBot(handle: (interaction: Interaction) => Promise<unknown>) {
  const place = await startSimulator();
  const client = await connect(place.discord);
  await register(place.discord, ASK);
  const errors = onInteraction(client, handle);
  return { ...place, client, errors };
}

describe('a discord.js bot', () => {
  test('defers, edits and follows up; events tell it in the order of processing', async () => {
    const { discord, here, errors } = await startBot(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply();
      await interaction.editReply(`you asked ${interaction.options.getString('prompt')}`);
      await interaction.followUp('and more');
      const original = await interaction.fetchReply();
      await interaction.editReply(`${original.content}!`);
    });
    const events: string[] = [];
    discord.on((event: SimulatorEvent) =>
      events.push(
        'message' in event ? `${event.type} ${event.message.loading ? 'loading' : event.message.content}` : event.type,
      ),
    );
    const interaction = await here.slash('ask', { prompt: 'why' });
    expect(await interaction.acknowledged).toMatchObject({ type: 5 });
    const shown = await interaction.waitFor((messages) => messages[0]?.content.endsWith('!') && messages);
    expect(shown.map(({ content, edited, revisions, author }) => [content, edited, revisions, author.name])).toEqual([
      ['you asked why!', true, 2, 'Dramatis'],
      ['and more', false, 0, 'Dramatis'],
    ]);
    expect(events).toEqual([
      'interaction-created',
      'interaction-acknowledged',
      'message-created loading',
      'message-updated you asked why',
      'message-created and more',
      'message-updated you asked why!',
    ]);
    expect([errors, discord.violations]).toEqual([[], []]);
  });

  test('answers for one person alone: others see nothing, the bot token reaches nothing', async () => {
    const { discord, guild, here, channel, errors } = await startBot(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
      await interaction.editReply('between us');
    });
    const bob = discord.createPerson({ name: 'bob' });
    guild.join(bob);
    const interaction = await here.slash('ask', { prompt: 'x' });
    const [message] = await interaction.waitFor((messages) => messages[0]?.content === 'between us' && messages);
    expect(here.messages()).toMatchObject([{ content: 'between us', ephemeral: true }]);
    expect(bob.in(channel).messages()).toEqual([]);
    const path = `/channels/${channel.id}/messages`;
    const unknown = { status: 404, body: { code: 10008, message: 'Unknown Message' } };
    expect(await request(discord, 'GET', `${path}/${message?.id}`)).toMatchObject(unknown);
    expect(await request(discord, 'PATCH', `${path}/${message?.id}`, { content: 'no' })).toMatchObject(unknown);
    expect(await request(discord, 'DELETE', `${path}/${message?.id}`)).toMatchObject(unknown);
    expect((await request(discord, 'GET', path)).body).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('updates the message of a button, and opens no door to buttons that are gone', async () => {
    const { discord, here, errors } = await startBot(async (interaction) => {
      if (interaction.isChatInputCommand()) {
        await interaction.reply({ content: 'choose', components: [row({ label: 'Left', customId: 'left' })] });
      } else if (interaction.isButton()) {
        await interaction.update({
          content: `${interaction.customId} of ${interaction.message.content}`,
          components: [],
        });
      }
    });
    const asked = await here.slash('ask', { prompt: 'x' });
    const [message] = await asked.waitFor((messages) => messages.length === 1 && messages);
    if (!message) throw new Error('no message');
    await expect(here.click(message, 'Right')).rejects.toThrow('has no button "Right"; it has: Left (left)');
    expect(await (await here.click(message, 'Left')).acknowledged).toMatchObject({ type: 7 });
    expect(here.messages()).toMatchObject([{ content: 'left of choose', components: [], edited: true }]);
    await expect(here.click(message, 'left')).rejects.toThrow('it has: none');
    expect([errors, discord.violations]).toEqual([[], []]);
  });

  test('takes a deferred update and edits the original', async () => {
    const { here, errors } = await startBot(async (interaction) => {
      if (interaction.isChatInputCommand()) {
        await interaction.reply({ content: 'one', components: [row({ label: 'Next', customId: 'next' })] });
      } else if (interaction.isButton()) {
        await interaction.deferUpdate();
        await interaction.editReply('two');
        await interaction.followUp('three');
      }
    });
    const asked = await here.slash('ask', { prompt: 'x' });
    const [message] = await asked.waitFor((messages) => messages.length === 1 && messages);
    if (!message) throw new Error('no message');
    await here.click(message, 'next');
    const shown = await here.waitFor((messages) => messages.length === 2 && messages);
    expect(shown.map(({ content, replyToId }) => [content, replyToId])).toEqual([
      ['two', undefined],
      ['three', message.id],
    ]);
    expect(errors).toEqual([]);
  });

  test('shows a modal and reads what was written into it', async () => {
    const { discord, here, errors } = await startBot(async (interaction) => {
      if (interaction.isChatInputCommand()) {
        await interaction.showModal({
          custom_id: 'form',
          title: 'A form',
          components: [
            {
              type: ComponentType.Label,
              label: 'Name',
              component: {
                type: ComponentType.TextInput,
                custom_id: 'name',
                style: TextInputStyle.Short,
                max_length: 5,
              },
            },
            {
              type: ComponentType.Label,
              label: 'Text',
              component: {
                type: ComponentType.TextInput,
                custom_id: 'text',
                style: TextInputStyle.Paragraph,
                value: 'preset',
              },
            },
          ],
        });
      } else if (interaction.isModalSubmit()) {
        const { fields, customId } = interaction;
        await interaction.reply(
          `${customId}: ${fields.getTextInputValue('name')}, ${fields.getTextInputValue('text')}`,
        );
      }
    });
    const asked = await here.slash('ask', { prompt: 'x' });
    expect(await asked.acknowledged).toMatchObject({ type: 9 });
    await expect(here.submitModal(asked, { name: 'too long' })).rejects.toThrow(
      'field "name" takes at most 5 characters',
    );
    await expect(here.submitModal(asked, { nickname: 'x' })).rejects.toThrow('no field "nickname"; it has: name, text');
    const submitted = await here.submitModal(asked, { name: 'Mira' });
    const [message] = await submitted.waitFor((messages) => messages.length === 1 && messages);
    expect(message?.content).toBe('form: Mira, preset');
    expect([errors, discord.violations]).toEqual([[], []]);
  });

  test('offers choices while a person types', async () => {
    const { discord, here, errors } = await startBot(async (interaction) => {
      if (!interaction.isAutocomplete()) return;
      const typed = interaction.options.getFocused();
      const about = interaction.options.getString('prompt');
      await interaction.respond([{ name: `${typed}tral for ${about}`, value: 'mixtral' }]);
    });
    await register(discord, {
      ...ASK,
      options: [PROMPT, { type: 3, name: 'model', description: 'Which model', autocomplete: true }],
    });
    expect(await here.autocomplete('ask', 'model', 'mix', { prompt: 'x' })).toEqual([
      { name: 'mixtral for x', value: 'mixtral' },
    ]);
    await expect(here.autocomplete('ask', 'prompt', 'mix')).rejects.toThrow('has no autocomplete');
    expect([errors, discord.violations]).toEqual([[], []]);
  });

  test('serves the menu of a message, with its content even where the content intent is off', async () => {
    const { discord, here, errors } = await startBot(async (interaction) => {
      if (interaction.isMessageContextMenuCommand())
        await interaction.reply(interaction.targetMessage.content.toUpperCase());
    });
    await register(discord, { type: 3, name: 'Shout' });
    const message = await here.post('quiet');
    const interaction = await here.menu('Shout', message);
    const [answer] = await interaction.waitFor((messages) => messages.length === 1 && messages);
    expect(answer?.content).toBe('QUIET');
    expect([errors, discord.violations]).toEqual([[], []]);
  });

  test('is told who asks, where, and what both may do there', async () => {
    let tell: (facts: object) => void;
    const told = new Promise<object>((resolve) => {
      tell = resolve;
    });
    const { here, alice, guild, channel } = await startBot(async (interaction) => {
      tell({
        user: interaction.user.id,
        locale: interaction.locale,
        guild: interaction.guildId,
        channel: interaction.channel?.id,
        mayManage: interaction.memberPermissions?.has('ManageGuild'),
        botMayManageWebhooks: interaction.appPermissions.has('ManageWebhooks'),
        context: interaction.context,
        owners: interaction.authorizingIntegrationOwners,
        sizeLimit: interaction.attachmentSizeLimit,
      });
    });
    const admins = guild.createRole({ name: 'Admins', permissions: 1n << 5n });
    guild.join(alice, { roles: [admins] });
    await here.slash('ask', { prompt: 'x' });
    expect(await told).toEqual({
      user: alice.id,
      locale: 'en-US',
      guild: guild.id,
      channel: channel.id,
      mayManage: true,
      botMayManageWebhooks: true,
      context: 0,
      owners: expect.objectContaining({ 0: guild.id }),
      sizeLimit: 10 * 1024 * 1024,
    });
  });
});

describe('the rules of answering', () => {
  /** discord.js only receives; the answers are bare requests, so that every rule can be broken. */
  async function startRaw() {
    const clock = createManualClock();
    const place = await startSimulator({ clock });
    const client = await connect(place.discord);
    await register(place.discord, ASK);
    const ask = async () => {
      const received = new Promise<Interaction>((resolve) => client.once('interactionCreate', resolve));
      const handle = await place.here.slash('ask', { prompt: 'x' });
      const { id, token } = await received;
      const callback = (body: object, query = '') =>
        request(place.discord, 'POST', `/interactions/${id}/${token}/callback${query}`, body, {});
      const webhook = (method: string, path: string, body?: object) =>
        request(place.discord, method, `/webhooks/${place.discord.applicationId}/${token}${path}`, body, {});
      return { handle, callback, webhook };
    };
    return { ...place, clock, ask };
  }

  const hello = { type: 4, data: { content: 'hello' } };

  test('a callback answers 204 without a content type, or the message when it is asked for', async () => {
    const { ask } = await startRaw();
    const plain = await (await ask()).callback(hello);
    expect([plain.status, plain.body, plain.headers.get('content-type')]).toEqual([204, undefined, null]);
    const { callback, handle } = await ask();
    expect(await callback(hello, '?with_response=true')).toMatchObject({
      status: 200,
      body: {
        interaction: { id: handle.id, response_message_loading: false, response_message_ephemeral: false },
        resource: { type: 4, message: { content: 'hello' } },
      },
    });
  });

  test('an answer after three seconds comes to nothing: 10062, and the person is told so', async () => {
    const { ask, clock, here, discord } = await startRaw();
    const { handle, callback } = await ask();
    const events: string[] = [];
    discord.on(({ type }) => events.push(type));
    clock.advance(3_000);
    expect(await callback(hello)).toMatchObject({ status: 404, body: { code: 10062, message: 'Unknown interaction' } });
    expect([handle.failed, events, here.messages()]).toEqual([true, ['interaction-failed'], []]);
    await expect(handle.acknowledged).rejects.toThrow('did not respond');
  });

  test('an answer one millisecond before that is in time', async () => {
    const { ask, clock } = await startRaw();
    const { handle, callback } = await ask();
    clock.advance(2_999);
    expect((await callback(hello)).status).toBe(204);
    expect(await handle.acknowledged).toEqual({ type: 4, afterMs: 2_999 });
  });

  test('a second answer is refused with 40060', async () => {
    const { ask, here } = await startRaw();
    const { callback } = await ask();
    await callback(hello);
    expect(await callback(hello)).toMatchObject({ status: 400, body: { code: 40060 } });
    expect(here.messages()).toHaveLength(1);
  });

  test('before it is acknowledged its webhook is unknown: 10015', async () => {
    const { ask } = await startRaw();
    const { webhook } = await ask();
    const unknown = { status: 404, body: { code: 10015, message: 'Unknown Webhook' } };
    expect(await webhook('PATCH', '/messages/@original', { content: 'early' })).toMatchObject(unknown);
    expect(await webhook('POST', '', { content: 'early' })).toMatchObject(unknown);
  });

  test('edits work for fifteen minutes and not longer', async () => {
    const { ask, clock } = await startRaw();
    const { callback, webhook } = await ask();
    await callback(hello);
    clock.advance(15 * 60_000);
    expect((await webhook('PATCH', '/messages/@original', { content: 'in time' })).status).toBe(200);
    clock.advance(1);
    const dead = { status: 401, body: { code: 50027, message: 'Invalid Webhook Token' } };
    expect(await webhook('PATCH', '/messages/@original', { content: 'late' })).toMatchObject(dead);
    expect(await webhook('POST', '', { content: 'late' })).toMatchObject(dead);
  });

  test('the first follow-up of a deferred answer fills it, the second is a message of its own', async () => {
    const { ask, here } = await startRaw();
    const { callback, webhook } = await ask();
    await callback({ type: 5 });
    expect(here.messages()).toMatchObject([{ loading: true, content: '' }]);
    await webhook('POST', '', { content: 'first' });
    await webhook('POST', '', { content: 'second' });
    expect(here.messages().map(({ content, loading, edited }) => [content, loading, edited])).toEqual([
      ['first', false, false],
      ['second', false, false],
    ]);
  });

  test('a deferred answer that is ephemeral stays so', async () => {
    const { ask, here } = await startRaw();
    const { callback, webhook } = await ask();
    await callback({ type: 5, data: { flags: 64 } });
    await webhook('PATCH', '/messages/@original', { content: 'quiet' });
    expect(here.messages()).toMatchObject([{ content: 'quiet', ephemeral: true }]);
    await webhook('DELETE', '/messages/@original');
    expect(here.messages()).toEqual([]);
    expect(await webhook('GET', '/messages/@original')).toMatchObject({ status: 404, body: { code: 10008 } });
  });

  test('an edit that would leave nothing is refused with 50006', async () => {
    const { ask } = await startRaw();
    const { callback, webhook } = await ask();
    await callback(hello);
    expect(await webhook('PATCH', '/messages/@original', { content: '' })).toMatchObject({
      status: 400,
      body: { code: 50006 },
    });
  });

  test.each([
    { type: 6, data: undefined },
    { type: 7, data: { content: 'x' } },
    { type: 8, data: { choices: [] } },
  ])('a command takes no callback of type $type', async ({ type, data }) => {
    const { ask, here } = await startRaw();
    const { callback } = await ask();
    expect(await callback({ type, data })).toMatchObject({
      status: 400,
      body: { code: 50035, errors: { type: { _errors: [{ code: 'BASE_TYPE_CHOICES' }] } } },
    });
    expect(here.messages()).toEqual([]);
  });

  test('a wrong token is unknown', async () => {
    const { discord } = await startRaw();
    const path = `/webhooks/${discord.applicationId}/nonsense/messages/@original`;
    expect(await request(discord, 'PATCH', path, { content: 'x' }, {})).toMatchObject({
      status: 401,
      body: { code: 50027 },
    });
  });
});
