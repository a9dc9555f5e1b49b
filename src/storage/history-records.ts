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
  /** Of a user's message: nobody wrote it; its turn holds a greeting, or what a persona says unasked. Its content is ''. */
  isCue?: true | undefined;
  /** Of a reply: the label of the emotion that was chosen for it. */
  expression?: string | undefined;
  /** Of a reply with more than one version: all of them, oldest first. Whoever writes the message keeps the shown one equal. */
  swipes?: Swipe[] | undefined;
  /** With `swipes`: the index of the one whose content and facts the message itself has. */
  swipe?: number | undefined;
}

/** One version of a reply. */
export type Swipe = Pick<StoredMessage, 'content' | 'at' | 'model' | 'finish' | 'reasoning' | 'tokens' | 'expression'>;

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
  /** How many of the messages are cues. */
  cues?: number | undefined;
  /** How many of them are replies; undefined if an older release counted none. */
  replies?: number | undefined;
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

export interface ClearedRange
  extends Pick<HeadRecord, 'first' | 'last' | 'messages' | 'cues' | 'replies' | 'cut' | 'told'> {
  untilMs: number;
}

/** Turns that were removed from the end: their messages are kept on pages of their own. */
export interface Removal {
  undoId: string;
  untilMs: number;
  pages: number;
  /** The newest user's message that was left; null if none was. */
  newestId: string | null;
  /** The removal began behind that message: it was left without a reply. */
  keepsUser: boolean;
  /** Nothing but the reply to this message was removed, wherever it stood. */
  replyTo?: string | undefined;
}

/** What was cleared and what was removed, oldest first. */
export interface ClearedRecord {
  v: 1;
  ranges: ClearedRange[];
  removals?: Removal[] | undefined;
}

const finite = v.pipe(v.number(), v.finite());
const pageNumber = v.pipe(v.number(), v.integer(), v.minValue(0));

const finish = v.optional(v.picklist(['stop', 'length', 'stopped', 'cut', 'interrupted']));
const tokens = v.optional(v.record(v.string(), finite));
const text = v.optional(v.string());
const swipeSchema = v.object({
  content: v.string(),
  at: finite,
  model: text,
  finish,
  reasoning: text,
  tokens,
  expression: text,
});

/**
 * That the shown swipe is what the message says is not for a reader to refuse: it would cost the whole page, and the
 * message's own content is what holds.
 */
export const messageSchema = v.pipe(
  v.object({
    id: v.string(),
    role: v.picklist(['user', 'assistant']),
    author: v.object({ id: v.string(), name: v.string() }),
    content: v.string(),
    discordMessageIds: v.array(v.string()),
    at: finite,
    replyTo: text,
    model: text,
    finish,
    reasoning: text,
    tokens,
    pictures: v.optional(v.array(v.object({ name: v.string(), url: v.string(), tokens: finite }))),
    isCue: v.optional(v.literal(true)),
    expression: text,
    swipes: v.optional(v.array(swipeSchema)),
    swipe: v.optional(pageNumber),
  }),
  v.check(({ role, replyTo }) => (role === 'assistant') === (replyTo !== undefined), 'only replies answer a message'),
  v.check(({ role, isCue, content }) => !isCue || (role === 'user' && content === ''), 'a cue has no words'),
  v.check(
    ({ role, swipes, swipe }) =>
      swipes === undefined ? swipe === undefined : role === 'assistant' && swipe !== undefined && swipe < swipes.length,
    'a reply shows one of its swipes',
  ),
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
    cues: v.optional(pageNumber),
    replies: v.optional(pageNumber),
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
      cues: v.optional(pageNumber),
      replies: v.optional(pageNumber),
      untilMs: finite,
      cut: v.optional(cutSchema),
      told: v.optional(toldSchema),
    }),
  ),
  removals: v.optional(
    v.array(
      v.object({
        undoId: v.string(),
        untilMs: finite,
        pages: pageNumber,
        newestId: v.nullable(v.string()),
        keepsUser: v.boolean(),
        replyTo: text,
      }),
    ),
  ),
});
