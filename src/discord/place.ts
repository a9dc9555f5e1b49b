import * as v from 'valibot';
import type { Seal } from '../core/seal.ts';

const placeSchema = v.object({
  channelId: v.string(),
  messageIds: v.array(v.string()),
  /** How many of these messages show this reply; the others still show an earlier one. */
  partsShown: v.number(),
  heading: v.string(),
  isPrivate: v.boolean(),
  /** A persona that speaks, and whether it does so through the channel's webhook. */
  persona: v.optional(v.object({ ref: v.string(), name: v.string(), isByWebhook: v.boolean() })),
  /** The channel of a thread, which has the webhook. */
  parentId: v.optional(v.string()),
  guildId: v.optional(v.string()),
  /** It is a further version of a reply that is kept. */
  isSwipe: v.optional(v.boolean()),
  /** Broken off by a crash and not yet said to the person, because the reply could no longer be reached. */
  isInterrupted: v.optional(v.boolean()),
  /** With it a reply to an interaction can be edited for 15 minutes, also where the bot itself has no access. */
  interaction: v.optional(v.object({ applicationId: v.string(), sealedToken: v.string(), expiresAt: v.number() })),
});

/** Where on Discord a reply is shown: stored with the turn in flight, so that the next start finds it after a crash. */
export type ReplyPlace = v.InferOutput<typeof placeSchema>;

/** Discord takes answers to an interaction for so long. */
export const TOKEN_LIFE_MS = 15 * 60_000;

export function readPlace(stored: unknown): ReplyPlace | undefined {
  const result = v.safeParse(placeSchema, stored);
  return result.success ? result.output : undefined;
}

export function interactionPlace(
  { applicationId, token, createdTimestamp }: { applicationId: string; token: string; createdTimestamp: number },
  seal: Seal,
): NonNullable<ReplyPlace['interaction']> {
  return { applicationId, sealedToken: seal.seal(token), expiresAt: createdTimestamp + TOKEN_LIFE_MS };
}
