import type { TokenCounter } from '../models/tokens.ts';
import type { PromptTurn } from '../prompt/assemble.ts';
import type { StoredMessage, Turn } from '../storage/history.ts';

/** So many turns are counted in one go: the tokenizer is a message away, and most of them are read anyway. */
const BATCH_TURNS = 32;

/** What was counted here and is to be stored with the messages: tokens by message id. */
export type NewCounts = Map<string, number>;

/**
 * Turns with the tokens of their messages: those that are stored with them, and for the others those that are counted
 * now, and put into `newCounts` if they are worth storing.
 */
export async function* countedTurns(
  turns: AsyncIterable<Turn>,
  {
    counter,
    newCounts,
    prefixOf = () => undefined,
  }: {
    counter: TokenCounter;
    newCounts: NewCounts;
    /** What stands before a reply, to tell who spoke. */
    prefixOf?: (reply: StoredMessage) => string | undefined;
  },
): AsyncGenerator<PromptTurn, void> {
  // Asked once: what is stored stays exact, also if the tokenizer fails meanwhile.
  const { storeAs } = counter;
  const storedTokens = ({ tokens }: StoredMessage) => (storeAs === undefined ? undefined : tokens?.[storeAs]);
  const isMissing = (message: StoredMessage) => storedTokens(message) === undefined;

  let batch: Turn[] = [];
  for await (const turn of turns) {
    if (batch.length === 0 && !messagesOf(turn).some(isMissing)) {
      yield promptTurn(turn, storedTokens, prefixOf);
      continue;
    }
    batch.push(turn);
    if (batch.length < BATCH_TURNS) continue;
    yield* counted(batch);
    batch = [];
  }
  yield* counted(batch);

  async function* counted(waiting: Turn[]): AsyncGenerator<PromptTurn, void> {
    const missing = waiting.flatMap(messagesOf).filter(isMissing);
    const tokens = missing.length === 0 ? [] : await counter.count(missing.map(({ content }) => content));
    const counts = new Map(missing.map(({ id }, index) => [id, tokens[index] ?? 0]));
    if (counter.storeAs !== undefined) for (const [id, count] of counts) newCounts.set(id, count);
    for (const turn of waiting) {
      yield promptTurn(turn, (message) => storedTokens(message) ?? counts.get(message.id), prefixOf);
    }
  }
}

/** The message with its tokens, if they are worth storing. */
export async function withTokens(message: StoredMessage, counter: TokenCounter): Promise<StoredMessage> {
  if (counter.storeAs === undefined) return message;
  const [tokens = 0] = await counter.count([message.content]);
  // The tokenizer may have failed over it.
  const { storeAs } = counter;
  return storeAs === undefined ? message : { ...message, tokens: { ...message.tokens, [storeAs]: tokens } };
}

/** Counts texts, but not once more the message whose tokens are known. */
export function countBeside(
  message: StoredMessage,
  counter: TokenCounter,
  count: TokenCounter['count'] = counter.count,
): TokenCounter['count'] {
  const known = counter.storeAs === undefined ? undefined : message.tokens?.[counter.storeAs];
  return async (texts) => {
    const index = known === undefined ? -1 : texts.indexOf(message.content);
    if (known === undefined || index === -1) return count(texts);
    return (await count(texts.toSpliced(index, 1))).toSpliced(index, 0, known);
  };
}

const messagesOf = ({ user, reply }: Turn): StoredMessage[] => (reply ? [user, reply] : [user]);

function promptTurn(
  { user, reply }: Turn,
  tokensOf: (message: StoredMessage) => number | undefined,
  prefixOf: (reply: StoredMessage) => string | undefined,
): PromptTurn {
  return {
    id: user.id,
    user: { name: user.author.name, content: user.content, tokens: tokensOf(user) ?? 0 },
    ...(reply ? { reply: { content: reply.content, tokens: tokensOf(reply) ?? 0, prefix: prefixOf(reply) } } : {}),
  };
}
