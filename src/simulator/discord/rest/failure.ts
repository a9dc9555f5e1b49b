import type { Json } from '../model.ts';

/** An answer that refuses, with Discord's own status and JSON code. */
export class DiscordFailure extends Error {
  readonly status: number;
  readonly body: Json;
  readonly headers: Record<string, string>;

  constructor(status: number, body: Json, headers: Record<string, string> = {}) {
    super(String(body.message));
    this.name = 'DiscordFailure';
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

// Codes and texts: discord-api-docs, topics/opcodes-and-status-codes.
const REFUSALS = {
  unauthorized: [401, 0, '401: Unauthorized'],
  notFound: [404, 0, '404: Not Found'],
  methodNotAllowed: [405, 0, '405: Method Not Allowed'],
  unknownApplication: [404, 10002, 'Unknown Application'],
  unknownChannel: [404, 10003, 'Unknown Channel'],
  unknownGuild: [404, 10004, 'Unknown Guild'],
  unknownMember: [404, 10007, 'Unknown Member'],
  unknownMessage: [404, 10008, 'Unknown Message'],
  unknownUser: [404, 10013, 'Unknown User'],
  unknownEmoji: [400, 10014, 'Unknown Emoji'],
  unknownWebhook: [404, 10015, 'Unknown Webhook'],
  unknownInteraction: [404, 10062, 'Unknown interaction'],
  unknownCommand: [404, 10063, 'Unknown application command'],
  unknownCommandPermissions: [404, 10066, 'Unknown application command permissions'],
  maximumWebhooks: [400, 30007, 'Maximum number of webhooks reached (15)'],
  maximumGuildWebhooks: [400, 30058, 'Maximum number of webhooks per guild reached (1000)'],
  tooLarge: [413, 40005, 'Request entity too large'],
  alreadyAcknowledged: [400, 40060, 'Interaction has already been acknowledged.'],
  missingAccess: [403, 50001, 'Missing Access'],
  notInDm: [403, 50003, 'Cannot execute action on a DM channel'],
  notTheAuthor: [403, 50005, 'Cannot edit a message authored by another user'],
  emptyMessage: [400, 50006, 'Cannot send an empty message'],
  cannotDm: [403, 50007, 'Cannot send messages to this user'],
  nonTextChannel: [400, 50008, 'Cannot send messages in a non-text channel'],
  missingPermissions: [403, 50013, 'Missing Permissions'],
  systemMessage: [403, 50021, 'Cannot execute action on a system message'],
  wrongChannelType: [400, 50024, 'Cannot execute action on this channel type'],
  invalidWebhookToken: [401, 50027, 'Invalid Webhook Token'],
  tooOldToBulkDelete: [400, 50034, 'You can only bulk delete messages that are under 14 days old.'],
  threadArchived: [400, 50083, 'Thread is archived'],
  noHistoryToReply: [400, 160002, 'Cannot reply without permission to read message history'],
  threadExists: [400, 160004, 'A thread has already been created for this message'],
  threadLocked: [400, 160005, 'Thread is locked'],
  tooManyThreads: [400, 160006, 'Maximum number of active threads reached'],
  forumNeedsThread: [400, 220001, 'Webhooks posted to forum channels must have a thread_name or thread_id'],
  forumNeedsOneThread: [400, 220002, 'Webhooks posted to forum channels cannot have both a thread_name and thread_id'],
  onlyForumsTakeThreads: [400, 220003, 'Webhooks can only create threads in forum channels'],
} as const satisfies Record<string, readonly [number, number, string]>;

export function refuse(reason: keyof typeof REFUSALS): DiscordFailure {
  const [status, code, message] = REFUSALS[reason];
  return new DiscordFailure(status, { message, code });
}

/** Error 50035 with one problem at `path`, for example `['message_reference']`. */
export function invalidForm(path: readonly string[], code: string, message: string): DiscordFailure {
  const errors = path.reduceRight<Json>((inner, key) => ({ [key]: inner }), { _errors: [{ code, message }] });
  return new DiscordFailure(400, { message: 'Invalid Form Body', code: 50035, errors });
}
