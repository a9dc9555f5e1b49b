import { DiscordAPIError } from 'discord.js';
import { UserError, type UserErrorKind } from '../core/errors.ts';

/** Why a channel has no webhook for the bot. With all but `gone` the bot's own account may still be able to write there. */
export type NoWebhookReason = 'permission' | 'full' | 'unsupported' | 'gone';

/** There is no webhook to speak by; its `cause` is what Discord said. */
export class NoWebhook extends UserError {
  override name = 'NoWebhook';
  readonly reason: NoWebhookReason;

  constructor(reason: NoWebhookReason, message: string, options?: ErrorOptions) {
    super(KINDS[reason], message, options);
    this.reason = reason;
  }
}

const KINDS: Record<NoWebhookReason, UserErrorKind> = {
  permission: 'permission',
  full: 'unavailable',
  unsupported: 'input',
  gone: 'missing',
};

const NEEDS_PERMISSION =
  'To speak as a persona I need the permission Manage Webhooks here. An admin can grant it to my role in Server Settings > Roles, or for this channel alone in Edit Channel > Permissions.';
const CHANNEL_FULL =
  'This channel has 15 webhooks, as many as Discord allows, so there is none for personas. An admin can delete one that is not needed in Edit Channel > Integrations > Webhooks.';
const SERVER_FULL =
  'This server has as many webhooks as Discord allows, so there is none for personas. An admin can delete some that are not needed in Server Settings > Integrations > Webhooks.';
const UNSUPPORTED = 'Discord lets personas speak in text channels of servers and in their threads only, not here.';
const GONE = 'This channel does not exist any more.';

// Discord's codes, topics/opcodes-and-status-codes.
const REASONS = new Map<number | string, [NoWebhookReason, string]>([
  [10_003, ['gone', GONE]],
  [30_007, ['full', CHANNEL_FULL]],
  [30_058, ['full', SERVER_FULL]],
  [50_001, ['permission', NEEDS_PERMISSION]],
  [50_003, ['unsupported', UNSUPPORTED]],
  [50_013, ['permission', NEEDS_PERMISSION]],
  [50_024, ['unsupported', UNSUPPORTED]],
]);

/** What Discord's refusal means for the person; anything else as it is. */
export function asNoWebhook(error: unknown): unknown {
  const found = error instanceof DiscordAPIError ? REASONS.get(error.code) : undefined;
  return found ? new NoWebhook(...found, { cause: error }) : error;
}

/** Nothing can be done by this webhook any more. */
export function isWebhookGone(error: unknown): boolean {
  return hasCode(error, 10_015) || hasCode(error, 50_027);
}

export function hasCode(error: unknown, code: number): boolean {
  return error instanceof DiscordAPIError && error.code === code;
}

/** Discord said no. Any other failure leaves open what became of the request. */
export function isRefused(error: unknown): error is DiscordAPIError {
  return error instanceof DiscordAPIError;
}
