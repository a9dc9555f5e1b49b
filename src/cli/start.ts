import { createApp } from '../app.ts';
import { parseConfig } from '../config.ts';
import { createLogger } from '../core/logger.ts';
import { onStopSignal } from '../core/stop-signal.ts';

/** Runs the bot until a signal ends it: the first one lets replies finish, a later one does not wait. */
export async function start(env: NodeJS.ProcessEnv): Promise<void> {
  const config = parseConfig(env);
  const logger = createLogger(config.logLevel);
  const app = createApp(config, { logger });
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
  onStopSignal(async (reason) => {
    logger.info({ reason }, 'stopping: no new questions, running replies may finish');
    await app.stop();
  });
  try {
    await app.start();
  } catch (error) {
    await app.stop();
    throw error;
  }
}
