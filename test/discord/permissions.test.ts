import { describe, expect, test } from '@jest/globals';
import {
  type APIInteractionGuildMember,
  type APIUser,
  ChatInputCommandInteraction,
  type Client,
  Guild,
  type GuildMemberFlags,
  Message,
  PermissionFlagsBits,
} from 'discord.js';
import { createClient } from '../../src/discord/client.ts';
import { authorOf, personOf } from '../../src/discord/permissions.ts';

const GUILD = '123456789012345678';
const CHANNEL = '223456789012345678';

const anna: APIUser = {
  id: '323456789012345678',
  username: 'anna.k',
  discriminator: '0',
  global_name: 'Anna',
  avatar: null,
};
const nameless: APIUser = { ...anna, global_name: null };

const newClient = () => createClient({ apiUrl: 'http://127.0.0.1:9/api', canReadMessages: false });

function clientInGuild(): Client {
  const client = newClient();
  const data = { id: GUILD, name: 'Home', channels: [], roles: [], members: [], emojis: [], stickers: [] };
  client.guilds.cache.set(GUILD, Reflect.construct(Guild, [client, data]) as Guild);
  return client;
}

function memberOf(user: APIUser, { nick = null as string | null, permissions = 0n } = {}): APIInteractionGuildMember {
  return {
    user,
    nick,
    avatar: null,
    roles: [],
    joined_at: '2026-01-01T00:00:00.000Z',
    deaf: false,
    mute: false,
    flags: 0 as GuildMemberFlags,
    permissions: String(permissions),
  };
}

/** An interaction as discord.js makes it from what the gateway sends. */
function interactionFrom(client: Client, sender: object): ChatInputCommandInteraction {
  const payload = {
    id: '423456789012345678',
    application_id: '523456789012345678',
    type: 2,
    token: 'aW50ZXJhY3Rpb24',
    version: 1,
    channel_id: CHANNEL,
    channel: { id: CHANNEL, type: 0 },
    locale: 'en-US',
    app_permissions: '0',
    authorizing_integration_owners: {},
    entitlements: [],
    data: { id: '623456789012345678', name: 'ask', type: 1, options: [] },
    ...sender,
  };
  return Reflect.construct(ChatInputCommandInteraction, [client, payload]) as ChatInputCommandInteraction;
}

const inGuild = (member: APIInteractionGuildMember) => ({ guild_id: GUILD, member });

describe('the name of a person', () => {
  test.each([
    ['their nickname', memberOf(anna, { nick: 'Queen Anna' }), 'Queen Anna'],
    ['their display name without a nickname', memberOf(anna), 'Anna'],
    ['their user name without any other', memberOf(nameless), 'anna.k'],
  ])('is %s, in a server that the bot knows and in one that it does not', (_, member, name) => {
    for (const client of [clientInGuild(), newClient()]) {
      expect(personOf(interactionFrom(client, inGuild(member)))).toMatchObject({ id: anna.id, name });
    }
  });

  test('is their display name in a direct message', () => {
    expect(personOf(interactionFrom(newClient(), { user: anna }))).toMatchObject({ id: anna.id, name: 'Anna' });
  });
});

describe('a moderator', () => {
  const isModerator = (sender: object) => personOf(interactionFrom(clientInGuild(), sender)).isModerator;

  test.each([
    ['who may manage messages', PermissionFlagsBits.ManageMessages | PermissionFlagsBits.SendMessages, true],
    ['who is an administrator', PermissionFlagsBits.Administrator, true],
    ['who may only manage the server', PermissionFlagsBits.ManageGuild, false],
    [
      'who may only manage channels and threads',
      PermissionFlagsBits.ManageChannels | PermissionFlagsBits.ManageThreads,
      false,
    ],
    ['who may do nothing special', PermissionFlagsBits.SendMessages, false],
  ])('is one %s in this channel: %#', (_, permissions, expected) => {
    expect(isModerator(inGuild(memberOf(anna, { permissions })))).toBe(expected);
  });

  test('is everyone in their own direct messages', () => {
    expect(isModerator({ user: anna })).toBe(true);
  });
});

describe('an admin', () => {
  const isAdmin = (sender: object) => personOf(interactionFrom(clientInGuild(), sender)).isAdmin;

  test.each([
    ['who may manage the server', PermissionFlagsBits.ManageGuild, true],
    ['who is an administrator', PermissionFlagsBits.Administrator, true],
    [
      'who may only manage messages and channels',
      PermissionFlagsBits.ManageMessages | PermissionFlagsBits.ManageChannels,
      false,
    ],
    ['who may do nothing special', PermissionFlagsBits.SendMessages, false],
  ])('is one %s: %#', (_, permissions, expected) => {
    expect(isAdmin(inGuild(memberOf(anna, { permissions })))).toBe(expected);
  });

  test('is nobody in direct messages', () => {
    expect(isAdmin({ user: anna })).toBe(false);
  });
});

describe('the author of a message', () => {
  const messageFrom = (client: Client, more: object) =>
    Reflect.construct(Message, [
      client,
      { id: '723456789012345678', channel_id: CHANNEL, author: anna, content: 'Hello', type: 0, ...more },
    ]) as Message;

  test('has their nickname in a server', () => {
    const { user: _, permissions: __, ...member } = memberOf(anna, { nick: 'Queen Anna' });
    const message = messageFrom(clientInGuild(), { guild_id: GUILD, member });
    expect(authorOf(message)).toEqual({ id: anna.id, name: 'Queen Anna' });
  });

  test('has their display name in a direct message', () => {
    expect(authorOf(messageFrom(newClient(), {}))).toEqual({ id: anna.id, name: 'Anna' });
  });
});
