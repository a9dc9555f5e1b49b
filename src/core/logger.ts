import { pino } from 'pino';

/** JSON lines with a level, an event in plain words and its facts. Never message text, never a key. */
export interface Logger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export function createLogger(level: LogLevel): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['*.token', '*.apiKey', '*.authorization', 'token', 'apiKey', 'authorization'], remove: true },
  });
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
