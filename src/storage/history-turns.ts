import { isDeepStrictEqual } from 'node:util';
import { breathe, type Draft } from './history-draft.ts';
import { inFlightSchema, messageSchema, type ReplyInFlight, type StoredMessage } from './history-records.ts';
import { assertStorable, storable } from './record.ts';

export interface Turn {
  user: StoredMessage;
  reply?: StoredMessage | undefined;
}

/** What may change of a reply that is stored. */
export type ReplyPatch = Partial<Pick<StoredMessage, 'content' | 'discordMessageIds' | 'finish' | 'tokens'>>;

interface Found {
  page: number;
  message: StoredMessage;
}

export function turnOf(user: StoredMessage, reply: StoredMessage | undefined): Turn {
  return reply ? { user, reply } : { user };
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

export async function storeReply(draft: Draft, given: StoredMessage): Promise<'stored' | 'gone'> {
  const reply = storable(messageSchema, given);
  let earlier: Found | undefined;
  for await (const found of backwards(draft, fromPageOf(draft, reply.id))) {
    if (found.message.replyTo === reply.replyTo) earlier = found;
    if (found.message.id !== reply.replyTo) continue;
    await (earlier ? replaceReply(draft, earlier, reply) : draft.append(reply));
    return 'stored';
  }
  return 'gone';
}

export async function amendReply(draft: Draft, replyId: string, patch: ReplyPatch): Promise<boolean> {
  for await (const found of backwards(draft, fromPageOf(draft, replyId))) {
    if (found.message.id !== replyId || found.message.role !== 'assistant') continue;
    const isCountStale = patch.content !== undefined && patch.content !== found.message.content;
    const tokens = isCountStale ? undefined : found.message.tokens;
    const amended = storable(messageSchema, { ...found.message, tokens, ...patch });
    if (!isDeepStrictEqual(amended, found.message)) await replaceReply(draft, found, amended);
    return true;
  }
  return false;
}

export async function undo(draft: Draft, authorId: string | undefined): Promise<Turn | undefined> {
  const replies = new Map<string, Found>();
  for await (const { page, message } of backwards(draft, draft.head.first)) {
    if (message.replyTo !== undefined) replies.set(message.replyTo, { page, message });
    else if (authorId === undefined || message.author.id === authorId) {
      const reply = replies.get(message.id);
      if (reply) await remove(draft, reply);
      await remove(draft, { page, message });
      return turnOf(message, reply?.message);
    } else replies.delete(message.id);
  }
  return undefined;
}

/** Newest first, so that a reply comes before the message that it answers. */
async function* backwards(draft: Draft, fromPage: number): AsyncGenerator<Found, void> {
  for (let page = draft.head.last; page >= Math.max(fromPage, draft.head.first); page--) {
    for (const message of (await draft.page(page)).toReversed()) yield { page, message };
    await breathe(draft.head.last - page);
  }
}

/** In its place, or at the end if its page would grow too large: replies may lie anywhere after their message. */
async function replaceReply(draft: Draft, found: Found, reply: StoredMessage): Promise<void> {
  const messages = (await draft.page(found.page)).map((message) => (message.id === found.message.id ? reply : message));
  if (draft.fitsOnPage(messages)) {
    draft.setPage(found.page, messages);
    return;
  }
  await remove(draft, found);
  await draft.append(reply);
}

async function remove(draft: Draft, { page, message }: Found): Promise<void> {
  const messages = await draft.page(page);
  draft.setPage(
    page,
    messages.filter(({ id }) => id !== message.id),
  );
  draft.changeHead({ messages: draft.head.messages - 1 });
}

function marksWithout(draft: Draft, replyId: string) {
  return draft.head.marks.filter(({ inFlight }) => inFlight.replyId !== replyId);
}

/** Without a mark the whole conversation is searched. */
function fromPageOf(draft: Draft, replyId: string): number {
  return draft.head.marks.find(({ inFlight }) => inFlight.replyId === replyId)?.fromPage ?? draft.head.first;
}
