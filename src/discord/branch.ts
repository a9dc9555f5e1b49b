import { ChannelType, type MessageContextMenuCommandInteraction, PermissionFlagsBits } from 'discord.js';
import type { Cast } from '../chat/casting.ts';
import type { Place } from '../chat/place.ts';
import { UserError } from '../core/errors.ts';
import type { Turn } from '../storage/history.ts';
import type { Scene } from '../storage/scenes.ts';
import type { Bot, Person } from './bot.ts';

const TITLE_MAX_LENGTH = 40;

interface Branching {
  bot: Bot;
  person: Person;
  place: Place;
  /** That of the message; only those of channels and threads can be branched. */
  conversationId: string;
  interaction: MessageContextMenuCommandInteraction;
}

/**
 * Opens a thread that goes on from a turn: with the history up to it, and whoever plays.
 *
 * @returns the thread
 * @throws UserError if the bot may not open one here, or the turn is a private one
 */
export async function branchFrom(on: Branching, turn: Turn): Promise<{ threadId: string; messages: number }> {
  const { bot, person, place, conversationId, interaction } = on;
  const { channelId, parentId, guildId } = place;
  if (guildId === undefined)
    throw new UserError('input', 'Direct messages have no threads. Branch in a channel of a server.');
  if (conversationId !== channelId) {
    throw new UserError(
      'input',
      'Only you see this reply, and others would see the branch. Ask again without `private`, and branch from that reply.',
    );
  }
  const isPrivate = interaction.channel?.type === ChannelType.PrivateThread;
  const { CreatePrivateThreads, CreatePublicThreads } = PermissionFlagsBits;
  if (!interaction.memberPermissions?.has(isPrivate ? CreatePrivateThreads : CreatePublicThreads)) {
    throw new UserError('permission', 'You may not open threads here. Ask a moderator to branch the story.');
  }
  const cast = await bot.casting.of(place);
  const title = cast.scene?.title ?? turn.reply?.author.name ?? bot.name;
  const { id: threadId } = await bot.threads.open({
    parentId: parentId ?? channelId,
    name: `${title.slice(0, TITLE_MAX_LENGTH)} (branch)`,
    isPrivate,
    reason: `A branch that ${person.name} made`,
  });
  try {
    if (isPrivate) await bot.threads.addMember(threadId, person.id);
    return { threadId, messages: await fillThread(on, { threadId, turn, cast }) };
  } catch (error) {
    await bot.scenes.update(threadId, () => undefined);
    await bot.history.clear(threadId);
    // The reason why the story could not go on says more than that this failed as well.
    await bot.threads.archive(threadId).catch(() => {});
    throw error;
  }
}

/** @returns the number of messages that the branch begins with */
async function fillThread(
  { bot, person, place }: Branching,
  { threadId, turn, cast: { scene, members } }: { threadId: string; turn: Turn; cast: Cast },
): Promise<number> {
  const { channelId, parentId = channelId } = place;
  if (place.parentId !== undefined) await copySettings(bot, channelId, threadId);
  const { messages, newIds } = await bot.history.copyUpTo(channelId, turn.user.id, threadId);
  const copied = await bot.history.find(threadId, newIds.get(turn.user.id) ?? '');
  if (!copied) throw new UserError('missing', 'This part of the conversation was just forgotten. Branch from another.');
  if (members.length > 0) {
    const branched: Scene = {
      speaking: 'natural',
      ...scene,
      isRoleplay: true,
      personas: members.map(({ ref }) => ref),
      startedBy: { id: person.id, name: person.name },
      at: bot.clock.now(),
      greetingTurn: newIds.get(scene?.greetingTurn ?? ''),
    };
    delete branched.endedAt;
    await bot.scenes.update(threadId, () => branched);
  }
  const where = { ...place, channelId: threadId, parentId };
  if (copied.reply) await bot.asking.redraw({ turn: copied, where, conversationId: threadId });
  return messages;
}

/** Model, lorebooks and all else that is set for the thread itself. */
async function copySettings(bot: Bot, fromChannelId: string, toChannelId: string): Promise<void> {
  const settings = await bot.settings.read({ channelId: fromChannelId });
  await bot.settings.update({ channelId: toChannelId }, () => settings);
}
