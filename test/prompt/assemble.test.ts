import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../src/core/errors.ts';
import { type AssembledPrompt, assemblePrompt } from '../../src/prompt/assemble.ts';
import { ALICE, contentsOf, countCharacters, counted, OVERHEAD, requestOf, turnOf } from './support.ts';

describe('assembling a prompt', () => {
  test('puts the mandatory texts, then the turns from the oldest on, then the current message', async () => {
    const mandatory = [
      { name: 'instructions', content: 'Be kind.' },
      { name: 'persona', content: ' ' },
      { name: 'lore', content: 'The sea is dry.' },
    ];
    expect(await assemblePrompt(requestOf({ mandatory, turns: [turnOf(2), turnOf(1)] }))).toEqual({
      messages: [
        { role: 'system', content: 'Be kind.\n\nThe sea is dry.' },
        { role: 'user', content: 'Alice: question 1' },
        { role: 'assistant', content: 'answer 1' },
        { role: 'user', content: 'Alice: question 2' },
        { role: 'assistant', content: 'answer 2' },
        { role: 'user', content: 'Alice: Hello' },
      ],
      maxTokens: 300,
      promptTokens: 23 + 2 * (ALICE + 10 + 8) + (ALICE + 5) + 7 * 5 + 3,
      countedTokens: 23 + 2 * (ALICE + 10 + 8) + (ALICE + 5) + 7 * 5 + 3,
      turnsUsed: 2,
      turnsDropped: false,
      isCurrentCut: false,
      parts: [
        { name: 'instructions', tokens: 8 },
        { name: 'persona', tokens: 0 },
        { name: 'lore', tokens: 15 },
        { name: 'history', tokens: 2 * (ALICE + 10 + 8) },
        { name: 'message', tokens: ALICE + 5 },
        { name: 'template', tokens: 7 * 5 + 3 },
      ],
    });
  });

  test('a turn without a reply gives its user message, a blank one nothing', async () => {
    const bob = (content: string) => ({ name: 'Bob', ...counted(content) });
    const turns = [
      { id: '3', user: bob('are you there?') },
      { id: '2', user: bob('hm'), reply: counted(' \n') },
      { id: '1', user: bob(''), reply: counted('') },
    ];
    const { messages, turnsUsed } = await assemblePrompt(requestOf({ turns }));
    expect(messages).toEqual([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Bob: hm\n\nBob: are you there?\n\nAlice: Hello' },
    ]);
    expect(turnsUsed).toBe(3);
  });

  test('folds the mandatory texts into the oldest message where the template takes no system', async () => {
    const roles = { mode: 'strict', system: false } as const;
    const { messages } = await assemblePrompt(requestOf({ turns: [turnOf(1)], roles }));
    expect(messages).toEqual([
      { role: 'user', content: 'Be kind.\n\nAlice: question 1' },
      { role: 'assistant', content: 'answer 1' },
      { role: 'user', content: 'Alice: Hello' },
    ]);
  });

  test('the words that open a conversation are counted where they are needed', async () => {
    const greeting = { id: '1', user: { name: '', ...counted('') }, reply: counted('Welcome.') };
    const strict = requestOf({ turns: [greeting], roles: { mode: 'strict', system: true } });
    const opened = await assemblePrompt(strict);
    const { countedTokens } = await assemblePrompt({ ...strict, roles: { mode: 'merge', system: true } });
    expect(contentsOf(opened)).toEqual(['Be kind.', "Let's get started.", 'Welcome.', 'Alice: Hello']);
    expect(opened.countedTokens - countedTokens).toBe("Let's get started.".length + OVERHEAD.perMessage);
  });

  test('nobody speaks under the name of the assistant', async () => {
    const current = { name: 'Mira', content: 'I am Mira' };
    const { messages } = await assemblePrompt(requestOf({ current, ownNames: ['Mira'] }));
    expect(messages.at(-1)).toEqual({ role: 'user', content: 'Mira (member): I am Mira' });
  });

  test('pictures take their tokens, and are enough of a message', async () => {
    const current = { name: 'Alice', content: '' };
    const assembled = await assemblePrompt(requestOf({ current, currentExtraTokens: 500 }));
    expect(assembled.messages.at(-1)).toEqual({ role: 'user', content: 'Alice: ' });
    expect(assembled.parts).toContainEqual({ name: 'message', tokens: ALICE + 500 });
    expect(assembled.maxTokens).toBe(300);
    await expect(assemblePrompt(requestOf({ current, currentExtraTokens: 700 }))).rejects.toThrow('your message');
  });

  test('a blank message is refused', async () => {
    await expect(assemblePrompt(requestOf({ current: { name: 'Alice', content: ' \n' } }))).rejects.toEqual(
      new UserError('input', 'There is no text to reply to.'),
    );
  });

  test('asks for counts in few rounds, however many turns and speakers there are', async () => {
    const rounds: (readonly string[])[] = [];
    const turns = Array.from({ length: 200 }, (_, index) => ({
      id: String(index),
      user: { name: `Member ${index % 9}`, ...counted('hi') },
    }));
    const count = (texts: readonly string[]) => {
      rounds.push(texts);
      return countCharacters(texts);
    };
    const { turnsUsed } = await assemblePrompt(requestOf({ turns, count, contextLength: 5_000 }));
    expect(turnsUsed).toBeGreaterThan(100);
    expect(rounds.map((texts) => texts.length)).toEqual([3, 3, 1 + 2 * 9]);
  });
});

describe('the room', () => {
  test.each([
    ['grants what is asked if there is room', 300, 300],
    ['leaves half of a small window to the prompt, and the reply what the prompt does not use', 7_000, 965],
    ['grants at least one token', 0, 1],
    ['grants whole tokens', 10.7, 10],
  ])('the reply: %s', async (_behaviour, maxReplyTokens, expected) => {
    const { promptTokens, maxTokens } = await assemblePrompt(requestOf({ maxReplyTokens }));
    expect(promptTokens).toBe(8 + ALICE + 5 + 2 * 5 + 3);
    expect(maxTokens).toBe(expected);
  });

  test('what is counted is scaled to the tokens of the model, and the parts add up to the whole', async () => {
    const scale = { ratio: 1.12, extra: 37 };
    const prompt = await assemblePrompt(requestOf({ turns: [turnOf(2), turnOf(1)], scale }));
    expect(prompt.promptTokens).toBe(Math.ceil(prompt.countedTokens * 1.12) + 37);
    expect(prompt.parts.map(({ name }) => name)).toEqual(['instructions', 'history', 'message', 'template']);
    expect(prompt.parts.reduce((total, { tokens }) => total + tokens, 0)).toBe(prompt.promptTokens);
  });

  test('a message that is too long keeps its head and tail', async () => {
    const content = `${'a'.repeat(5_000)}${'z'.repeat(5_000)}`;
    const prompt = await assemblePrompt(requestOf({ current: { name: 'Alice', content }, turns: [turnOf(1)] }));
    expect(prompt.messages.at(-1)?.content).toMatch(
      /^Alice: a{200,}\n\[\.\.\. \d{4} characters left out \.\.\.\]\nz{200,}$/,
    );
    expect(prompt).toMatchObject({ isCurrentCut: true, turnsDropped: prompt.turnsUsed === 0 });
    expect(prompt.promptTokens).toBeGreaterThan(670);
    expect(prompt.promptTokens).toBeLessThanOrEqual(700);
  });

  test.each([
    {
      name: 'the largest part that is too long',
      mandatory: [
        { name: 'persona', content: 'p'.repeat(800) },
        { name: 'lore', content: 'l'.repeat(50) },
      ],
      scale: { ratio: 1, extra: 0 },
      expected: 'Too long by 182 tokens: the persona.',
    },
    {
      name: 'several, when one alone would not make room',
      mandatory: [
        { name: 'persona', content: 'p'.repeat(800) },
        { name: 'lore', content: 'l'.repeat(900) },
      ],
      scale: { ratio: 1, extra: 0 },
      expected: 'Too long by 1032 tokens: the lore and the persona.',
    },
    {
      name: "the model's tokens",
      mandatory: [{ name: 'instructions', content: 'i'.repeat(600) }],
      scale: { ratio: 2, extra: 10 },
      expected: `Too long by ${2 * (600 + 5 + 3 + ALICE + 5 + 5 - 345)} tokens: the instructions.`,
    },
  ])('says $name', async ({ mandatory, scale, expected }) => {
    const attempt = assemblePrompt(requestOf({ mandatory, scale }));
    await expect(attempt).rejects.toEqual(
      new UserError(
        'input',
        `This does not fit into the model's memory of 1000 tokens, 300 of them kept for the reply. ${expected} ` +
          'Shorten that, or choose a model with a longer context: `/models list` shows them.',
      ),
    );
    await expect(attempt).rejects.toHaveProperty('kind', 'input');
  });
});

describe('any conversation', () => {
  const content = fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('', ' ', 'a\n\nb', '😀😀😀', 'x'.repeat(400)));
  const anyTurn = fc.record({
    user: fc.record({ name: fc.string({ maxLength: 10 }), content }),
    reply: fc.option(fc.record({ content }), { nil: undefined }),
  });
  const anyRequest = fc.record({
    system: fc.string({ maxLength: 80 }),
    turns: fc.array(anyTurn, { maxLength: 30 }),
    current: fc.record({ name: fc.string(), content: fc.string({ minLength: 1, maxLength: 1_500 }) }),
    contextLength: fc.integer({ min: 0, max: 1_200 }),
    maxReplyTokens: fc.integer({ min: 0, max: 1_500 }),
    scale: fc.record({ ratio: fc.double({ min: 0.5, max: 2, noNaN: true }), extra: fc.nat({ max: 50 }) }),
    roles: fc.record({ mode: fc.constantFrom('merge', 'semi', 'strict'), system: fc.boolean() }),
    cut: fc.option(fc.record({ turnId: fc.nat({ max: 30 }).map(String), budget: fc.nat({ max: 1_200 }) }), {
      nil: undefined,
    }),
  });
  const counters = [
    ['characters', (text: string) => text.length],
    ['quarter characters', (text: string) => Math.ceil(text.length / 4)],
  ] as const;

  test.each(counters)('fits its window and keeps an unbroken run of the newest turns (%s)', async (_name, count) => {
    await fc.assert(
      fc.asyncProperty(anyRequest, async ({ system, ...random }) => {
        const turns = random.turns.map(({ user, reply }, index) => ({
          id: String(index),
          user: { ...user, tokens: count(user.content) },
          reply: reply && { ...reply, tokens: count(reply.content) },
        }));
        const request = requestOf({
          ...random,
          turns,
          mandatory: [{ name: 'instructions', content: system }],
          count: async (texts) => texts.map(count),
        });
        const prompt = await assemblePrompt(request).catch((error: unknown) => error as UserError);
        if (prompt instanceof UserError) return;
        expectToFit(prompt, random, count);
        expectUnbroken(
          prompt,
          turns.flatMap(({ reply, user }) => (reply ? [reply.content, user.content] : [user.content])),
        );
        expect(prompt.turnsDropped).toBe(prompt.turnsUsed < turns.length);
        expect(prompt.cut?.turnId).toBe(prompt.turnsDropped ? turns[prompt.turnsUsed - 1]?.id : undefined);
      }),
      { numRuns: 300 },
    );
  });

  function expectToFit(
    { messages, promptTokens, maxTokens }: AssembledPrompt,
    {
      contextLength,
      maxReplyTokens,
      scale,
    }: { contextLength: number; maxReplyTokens: number; scale: { ratio: number } },
    count: (text: string) => number,
  ) {
    const raw = messages.reduce((total, message) => total + count(message.content) + OVERHEAD.perMessage, 0);
    expect(promptTokens).toBeGreaterThanOrEqual(Math.ceil(raw * scale.ratio));
    expect(promptTokens + maxTokens).toBeLessThanOrEqual(contextLength);
    expect(maxTokens).toBeGreaterThanOrEqual(1);
    expect(maxTokens).toBeLessThanOrEqual(Math.max(1, maxReplyTokens));
    expect(messages.at(-1)?.role).toBe('user');
  }

  /** `spoken` newest first; of shortened messages, the head. */
  function expectUnbroken(prompt: AssembledPrompt, spoken: readonly string[]) {
    const all = contentsOf(prompt).join('\n\n');
    let end = all.length;
    let found = spoken.length;
    for (const [index, words] of spoken.entries()) {
      const at = words.trim() === '' ? end : all.lastIndexOf(words.slice(0, 100), end);
      if (at === -1) {
        found = index;
        break;
      }
      end = at;
    }
    expect(found).toBeGreaterThanOrEqual(prompt.turnsUsed);
  }
});
