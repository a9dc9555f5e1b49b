/** The records that the simulated Discord keeps. Ids are snowflake strings, times are Unix milliseconds. */

export type Json = Record<string, unknown>;

export interface User {
  id: string;
  username: string;
  globalName: string | null;
  bot: boolean;
  locale: string;
  /** Discord refuses direct messages to people who closed theirs (50007). */
  acceptsDms: boolean;
  dmChannelId: string | undefined;
}

export interface Role {
  id: string;
  name: string;
  permissions: bigint;
  position: number;
  managed: boolean;
}

export interface Overwrite {
  id: string;
  /** 0 role, 1 member. */
  type: 0 | 1;
  allow: bigint;
  deny: bigint;
}

export interface Member {
  userId: string;
  nick: string | null;
  roleIds: string[];
  joinedAt: number;
}

export interface Guild {
  id: string;
  name: string;
  ownerId: string;
  roles: Map<string, Role>;
  members: Map<string, Member>;
  channelIds: Set<string>;
  botRoleId: string;
  /** What people get when they join; the everyone role itself grants nothing, so the bot has exactly the rights of its own role. */
  memberRoleId: string;
  nsfwLevel: number;
  locale: string;
  joinedAt: number;
}

export interface ThreadState {
  ownerId: string;
  archived: boolean;
  locked: boolean;
  invitable: boolean;
  autoArchiveMinutes: number;
  archiveChangedAt: number;
  createdAt: number;
  members: Map<string, number>;
  messageCount: number;
  totalMessagesSent: number;
  appliedTags: string[];
  cancelAutoArchive: () => void;
}

export const ChannelType = {
  GuildText: 0,
  Dm: 1,
  GuildAnnouncement: 5,
  AnnouncementThread: 10,
  PublicThread: 11,
  PrivateThread: 12,
  GuildForum: 15,
} as const;

export interface Channel {
  id: string;
  type: number;
  guildId: string | undefined;
  parentId: string | undefined;
  name: string | null;
  topic: string | null;
  nsfw: boolean;
  position: number;
  slowModeSeconds: number;
  overwrites: Overwrite[];
  availableTags: Json[];
  recipientIds: string[];
  messages: Map<string, Message>;
  lastMessageId: string | null;
  thread: ThreadState | undefined;
  /** When messages older than an hour were edited. */
  oldEditsAt: number[];
  /** Who is shown as typing, and until when. */
  typing: Map<string, number>;
}

export interface Attachment {
  id: string;
  filename: string;
  contentType: string;
  description: string | undefined;
  size: number;
  url: string;
  ephemeral: boolean;
  /** Shown by an embed or a component, and therefore not listed among the attachments of its message. */
  embedded: boolean;
}

export interface Reaction {
  emoji: { id: string | null; name: string };
  userIds: Set<string>;
}

export interface Mentions {
  userIds: string[];
  roleIds: string[];
  everyone: boolean;
}

/** How a webhook's message is signed: what later becomes of the webhook changes nothing of it. */
export interface WebhookAuthor {
  id: string;
  name: string;
  avatarHash: string | null;
  /** Where the picture is found; undefined for Discord's own default. */
  avatarUrl: string | undefined;
}

export interface MessageReference {
  messageId: string | undefined;
  channelId: string;
  guildId: string | undefined;
}

export interface Message {
  id: string;
  channelId: string;
  guildId: string | undefined;
  type: number;
  /** The person or the bot; for a webhook's message the webhook's id, with `webhookAuthor` set. */
  authorId: string;
  webhookAuthor: WebhookAuthor | undefined;
  applicationId: string | undefined;
  content: string;
  embeds: Json[];
  components: Json[];
  attachments: Attachment[];
  flags: number;
  tts: boolean;
  pinned: boolean;
  mentions: Mentions;
  reference: MessageReference | undefined;
  reactions: Map<string, Reaction>;
  interaction: { id: string; type: number; userId: string; name: string | undefined } | undefined;
  nonce: string | number | undefined;
  threadId: string | undefined;
  /** The only person who sees it. */
  ephemeralFor: string | undefined;
  createdAt: number;
  editedAt: number | undefined;
  revisions: number;
}

export const MessageFlag = {
  SuppressEmbeds: 4,
  HasThread: 32,
  Ephemeral: 64,
  Loading: 128,
  SuppressNotifications: 4096,
  ComponentsV2: 32768,
} as const;

export interface Webhook {
  id: string;
  token: string;
  channelId: string;
  guildId: string;
  name: string;
  avatarHash: string | null;
  /** The application that made it; null when a person did, in the settings of the channel. */
  applicationId: string | null;
  creatorId: string;
}

export interface Command extends Json {
  id: string;
  name: string;
  type: number;
  guild_id?: string | undefined;
}

export const InteractionType = { Command: 2, Component: 3, Autocomplete: 4, ModalSubmit: 5 } as const;
export const CallbackType = {
  Message: 4,
  DeferredMessage: 5,
  DeferredUpdate: 6,
  Update: 7,
  Choices: 8,
  Modal: 9,
} as const;

export interface Modal {
  customId: string;
  title: string;
  components: Json[];
}

export interface Interaction {
  id: string;
  token: string;
  type: number;
  userId: string;
  channelId: string;
  guildId: string | undefined;
  commandName: string | undefined;
  /** Started from the menu of a message or a user. */
  isMenu: boolean;
  /** The message whose component was used (also kept for a modal opened from one). */
  sourceMessage: Message | undefined;
  createdAt: number;
  cancelDeadline: () => void;
  /** Settled by the first answer, or rejected when none comes in time. */
  answered: PromiseWithResolvers<{ type: number; afterMs: number }>;
  acknowledgement: { type: number; at: number } | undefined;
  failed: boolean;
  originalMessage: Message | undefined;
  /** The first follow-up of a deferred answer stands in for the edit of it. */
  awaitsFirstFollowUp: boolean;
  messages: Message[];
  modal: Modal | undefined;
  choices: Json[] | undefined;
}
