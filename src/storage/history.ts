import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { clear, restore, sweepCleared } from './history-clearing.ts';
import { breathe, type Edit, openDraft } from './history-draft.ts';
import { type InterruptedReply, interruptedReplies } from './history-interrupted.ts';
import type { ReplyInFlight, StoredMessage } from './history-records.ts';
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
export type { ReplyInFlight, StoredMessage } from './history-records.ts';
export type { ReplyPatch, Turn } from './history-turns.ts';

/**
 * The conversations. Turns are ordered by their users' messages. Every method that changes something is one write: done
 * when it resolves, not begun if it rejects.
 *
 * All of them throw UserError ('unavailable') for a conversation that a newer release has written.
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
   * Newest first, read page by page as far as they are asked for. A turn without a reply waits for it or never got one.
   * A reply to an older message that is replaced by one too long for its page while it is read here may be missed.
   */
  newest(conversationId: string): AsyncGenerator<Turn, void>;
  /** The turn with this message or reply, by our own id. Reads backwards until it is found. */
  find(conversationId: string, messageId: string): Promise<Turn | undefined>;
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

/** One writer per store: two of these on one store would overwrite each other's pages. */
export function createHistory({ store, clock, logger }: { store: Store; clock: Clock; logger: Logger }): History {
  const mutex = createKeyedMutex();
  const ownReplyIds = new Set<string>();

  // Reads go through here too, so that they see no half of a write and can move aside what they cannot read.
  const edit: Edit = (conversationId, task) =>
    mutex.run(conversationId, async () => {
      const draft = await openDraft({ store, clock, logger, conversationId });
      const result = await task(draft);
      await draft.commit();
      return result;
    });

  async function* newest(conversationId: string): AsyncGenerator<Turn, void> {
    const replies = new Map<string, StoredMessage>();
    let next: number | undefined;
    for (let pagesRead = 1; ; pagesRead++) {
      const read = await edit(conversationId, async ({ head, page }) => {
        const number = next ?? head.last;
        return number < head.first ? undefined : { number, messages: await page(number) };
      });
      if (!read) return;
      next = read.number - 1;
      for (const message of read.messages.toReversed()) {
        if (message.replyTo !== undefined) replies.set(message.replyTo, message);
        else yield turnOf(message, replies.get(message.id));
        replies.delete(message.id);
      }
      await breathe(pagesRead);
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
    sweepCleared: () => sweepCleared({ store, clock, logger, edit }),
    interrupted: () => interruptedReplies({ store, clock, logger, edit, isOwn: (replyId) => ownReplyIds.has(replyId) }),
  };
}
