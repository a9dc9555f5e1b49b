import { type Json, type Message, MessageFlag } from './model.ts';
import { existing, type World } from './world.ts';

/** A message as a person's client shows it. */
export interface ShownMessage {
  id: string;
  channelId: string;
  author: { id: string; name: string; bot: boolean; avatarUrl?: string | undefined };
  content: string;
  /** With the addresses of the files that they show. */
  embeds: Json[];
  components: Json[];
  /** Those that no embed and no component shows. */
  attachments: {
    id: string;
    filename: string;
    contentType: string;
    size: number;
    url: string;
    description?: string | undefined;
  }[];
  flags: number;
  ephemeral: boolean;
  /** A deferred answer that has not been filled yet ("is thinking"). */
  loading: boolean;
  edited: boolean;
  replyToId: string | undefined;
  /** Who is pinged by it. */
  mentions: { userIds: string[]; roleIds: string[]; everyone: boolean };
  reactions: { emoji: string; count: number; userIds: string[] }[];
  threadId: string | undefined;
  createdAt: number;
  editedAt: number | undefined;
  /** How often it has been changed since it appeared. */
  revisions: number;
}

export function showMessage(world: World, message: Message): ShownMessage {
  return {
    id: message.id,
    channelId: message.channelId,
    author: showAuthor(world, message),
    content: message.content,
    embeds: message.embeds,
    components: message.components,
    attachments: message.attachments
      .filter(({ embedded }) => !embedded)
      .map(({ id, filename, contentType, size, url, description }) => ({
        id,
        filename,
        contentType,
        size,
        url,
        description,
      })),
    flags: message.flags,
    ephemeral: (message.flags & MessageFlag.Ephemeral) !== 0,
    loading: (message.flags & MessageFlag.Loading) !== 0,
    edited: message.editedAt !== undefined,
    replyToId: message.reference?.messageId,
    mentions: message.mentions,
    reactions: [...message.reactions.values()].map(({ emoji, userIds }) => ({
      emoji: emoji.name,
      count: userIds.size,
      userIds: [...userIds],
    })),
    threadId: message.threadId,
    createdAt: message.createdAt,
    editedAt: message.editedAt,
    revisions: message.revisions,
  };
}

function showAuthor(world: World, message: Message): ShownMessage['author'] {
  if (message.webhookAuthor) {
    const { id, name, avatarUrl } = message.webhookAuthor;
    return { id, name, bot: true, avatarUrl };
  }
  const user = existing(world.users, message.authorId);
  const nick = message.guildId === undefined ? null : world.guilds.get(message.guildId)?.members.get(user.id)?.nick;
  return { id: user.id, name: nick ?? user.globalName ?? user.username, bot: user.bot };
}
