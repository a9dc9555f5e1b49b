import { createApp } from '../app.ts';
import { parseConfig } from '../config.ts';
import { createLogger } from '../core/logger.ts';

/** Runs the bot until a signal ends it: the first one lets replies finish, a second one does not wait. */
export async function start(env: NodeJS.ProcessEnv): Promise<void> {
  const config = parseConfig(env);
  const logger = createLogger(config.logLevel);
  const app = createApp(config, { logger });
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
  let isStopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    logger.info({ signal }, 'stopping: no new questions, running replies may finish');
    await app.stop();
    process.exit(0);
  };
  process.on('SIGINT', (signal) => void stop(signal));
  process.on('SIGTERM', (signal) => void stop(signal));
  try {
    await app.start();
  } catch (error) {
    await app.stop();
    throw error;
  }
}
