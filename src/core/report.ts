import { randomBytes } from 'node:crypto';
import { UserError } from './errors.ts';
import type { Logger } from './logger.ts';

/**
 * The one boundary between what members may read and what only operators may: a `UserError` is shown as it stands,
 * anything else is logged under an id, and the id is shown.
 */
export function describeError(error: unknown, logger: Logger): string {
  if (error instanceof UserError) return error.message;
  const id = randomBytes(4).toString('hex');
  logger.error({ id, err: error }, 'fault');
  return `Something went wrong (${id}). Please try again; if it happens again, tell whoever runs this bot the code in brackets.`;
}
