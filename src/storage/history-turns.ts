import { isDeepStrictEqual } from 'node:util';
import type { Draft } from './history-draft.ts';
import { backwards, type Found, remove, replaceReply, replaceUser } from './history-places.ts';
import { inFlightSchema, messageSchema, type ReplyInFlight, type StoredMessage } from './history-records.ts';
import { asNewest, inPlaceOfShown, settled, showing } from './history-swipes.ts';
import { assertStorable, storable } from './record.ts';

export interface Turn {
  user: StoredMessage;
  reply?: StoredMessage | undefined;
}

/** What may change of a reply that is stored. */
export type ReplyPatch = Partial<
  Pick<StoredMessage, 'content' | 'discordMessageIds' | 'finish' | 'tokens' | 'expression'>
>;

export function turnOf(user: StoredMessage, reply: StoredMessage | undefined): Turn {
  return reply ? { user, reply } : { user };
}

export async function addMessage(draft: Draft, message: StoredMessage): Promise<void> {
  await draft.append(storable(messageSchema, message));
}

export async function beginTurn(
  draft: Draft,
  { message, inFlight }: { message?: StoredMessage | undefined; inFlight: ReplyInFlight },
): Promise<void> {
  assertStorable(inFlightSchema, inFlight);
  const fromPage = message ? await draft.append(storable(messageSchema, message)) : draft.head.first;
  draft.changeHead({ marks: [...marksWithout(draft, inFlight.replyId), { fromPage, inFlight }] });
}

export function updateInFlight(draft: Draft, replyId: string, place: unknown): void {
  const marks = draft.head.marks.map((mark) =>
    mark.inFlight.replyId === replyId ? { ...mark, inFlight: { ...mark.inFlight, place } } : mark,
  );
  if (marks.some(({ inFlight }) => inFlight.replyId === replyId)) draft.changeHead({ marks });
}

export function endTurn(draft: Draft, replyId: string): void {
  const marks = marksWithout(draft, replyId);
  if (marks.length < draft.head.marks.length) draft.changeHead({ marks });
}

export async function storeReply(
  draft: Draft,
  reply: StoredMessage,
  { keeps }: { keeps?: 'swipes' | undefined } = {},
): Promise<'stored' | 'gone'> {
  assertStorable(messageSchema, reply);
  const combine = keeps === 'swipes' ? asNewest : inPlaceOfShown;
  let earlier: Found | undefined;
  for await (const found of backwards(draft, fromPageOf(draft, reply.id))) {
    if (found.message.replyTo === reply.replyTo) earlier = found;
    if (found.message.id !== reply.replyTo) continue;
    const stored = storable(messageSchema, earlier ? combine(earlier.message, reply) : settled(reply));
    await (earlier ? replaceReply(draft, earlier, stored) : draft.append(stored));
    return 'stored';
  }
  return 'gone';
}

export async function amendReply(draft: Draft, replyId: string, patch: ReplyPatch): Promise<boolean> {
  for await (const found of backwards(draft, fromPageOf(draft, replyId))) {
    if (found.message.id !== replyId || found.message.role !== 'assistant') continue;
    const isCountStale = patch.content !== undefined && patch.content !== found.message.content;
    const tokens = isCountStale ? undefined : found.message.tokens;
    const amended = storable(messageSchema, settled({ ...found.message, tokens, ...patch }));
    if (!isDeepStrictEqual(amended, found.message)) await replaceReply(draft, found, amended);
    return true;
  }
  return false;
}

export async function chooseSwipe(
  draft: Draft,
  userMessageId: string,
  index: number,
): Promise<StoredMessage | undefined> {
  const found = await findReply(draft, userMessageId);
  const chosen = found && showing(found.message, index);
  if (!chosen || chosen === found.message) return chosen;
  const stored = storable(messageSchema, chosen);
  await replaceReply(draft, found, stored);
  return stored;
}

export async function editMessage(draft: Draft, messageId: string, content: string): Promise<boolean> {
  for await (const found of backwards(draft)) {
    const { message } = found;
    if (message.id !== messageId) continue;
    if (message.role !== 'user' || message.isCue) return false;
    const gone = content === '' ? { isCue: true as const } : {};
    const edited = storable(messageSchema, { ...message, content, tokens: undefined, ...gone });
    if (content === message.content) return true;
    await replaceUser(draft, found, edited);
    if (edited.isCue) draft.count({ removed: [message], added: [edited] });
    return true;
  }
  return false;
}

export async function removeTurn(draft: Draft, userMessageId: string): Promise<Turn | undefined> {
  let reply: Found | undefined;
  for await (const found of backwards(draft)) {
    if (found.message.replyTo === userMessageId) reply = found;
    if (found.message.id !== userMessageId || found.message.role !== 'user') continue;
    if (reply) await remove(draft, reply);
    await remove(draft, found);
    return turnOf(found.message, reply?.message);
  }
  return undefined;
}

/** The one that is stored: the last that a reader from the newest back comes upon. */
export async function findReply(draft: Draft, userMessageId: string): Promise<Found | undefined> {
  let reply: Found | undefined;
  for await (const found of backwards(draft)) {
    if (found.message.replyTo === userMessageId) reply = found;
    if (found.message.id === userMessageId) return reply;
  }
  return undefined;
}

export async function undo(draft: Draft, authorId: string | undefined): Promise<Turn | undefined> {
  const replies = new Map<string, Found>();
  for await (const { page, message } of backwards(draft)) {
    if (message.replyTo !== undefined) replies.set(message.replyTo, { page, message });
    // What nobody wrote is nobody's own.
    else if (authorId === undefined || (!message.isCue && message.author.id === authorId)) {
      const reply = replies.get(message.id);
      if (reply) await remove(draft, reply);
      await remove(draft, { page, message });
      return turnOf(message, reply?.message);
    } else replies.delete(message.id);
  }
  return undefined;
}

function marksWithout(draft: Draft, replyId: string) {
  return draft.head.marks.filter(({ inFlight }) => inFlight.replyId !== replyId);
}

/** Without a mark the whole conversation is searched. */
function fromPageOf(draft: Draft, replyId: string): number {
  return draft.head.marks.find(({ inFlight }) => inFlight.replyId === replyId)?.fromPage ?? draft.head.first;
}
