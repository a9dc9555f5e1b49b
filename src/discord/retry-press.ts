import { type ButtonInteraction, type REST, Routes } from 'discord.js';
import type { ReplyTarget } from '../chat/reply-target.ts';
import type { Logger } from '../core/logger.ts';
import { toComponents } from './controls.ts';

export interface RetryPressOptions {
  interaction: Pick<ButtonInteraction, 'applicationId' | 'token' | 'message'>;
  /** Of the reply that Stop is to end. */
  replyId: string;
  acknowledged: Promise<unknown>;
  /** For the routes of interactions: a press costs the channel no slot. */
  interactionRest: REST;
  logger: Logger;
}

export interface RetryPress {
  /** The same target, whose parts come after the press was shown. */
  following(target: ReplyTarget): ReplyTarget;
  /**
   * Puts Stop in the place of the buttons while `work` is done. If it rejects before it has written anything, the buttons
   * come back.
   */
  showDuring(work: () => Promise<void>): Promise<void>;
}

/** A press of Retry shows at once, before it is known whether there will be another reply. */
export function createRetryPress(options: RetryPressOptions): RetryPress {
  const { interaction, replyId, acknowledged, interactionRest, logger } = options;
  const { applicationId, token, message } = interaction;
  const before = message.components.map((row) => row.toJSON());
  let shown = Promise.resolve();
  let hasWritten = false;

  async function show(components: unknown[]): Promise<void> {
    await acknowledged;
    const body = { components };
    await interactionRest.patch(Routes.webhookMessage(applicationId, token, '@original'), { auth: false, body });
  }

  async function putBack(): Promise<void> {
    try {
      await show(before);
    } catch (error) {
      logger.warn({ err: error, messageId: message.id }, 'the buttons of a reply could not be put back');
    }
  }

  return {
    following: (target) => ({
      ...target,
      async create(index, part) {
        hasWritten = true;
        await shown;
        await target.create(index, part);
      },
    }),
    async showDuring(work) {
      // A failure costs only this.
      shown = show(toComponents([{ action: 'stop', id: replyId }])).catch(() => {});
      try {
        await work();
      } catch (error) {
        await shown;
        if (!hasWritten) await putBack();
        throw error;
      }
    },
  };
}
