import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { clear, restore, spokenOf, sweepCleared } from './history-clearing.ts';
import { fill, messagesUpTo } from './history-copy.ts';
import { breathe, type Draft, type Edit, openDraft } from './history-draft.ts';
import type { History } from './history-interface.ts';
import { interruptedReplies } from './history-interrupted.ts';
import { recall, remember } from './history-notes.ts';
import { CACHE_MAX_BYTES, createPageCache } from './history-page-cache.ts';
import { createPageSizes } from './history-pages.ts';
import type { StoredMessage } from './history-records.ts';
import { removedUsers, removeFrom, removeReply, restoreRemoved, restoreReply } from './history-removal.ts';
import { setTokens } from './history-tokens.ts';
import {
  addMessage,
  amendReply,
  beginTurn,
  chooseSwipe,
  editMessage,
  endTurn,
  removeTurn,
  storeReply,
  type Turn,
  turnOf,
  undo,
  updateInFlight,
} from './history-turns.ts';
import { createKeyedMutex } from './mutex.ts';
import type { Store } from './store.ts';

export type { History } from './history-interface.ts';
export type { InterruptedReply } from './history-interrupted.ts';
export type { Notes, NotesPatch } from './history-notes.ts';
export type { Cut, ReplyInFlight, StoredMessage, StoredPicture, Swipe } from './history-records.ts';
export { SWIPES_MAX } from './history-swipes.ts';
export type { ReplyPatch, Turn } from './history-turns.ts';

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

  async function find(conversationId: string, isIt: (turn: Turn) => boolean): Promise<Turn | undefined> {
    for await (const turn of newest(conversationId)) if (isIt(turn)) return turn;
    return undefined;
  }

  return {
    addMessage: (conversationId, message) => edit(conversationId, (draft) => addMessage(draft, message)),
    async beginTurn(conversationId, turn) {
      ownReplyIds.add(turn.inFlight.replyId);
      await edit(conversationId, (draft) => beginTurn(draft, turn));
    },
    updateInFlight: (conversationId, replyId, place) =>
      edit(conversationId, (draft) => updateInFlight(draft, replyId, place)),
    storeReply: (conversationId, reply, options) => edit(conversationId, (draft) => storeReply(draft, reply, options)),
    async endTurn(conversationId, replyId, patch) {
      await edit(conversationId, async (draft) => {
        if (patch) await amendReply(draft, replyId, patch);
        endTurn(draft, replyId);
      });
      ownReplyIds.delete(replyId);
    },
    newest,
    find: (conversationId, messageId) =>
      find(conversationId, ({ user, reply }) => user.id === messageId || reply?.id === messageId),
    findByDiscordId: (conversationId, discordMessageId) =>
      find(conversationId, ({ user, reply }) =>
        [...user.discordMessageIds, ...(reply?.discordMessageIds ?? [])].includes(discordMessageId),
      ),
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
        messages: spokenOf(head),
        ...(head.messages > 0 && head.replies === undefined ? {} : { replies: head.replies ?? 0 }),
        pages: head.last - head.first + 1,
        inFlight: head.marks.map(({ inFlight }) => inFlight),
      })),
    amendReply: (conversationId, replyId, patch) => edit(conversationId, (draft) => amendReply(draft, replyId, patch)),
    chooseSwipe: (conversationId, userMessageId, index) =>
      edit(conversationId, (draft) => chooseSwipe(draft, userMessageId, index)),
    editMessage: (conversationId, messageId, content) =>
      edit(conversationId, (draft) => editMessage(draft, messageId, content)),
    removeTurn: (conversationId, userMessageId) => edit(conversationId, (draft) => removeTurn(draft, userMessageId)),
    removeReply: (conversationId, userMessageId) =>
      edit(conversationId, (draft) => removeReply(draft, { userMessageId, nowMs: clock.now() })),
    restoreReply: (conversationId, userMessageId) =>
      edit(conversationId, (draft) => restoreReply(draft, { userMessageId, nowMs: clock.now() })),
    removeFrom: (conversationId, userMessageId, { keepsUser = false } = {}) =>
      edit(conversationId, (draft) => removeFrom(draft, { userMessageId, keepsUser, nowMs: clock.now() })),
    removedUsers: (conversationId, undoId) => edit(conversationId, (draft) => removedUsers(draft, undoId)),
    restoreRemoved: (conversationId, undoId) =>
      edit(conversationId, (draft) => restoreRemoved(draft, { undoId, nowMs: clock.now() })),
    async copyUpTo(from, userMessageId, to) {
      // Not in one another: two copies that cross would wait for each other.
      const messages = await edit(from, (draft) => messagesUpTo(draft, userMessageId));
      if (messages.length === 0) return { messages: 0, newIds: new Map() };
      return edit(to, (draft) => fill(draft, messages));
    },
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
