import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AssembledPrompt, assemblePrompt, type Cut, type PromptTurn } from '../../src/prompt/assemble.ts';
import { contentsOf, countCharacters, counted, requestOf, turnOf } from './support.ts';

/** Of a budget of 700, these take 100 each; history and message have 684. */
const hundred = (id: number) => turnOf(id, 'q'.repeat(40), 'a'.repeat(41));
const newestFirst = (newest: number, oldest = 1) =>
  Array.from({ length: newest - oldest + 1 }, (_, index) => hundred(newest - index));

describe('how far back a prompt goes', () => {
  test('all turns, while they fit', async () => {
    const { turnsUsed, turnsDropped, cut } = await assemblePrompt(requestOf({ turns: newestFirst(6) }));
    expect({ turnsUsed, turnsDropped, cut }).toEqual({ turnsUsed: 6, turnsDropped: false, cut: undefined });
  });

  test('then to a new cut, which leaves half of a small window free', async () => {
    const { turnsUsed, turnsDropped, cut } = await assemblePrompt(requestOf({ turns: newestFirst(7) }));
    expect({ turnsUsed, turnsDropped, cut }).toEqual({
      turnsUsed: 3,
      turnsDropped: true,
      cut: { turnId: '5', budget: 700 },
    });
  });

  test('a quarter of a large window', async () => {
    const turns = newestFirst(400);
    const { cut, promptTokens } = await assemblePrompt(requestOf({ turns, contextLength: 32_300 }));
    expect(cut).toEqual({ turnId: '162', budget: 32_000 });
    expect(promptTokens).toBeGreaterThan(32_000 * 0.75 - 100);
    expect(promptTokens).toBeLessThanOrEqual(32_000 * 0.75);
  });

  const cut = { turnId: '5', budget: 700 };
  test.each([
    { name: 'a remembered cut stays while everything back to it fits', turns: newestFirst(10), used: 6, from: '5' },
    { name: 'and moves when that does not fit any more', turns: newestFirst(11), used: 3, from: '9' },
    {
      name: 'one whose turn is gone is made anew',
      turns: newestFirst(10).filter(({ id }) => id !== '5'),
      used: 3,
      from: '8',
    },
    { name: 'one whose newer turns were undone comes nearer', turns: newestFirst(5, -9), used: 3, from: '3' },
    { name: 'nothing is left out when all fits', turns: newestFirst(6), used: 6, from: undefined },
  ])('$name', async ({ turns, used, from }) => {
    const prompt = await assemblePrompt(requestOf({ turns, cut }));
    expect([prompt.turnsUsed, prompt.cut?.turnId]).toEqual([used, from]);
  });

  test.each([
    { budget: 700, kept: true },
    { budget: 730, kept: true },
    { budget: 670, kept: true },
    { budget: 500, kept: false },
    { budget: 900, kept: false },
  ])('a cut made for $budget tokens is kept with 700: $kept', async ({ budget, kept }) => {
    const prompt = await assemblePrompt(requestOf({ turns: newestFirst(10), cut: { turnId: '5', budget } }));
    expect(prompt.cut).toEqual(kept ? { turnId: '5', budget } : { turnId: '8', budget: 700 });
  });

  test('a long message leaves history half of what it leaves free', async () => {
    const current = { name: 'Alice', content: 'x'.repeat(264) };
    const { turnsUsed } = await assemblePrompt(requestOf({ turns: newestFirst(9), current }));
    expect(turnsUsed).toBe(2);
  });

  test('the newest turn stays if it fits at all, though no block is free then', async () => {
    const turns = [turnOf(2, 'q'.repeat(160), 'a'.repeat(165)), hundred(1)];
    const { turnsUsed, promptTokens } = await assemblePrompt(requestOf({ turns, contextLength: 700 }));
    expect(turnsUsed).toBe(1);
    expect(promptTokens).toBeGreaterThan(350);
  });

  test('without room for any turn there is no cut to remember', async () => {
    const current = { name: 'Alice', content: 'x'.repeat(650) };
    const prompt = await assemblePrompt(requestOf({ turns: newestFirst(3), current }));
    expect(prompt).toMatchObject({ turnsUsed: 0, turnsDropped: true });
    expect(prompt).not.toHaveProperty('cut');
  });

  test('turns are read only until they do not fit, and their source is closed', async () => {
    const log: string[] = [];
    async function* endless() {
      try {
        for (let id = 99; ; id -= 1) {
          log.push(`read ${id}`);
          yield hundred(id);
        }
      } finally {
        log.push('closed');
      }
    }
    await assemblePrompt(requestOf({ turns: endless(), contextLength: 600 }));
    expect(log).toEqual(['read 99', 'read 98', 'read 97', 'closed']);
  });

  test('the source is closed when a count fails', async () => {
    let isClosed = false;
    function* source() {
      try {
        yield { ...hundred(1), user: { name: 'Bob', ...counted('hi') } };
      } finally {
        isClosed = true;
      }
    }
    const count = async (texts: readonly string[]) => {
      if (texts.some((text) => text.startsWith('Bob'))) throw new Error('The worker is gone.');
      return countCharacters(texts);
    };
    await expect(assemblePrompt(requestOf({ turns: source(), count }))).rejects.toThrow('The worker is gone.');
    expect(isClosed).toBe(true);
  });
});

describe('a long older message', () => {
  const long = 'x'.repeat(90_000);
  const shortForm = /^(Alice: )?x{30,}\n\[\.\.\. \d{5} characters left out \.\.\.\]\nx{30,}$/;

  test.each([
    { name: 'question', turn: turnOf(2, long, 'Oh.') },
    { name: 'reply', turn: turnOf(2, 'Go on.', long) },
  ])('a $name is shortened to a quarter of the room, and what was said before it stays', async ({ turn }) => {
    const request = requestOf({ turns: [turnOf(3), turn, turnOf(1)], contextLength: 2_000, maxReplyTokens: 400 });
    const prompt = await assemblePrompt(request);
    const contents = contentsOf(prompt);
    const [longest = ''] = contents.toSorted((one, other) => other.length - one.length);
    expect(longest).toMatch(shortForm);
    expect(longest.length).toBeGreaterThan(380);
    expect(longest.length).toBeLessThanOrEqual(400 + 'Alice: '.length);
    expect(contents.map((content) => (content === longest ? 'the long one' : content))).toEqual([
      'Be kind.',
      'Alice: question 1',
      'answer 1',
      turn.user.content === long ? 'the long one' : 'Alice: Go on.',
      turn.reply?.content === long ? 'the long one' : 'Oh.',
      'Alice: question 3',
      'answer 3',
      'Alice: Hello',
    ]);
    expect(prompt).toMatchObject({ turnsUsed: 3, turnsDropped: false, isCurrentCut: false });
  });

  test.each([
    { length: 1_400, isWhole: true },
    { length: 1_700, isWhole: false },
  ])('of $length characters in a room of 1600 stays whole: $isWhole', async ({ length, isWhole }) => {
    const turns = [turnOf(1, 'x'.repeat(length), 'Oh.')];
    const prompt = await assemblePrompt(requestOf({ turns, contextLength: 2_000, maxReplyTokens: 400 }));
    expect(contentsOf(prompt)[1] === `Alice: ${'x'.repeat(length)}`).toBe(isWhole);
  });

  test('stays whole behind a cut while all from there on fits, then has one other form until the cut passes it', async () => {
    const turns = [turnOf(50, 'x'.repeat(700), 'ok')];
    const lengths: number[] = [];
    let cut: Cut | undefined = { turnId: '50', budget: 1_600 };
    for (let id = 51; id < 64; id += 1) {
      const all = [...turns, ...newestFirst(49, 1)];
      const prompt = await assemblePrompt(requestOf({ turns: all, cut, contextLength: 2_000, maxReplyTokens: 400 }));
      cut = prompt.cut;
      lengths.push(contentsOf(prompt).find((content) => content.includes('xxxx'))?.length ?? 0);
      turns.unshift(hundred(id));
    }
    const forms = lengths.filter((length, index) => length !== lengths[index - 1]);
    expect(forms).toEqual([707, expect.any(Number), 0]);
    expect(forms[1]).toBeGreaterThan(380);
    expect(forms[1]).toBeLessThanOrEqual(407);
  });
});

describe('a conversation that goes on', () => {
  const anyMode = fc.record({ mode: fc.constantFrom('merge', 'semi', 'strict'), system: fc.boolean() });
  const anyTurn = fc.record({
    question: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 1, max: 200 }) },
      { weight: 1, arbitrary: fc.constant(0) },
    ),
    answer: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 1, max: 200 }) },
      { weight: 1, arbitrary: fc.constant(0) },
    ),
  });

  test('begins each prompt as the last one, to the byte, unless the cut moved, and then a block is free', async () => {
    let [kept, moved] = [0, 0];
    await fc.assert(
      fc.asyncProperty(anyMode, fc.array(anyTurn, { minLength: 40, maxLength: 60 }), async (roles, lengths) => {
        const turns: PromptTurn[] = [];
        let cut: Cut | undefined;
        let previous: AssembledPrompt | undefined;
        for (const [id, { question, answer }] of lengths.entries()) {
          const text = `${id} ${'q'.repeat(question)}`;
          const current = { name: 'Alice', content: text };
          const prompt = await assemblePrompt(requestOf({ turns, current, contextLength: 2_300, roles, cut }));
          if (prompt.cut?.turnId !== cut?.turnId) {
            moved += 1;
            expect(2_000 - prompt.promptTokens).toBeGreaterThan((2_000 - 400) / 2);
          } else if (previous) {
            kept += 1;
            expect(asText(prompt).startsWith(asText(previous))).toBe(true);
          }
          // A message that was taken back is not in the next prompt.
          const isTakenBack = question === 0;
          previous = isTakenBack ? undefined : prompt;
          cut = prompt.cut;
          turns.unshift(turnOf(id, isTakenBack ? '' : text, 'a'.repeat(answer)));
        }
      }),
      { numRuns: 60 },
    );
    expect(kept).toBeGreaterThan(5 * moved);
    expect(moved).toBeGreaterThan(60);
  });

  const asText = ({ messages }: AssembledPrompt) => messages.map(({ role, content }) => `<${role}>${content}`).join('');
});
