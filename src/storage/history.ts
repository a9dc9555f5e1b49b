import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { clear, restore, sweepCleared } from './history-clearing.ts';
import { breathe, type Draft, type Edit, openDraft } from './history-draft.ts';
import { type InterruptedReply, interruptedReplies } from './history-interrupted.ts';
import { type Notes, type NotesPatch, recall, remember } from './history-notes.ts';
import { CACHE_MAX_BYTES, createPageCache } from './history-page-cache.ts';
import { createPageSizes } from './history-pages.ts';
import type { ReplyInFlight, StoredMessage } from './history-records.ts';
import { setTokens } from './history-tokens.ts';
import {
  amendReply,
  beginTurn,
  endTurn,
  type ReplyPatch,
  storeReply,
  type Turn,
  turnOf,
  undo,
  updateInFlight,
} from './history-turns.ts';
import { createKeyedMutex } from './mutex.ts';
import type { Store } from './store.ts';

export type { InterruptedReply } from './history-interrupted.ts';
export type { Notes, NotesPatch } from './history-notes.ts';
export type { Cut, ReplyInFlight, StoredMessage, StoredPicture } from './history-records.ts';
export type { ReplyPatch, Turn } from './history-turns.ts';

/**
 * The conversations. Turns are ordered by their users' messages. Every method that changes something is one write: done
 * when it resolves, not begun if it rejects.
 *
 * All of them throw UserError ('unavailable') for a conversation that a newer release has written.
 *
 * The messages that they give are frozen: they are the ones that are kept in memory.
 */
export interface History {
  /**
   * Stores the user's message and marks the reply as in flight. Without a message the turn is another try at one that
   * is stored.
   *
   * @throws TypeError if the message or the mark could not be read back
   */
  beginTurn(
    conversationId: string,
    turn: { message?: StoredMessage | undefined; inFlight: ReplyInFlight },
  ): Promise<void>;
  /** Stores where the reply is shown now. Nothing, if it is not in flight. */
  updateInFlight(conversationId: string, replyId: string, place: unknown): Promise<void>;
  /**
   * Stores the reply, in place of an earlier one to the same message; it stays in flight.
   *
   * @returns 'gone' if the message that the reply answers is not there any more; the reply was dropped
   */
  storeReply(conversationId: string, reply: StoredMessage): Promise<'stored' | 'gone'>;
  /** Removes the mark, and changes what is given of the reply if it is stored. */
  endTurn(conversationId: string, replyId: string, patch?: ReplyPatch): Promise<void>;
  /**
   * Newest first, read page by page as far as they are asked for; pages in memory are taken several at once, as they
   * are at that moment. A turn without a reply waits for it or never got one. A reply to an older message that is
   * replaced by one too long for its page while it is read here may be missed.
   */
  newest(conversationId: string): AsyncGenerator<Turn, void>;
  /** The turn with this message or reply, by our own id. Reads backwards until it is found. */
  find(conversationId: string, messageId: string): Promise<Turn | undefined>;
  /** Where the last prompt began, and what the members were told. Both are forgotten by `clear`. */
  recall(conversationId: string): Promise<Notes>;
  /** @throws TypeError if a note could not be read back */
  remember(conversationId: string, patch: NotesPatch): Promise<void>;
  /**
   * Stores counts of tokens, by the id of the message, under the name of a tokenizer. Messages that are not there any
   * more are passed over. Never rejects: a count that is not stored is made again.
   */
  setTokens(conversationId: string, name: string, counts: ReadonlyMap<string, number>): Promise<void>;
  summary(conversationId: string): Promise<{ messages: number; pages: number; inFlight: ReplyInFlight[] }>;
  /** @returns false if no such reply is stored */
  amendReply(conversationId: string, replyId: string, patch: ReplyPatch): Promise<boolean>;
  /** Removes the newest turn, or the newest of one person. A reply in flight keeps its mark and finds its message gone. */
  undo(conversationId: string, options?: { authorId?: string | undefined }): Promise<Turn | undefined>;
  /** Empties the conversation; `restore` brings it back for `CLEARED_KEPT_MS`. */
  clear(conversationId: string): Promise<{ messages: number }>;
  /** Takes the newest `clear` back; what was said since comes after it. False if there is none left to take back. */
  restore(conversationId: string): Promise<boolean>;
  /** Deletes what was cleared longer than `CLEARED_KEPT_MS` ago. Resolves to the number of pages deleted. */
  sweepCleared(): Promise<number>;
  /** Every mark that was not made through this very object: what a crash has left. Dates the new ones. */
  interrupted(): AsyncGenerator<InterruptedReply, void>;
}

export interface HistoryOptions {
  store: Store;
  clock: Clock;
  logger: Logger;
  cacheMaxBytes?: number | undefined;
}

/** So much is taken without a pause for the rest of the process. */
const PAGES_AT_ONCE = 16;

/** One writer per store: two of these on one store would overwrite each other's pages and read old ones. */
export function createHistory(options: HistoryOptions): History {
  const { store, clock, logger, cacheMaxBytes = CACHE_MAX_BYTES } = options;
  const cache = createPageCache({ maxBytes: cacheMaxBytes });
  const sizes = createPageSizes();
  const mutex = createKeyedMutex();
  const ownReplyIds = new Set<string>();

  // Reads go through here too, so that they see no half of a write and can move aside what they cannot read.
  const edit: Edit = (conversationId, task) =>
    mutex.run(conversationId, async () => {
      const draft = await openDraft({ store, clock, logger, cache, sizes, conversationId });
      const result = await task(draft);
      await draft.commit();
      return result;
    });

  async function* newest(conversationId: string): AsyncGenerator<Turn, void> {
    const replies = new Map<string, StoredMessage>();
    let next: number | undefined;
    for (let reads = 1; ; reads++) {
      const pages = await edit(conversationId, (draft) => pagesBack(draft, next ?? draft.head.last));
      for (const { number, messages } of pages) {
        for (const message of messages.toReversed()) {
          if (message.replyTo !== undefined) replies.set(message.replyTo, message);
          else yield turnOf(message, replies.get(message.id));
          replies.delete(message.id);
        }
        next = number - 1;
      }
      if (pages.length === 0) return;
      await breathe(reads);
    }
  }

  return {
    async beginTurn(conversationId, turn) {
      ownReplyIds.add(turn.inFlight.replyId);
      await edit(conversationId, (draft) => beginTurn(draft, turn));
    },
    updateInFlight: (conversationId, replyId, place) =>
      edit(conversationId, (draft) => updateInFlight(draft, replyId, place)),
    storeReply: (conversationId, reply) => edit(conversationId, (draft) => storeReply(draft, reply)),
    async endTurn(conversationId, replyId, patch) {
      await edit(conversationId, async (draft) => {
        if (patch) await amendReply(draft, replyId, patch);
        endTurn(draft, replyId);
      });
      ownReplyIds.delete(replyId);
    },
    newest,
    async find(conversationId, messageId) {
      for await (const turn of newest(conversationId)) {
        if (turn.user.id === messageId || turn.reply?.id === messageId) return turn;
      }
      return undefined;
    },
    recall: (conversationId) => edit(conversationId, recall),
    remember: (conversationId, patch) => edit(conversationId, (draft) => remember(draft, patch)),
    async setTokens(conversationId, name, counts) {
      if (counts.size === 0) return;
      try {
        await edit(conversationId, (draft) => setTokens(draft, name, counts));
      } catch (error) {
        logger.warn({ err: error, conversationId }, 'counts of tokens could not be stored');
      }
    },
    summary: (conversationId) =>
      edit(conversationId, ({ head }) => ({
        messages: head.messages,
        pages: head.last - head.first + 1,
        inFlight: head.marks.map(({ inFlight }) => inFlight),
      })),
    amendReply: (conversationId, replyId, patch) => edit(conversationId, (draft) => amendReply(draft, replyId, patch)),
    undo: (conversationId, { authorId } = {}) => edit(conversationId, (draft) => undo(draft, authorId)),
    clear: (conversationId) => edit(conversationId, (draft) => clear(draft, clock.now())),
    restore: (conversationId) => edit(conversationId, (draft) => restore(draft, clock.now())),
    sweepCleared: () => sweepCleared({ store, clock, logger, cache, edit }),
    interrupted: () => interruptedReplies({ store, clock, logger, edit, isOwn: (replyId) => ownReplyIds.has(replyId) }),
  };
}

/** The page and, for as long as they are in memory, those before it. */
async function pagesBack(
  draft: Draft,
  from: number,
): Promise<{ number: number; messages: readonly StoredMessage[] }[]> {
  if (from < draft.head.first) return [];
  const pages = [{ number: from, messages: await draft.page(from) }];
  for (let number = from - 1; number >= draft.head.first && pages.length < PAGES_AT_ONCE; number--) {
    const messages = draft.pageAtHand(number);
    if (!messages) break;
    pages.push({ number, messages });
  }
  return pages;
}
