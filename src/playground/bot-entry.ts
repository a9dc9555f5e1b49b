import { createApp } from '../app.ts';
import { parseConfig } from '../config.ts';
import { StartError } from '../core/errors.ts';
import { createLogger } from '../core/logger.ts';

/** What the bot tells the playground, once. */
export type Told = { kind: 'ready' } | { kind: 'failed'; message: string };

/** The bot as `npm start` runs it; SIGTERM ends it gently. */
async function run(env: Record<string, string | undefined>): Promise<void> {
  const config = parseConfig(env);
  const logger = createLogger(config.logLevel);
  const app = createApp(config, { logger });
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
  process.once('SIGTERM', () => void app.stop().finally(() => process.exit(0)));
  await app.start();
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof StartError ? error.message : (error.stack ?? error.message);
}

function tell(told: Told, then?: () => void): void {
  process.send?.(told, undefined, undefined, then);
}

// A terminal hands Ctrl-C to the bot as well; when it ends is the playground's to say.
process.on('SIGINT', () => {});
// The simulators are gone with the playground.
process.on('disconnect', () => process.exit(1));
process.once('message', (env: Record<string, string | undefined>) => {
  run(env).then(
    () => tell({ kind: 'ready' }),
    (error: unknown) => tell({ kind: 'failed', message: wordsOf(error) }, () => process.exit(1)),
  );
});
