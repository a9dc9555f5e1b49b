import type { InterruptedReply } from './history-interrupted.ts';
import type { Notes, NotesPatch } from './history-notes.ts';
import type { ReplyInFlight, StoredMessage } from './history-records.ts';
import type { ReplyPatch, Turn } from './history-turns.ts';

/**
 * The conversations. Turns are ordered by their users' messages. Every method that changes something is one write: done
 * when it resolves, not begun if it rejects.
 *
 * All of them throw UserError ('unavailable') for a conversation that a newer release has written.
 *
 * The messages that they give are frozen: they are the ones that are kept in memory.
 */
export interface History {
  /** Stores a user's message that nobody replies to. @throws TypeError if it could not be read back */
  addMessage(conversationId: string, message: StoredMessage): Promise<void>;
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
   * Stores the reply, in place of an earlier one to the same message; it stays in flight. Of an earlier one with swipes
   * only the shown version gives way. With `keeps: 'swipes'` none does: the reply becomes the newest and shown version,
   * and of more than `SWIPES_MAX` the oldest goes. The reply that is stored under the same id is never kept beside itself.
   *
   * @returns 'gone' if the message that the reply answers is not there any more; the reply was dropped
   */
  storeReply(
    conversationId: string,
    reply: StoredMessage,
    options?: { keeps?: 'swipes' | undefined },
  ): Promise<'stored' | 'gone'>;
  /** Removes the mark, and changes what is given of the reply if it is stored. */
  endTurn(conversationId: string, replyId: string, patch?: ReplyPatch): Promise<void>;
  /**
   * Newest first, read page by page as far as they are asked for; pages in memory are taken several at once, as they
   * are at that moment. A turn without a reply waits for it or never got one. A message that grows too
   * long for its page while older ones are read here may be missed.
   */
  newest(conversationId: string): AsyncGenerator<Turn, void>;
  /** The turn with this message or reply, by our own id. Reads backwards until it is found. */
  find(conversationId: string, messageId: string): Promise<Turn | undefined>;
  /**
   * The turn of which this message on Discord is the user's, or shows a part of the reply. Reads backwards until it is
   * found, through all of the conversation if it is not there.
   */
  findByDiscordId(conversationId: string, discordMessageId: string): Promise<Turn | undefined>;
  /** Where the last prompt began, and what the members were told. Both are forgotten by `clear`. */
  recall(conversationId: string): Promise<Notes>;
  /** @throws TypeError if a note could not be read back */
  remember(conversationId: string, patch: NotesPatch): Promise<void>;
  /**
   * Stores counts of tokens, by the id of the message, under the name of a tokenizer. Messages that are not there any
   * more are passed over. Never rejects: a count that is not stored is made again.
   */
  setTokens(conversationId: string, name: string, counts: ReadonlyMap<string, number>): Promise<void>;
  /** A cue is not counted as a message. The number of replies among them is left out if an older release began the conversation. */
  summary(
    conversationId: string,
  ): Promise<{ messages: number; replies?: number; pages: number; inFlight: ReplyInFlight[] }>;
  /** Changes the shown version of a reply. @returns false if no such reply is stored */
  amendReply(conversationId: string, replyId: string, patch: ReplyPatch): Promise<boolean>;
  /**
   * Shows another version of the reply to this message: its content and facts become the reply's own.
   *
   * @returns the reply; undefined if there is none, or no such version of it
   */
  chooseSwipe(conversationId: string, userMessageId: string, index: number): Promise<StoredMessage | undefined>;
  /**
   * Changes what somebody wrote. Without content the message becomes a cue: its reply stays, and nobody asked for it.
   *
   * @returns false if no such message of a user is stored, or it is a cue
   */
  editMessage(conversationId: string, messageId: string, content: string): Promise<boolean>;
  /** Removes the user's message and its reply. A reply in flight keeps its mark and finds its message gone. */
  removeTurn(conversationId: string, userMessageId: string): Promise<Turn | undefined>;
  /** Removes the reply alone, with all of its versions; `restoreReply` brings it back for `CLEARED_KEPT_MS`. */
  removeReply(conversationId: string, userMessageId: string): Promise<StoredMessage | undefined>;
  /**
   * Brings back the reply to this message that was removed last, without its messages on Discord.
   *
   * @returns its turn; 'changed' if there is a reply again or one is on its way
   */
  restoreReply(conversationId: string, userMessageId: string): Promise<Turn | 'changed' | 'gone'>;
  /**
   * Removes this turn and every newer one, or, if `keepsUser`, what comes behind its user's message: its reply and every
   * newer turn. `restoreRemoved` brings it back for `CLEARED_KEPT_MS`.
   *
   * @returns the turns of which something was removed, oldest first; undefined if nothing was
   */
  removeFrom(
    conversationId: string,
    userMessageId: string,
    options?: { keepsUser?: boolean | undefined },
  ): Promise<{ undoId: string; turns: Turn[] } | undefined>;
  /** The users' messages of the turns that `restoreRemoved` would bring back. */
  removedUsers(conversationId: string, undoId: string): Promise<StoredMessage[]>;
  /**
   * Replies come back without their messages on Discord.
   *
   * @returns 'changed' if something was said since, or older turns were removed: then nothing is brought back
   */
  restoreRemoved(conversationId: string, undoId: string): Promise<'restored' | 'changed' | 'gone'>;
  /**
   * Copies the conversation up to this turn, with its reply, into an empty one. The copies have ids of their own; those of
   * Discord, and what the members were told, are left out.
   *
   * @returns the number of messages copied, 0 if there is no such turn; and the ids of the copies by those of the originals
   * @throws UserError ('input') if the other conversation has begun
   */
  copyUpTo(
    fromConversationId: string,
    userMessageId: string,
    toConversationId: string,
  ): Promise<{ messages: number; newIds: ReadonlyMap<string, string> }>;
  /** Removes the newest turn, or the newest of one person; cues are nobody's. What is in flight is as with `removeTurn`. */
  undo(conversationId: string, options?: { authorId?: string | undefined }): Promise<Turn | undefined>;
  /** Empties the conversation; `restore` brings it back for `CLEARED_KEPT_MS`. */
  clear(conversationId: string): Promise<{ messages: number }>;
  /** Takes the newest `clear` back; what was said since comes after it. False if there is none left to take back. */
  restore(conversationId: string): Promise<boolean>;
  /** Deletes what was cleared or removed longer than `CLEARED_KEPT_MS` ago. Resolves to the number of pages deleted. */
  sweepCleared(): Promise<number>;
  /** Every mark that was not made through this very object: what a crash has left. Dates the new ones. */
  interrupted(): AsyncGenerator<InterruptedReply, void>;
}
