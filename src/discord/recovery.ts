import { type APIMessage, type REST, Routes } from 'discord.js';
import type { EditClock } from '../chat/edit-clock.ts';
import { type Ending, endingOfStored, interruptedEnding } from '../chat/ending.ts';
import { finishedReply, standing } from '../chat/finish-turn.ts';
import { ASSISTANT_ID } from '../chat/generate.ts';
import { createReplyStream } from '../chat/reply-stream.ts';
import type { ReplyTarget } from '../chat/reply-target.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { PersonaRef } from '../core/refs.ts';
import type { Seal } from '../core/seal.ts';
import type { History, ReplyInFlight, StoredMessage, Turn } from '../storage/history.ts';
import { createChannelTarget } from './channel-target.ts';
import { createInteractionTarget } from './interaction-target.ts';
import { type ReplyPlace, readPlace } from './place.ts';
import { isGone } from './report-error.ts';
import type { SpeakingTargets } from './speaking-target.ts';

export interface RecoveryOptions {
  history: History;
  rest: REST;
  interactionRest: REST;
  targets: SpeakingTargets;
  editClock: EditClock;
  seal: Seal;
  clock: Clock;
  logger: Logger;
  ownName: string;
}

interface Mark {
  conversationId: string;
  inFlight: ReplyInFlight;
}

/**
 * Mends what a crash left behind. Call it before new turns begin: it reads the marks at once, and returns the function
 * that brings each marked reply into a true form on Discord (finished if it was stored, else marked as interrupted).
 */
export async function prepareRecovery(options: RecoveryOptions): Promise<() => Promise<void>> {
  const { history, logger } = options;
  const marks: Mark[] = [];
  for await (const mark of history.interrupted()) marks.push(mark);

  return async () => {
    for (const mark of marks) {
      try {
        await recover(mark, options);
      } catch (error) {
        // The mark stays, and the next start tries again.
        logger.warn({ err: error, conversationId: mark.conversationId }, 'an interrupted reply could not be marked');
      }
    }
    if (marks.length > 0) logger.info({ replies: marks.length }, 'replies of the last run were marked as interrupted');
  };
}

async function recover({ conversationId, inFlight }: Mark, options: RecoveryOptions): Promise<void> {
  const { history, editClock, logger, ownName } = options;
  const { replyId, userMessageId } = inFlight;
  const place = readPlace(inFlight.place);
  const turn = await history.find(conversationId, userMessageId);
  const target = place && turn && (await targetOf(place, turn, replyId, options));
  if (!place || !turn) return history.endTurn(conversationId, replyId);
  if (!target) return leaveUnreachable({ conversationId, inFlight }, place, history);
  try {
    const stored = turn.reply?.id === replyId ? turn.reply : undefined;
    const shown = stored ?? (await shownReply(place, inFlight, options));
    const ending: Pick<Ending, 'notice' | 'canRetry'> = stored ? endingOfStored(stored.finish) : interruptedEnding;
    if (shown && !stored) await history.storeReply(conversationId, shown, place.isSwipe ? { keeps: 'swipes' } : {});
    // Another try that had nothing to show yet leaves the earlier reply as it is.
    const reply = shown ? (await history.find(conversationId, userMessageId))?.reply : turn.reply;
    const stream = createReplyStream({
      target,
      editClock,
      heading: place.heading,
      controls: [],
      ownName,
      onError: (error) => logger.warn({ err: error }, 'an interrupted reply could not be shown'),
    });
    const stands = reply ? standing(reply) : { text: '', reasoning: '' };
    const who = { isPersona: place.persona !== undefined, isPrivate: place.isPrivate };
    await stream.finish(finishedReply({ ...stands, ...who, ending, replyId: reply?.id ?? replyId, userMessageId }));
  } catch (error) {
    if (!isGone(error)) throw error;
    return leaveUnreachable({ conversationId, inFlight }, place, history);
  }
  await history.endTurn(conversationId, replyId, { discordMessageIds: target.messageIds });
}

/** A private reply is over when its token has expired: the person is told with their next private question. */
async function leaveUnreachable({ conversationId, inFlight }: Mark, place: ReplyPlace, history: History) {
  if (place.isPrivate) {
    await history.updateInFlight(conversationId, inFlight.replyId, { ...place, isInterrupted: true });
  } else {
    await history.endTurn(conversationId, inFlight.replyId);
  }
}

async function targetOf(
  place: ReplyPlace,
  { user }: Turn,
  replyId: string,
  options: RecoveryOptions,
): Promise<ReplyTarget | undefined> {
  const { rest, interactionRest, targets } = options;
  const { interaction, channelId, parentId, messageIds, isPrivate, persona } = place;
  if (persona?.isByWebhook) {
    const { ref, name } = persona;
    const shown = messageIds.length > 0 ? { messageIds, isByWebhook: true } : undefined;
    const speaker = { ref: ref as PersonaRef, name };
    const where = { channelId, parentId, guildId: place.guildId };
    return (await targets.open({ where, speaker, replyId, shown })).target;
  }
  if (!isPrivate && (messageIds.length > 0 || !interaction)) {
    return createChannelTarget({
      rest,
      channelId,
      replyToId: user.discordMessageIds[0],
      reuse: messageIds,
      replyId,
      showTyping: () => () => {},
    });
  }
  const token = openToken(place, options);
  if (!interaction || !token) return undefined;
  return createInteractionTarget({
    rest: interactionRest,
    applicationId: interaction.applicationId,
    token,
    isPrivate,
    acknowledged: Promise.resolve(messageIds[0]),
    reuse: messageIds,
  });
}

function openToken({ interaction }: ReplyPlace, { seal, clock }: RecoveryOptions): string | undefined {
  return interaction && interaction.expiresAt > clock.now() ? seal.open(interaction.sealedToken) : undefined;
}

/** What of an unfinished reply stands on Discord, as a message for the history; undefined if no text was shown. */
async function shownReply(
  place: ReplyPlace,
  { replyId, userMessageId, startedAt }: ReplyInFlight,
  options: RecoveryOptions,
): Promise<StoredMessage | undefined> {
  const messageIds = place.messageIds.slice(0, place.partsShown);
  const contents = await Promise.all(messageIds.map((id, index) => fetchContent(place, id, index, options)));
  const shown = contents.join('\n');
  const content = (shown.startsWith(place.heading) ? shown.slice(place.heading.length) : shown).trim();
  if (content === '') return undefined;
  return {
    id: replyId,
    role: 'assistant',
    author: place.persona
      ? { id: place.persona.ref, name: place.persona.name }
      : { id: ASSISTANT_ID, name: options.ownName },
    content,
    discordMessageIds: messageIds,
    at: startedAt,
    replyTo: userMessageId,
    finish: 'interrupted',
  };
}

async function fetchContent(
  place: ReplyPlace,
  messageId: string,
  index: number,
  options: RecoveryOptions,
): Promise<string> {
  const token = place.isPrivate ? openToken(place, options) : undefined;
  const message =
    place.interaction && token
      ? await options.interactionRest.get(
          Routes.webhookMessage(place.interaction.applicationId, token, index === 0 ? '@original' : messageId),
          { auth: false },
        )
      : await options.rest.get(Routes.channelMessage(place.channelId, messageId));
  return (message as APIMessage).content;
}
