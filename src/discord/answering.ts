import type { REST } from 'discord.js';
import type { Place } from '../chat/choices.ts';
import type { ReplyTarget } from '../chat/reply-target.ts';
import type { PictureSource, Speaking, TurnKind, Turns } from '../chat/turn.ts';
import type { Clock } from '../core/clock.ts';
import type { StoredMessage } from '../storage/history.ts';
import { createInteractionTarget } from './interaction-target.ts';
import { createLastingTarget, type LastingTargetOptions } from './lasting-target.ts';
import { type ReplyPlace, TOKEN_LIFE_MS } from './place.ts';
import type { RunningReplies } from './running.ts';
import { stopWhenGone } from './stop-when-gone.ts';

export interface Answered {
  conversationId: string;
  replyId: string;
  user: StoredMessage;
  kind?: TurnKind;
  /** The reply that is there already. */
  earlier?: StoredMessage | undefined;
  speaking?: Speaking | undefined;
  where: Place;
  pictures?: PictureSource[];
  /** Who may stop the reply; the message that is answered, when it is one. */
  ownerId: string;
  sourceMessageId?: string;
  heading: string;
  target: ReplyTarget;
  place: Omit<ReplyPlace, 'heading' | 'messageIds' | 'partsShown'>;
  /** Gets the work, once no other reply to the same message can begin, and does it. */
  whileRunning?: (work: () => Promise<void>) => Promise<void>;
}

export interface Answering {
  /** Has a message answered, in the place that `target` and `place` say; tells whether somebody or something stopped it. */
  answer(answered: Answered): Promise<{ wasStopped: boolean }>;
  /** A reply in the place of an interaction, whose end is told in time. */
  lastingTarget(
    interaction: { applicationId: string; token: string },
    reply: {
      replyId: string;
      /** By the bot's clock, which may differ from Discord's. */
      arrivedAt: number;
      isPrivate: boolean;
      acknowledged: Promise<string | undefined>;
      channel: LastingTargetOptions['channel'];
      /** Aborted with the reply. */
      ended: AbortController;
    },
  ): ReplyTarget;
}

export interface AnsweringOptions {
  turns: Turns;
  running: RunningReplies;
  /** For the routes of interactions, which are exempt from Discord's limit of 50 requests a second. */
  interactionRest: REST;
  clock: Clock;
}

/** What the ways to ask have in common. */
export function createAnswering({ turns, running, interactionRest, clock }: AnsweringOptions): Answering {
  return {
    async answer({ ownerId, sourceMessageId, whileRunning = (work) => work(), ...answered }) {
      const { conversationId, replyId, user, heading, place } = answered;
      const target = stopWhenGone(answered.target, () => running.stop(replyId));
      const { messageIds } = target;
      const reply = { replyId, conversationId, ownerId, userMessageId: user.id, sourceMessageId, messageIds };
      let wasStopped = false;
      await running.run(reply, async (signal, onEnding) => {
        await whileRunning(() =>
          turns.run({
            conversationId,
            replyId,
            user,
            kind: answered.kind ?? 'new',
            earlier: answered.earlier,
            speaking: answered.speaking,
            where: answered.where,
            pictures: answered.pictures,
            isPrivate: place.isPrivate,
            heading,
            target,
            signal,
            onEnding,
            place: (partsShown) => ({ ...place, heading, messageIds, partsShown }),
          }),
        );
        wasStopped = signal.aborted;
      });
      return { wasStopped };
    },

    lastingTarget({ applicationId, token }, { replyId, arrivedAt, isPrivate, acknowledged, channel, ended }) {
      // Whoever shows something learns of a failure; nobody may have to.
      acknowledged.catch(() => {});
      return createLastingTarget({
        interaction: createInteractionTarget({ rest: interactionRest, applicationId, token, isPrivate, acknowledged }),
        channel,
        closesAt: arrivedAt + TOKEN_LIFE_MS,
        onLate: () => running.stop(replyId, 'late'),
        clock,
        signal: ended.signal,
      });
    },
  };
}
