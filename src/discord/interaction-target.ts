import { type APIMessage, type REST, Routes } from 'discord.js';
import type { ReplyPart, ReplyTarget } from '../chat/reply-target.ts';
import { bucketKeyOf } from './rate-limits.ts';
import { EPHEMERAL, toBody } from './reply-body.ts';

export interface InteractionTargetOptions {
  /** For the routes of interactions, which Discord exempts from its limit of 50 requests a second. */
  rest: REST;
  applicationId: string;
  token: string;
  isPrivate: boolean;
  /** Settles when Discord has the acknowledgement, with the id of the message that stands for the reply. */
  acknowledged: Promise<string | undefined>;
  /** Messages of this interaction that show an earlier state of the reply. */
  reuse?: string[] | undefined;
}

/** A reply in the place of an acknowledged interaction: its first part is the acknowledgement's message, others follow up. */
export function createInteractionTarget(options: InteractionTargetOptions): ReplyTarget {
  const { rest, applicationId, token, isPrivate, acknowledged } = options;
  const messageIds = [...(options.reuse ?? [])];

  const followUp = Routes.webhook(applicationId, token);
  const message = (index: number) =>
    Routes.webhookMessage(applicationId, token, index === 0 ? '@original' : messageIds[index]);

  async function edit(index: number, part: ReplyPart) {
    await rest.patch(message(index), { body: toBody(part), auth: false });
  }

  return {
    messageIds,
    bucketOf: (kind, index) =>
      kind === 'create' && index > 0 && index >= messageIds.length
        ? bucketKeyOf('POST', followUp)
        : bucketKeyOf('PATCH', message(0)),
    async create(index, part) {
      if (index === 0) {
        const id = await acknowledged;
        await edit(0, part);
        if (id) messageIds[0] = id;
        return;
      }
      if (index < messageIds.length) return edit(index, part);
      const body = { ...toBody(part), ...(isPrivate ? EPHEMERAL : {}) };
      const created = (await rest.post(followUp, { body, auth: false })) as APIMessage;
      messageIds[index] = created.id;
    },
    edit,
    async remove(index) {
      await rest.delete(message(index), { auth: false });
      messageIds.length = index;
    },
    // The acknowledgement shows "is thinking" until the first part.
    showTyping: () => () => {},
  };
}
