import { type APIMessage, type REST, Routes } from 'discord.js';
import type { ReplyTarget } from '../chat/reply-target.ts';
import { bucketKeyOf } from './rate-limits.ts';
import { toBody } from './reply-body.ts';
import type { ShowTyping } from './typing.ts';

export interface ChannelTargetOptions {
  rest: REST;
  channelId: string;
  /** The message that is answered, if there is one. */
  replyToId?: string | undefined;
  /** Messages of an earlier reply, which this one takes the place of. */
  reuse?: string[] | undefined;
  /** Makes creating a part again, after an answer that got lost, harmless. */
  replyId: string;
  showTyping: ShowTyping;
}

/** A reply as messages in a channel, thread or DM, written by the bot's own account. */
export function createChannelTarget(options: ChannelTargetOptions): ReplyTarget {
  const { rest, channelId, replyToId, replyId, showTyping } = options;
  const messageIds = [...(options.reuse ?? [])];

  const create = Routes.channelMessages(channelId);
  const message = (index: number) => Routes.channelMessage(channelId, messageIds[index] ?? '0');

  async function edit(index: number, part: Parameters<ReplyTarget['edit']>[1]) {
    await rest.patch(message(index), { body: toBody(part) });
  }

  return {
    messageIds,
    bucketOf: (kind, index) =>
      kind === 'create' && index >= messageIds.length ? bucketKeyOf('POST', create) : bucketKeyOf('PATCH', message(0)),
    async create(index, part) {
      if (index < messageIds.length) return edit(index, part);
      const created = (await rest.post(create, {
        body: {
          ...toBody(part),
          nonce: `${replyId}-${index}`,
          enforce_nonce: true,
          ...(index === 0 && replyToId
            ? { message_reference: { message_id: replyToId, fail_if_not_exists: false } }
            : {}),
        },
      })) as APIMessage;
      messageIds[index] = created.id;
    },
    edit,
    async remove(index) {
      await rest.delete(message(index));
      messageIds.length = index;
    },
    showTyping: () => (messageIds.length > 0 ? () => {} : showTyping(channelId)),
  };
}
