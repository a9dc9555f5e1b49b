/**
 * What went wrong, in the words of the person who reads it.
 *
 * Only text written for members goes into a `UserError`; every other throw is a fault, which
 * `discord/report-error` logs under an id and shows as "Something went wrong (id)".
 */
export type UserErrorKind =
  /** What the person typed or attached cannot be used. */
  | 'input'
  /** The person, or the bot, may not do this here. */
  | 'permission'
  /** The thing named does not exist (any more). */
  | 'missing'
  /** The models' API failed or refused. */
  | 'upstream'
  /** The bot is stopping, full or otherwise not able to right now. */
  | 'unavailable';

export class UserError extends Error {
  override name = 'UserError';
  readonly kind: UserErrorKind;

  constructor(kind: UserErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** A reason that stops the process at start: printed as it stands, without a stack, exit code 1. */
export class StartError extends Error {
  override name = 'StartError';
}
