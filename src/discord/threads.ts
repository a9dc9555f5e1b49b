import {
  type APIChannel,
  type APIThreadChannel,
  ChannelType,
  PermissionFlagsBits,
  type PermissionsBitField,
  type REST,
  Routes,
} from 'discord.js';
import { UserError } from '../core/errors.ts';
import { clip } from '../core/text.ts';
import { hasCode, isRefused } from './webhook-errors.ts';

export interface NewThread {
  parentId: string;
  /** Of any length; cut to the 100 characters that Discord takes. */
  name: string;
  isPrivate: boolean;
  /** Told in the server's audit log. */
  reason?: string | undefined;
  /** What the bot may do in the parent, if it is known: then what is missing is named before anything is made. */
  permissions?: Readonly<PermissionsBitField> | null | undefined;
}

/** Threads of a channel's own, not from a message. */
export interface Threads {
  /** @throws UserError that says what is missing and who can change it */
  open(thread: NewThread): Promise<{ id: string }>;
  archive(threadId: string): Promise<void>;
  /** Opens an archived thread; false for one that a moderator has locked, which stays closed. */
  reopen(threadId: string): Promise<boolean>;
  /** Discord takes two new names in ten minutes; a third waits for them, so nobody should wait for it. */
  rename(threadId: string, name: string): Promise<void>;
  /** @throws UserError for somebody who is not in the server, and for a thread that is full */
  addMember(threadId: string, userId: string): Promise<void>;
}

const NAME_MAX_LENGTH = 100;
const ARCHIVES_AFTER_MINUTES = 7 * 24 * 60;

export function createThreads({ rest }: { rest: REST }): Threads {
  async function change(threadId: string, body: object): Promise<void> {
    await rest.patch(Routes.channel(threadId), { body });
  }

  return {
    async open({ parentId, name, isPrivate, reason, permissions }) {
      requirePermissions(permissions, isPrivate);
      try {
        const parent = (await rest.get(Routes.channel(parentId))) as APIChannel;
        const body = {
          name: threadName(name),
          type: threadTypeIn(parent, isPrivate),
          auto_archive_duration: ARCHIVES_AFTER_MINUTES,
          ...(isPrivate ? { invitable: true } : {}),
        };
        const { id } = (await rest.post(Routes.threads(parentId), {
          body,
          ...(reason === undefined ? {} : { reason }),
        })) as APIThreadChannel;
        return { id };
      } catch (error) {
        throw explain(error, isPrivate);
      }
    },
    archive: (threadId) => change(threadId, { archived: true }),
    async reopen(threadId) {
      const { thread_metadata: state } = (await rest.get(Routes.channel(threadId))) as APIThreadChannel;
      if (state?.locked) return false;
      if (state?.archived) await change(threadId, { archived: false });
      return true;
    },
    rename: (threadId, name) => change(threadId, { name: threadName(name) }),
    async addMember(threadId, userId) {
      try {
        await rest.put(Routes.threadMembers(threadId, userId));
      } catch (error) {
        throw explainMember(error);
      }
    },
  };
}

/** One line of 1 to 100 characters. */
export function threadName(name: string): string {
  const line = name.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return clip(line === '' ? 'Roleplay' : line, NAME_MAX_LENGTH);
}

const PERMISSIONS: [right: bigint, name: string, of: 'public' | 'private' | 'both'][] = [
  [PermissionFlagsBits.ViewChannel, 'View Channel', 'both'],
  [PermissionFlagsBits.CreatePublicThreads, 'Create Public Threads', 'public'],
  [PermissionFlagsBits.CreatePrivateThreads, 'Create Private Threads', 'private'],
  [PermissionFlagsBits.SendMessagesInThreads, 'Send Messages in Threads', 'both'],
];

/** @throws UserError that names those which are missing */
function requirePermissions(permissions: NewThread['permissions'], isPrivate: boolean): void {
  const kind = isPrivate ? 'private' : 'public';
  const missing = PERMISSIONS.filter(([right, , of]) => (of === 'both' || of === kind) && !permissions?.has(right));
  if (permissions && missing.length > 0) throw needs(missing.map(([, name]) => name));
}

function needs(names: string[]): UserError {
  const listed = names.map((name) => `**${name}**`).join(' and ');
  return new UserError(
    'permission',
    `To open a thread I need ${listed} in this channel. An admin can grant it to my role in Server Settings > Roles, or for this channel alone in Edit Channel > Permissions.`,
  );
}

/** @throws UserError for a channel that has no such threads */
function threadTypeIn({ type }: APIChannel, isPrivate: boolean) {
  if (type === ChannelType.GuildText) return isPrivate ? ChannelType.PrivateThread : ChannelType.PublicThread;
  if (type === ChannelType.GuildAnnouncement) {
    if (!isPrivate) return ChannelType.AnnouncementThread;
    throw new UserError(
      'input',
      'Announcement channels have no private threads: open a public one, or use a text channel.',
    );
  }
  if (type === ChannelType.GuildForum || type === ChannelType.GuildMedia) {
    throw new UserError('input', 'In a forum open a post first, or use a text channel.');
  }
  throw new UserError('input', 'Threads can be opened in text channels of servers only, not here.');
}

function explain(error: unknown, isPrivate: boolean): unknown {
  if (!isRefused(error)) return error;
  switch (error.code) {
    case 10_003:
      return new UserError('missing', 'This channel does not exist any more.', { cause: error });
    case 50_001:
      return needs(['View Channel']);
    case 50_013:
      return needs([isPrivate ? 'Create Private Threads' : 'Create Public Threads', 'Send Messages in Threads']);
    case 160_006:
      return new UserError(
        'unavailable',
        'This server has as many open threads as Discord allows. Close some that are not needed, then try again.',
        { cause: error },
      );
    default:
      return error;
  }
}

function explainMember(error: unknown): unknown {
  if (hasCode(error, 10_007) || hasCode(error, 10_013)) {
    return new UserError('missing', 'They are not in this server, so they cannot join the thread.', { cause: error });
  }
  if (hasCode(error, 30_033)) {
    return new UserError('unavailable', 'This thread is full: Discord allows 1,000 members.', { cause: error });
  }
  if (hasCode(error, 50_001) || hasCode(error, 50_013)) {
    return new UserError('permission', 'I may not add them: they must be able to see the channel of this thread.', {
      cause: error,
    });
  }
  return error;
}
