/** Where a webhook writes. */
export interface WebhookPlace {
  /** Of the text channel. */
  channelId: string;
  /** Of its thread, for what stands in one. */
  threadId?: string | undefined;
}

/** By which the bot's own account finds what stands there. */
export const addressOf = ({ channelId, threadId }: WebhookPlace): string => threadId ?? channelId;
