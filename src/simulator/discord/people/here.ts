import { type PersonFile, storeFile } from '../attachments.ts';
import { Permission } from '../judge/permissions.ts';
import { findMentions, MESSAGE_DEFAULT } from '../mentions.ts';
import { addMessage, changeMessage, removeMessage } from '../messages.ts';
import { type Channel, ChannelType, type Message, type User } from '../model.ts';
import { addReaction, parseEmoji, reactionKey, removeReaction } from '../reactions.ts';
import { DiscordFailure } from '../rest/failure.ts';
import { canView, may, writingRight } from '../rights.ts';
import { type ShownMessage, showMessage } from '../shown.ts';
import type { Simulation } from '../simulation.ts';
import { addThreadMember } from '../thread-members.ts';
import { requireOpenForDeletions, requireOpenForEdits } from '../thread-rules.ts';
import { createThread } from '../threads.ts';
import { startTyping, typingIn } from '../typing.ts';
import { type ChannelHandle, channelHandle } from './channel.ts';
import { createInteracting, type Interacting } from './interacting.ts';
import { type WaitOptions, waitUntil } from './wait.ts';

const CONTENT_MAX_LENGTH = 2_000;
const MESSAGE_TYPE_REPLY = 19;

export type MessageLike = { id: string } | string;

export interface PostOptions {
  files?: readonly PersonFile[] | undefined;
  replyTo?: MessageLike | undefined;
  /** The "@ on" of a reply. */
  pingReply?: boolean | undefined;
}

/** A person in one channel: what they see there and what they can do. Throws what their client would refuse. */
export interface Here extends Interacting {
  channelId: string;
  /** What the person sees now, their ephemeral messages included, oldest first. */
  messages(): ShownMessage[];
  /** Ids of those shown as typing. */
  typing(): string[];
  waitFor<T>(predicate: (messages: ShownMessage[]) => T | undefined | false | null, options?: WaitOptions): Promise<T>;
  post(text: string, options?: PostOptions): Promise<ShownMessage>;
  edit(message: MessageLike, text: string): Promise<ShownMessage>;
  delete(message: MessageLike): Promise<void>;
  /** "Dismiss message" of an ephemeral one is `delete` as well. */
  react(message: MessageLike, emoji: string): Promise<void>;
  unreact(message: MessageLike, emoji: string): Promise<void>;
  type(): void;
  startThread(options: {
    name: string;
    from?: MessageLike | undefined;
    private?: boolean | undefined;
    /** The first message of a forum post. */
    text?: string | undefined;
  }): Promise<ChannelHandle>;
  joinThread(): void;
}

export function createHere(simulation: Simulation, user: User, channel: Channel): Here {
  const { world } = simulation;
  const refuse = (why: string) => new Error(`${user.username} in ${channel.name ?? 'direct messages'}: ${why}`);

  function visible(): Message[] {
    if (!world.channels.has(channel.id)) throw refuse('the channel was deleted');
    if (!canView(world, channel, user.id)) throw refuse('the channel is hidden from them');
    return [...channel.messages.values()].filter(
      ({ ephemeralFor }) => ephemeralFor === undefined || ephemeralFor === user.id,
    );
  }
  const messages = () => visible().map((message) => showMessage(world, message));

  function find(message: MessageLike): Message {
    const id = typeof message === 'string' ? message : message.id;
    const found = visible().find((candidate) => candidate.id === id);
    if (!found) throw refuse(`sees no message ${id}`);
    return found;
  }

  function requireRight(right: bigint, what: string): void {
    if (!canView(world, channel, user.id) || !may(world, channel, user.id, right)) throw refuse(`may not ${what}`);
  }

  function requireText(text: string, { mayBeEmpty }: { mayBeEmpty: boolean }): string {
    const trimmed = text.trim();
    if (trimmed === '' && !mayBeEmpty) throw refuse('an empty message cannot be sent');
    if (trimmed.length > CONTENT_MAX_LENGTH) throw refuse(`a message has at most ${CONTENT_MAX_LENGTH} characters`);
    return trimmed;
  }

  function write(text: string, options: PostOptions, place = channel, id?: string): Message {
    const { files = [], replyTo, pingReply = true } = options;
    requireRight(writingRight(place), 'write');
    if (files.length > 0) requireRight(Permission.AttachFiles, 'attach files');
    if (place.type === ChannelType.GuildForum) throw refuse('a forum takes threads, not messages');
    if (place.thread?.locked === true) requireRight(Permission.ManageThreads, 'write in a locked thread');
    const content = requireText(text, { mayBeEmpty: files.length > 0 });
    const replied = replyTo === undefined ? undefined : find(replyTo);
    const rules = { ...MESSAGE_DEFAULT, repliedUser: pingReply };
    const repliedUserId = replied && !replied.webhookAuthor ? replied.authorId : undefined;
    return addMessage(simulation, place, {
      ...(id === undefined ? {} : { id }),
      authorId: user.id,
      content,
      type: replied ? MESSAGE_TYPE_REPLY : 0,
      reference: replied && { messageId: replied.id, channelId: place.id, guildId: place.guildId },
      attachments: files.map((file) => storeFile(simulation, place.id, file)),
      mentions: findMentions({
        world,
        channel: place,
        content,
        shownTexts: [],
        rules,
        authorId: user.id,
        repliedUserId,
      }),
    });
  }

  return {
    channelId: channel.id,
    messages,
    typing: () => typingIn(simulation, channel).filter((id) => id !== user.id),
    waitFor: (predicate, options) =>
      waitUntil(simulation, () => predicate(messages()), {
        ...options,
        describe: () => `${user.username} sees ${JSON.stringify(messages(), undefined, 2)}`,
      }),
    post: async (text, options = {}) => readably(() => showMessage(world, write(text, options))),
    async edit(message, text) {
      const found = find(message);
      if (found.authorId !== user.id) throw refuse('may edit only their own messages');
      readably(() => requireOpenForEdits(simulation, channel, user.id));
      const content = requireText(text, { mayBeEmpty: found.attachments.length > 0 });
      const rules = { ...MESSAGE_DEFAULT, repliedUser: false };
      const mentions = findMentions({
        world,
        channel,
        content,
        shownTexts: [],
        rules,
        authorId: user.id,
        repliedUserId: undefined,
      });
      changeMessage(simulation, found, { content, mentions });
      return showMessage(world, found);
    },
    async delete(message) {
      const found = find(message);
      const isTheirs = found.authorId === user.id || found.ephemeralFor === user.id;
      if (!isTheirs) requireRight(Permission.ManageMessages, 'delete messages of others');
      if (!isTheirs && channel.type === ChannelType.Dm) throw refuse('may not delete messages of others');
      readably(() => requireOpenForDeletions(simulation, channel, user.id));
      removeMessage(simulation, found);
    },
    async react(message, emoji) {
      const found = find(message);
      const parsed = readably(() => parseEmoji(emoji));
      if (found.ephemeralFor !== undefined) throw refuse('ephemeral messages take no reactions');
      readably(() => requireOpenForEdits(simulation, channel, user.id));
      if (!found.reactions.has(reactionKey(parsed))) requireRight(Permission.AddReactions, 'add reactions');
      addReaction(simulation, found, parsed, user.id);
    },
    async unreact(message, emoji) {
      removeReaction(
        simulation,
        find(message),
        readably(() => parseEmoji(emoji)),
        user.id,
      );
    },
    type: () => startTyping(simulation, channel, user.id),
    async startThread({ name, from, private: isPrivate = false, text }) {
      requireRight(isPrivate ? Permission.CreatePrivateThreads : Permission.CreatePublicThreads, 'create threads');
      const thread = readably(() =>
        createThread(simulation, {
          parent: channel,
          ownerId: user.id,
          name,
          type: isPrivate ? ChannelType.PrivateThread : ChannelType.PublicThread,
          fromMessage: from === undefined ? undefined : find(from),
        }),
      );
      const isForum = channel.type === ChannelType.GuildForum;
      if (isForum && text === undefined) throw refuse('a forum post needs a text');
      if (text !== undefined) write(text, {}, thread, isForum ? thread.id : undefined);
      return channelHandle(simulation, thread);
    },
    joinThread() {
      requireRight(Permission.ViewChannel, 'join');
      if (channel.thread?.archived === true) throw refuse('an archived thread cannot be joined');
      addThreadMember(simulation, channel, user.id);
    },
    ...createInteracting(simulation, user, channel, find),
  };
}

/** A person gets words, not a JSON code. */
function readably<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof DiscordFailure) throw new Error(`Discord refuses: ${error.message}`, { cause: error });
    throw error;
  }
}
