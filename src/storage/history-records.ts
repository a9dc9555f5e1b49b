import * as v from 'valibot';
import { recordVersion } from './record.ts';

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
  /** Tokens of the content alone, by the name of the tokenizer. */
  tokens?: Record<string, number> | undefined;
  /** Of a user's message: the pictures that it came with. */
  pictures?: StoredPicture[] | undefined;
}

export interface StoredPicture {
  name: string;
  url: string;
  tokens: number;
}

/** Where the last prompt of a conversation began. */
export interface Cut {
  /** Of the oldest turn that was used: the id of its user's message. */
  turnId: string;
  /** In tokens: what the prompt was made for. */
  budget: number;
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
  /** Its turn may be gone. */
  cut?: Cut | undefined;
  /** What the members were told once, by names of the caller's own. */
  told?: string[] | undefined;
}

/** In the order in which they were stored; a reply lies anywhere after its user's message. */
export interface PageRecord {
  v: 1;
  messages: StoredMessage[];
}

export interface ClearedRange extends Pick<HeadRecord, 'first' | 'last' | 'messages' | 'cut' | 'told'> {
  untilMs: number;
}

/** What was cleared, oldest first. */
export interface ClearedRecord {
  v: 1;
  ranges: ClearedRange[];
}

const finite = v.pipe(v.number(), v.finite());
const pageNumber = v.pipe(v.number(), v.integer(), v.minValue(0));

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
    pictures: v.optional(v.array(v.object({ name: v.string(), url: v.string(), tokens: finite }))),
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

export const cutSchema = v.object({ turnId: v.string(), budget: finite });
export const toldSchema = v.array(v.string());

export const headSchema: v.GenericSchema<unknown, HeadRecord> = v.pipe(
  v.object({
    v: recordVersion,
    first: pageNumber,
    last: v.pipe(v.number(), v.integer(), v.minValue(-1)),
    messages: pageNumber,
    marks: v.array(v.object({ fromPage: pageNumber, inFlight: inFlightSchema })),
    cut: v.optional(cutSchema),
    told: v.optional(toldSchema),
  }),
  v.check(({ first, last }) => last >= first - 1, 'the last page comes before the first'),
);

export const pageSchema: v.GenericSchema<unknown, PageRecord> = v.object({
  v: recordVersion,
  messages: v.array(messageSchema),
});

export const clearedSchema: v.GenericSchema<unknown, ClearedRecord> = v.object({
  v: recordVersion,
  ranges: v.array(
    v.object({
      first: pageNumber,
      last: pageNumber,
      messages: pageNumber,
      untilMs: finite,
      cut: v.optional(cutSchema),
      told: v.optional(toldSchema),
    }),
  ),
});
