import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ActionRowBuilder,
  type AutocompleteInteraction,
  ButtonBuilder,
  type ButtonInteraction,
  ButtonStyle,
  type ChatInputCommandInteraction,
  Client,
  ContainerBuilder,
  EmbedBuilder,
  Events,
  type Guild,
  type Interaction,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  PermissionFlagsBits,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  type TextChannel,
  TextInputBuilder,
  TextInputStyle,
  type ThreadChannel,
  WebhookClient,
} from 'discord.js';
import { checkBody } from '../../../../src/simulator/discord/judge/body-rules.ts';
import { createOpenApiJudge } from '../../../../src/simulator/discord/judge/openapi.ts';
import { openApiFile } from '../../../support/openapi.ts';

const GUILD_ID = '100000000000000001';
const CHANNEL_ID = '100000000000000002';
const APPLICATION_ID = '100000000000000003';
const user = { id: APPLICATION_ID, username: 'bot', discriminator: '0', avatar: null, global_name: null };
const message = {
  id: '100000000000000004',
  channel_id: CHANNEL_ID,
  author: user,
  content: '',
  embeds: [],
  attachments: [],
};
const thread = {
  id: '100000000000000005',
  type: 11,
  guild_id: GUILD_ID,
  parent_id: CHANNEL_ID,
  name: 'a',
  owner_id: APPLICATION_ID,
};

interface Sent {
  request: string;
  faults: unknown[];
}

const judge = openApiFile === undefined ? undefined : createOpenApiJudge(openApiFile);
const sent: Sent[] = [];

/** Judges what discord.js would put on the wire, and answers with objects that it can parse. */
async function makeRequest(url: string, init: { method?: string; body?: unknown }): Promise<Response> {
  const { pathname } = new URL(url);
  const path = pathname.replace('/api/v10', '');
  const { method = 'GET', body } = init;
  const form = body instanceof FormData ? body : undefined;
  const json = form ? form.get('payload_json') : body;
  const files = form ? [...form.values()].filter((value) => typeof value !== 'string') : [];
  const judged = {
    method,
    path,
    body: typeof json === 'string' ? JSON.parse(json) : undefined,
    fileCount: files.length,
  };
  const refused = checkBody({ ...judged, fileBytes: files.map((file) => file.size) });
  sent.push({ request: `${method} ${path}`, faults: [...(judge?.check(judged) ?? []), ...(refused ? [refused] : [])] });
  const isThread = path.endsWith('/threads') || path === `/channels/${thread.id}`;
  const answer = path.endsWith('/commands') ? [] : isThread ? thread : { ...message, name: 'w', type: 1 };
  const hasContent = !/callback|typing|reactions|bulk-delete/.test(path);
  return hasContent ? Response.json(answer) : new Response(null, { status: 204 });
}

const rest = { makeRequest: makeRequest as never, api: 'http://127.0.0.1:1/api' };
const client = new Client({ intents: [], rest });

interface Internals {
  user: unknown;
  application: unknown;
  guilds: { _add(data: object): Guild };
  actions: { InteractionCreate: { handle(data: object): void } };
}

let guild: Guild;
let channel: TextChannel;
let interactionNumber = 0;

beforeAll(async () => {
  client.token = 'token';
  client.rest.setToken('token');
  const { ClientUser, ClientApplication } = await import('discord.js');
  const internals = client as unknown as Internals;
  internals.user = Reflect.construct(ClientUser, [client, user]);
  internals.application = Reflect.construct(ClientApplication, [client, { id: APPLICATION_ID }]);
  guild = internals.guilds._add({
    id: GUILD_ID,
    name: 'g',
    channels: [{ id: CHANNEL_ID, type: 0, name: 'c', permission_overwrites: [] }],
    roles: [{ id: GUILD_ID, name: '@everyone', permissions: '0', colors: { primary_color: 0 } }],
  });
  channel = guild.channels.cache.get(CHANNEL_ID) as TextChannel;
});
afterAll(() => client.destroy());

async function interaction<T extends Interaction>(data: object): Promise<T> {
  const arrived = new Promise<Interaction>((resolve) => client.once(Events.InteractionCreate, resolve));
  interactionNumber += 1;
  const { actions } = client as unknown as Internals;
  actions.InteractionCreate.handle({
    id: `20000000000000000${interactionNumber}`,
    application_id: APPLICATION_ID,
    token: `token${interactionNumber}`,
    version: 1,
    channel: { id: CHANNEL_ID, type: 0 },
    user,
    entitlements: [],
    authorizing_integration_owners: {},
    attachment_size_limit: 10 * 1024 * 1024,
    ...data,
  });
  return (await arrived) as T;
}

const commandData = { type: 2, data: { id: '300000000000000001', name: 'ask', type: 1, options: [] } };
const pressData = { type: 3, data: { component_type: 2, custom_id: 'a' }, message };
const typingData = {
  type: 4,
  data: { ...commandData.data, options: [{ type: 3, name: 'model', value: 'a', focused: true }] },
};

const buttons = new ActionRowBuilder<ButtonBuilder>().addComponents(
  new ButtonBuilder()
    .setCustomId('stop')
    .setLabel('Stop')
    .setStyle(ButtonStyle.Danger)
    .setEmoji('<a:stop:300000000000000002>'),
  new ButtonBuilder().setURL('https://example.org').setLabel('More').setStyle(ButtonStyle.Link),
);
const choice = new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
  new StringSelectMenuBuilder().setCustomId('s').addOptions({ label: 'a', value: 'a', emoji: '🎲', default: true }),
);
const embed = new EmbedBuilder()
  .setTitle('t')
  .setAuthor({ name: 'a', iconURL: 'https://example.org/a.png' })
  .setFooter({ text: 'f' })
  .setColor('Red')
  .setTimestamp(0)
  .setImage('attachment://a.png')
  .addFields({ name: 'n', value: 'v', inline: true });
const file = { attachment: Buffer.from('a'), name: 'a.png', description: 'A picture' };
const container = new ContainerBuilder()
  .addTextDisplayComponents((text) => text.setContent('a'))
  .addSeparatorComponents((separator) => separator)
  .addActionRowComponents(buttons);

const ACTIONS: Record<string, () => Promise<unknown>> = {
  'a message with everything': () =>
    channel.send({
      content: 'a',
      embeds: [embed],
      components: [buttons, choice],
      files: [file],
      allowedMentions: { parse: [], repliedUser: false },
      flags: MessageFlags.SuppressNotifications,
      nonce: '1',
      enforceNonce: true,
      reply: { messageReference: message.id, failIfNotExists: false },
    }),
  'an edit': () => channel.messages.edit(message.id, { content: 'a', embeds: [], components: [], attachments: [] }),
  'a deletion of two': () => channel.bulkDelete([message.id, '100000000000000009']),
  typing: () => channel.sendTyping(),
  'a reaction': () => channel.messages.react(message.id, '👍'),
  'a thread': () => channel.threads.create({ name: 'a', autoArchiveDuration: 1440 }),
  'a thread from a message': () => channel.threads.create({ name: 'a', startMessage: message.id }),
  'a thread renamed and archived': async () => {
    const created: ThreadChannel = await channel.threads.create({ name: 'a', reason: 'play' });
    await created.setName('b');
    await created.setArchived(true);
  },
  'a webhook': () => channel.createWebhook({ name: 'Personas', reason: 'play' }),
  'a persona': () =>
    new WebhookClient({ id: '400000000000000001', token: 'token' }, { rest }).send({
      content: 'a',
      username: 'Ada',
      avatarURL: 'https://example.org/a.png',
      threadId: thread.id,
      files: [file],
      allowedMentions: { parse: [] },
    }),
  'an edit of a persona': () =>
    new WebhookClient({ id: '400000000000000001', token: 'token' }, { rest }).editMessage(message.id, {
      content: 'b',
      components: [buttons],
      threadId: thread.id,
    }),
  'all commands': () =>
    guild.client.rest.put(`/applications/${APPLICATION_ID}/commands`, {
      body: [
        new SlashCommandBuilder()
          .setName('ask')
          .setDescription('Asks')
          .setNSFW(false)
          .setDefaultMemberPermissions(PermissionFlagsBits.ManageGuild)
          .setContexts(0, 1)
          .setIntegrationTypes(0)
          .setNameLocalizations({ de: 'frag' })
          .addSubcommand((sub) =>
            sub
              .setName('now')
              .setDescription('a')
              .addStringOption((option) =>
                option.setName('model').setDescription('a').setAutocomplete(true).setRequired(true).setMaxLength(100),
              )
              .addAttachmentOption((option) => option.setName('file').setDescription('a'))
              .addIntegerOption((option) =>
                option.setName('n').setDescription('a').addChoices({ name: 'a', value: 1 }),
              ),
          )
          .toJSON(),
      ],
    }),
  'commands of a server': () => guild.commands.set([{ name: 'Regenerate', type: 3 }]),
  'a private answer': async () => {
    const command = await interaction<ChatInputCommandInteraction>(commandData);
    await command.reply({ content: 'a', embeds: [embed], flags: MessageFlags.Ephemeral, files: [file] });
    await command.followUp({ content: 'b', flags: MessageFlags.Ephemeral });
    await command.deleteReply();
  },
  'a deferred answer': async () => {
    const command = await interaction<ChatInputCommandInteraction>(commandData);
    await command.deferReply({ flags: MessageFlags.Ephemeral });
    await command.editReply({ content: 'a', components: [buttons], files: [file] });
    await command.editReply({ components: [container], flags: MessageFlags.IsComponentsV2, content: null });
  },
  'a form': async () => {
    const command = await interaction<ChatInputCommandInteraction>(commandData);
    const input = new TextInputBuilder().setCustomId('t').setStyle(TextInputStyle.Paragraph).setMaxLength(4000);
    const label = new LabelBuilder().setLabel('Text').setTextInputComponent(input);
    await command.showModal(new ModalBuilder().setCustomId('m').setTitle('Edit').addLabelComponents(label));
  },
  'a button that updates': async () => {
    const press = await interaction<ButtonInteraction>(pressData);
    await press.update({ content: 'a', components: [buttons] });
  },
  'a button that updates later': async () => {
    const press = await interaction<ButtonInteraction>(pressData);
    await press.deferUpdate();
  },
  suggestions: async () => {
    const typed = await interaction<AutocompleteInteraction>(typingData);
    await typed.respond([{ name: 'a', value: 'a' }]);
  },
};

describe('what discord.js sends is right', () => {
  test.each(Object.entries(ACTIONS))('%s', async (_, act) => {
    sent.length = 0;
    await act();
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.filter(({ faults }) => faults.length > 0)).toEqual([]);
  });
});
