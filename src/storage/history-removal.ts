import { randomBytes } from 'node:crypto';
import { CLEARED_KEPT_MS } from './history-clearing.ts';
import { breathe, type Draft } from './history-draft.ts';
import { backwards, remove } from './history-places.ts';
import type { Removal, StoredMessage } from './history-records.ts';
import { findReply, type Turn, turnOf } from './history-turns.ts';

const UNDO_ID_BYTES = 9;

export interface RemoveOptions {
  userMessageId: string;
  keepsUser: boolean;
  nowMs: number;
}

/** Replies to older turns may lie among what is removed, and stay. */
export async function removeFrom(
  draft: Draft,
  { userMessageId, keepsUser, nowMs }: RemoveOptions,
): Promise<{ undoId: string; turns: Turn[] } | undefined> {
  const users = new Map<string, StoredMessage>();
  const fromPage = await collectUsers(draft, userMessageId, users);
  if (fromPage === undefined) return undefined;
  const isRemoved = ({ id, replyTo = id }: StoredMessage) => users.has(replyTo) && !(keepsUser && id === userMessageId);

  const undoId = newUndoId();
  const replies = new Map<string, StoredMessage>();
  let pages = 0;
  for (let number = fromPage; number <= draft.head.last; number++) {
    const messages = await draft.page(number);
    const removed = messages.filter(isRemoved);
    for (const message of removed) if (message.replyTo !== undefined) replies.set(message.replyTo, message);
    if (removed.length > 0) {
      draft.setRemovedPage(undoId, pages++, removed);
      draft.setPage(
        number,
        messages.filter((message) => !isRemoved(message)),
      );
      draft.count({ removed });
    }
    await breathe(number);
  }
  if (pages === 0) return undefined;
  await draft.trim();

  const newestId = (await newestTurn(draft))?.user.id ?? null;
  const { ranges, removals } = await draft.cleared();
  const removal: Removal = { undoId, untilMs: nowMs + CLEARED_KEPT_MS, pages, newestId, keepsUser };
  draft.setCleared({ ranges, removals: [...removals, removal] });
  const turns = [...users.values()].toReversed().map((user) => turnOf(user, replies.get(user.id)));
  return { undoId, turns: keepsUser && turns[0]?.reply === undefined ? turns.slice(1) : turns };
}

export async function restoreRemoved(
  draft: Draft,
  { undoId, nowMs }: { undoId: string; nowMs: number },
): Promise<'restored' | 'changed' | 'gone'> {
  const { ranges, removals } = await draft.cleared();
  const removal = removalOf(removals, undoId);
  if (!removal || removal.untilMs <= nowMs) return 'gone';
  if (await isChanged(draft, removal)) return 'changed';

  const restoredFrom = Math.max(draft.head.last, draft.head.first);
  for (let number = 0; number < removal.pages; number++) {
    for (const message of await draft.removedPage(undoId, number)) await draft.append(unshown(message));
    draft.setRemovedPage(undoId, number, []);
    await breathe(number);
  }
  // The messages of replies in flight may lie on earlier pages than before.
  draft.changeHead({
    marks: draft.head.marks.map((mark) => ({ ...mark, fromPage: Math.min(mark.fromPage, restoredFrom) })),
  });
  draft.setCleared({ ranges, removals: removals.filter((other) => other !== removal) });
  return 'restored';
}

/** The users' messages of what `restoreRemoved` would bring back. */
export async function removedUsers(draft: Draft, undoId: string): Promise<StoredMessage[]> {
  const removal = removalOf((await draft.cleared()).removals, undoId);
  if (!removal) return [];
  const newest = removal.keepsUser ? await newestTurn(draft) : undefined;
  const users = newest ? [newest.user] : [];
  for (let number = 0; number < removal.pages; number++) {
    users.push(...(await draft.removedPage(undoId, number)).filter(({ role }) => role === 'user'));
    await breathe(number);
  }
  return users;
}

export async function removeReply(
  draft: Draft,
  { userMessageId, nowMs }: Pick<RemoveOptions, 'userMessageId' | 'nowMs'>,
): Promise<StoredMessage | undefined> {
  const found = await findReply(draft, userMessageId);
  if (!found) return undefined;
  await remove(draft, found);
  const undoId = newUndoId();
  draft.setRemovedPage(undoId, 0, [found.message]);
  const { ranges, removals } = await draft.cleared();
  const kept = { undoId, untilMs: nowMs + CLEARED_KEPT_MS, pages: 1, newestId: null, keepsUser: true };
  draft.setCleared({ ranges, removals: [...removals, { ...kept, replyTo: userMessageId }] });
  return found.message;
}

export async function restoreReply(
  draft: Draft,
  { userMessageId, nowMs }: Pick<RemoveOptions, 'userMessageId' | 'nowMs'>,
): Promise<Turn | 'changed' | 'gone'> {
  const { ranges, removals } = await draft.cleared();
  const turn = await turnWith(draft, userMessageId);
  const isOnItsWay = draft.head.marks.some(({ inFlight }) => inFlight.userMessageId === userMessageId);
  if (turn?.reply || (turn && isOnItsWay)) return 'changed';
  const removal = removals.findLast(({ replyTo, untilMs }) => replyTo === userMessageId && untilMs > nowMs);
  const [removed] = removal ? await draft.removedPage(removal.undoId, 0) : [];
  if (!turn || !removal || !removed) return 'gone';
  const reply = unshown(removed);
  await draft.append(reply);
  draft.setRemovedPage(removal.undoId, 0, []);
  draft.setCleared({ ranges, removals: removals.filter((other) => other !== removal) });
  return { ...turn, reply };
}

function removalOf(removals: readonly Removal[], undoId: string): Removal | undefined {
  return removals.find((other) => other.undoId === undoId && other.replyTo === undefined);
}

function newUndoId(): string {
  return randomBytes(UNDO_ID_BYTES).toString('base64url');
}

/** Whatever showed a reply was taken off Discord, or is about to be. */
function unshown(message: StoredMessage): StoredMessage {
  return message.replyTo === undefined ? message : { ...message, discordMessageIds: [] };
}

async function turnWith(draft: Draft, userMessageId: string): Promise<Turn | undefined> {
  let reply: StoredMessage | undefined;
  for await (const { message } of backwards(draft)) {
    if (message.replyTo === userMessageId) reply = message;
    if (message.id === userMessageId) return message.role === 'user' ? turnOf(message, reply) : undefined;
  }
  return undefined;
}

async function isChanged(draft: Draft, { newestId, keepsUser }: Removal): Promise<boolean> {
  const newest = await newestTurn(draft);
  if ((newest?.user.id ?? null) !== newestId) return true;
  if (!keepsUser) return false;
  return newest?.reply !== undefined || draft.head.marks.some(({ inFlight }) => inFlight.userMessageId === newestId);
}

/** From the newest back to the one with this id; the page of that one, undefined if there is none. */
async function collectUsers(
  draft: Draft,
  userMessageId: string,
  users: Map<string, StoredMessage>,
): Promise<number | undefined> {
  for await (const { page, message } of backwards(draft)) {
    if (message.role !== 'user') continue;
    users.set(message.id, message);
    if (message.id === userMessageId) return page;
  }
  return undefined;
}

async function newestTurn(draft: Draft): Promise<Turn | undefined> {
  const replies = new Map<string, StoredMessage>();
  for await (const { message } of backwards(draft)) {
    if (message.replyTo === undefined) return turnOf(message, replies.get(message.id));
    replies.set(message.replyTo, message);
  }
  return undefined;
}
