/** `late`: Discord is about to close the place of the reply, and there is no other. */
export type StoppedBy = 'member' | 'shutdown' | 'late';

/** Why a turn was ended from outside: the reason that its `AbortSignal` carries. */
export class TurnStopped extends Error {
  override name = 'TurnStopped';
  readonly by: StoppedBy;

  constructor(by: StoppedBy) {
    super(`stopped: ${by}`);
    this.by = by;
  }
}
