import type { History, ReplyInFlight, StoredMessage, Turn } from '../../src/storage/history.ts';
import { collect } from './collect.ts';

const ada = { id: '7', name: 'Ada' };

export function userMessage(id: string, more: Partial<StoredMessage> = {}): StoredMessage {
  return {
    id,
    role: 'user',
    author: ada,
    content: `question ${id}`,
    discordMessageIds: [`d-${id}`],
    at: 1_000,
    ...more,
  };
}

/** The reply `r-<n>` to the message `<n>`, unless `more` says otherwise. */
export function replyTo(userMessageId: string, more: Partial<StoredMessage> = {}): StoredMessage {
  return {
    id: `r-${userMessageId}`,
    role: 'assistant',
    author: { id: 'self', name: 'Bot' },
    content: `answer to ${userMessageId}`,
    discordMessageIds: [],
    at: 2_000,
    replyTo: userMessageId,
    model: 'some-model',
    finish: 'stop',
    ...more,
  };
}

export function inFlight(userMessageId: string, replyId = `r-${userMessageId}`): ReplyInFlight {
  return { replyId, userMessageId, startedAt: 1_500, place: { channelId: '42' } };
}

/** What the end of a turn does: stores its reply, if there is one, and takes its mark away. */
export async function finishTurn(
  history: History,
  conversationId: string,
  replyId: string,
  reply?: StoredMessage,
): Promise<'stored' | 'gone'> {
  const outcome = reply ? await history.storeReply(conversationId, reply) : 'stored';
  await history.endTurn(conversationId, replyId);
  return outcome;
}

/** A whole turn: the message and its reply. */
export async function say(history: History, conversationId: string, id: string, more: Partial<StoredMessage> = {}) {
  await history.beginTurn(conversationId, { message: userMessage(id, more), inFlight: inFlight(id) });
  return finishTurn(history, conversationId, `r-${id}`, replyTo(id));
}

/** Oldest first; a turn as the ids of its message and its reply. */
export async function idsOf(history: History, conversationId: string): Promise<string[]> {
  const turns = await collect(history.newest(conversationId));
  return turns.toReversed().map(namesOf);
}

export function namesOf({ user, reply }: Turn): string {
  return reply ? `${user.id} ${reply.id}` : user.id;
}
