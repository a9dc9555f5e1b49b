import { breathe, type Draft } from './history-draft.ts';
import { messageSchema, type StoredMessage } from './history-records.ts';
import { settled } from './history-swipes.ts';
import { assertStorable } from './record.ts';

/** How far back messages are looked for: a page holds 4,000 tokens or 32 messages, a prompt what a model can read. */
const PAGES_MAX = 128;

/**
 * Keeps counts with the messages that are still there. Pages are read from the newest back until all are found.
 *
 * @throws TypeError if a count could not be read back
 */
export async function setTokens(draft: Draft, name: string, counts: ReadonlyMap<string, number>): Promise<void> {
  const { first, last } = draft.head;
  const missing = new Set(counts.keys());

  function counted(message: StoredMessage): StoredMessage {
    const count = counts.get(message.id);
    if (count === undefined) return message;
    missing.delete(message.id);
    if (message.tokens?.[name] === count) return message;
    const changed = settled({ ...message, tokens: { ...message.tokens, [name]: count } });
    assertStorable(messageSchema, changed);
    return changed;
  }

  for (let number = last; missing.size > 0 && number >= Math.max(first, last - PAGES_MAX + 1); number--) {
    const before = await draft.page(number);
    const after = before.map(counted);
    if (after.some((message, index) => message !== before[index])) draft.setPage(number, after);
    await breathe(last - number);
  }
}
