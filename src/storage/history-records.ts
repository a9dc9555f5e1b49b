import * as v from 'valibot';

export interface StoredMessage {
  id: string;
  role: 'user' | 'assistant';
  author: { id: string; name: string };
  content: string;
  /** The messages on Discord that show it, first to last. */
  discordMessageIds: string[];
  /** Unix time in milliseconds. */
  at: number;
  /** Of an assistant's message: the id of the user's message that it answers. */
  replyTo?: string | undefined;
  model?: string | undefined;
  finish?: 'stop' | 'length' | 'stopped' | 'cut' | 'interrupted' | undefined;
  reasoning?: string | undefined;
  /** Token counts per tokenizer family. */
  tokens?: Record<string, number> | undefined;
}

/** The mark of a turn whose reply is not shown whole yet. */
export interface ReplyInFlight {
  replyId: string;
  userMessageId: string;
  /** Unix time in milliseconds. */
  startedAt: number;
  /** Where on Discord the reply is shown: JSON of the caller's own. */
  place: unknown;
  /** When a later start of the bot first found the mark, in Unix milliseconds. */
  interruptedAt?: number | undefined;
}

/** Pages are numbered without gaps from `first` to `last`; `last` is `first - 1` when there is none. */
export interface HeadRecord {
  v: 1;
  first: number;
  last: number;
  messages: number;
  /** `fromPage`: the user's message lies on this page or a later one, if it is still there. */
  marks: { fromPage: number; inFlight: ReplyInFlight }[];
}

/** In the order in which they were stored; a reply lies anywhere after its user's message. */
export interface PageRecord {
  v: 1;
  messages: StoredMessage[];
}

/** What was cleared, oldest first. */
export interface ClearedRecord {
  v: 1;
  ranges: { first: number; last: number; messages: number; untilMs: number }[];
}

/** The version that this code writes. A change of shape raises it and teaches `readRecord` the older one. */
export const RECORD_VERSION = 1;

const finite = v.pipe(v.number(), v.finite());
const pageNumber = v.pipe(v.number(), v.integer(), v.minValue(0));
const version = v.literal(RECORD_VERSION);

export const messageSchema = v.pipe(
  v.object({
    id: v.string(),
    role: v.picklist(['user', 'assistant']),
    author: v.object({ id: v.string(), name: v.string() }),
    content: v.string(),
    discordMessageIds: v.array(v.string()),
    at: finite,
    replyTo: v.optional(v.string()),
    model: v.optional(v.string()),
    finish: v.optional(v.picklist(['stop', 'length', 'stopped', 'cut', 'interrupted'])),
    reasoning: v.optional(v.string()),
    tokens: v.optional(v.record(v.string(), finite)),
  }),
  v.check(({ role, replyTo }) => (role === 'assistant') === (replyTo !== undefined), 'only replies answer a message'),
);

export const inFlightSchema = v.object({
  replyId: v.string(),
  userMessageId: v.string(),
  startedAt: finite,
  place: v.optional(v.unknown(), null),
  interruptedAt: v.optional(finite),
});

export const headSchema: v.GenericSchema<unknown, HeadRecord> = v.pipe(
  v.object({
    v: version,
    first: pageNumber,
    last: v.pipe(v.number(), v.integer(), v.minValue(-1)),
    messages: pageNumber,
    marks: v.array(v.object({ fromPage: pageNumber, inFlight: inFlightSchema })),
  }),
  v.check(({ first, last }) => last >= first - 1, 'the last page comes before the first'),
);

export const pageSchema: v.GenericSchema<unknown, PageRecord> = v.object({
  v: version,
  messages: v.array(messageSchema),
});

export const clearedSchema: v.GenericSchema<unknown, ClearedRecord> = v.object({
  v: version,
  ranges: v.array(v.object({ first: pageNumber, last: pageNumber, messages: pageNumber, untilMs: finite })),
});

export type Reading<T> =
  | { state: 'missing' }
  | { state: 'read'; record: T }
  /** Written by a newer release: to be left as it is. */
  | { state: 'newer' }
  /** `reason` names the field and holds none of what is in it. */
  | { state: 'unreadable'; reason: string };

/** Judges what the store gave for a key. Fields that are not known are kept. */
export function readRecord<T>(schema: v.GenericSchema<unknown, T>, stored: unknown): Reading<T> {
  if (stored === undefined) return { state: 'missing' };
  const written = typeof stored === 'object' && stored !== null && 'v' in stored ? stored.v : undefined;
  if (typeof written === 'number' && written > RECORD_VERSION) return { state: 'newer' };
  const reason = flawOf(schema, stored);
  return reason === undefined ? { state: 'read', record: stored as T } : { state: 'unreadable', reason };
}

/**
 * Refuses what could not be read back, because one such message would cost its whole page.
 *
 * @throws TypeError that names the field
 */
export function assertStorable(schema: v.GenericSchema, value: unknown): void {
  const flaw = flawOf(schema, value);
  if (flaw !== undefined) throw new TypeError(`not a storable message or mark: ${flaw}`);
}

/** valibot's own messages quote the value, which may be what somebody wrote; these do not. */
function flawOf(schema: v.GenericSchema, value: unknown): string | undefined {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return undefined;
  const [issue] = result.issues;
  return `${v.getDotPath(issue) ?? 'record'} is not valid (${issue.type})`;
}
