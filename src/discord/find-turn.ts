import type { History, Turn } from '../storage/history.ts';

/** Of the newest turns. A reply may be shown by messages of any later time, so that their age tells nothing of its turn's. */
export const TURNS_SEARCHED_MAX = 2_000;

/** The turn that a message on Discord belongs to, if it is among the newest. */
export async function findTurn(
  history: Pick<History, 'newest'>,
  conversationId: string,
  discordMessageId: string,
): Promise<Turn | undefined> {
  let searched = 0;
  for await (const turn of history.newest(conversationId)) {
    const { user, reply } = turn;
    if (user.discordMessageIds.includes(discordMessageId)) return turn;
    if (reply?.discordMessageIds.includes(discordMessageId)) return turn;
    searched += 1;
    if (searched >= TURNS_SEARCHED_MAX) return undefined;
  }
  return undefined;
}
