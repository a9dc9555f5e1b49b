// npm hands Ctrl-C on to its child, which has it from the terminal already.
const REPEATED_SIGNAL_MS = 1_000;

/**
 * Calls `stop` once, at the first request to end (Ctrl-C, SIGTERM, or the returned function), and ends the process with
 * code 0 when it has resolved. A later request does not wait.
 */
export function onStopSignal(stop: (reason: string) => Promise<void>): (reason: string) => void {
  let stoppingSince: number | undefined;
  async function end(reason: string): Promise<void> {
    if (stoppingSince !== undefined) {
      if (Date.now() - stoppingSince > REPEATED_SIGNAL_MS) process.exit(1);
      return;
    }
    stoppingSince = Date.now();
    try {
      await stop(reason);
      process.exit(0);
    } catch (error) {
      process.stderr.write(`The end was not clean: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    }
  }
  process.on('SIGINT', (signal) => void end(signal));
  process.on('SIGTERM', (signal) => void end(signal));
  return (reason) => void end(reason);
}
