import { pino } from 'pino';

/** JSON lines with a level, an event in plain words and its facts. Never message text, never a key. */
export interface Logger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** @param destination Where the lines go; stdout, unless said. */
export function createLogger(level: LogLevel, destination?: { write(line: string): void }): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: loggableError },
    redact: { paths: ['*.token', '*.apiKey', '*.authorization', 'token', 'apiKey', 'authorization'], remove: true },
  };
  return destination ? pino(options, destination) : pino(options);
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

// The errors of discord.js carry the body of the request, which is what people wrote.
const LOGGED_FACTS = ['code', 'status', 'kind', 'method', 'limit', 'retryAfterMs', 'callId'] as const;
const CAUSES_MAX = 5;

/** What of an error may be logged: its facts, and the addresses in it without the tokens of interactions. */
function loggableError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const facts = error as Error & Partial<Record<(typeof LOGGED_FACTS)[number] | 'url', unknown>>;
  return {
    type: error.name,
    message: withoutTokens(error.message),
    stack: withoutTokens(error.stack ?? ''),
    ...Object.fromEntries(LOGGED_FACTS.flatMap((name) => (facts[name] === undefined ? [] : [[name, facts[name]]]))),
    ...(typeof facts.url === 'string' ? { url: withoutTokens(facts.url) } : {}),
    ...(error.cause === undefined || depth === CAUSES_MAX ? {} : { cause: loggableError(error.cause, depth + 1) }),
  };
}

function withoutTokens(text: string): string {
  return text.replaceAll(/\/(webhooks|interactions)\/(\d+)\/[^/\s?]+/g, '/$1/$2/…');
}
