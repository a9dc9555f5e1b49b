import type { UploadedFile } from '../judge/multipart.ts';
import { Permission } from '../judge/permissions.ts';
import { snowflakeTime } from '../judge/snowflake.ts';
import { MESSAGE_DEFAULT } from '../mentions.ts';
import { changesOf, partsOfNew } from '../message-body.ts';
import { addMessage, changeMessage, removeMessage, removeMessages } from '../messages.ts';
import { type Channel, ChannelType, type Json, type Message } from '../model.ts';
import { may, requireRights, writingRight } from '../rights.ts';
import { blankContent, serializeMessage } from '../serialize/messages.ts';
import type { Simulation } from '../simulation.ts';
import { requireOpenForDeletions, requireOpenForEdits, requireOpenForMessages } from '../thread-rules.ts';
import { existing, shareGuild } from '../world.ts';
import { invalidForm, refuse } from './failure.ts';
import { channelAndMessage, limitOf, publicMessage, viewableChannel } from './lookup.ts';
import { requireRareOldEdit } from './old-edits.ts';
import { noContent, ok, type RestAnswer, type RestRequest, type Route } from './router.ts';

const HISTORY_MAX = 100;
const HISTORY_DEFAULT = 50;
const BULK_DELETE_MAX_AGE_MS = 14 * 24 * 60 * 60 * 1_000;
/** "A few minutes", say the docs. */
const NONCE_MEMORY_MS = 3 * 60 * 1_000;
const MESSAGE_TYPE_REPLY = 19;

export function messageRoutes(simulation: Simulation): Route[] {
  return [
    { method: 'GET', template: '/channels/:channel/messages', handle: (request) => list(simulation, request) },
    {
      method: 'POST',
      template: '/channels/:channel/messages/bulk-delete',
      handle: (request) => bulkDelete(simulation, request),
    },
    { method: 'POST', template: '/channels/:channel/messages', handle: (request) => create(simulation, request) },
    {
      method: 'GET',
      template: '/channels/:channel/messages/:message',
      handle(request) {
        const { channel, message } = channelAndMessage(simulation, request);
        requireRights(simulation.world, channel, simulation.botUserId, Permission.ReadMessageHistory);
        return ok(readable(simulation, message));
      },
    },
    {
      method: 'PATCH',
      template: '/channels/:channel/messages/:message',
      handle: (request) => edit(simulation, request),
    },
    {
      method: 'DELETE',
      template: '/channels/:channel/messages/:message',
      handle: (request) => remove(simulation, request),
    },
  ];
}

/** The toggle of the portal rules what REST shows, as the identified intents rule the gateway. */
export function readable(simulation: Simulation, message: Message): Json {
  const body = serializeMessage(simulation, message);
  return simulation.settings.messageContentIntent ? body : blankContent(simulation, message, body);
}

function list(simulation: Simulation, { params, query }: RestRequest): RestAnswer {
  const channel = viewableChannel(simulation, params.channel);
  if (channel.type === ChannelType.GuildForum) throw refuse('nonTextChannel');
  const limit = limitOf(query, { fallback: HISTORY_DEFAULT, max: HISTORY_MAX });
  // Without the right to read history Discord answers with nothing instead of refusing.
  if (!may(simulation.world, channel, simulation.botUserId, Permission.ReadMessageHistory)) return ok([]);
  const newestFirst = [...channel.messages.values()]
    .filter(({ ephemeralFor }) => ephemeralFor === undefined)
    .toReversed();
  return ok(page(newestFirst, query, limit).map((message) => readable(simulation, message)));
}

function page(newestFirst: Message[], query: URLSearchParams, limit: number): Message[] {
  const at = (name: string) => (query.has(name) ? BigInt(query.get(name) ?? 0) : undefined);
  const [before, after, around] = [at('before'), at('after'), at('around')];
  const olderThan = (id: bigint) => newestFirst.filter((message) => BigInt(message.id) < id);
  const newerThan = (id: bigint) => newestFirst.filter((message) => BigInt(message.id) > id);
  if (around !== undefined) {
    const half = Math.floor(limit / 2);
    const exact = newestFirst.filter((message) => BigInt(message.id) === around);
    return [...newerThan(around).slice(-half), ...exact, ...olderThan(around).slice(0, half)];
  }
  if (before !== undefined) return olderThan(before).slice(0, limit);
  if (after !== undefined) return newerThan(after).slice(-limit);
  return newestFirst.slice(0, limit);
}

function create(simulation: Simulation, request: RestRequest): RestAnswer {
  const { body, files, params } = request;
  const channel = viewableChannel(simulation, params.channel);
  requireSending(simulation, channel, body, files);
  const repeated = sameNonce(simulation, channel, body);
  if (repeated) return ok(serializeMessage(simulation, repeated));
  return ok(serializeMessage(simulation, postAsBot(simulation, channel, body, files)));
}

/** A message of the bot, rights already checked; also the first one of a forum post. */
export function postAsBot(
  simulation: Simulation,
  channel: Channel,
  body: Json,
  files: readonly UploadedFile[],
  id?: string,
): Message {
  const replied = repliedMessage(simulation, channel, body);
  const parts = partsOfNew(simulation, {
    channel,
    body,
    files,
    mentionDefault: MESSAGE_DEFAULT,
    authorId: simulation.botUserId,
    repliedUserId: replied?.webhookAuthor ? undefined : replied?.authorId,
  });
  return addMessage(simulation, channel, {
    ...(id === undefined ? {} : { id }),
    authorId: simulation.botUserId,
    type: replied ? MESSAGE_TYPE_REPLY : 0,
    reference: replied && { messageId: replied.id, channelId: channel.id, guildId: channel.guildId },
    nonce: typeof body.nonce === 'string' || typeof body.nonce === 'number' ? body.nonce : undefined,
    ...parts,
  });
}

function requireSending(simulation: Simulation, channel: Channel, body: Json, files: readonly UploadedFile[]): void {
  const { world, botUserId } = simulation;
  if (channel.type === ChannelType.Dm) return requireDmOpen(simulation, channel);
  if (channel.type === ChannelType.GuildForum) throw refuse('nonTextChannel');
  const needed: bigint[] = [writingRight(channel)];
  if (files.length > 0) needed.push(Permission.AttachFiles);
  if (Array.isArray(body.embeds) && body.embeds.length > 0) needed.push(Permission.EmbedLinks);
  requireRights(world, channel, botUserId, ...needed);
  requireOpenForMessages(simulation, channel, botUserId);
  return undefined;
}

function requireDmOpen({ world, botUserId }: Simulation, channel: Channel): void {
  const person = channel.recipientIds.find((id) => id !== botUserId) ?? '';
  if (!existing(world.users, person).acceptsDms || !shareGuild(world, person, botUserId)) throw refuse('cannotDm');
}

function repliedMessage(simulation: Simulation, channel: Channel, body: Json): Message | undefined {
  const reference = body.message_reference as Json | null | undefined;
  if (!reference) return undefined;
  if (!may(simulation.world, channel, simulation.botUserId, Permission.ReadMessageHistory))
    throw refuse('noHistoryToReply');
  const message = channel.messages.get(String(reference.message_id));
  if (message && message.ephemeralFor === undefined) return message;
  if (reference.fail_if_not_exists === false) return undefined;
  throw invalidForm(['message_reference'], 'REPLIES_UNKNOWN_MESSAGE', 'Unknown message');
}

function sameNonce({ clock, botUserId }: Simulation, channel: Channel, body: Json): Message | undefined {
  if (body.enforce_nonce !== true || body.nonce === undefined) return undefined;
  const since = clock.now() - NONCE_MEMORY_MS;
  return [...channel.messages.values()].find(
    ({ nonce, authorId, createdAt }) => nonce === body.nonce && authorId === botUserId && createdAt >= since,
  );
}

function edit(simulation: Simulation, request: RestRequest): RestAnswer {
  const { channel, message } = channelAndMessage(simulation, request);
  const { body, files } = request;
  const onlySuppresses = Object.keys(body).every((key) => key === 'flags');
  if (message.authorId !== simulation.botUserId) {
    if (!onlySuppresses) throw refuse('notTheAuthor');
    requireRights(simulation.world, channel, simulation.botUserId, Permission.ManageMessages);
  }
  requireOpenForEdits(simulation, channel, simulation.botUserId);
  requireRareOldEdit(simulation, channel, message);
  const sending = { channel, body, files, mentionDefault: MESSAGE_DEFAULT, authorId: simulation.botUserId };
  changeMessage(simulation, message, changesOf(simulation, message, sending));
  return ok(serializeMessage(simulation, message));
}

function remove(simulation: Simulation, request: RestRequest): RestAnswer {
  const { channel, message } = channelAndMessage(simulation, request);
  if (message.authorId !== simulation.botUserId) {
    if (channel.type === ChannelType.Dm) throw refuse('notInDm');
    requireRights(simulation.world, channel, simulation.botUserId, Permission.ManageMessages);
  }
  requireOpenForDeletions(simulation, channel, simulation.botUserId);
  removeMessage(simulation, message);
  return noContent;
}

function bulkDelete(simulation: Simulation, { params, body }: RestRequest): RestAnswer {
  const channel = viewableChannel(simulation, params.channel);
  if (channel.type === ChannelType.Dm) throw refuse('notInDm');
  requireRights(simulation.world, channel, simulation.botUserId, Permission.ManageMessages);
  const ids = (body.messages as string[]).map(String);
  const oldest = simulation.clock.now() - BULK_DELETE_MAX_AGE_MS;
  if (ids.some((id) => snowflakeTime(id) < oldest)) throw refuse('tooOldToBulkDelete');
  const known = ids.filter((id) => channel.messages.get(id)?.ephemeralFor === undefined && channel.messages.has(id));
  removeMessages(
    simulation,
    channel,
    known.map((id) => publicMessage(channel, id)),
  );
  return noContent;
}
