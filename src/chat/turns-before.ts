import type { History, Turn } from '../storage/history.ts';

/** Newest first; what was said after the message is not for its reply. */
export async function* turnsBefore(
  history: Pick<History, 'newest'>,
  conversationId: string,
  userMessageId: string,
): AsyncGenerator<Turn> {
  let isBefore = false;
  for await (const turn of history.newest(conversationId)) {
    if (isBefore) yield turn;
    isBefore ||= turn.user.id === userMessageId;
  }
}
