/** Why a turn was ended from outside: the reason that its `AbortSignal` carries. */
export class TurnStopped extends Error {
  override name = 'TurnStopped';
  readonly by: 'member' | 'shutdown';

  constructor(by: 'member' | 'shutdown') {
    super(by === 'member' ? 'stopped by a member' : 'stopped by the shutdown');
    this.by = by;
  }
}
