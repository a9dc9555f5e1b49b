import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countBeside, countedTurns, type NewCounts, withTokens } from '../../src/chat/counted-turns.ts';
import { estimateTokens } from '../../src/models/estimate.ts';
import type { PromptTurn } from '../../src/prompt/assemble.ts';
import type { Turn } from '../../src/storage/history.ts';
import { createCounting, replyMessage, userMessage } from './scene.ts';

const NAME = 'llama3';

/** A turn whose messages say how they were counted before: by this tokenizer, by another, or not at all. */
interface Given {
  user: 'stored' | 'other' | 'none';
  reply?: 'stored' | 'other' | 'none' | undefined;
}

const tokensOf = (counted: 'stored' | 'other' | 'none', text: string) =>
  counted === 'none' ? {} : { tokens: { [counted === 'stored' ? NAME : 'mistral']: estimateTokens(text) } };

function turnsOf(given: Given[]): Turn[] {
  return given.map(({ user, reply }, index) => {
    const [question, answer] = [`question ${'word '.repeat(index)}`, `answer ${'word '.repeat(index)}`];
    return {
      user: { ...userMessage(`${index}`, question), ...tokensOf(user, question) },
      ...(reply ? { reply: { ...replyMessage(`${index}`, answer), ...tokensOf(reply, answer) } } : {}),
    };
  });
}

function setUp({ isExact = true } = {}) {
  const { tokenizers, counting } = createCounting({ isExact });
  const batches: number[] = [];
  const counter = tokenizers.counterFor({ name: NAME });
  const newCounts: NewCounts = new Map();
  const read: string[] = [];
  async function* source(turns: Turn[]) {
    for (const turn of turns) {
      read.push(turn.user.id);
      yield turn;
    }
  }
  counting.onCount = () => void batches.push(counting.texts.length);
  return {
    counting,
    counter,
    newCounts,
    read,
    batches,
    count: (turns: Turn[]) => countedTurns(source(turns), { counter, newCounts }),
  };
}

async function all(turns: AsyncIterable<PromptTurn>): Promise<PromptTurn[]> {
  const read: PromptTurn[] = [];
  for await (const turn of turns) read.push(turn);
  return read;
}

const uncounted = (length: number): Given[] => Array.from({ length }, () => ({ user: 'none', reply: 'none' }));
const counted = (length: number): Given[] => Array.from({ length }, () => ({ user: 'stored', reply: 'stored' }));

describe('turns', () => {
  test('that were counted are given at once, and nothing is counted', async () => {
    const { count, counting, newCounts, read } = setUp();
    const turns = count(turnsOf(counted(40)));
    await turns.next();
    expect(read).toEqual(['u0']);
    await all(turns);
    expect({ counted: counting.texts, newCounts }).toEqual({ counted: [], newCounts: new Map() });
  });

  test('that were not are counted 32 at a time, and read no further than needed', async () => {
    const { count, batches, counting, read } = setUp();
    const turns = count(turnsOf(uncounted(100)));
    await turns.next();
    expect({ read: read.length, counted: counting.texts.length }).toEqual({ read: 32, counted: 64 });
    await all(turns);
    expect({ read: read.length, batches }).toEqual({ read: 100, batches: [0, 64, 128, 192] });
  });

  test('of which a part was counted cost only the rest', async () => {
    const { count, counting, newCounts } = setUp();
    await all(
      count(turnsOf([{ user: 'stored', reply: 'other' }, { user: 'other' }, { user: 'stored', reply: 'stored' }])),
    );
    expect(counting.texts).toEqual(['answer ', 'question word ']);
    expect([...newCounts]).toEqual([
      ['r0', estimateTokens('answer ')],
      ['u1', estimateTokens('question word ')],
    ]);
  });

  test('that are only estimated are not to be stored, and what is stored is not taken for an estimate', async () => {
    const { count, counting, newCounts } = setUp({ isExact: false });
    await all(count(turnsOf(counted(2))));
    expect({ counted: counting.texts.length, newCounts }).toEqual({ counted: 4, newCounts: new Map() });
  });

  test('keep what is stored of them when the tokenizer fails meanwhile', async () => {
    const { count, counting, newCounts } = setUp();
    const turns = turnsOf([
      { user: 'stored', reply: 'none' },
      { user: 'none', reply: 'stored' },
    ]);
    counting.onCount = () => {
      counting.isExact = false;
    };
    const tokens = (await all(count(turns))).flatMap(({ user, reply }) => [user.tokens, reply?.tokens]);
    const texts = turns.flatMap(({ user, reply }) => [user.content, reply?.content ?? '']);
    expect({ tokens, newCounts }).toEqual({ tokens: texts.map(estimateTokens), newCounts: new Map() });
  });

  test('have the tokens of each message alone, in their order, however they were counted', async () => {
    const how = fc.constantFrom('stored' as const, 'other' as const, 'none' as const);
    const given = fc.record({ user: how, reply: fc.option(how, { nil: undefined }) });
    await fc.assert(
      fc.asyncProperty(fc.array(given, { maxLength: 100 }), fc.boolean(), async (givens, isExact) => {
        const turns = turnsOf(givens);
        const { count, counting, newCounts } = setUp({ isExact });
        const result = await all(count(turns));
        expect(result).toEqual(
          turns.map(({ user, reply }) => ({
            id: user.id,
            user: { name: 'Ann', content: user.content, tokens: estimateTokens(user.content) },
            ...(reply ? { reply: { content: reply.content, tokens: estimateTokens(reply.content) } } : {}),
          })),
        );
        const missing = turns
          .flatMap(({ user, reply }) => (reply ? [user, reply] : [user]))
          .filter(({ tokens }) => !isExact || tokens?.[NAME] === undefined);
        expect(counting.texts).toEqual(missing.map(({ content }) => content));
        expect([...newCounts.keys()]).toEqual(isExact ? missing.map(({ id }) => id) : []);
      }),
    );
  });
});

describe('the message that is answered', () => {
  const message = { ...userMessage('1', 'Hi'), tokens: { mistral: 7 } };

  test('gets its tokens beside those of other tokenizers', async () => {
    expect(await withTokens(message, setUp().counter)).toEqual({
      ...message,
      tokens: { mistral: 7, llama3: estimateTokens('Hi') },
    });
  });

  test('gets none that are estimates', async () => {
    expect(await withTokens(message, setUp({ isExact: false }).counter)).toBe(message);
  });

  test('is not counted once more', async () => {
    const { counter, counting } = setUp();
    const count = countBeside({ ...message, tokens: { llama3: 99 } }, counter);
    expect(await count(['One', 'Hi', 'Two'])).toEqual([estimateTokens('One'), 99, estimateTokens('Two')]);
    expect(await count(['Three'])).toEqual([estimateTokens('Three')]);
    expect(counting.texts).toEqual(['One', 'Two', 'Three']);
  });

  test('is counted if its tokens are not known', async () => {
    const { counter, counting } = setUp();
    expect(await countBeside(message, counter)(['Hi', 'One'])).toEqual([estimateTokens('Hi'), estimateTokens('One')]);
    expect(counting.texts).toEqual(['Hi', 'One']);
  });
});
