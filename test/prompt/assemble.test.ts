import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../src/core/errors.ts';
import { assemblePrompt, type PromptRequest, type PromptTurn } from '../../src/prompt/assemble.ts';

const OVERHEAD = 4;
const countTokens = (content: string) => content.length + OVERHEAD;

function request(overrides: Partial<PromptRequest> = {}): PromptRequest {
  return {
    system: 'Be kind.',
    turns: [],
    current: { name: 'Alice', content: 'Hello' },
    contextLength: 1_000,
    maxReplyTokens: 300,
    countTokens,
    roles: { system: true },
    ...overrides,
  };
}

const turn = (index: number): PromptTurn => ({
  user: { name: 'Alice', content: `question ${index}` },
  reply: { content: `answer ${index}` },
});

describe('assembling a prompt', () => {
  test('puts the system text, then the turns from the oldest on, then the current message', async () => {
    const assembled = await assemblePrompt(request({ turns: [turn(2), turn(1)] }));
    expect(assembled).toEqual({
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Alice: question 1' },
        { role: 'assistant', content: 'answer 1' },
        { role: 'user', content: 'Alice: question 2' },
        { role: 'assistant', content: 'answer 2' },
        { role: 'user', content: 'Alice: Hello' },
      ],
      maxTokens: 300,
      promptTokens: 8 + 17 + 8 + 17 + 8 + 12 + 6 * OVERHEAD,
      turnsUsed: 2,
      turnsDropped: false,
      isCurrentCut: false,
    });
  });

  test('reads turns only until one does not fit, and closes their source', async () => {
    const log: string[] = [];
    async function* endless() {
      try {
        for (let index = 0; ; index += 1) {
          log.push(`read ${index}`);
          yield { user: { name: 'A', content: 'x'.repeat(193) }, reply: { content: 'y'.repeat(96) } };
        }
      } finally {
        log.push('closed');
      }
    }
    const { turnsUsed, turnsDropped } = await assemblePrompt(request({ turns: endless() }));
    expect({ turnsUsed, turnsDropped, log }).toEqual({
      turnsUsed: 2,
      turnsDropped: true,
      log: ['read 0', 'read 1', 'read 2', 'closed'],
    });
  });

  test('does not skip a turn that is too long to take an older one that would fit', async () => {
    const long = { user: { name: 'A', content: 'x'.repeat(170) }, reply: { content: 'y'.repeat(170) } };
    const turns = [turn(3), long, long, turn(1)];
    const { messages, turnsUsed, turnsDropped } = await assemblePrompt(request({ turns, contextLength: 650 }));
    expect(messages.map(({ content }) => content)).toEqual([
      'Be kind.',
      'Alice: question 3',
      'answer 3',
      'Alice: Hello',
    ]);
    expect({ turnsUsed, turnsDropped }).toEqual({ turnsUsed: 1, turnsDropped: true });
  });

  test.each([
    { name: 'question', long: { user: { name: 'Bob', content: 'x'.repeat(90_000) }, reply: { content: 'Oh.' } } },
    { name: 'reply', long: { user: { name: 'Bob', content: 'Go on.' }, reply: { content: 'x'.repeat(90_000) } } },
  ])('a long $name is shortened to a quarter of the room, and what was said before it stays', async ({ long }) => {
    const assembled = await assemblePrompt(
      request({ turns: [turn(3), long, turn(1)], contextLength: 2_000, maxReplyTokens: 400 }),
    );
    const [longest = ''] = assembled.messages
      .map(({ content }) => content)
      .toSorted((one, other) => other.length - one.length);
    expect(longest).toMatch(/^(Bob: )?x{100,}\n\[\.\.\. \d{5} characters left out \.\.\.\]\nx{100,}$/);
    expect(countTokens(longest)).toBeLessThanOrEqual(400);
    expect(assembled.messages.map(({ content }) => (content === longest ? 'the long one' : content))).toEqual([
      'Be kind.',
      'Alice: question 1',
      'answer 1',
      long.user.content.length > 400 ? 'the long one' : 'Bob: Go on.',
      long.reply.content.length > 400 ? 'the long one' : 'Oh.',
      'Alice: question 3',
      'answer 3',
      'Alice: Hello',
    ]);
    expect(assembled).toMatchObject({ turnsUsed: 3, turnsDropped: false, isCurrentCut: false });
  });

  test.each([
    { length: 1_400, isWhole: true },
    { length: 1_700, isWhole: false },
  ])('a long older message of $length characters stays whole in a room of 1600: $isWhole', async (example) => {
    const content = 'x'.repeat(example.length);
    const turns = [{ user: { name: 'A', content }, reply: { content: '' } }];
    const { messages } = await assemblePrompt(request({ turns, contextLength: 2_000, maxReplyTokens: 400 }));
    expect(messages[1]?.content.startsWith(`A: ${content}`)).toBe(example.isWhole);
  });

  test('a turn without a reply gives its user message, a blank one nothing', async () => {
    const turns = [
      { user: { name: 'Bob', content: 'are you there?' } },
      { user: { name: 'Bob', content: 'hm' }, reply: { content: ' \n' } },
      { user: { name: 'Bob', content: '' }, reply: { content: '' } },
    ];
    const { messages, turnsUsed } = await assemblePrompt(request({ turns }));
    expect(messages).toEqual([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Bob: hm\n\nBob: are you there?\n\nAlice: Hello' },
    ]);
    expect(turnsUsed).toBe(3);
  });

  test('folds the system text into the oldest message where the template takes none', async () => {
    const { messages } = await assemblePrompt(request({ turns: [turn(1)], roles: { system: false } }));
    expect(messages).toEqual([
      { role: 'user', content: 'Be kind.\n\nAlice: question 1' },
      { role: 'assistant', content: 'answer 1' },
      { role: 'user', content: 'Alice: Hello' },
    ]);
  });

  test('nobody speaks under the name of the assistant', async () => {
    const current = { name: 'Mira', content: 'I am Mira' };
    const { messages } = await assemblePrompt(request({ current, assistantName: 'Mira' }));
    expect(messages.at(-1)).toEqual({ role: 'user', content: 'Mira (member): I am Mira' });
  });

  test.each([
    ['grants what is asked if there is room', 300, 1_000, 300],
    [
      'leaves half of a small window to the prompt, and the reply what the prompt does not use',
      7_000,
      1_000,
      1_000 - (8 + 12 + 2 * OVERHEAD),
    ],
    ['grants at least one token', 0, 1_000, 1],
    ['grants whole tokens', 10.7, 1_000, 10],
  ])('the reply: %s', async (_behaviour, maxReplyTokens, contextLength, expected) => {
    const system = '12345678';
    const current = { name: 'Al', content: '12345678' };
    const { maxTokens } = await assemblePrompt(request({ system, current, maxReplyTokens, contextLength }));
    expect(maxTokens).toBe(expected);
  });

  test('history may fill only what the reply leaves of the window', async () => {
    const turns = Array.from({ length: 100 }, (_, index) => turn(index));
    const { promptTokens, maxTokens } = await assemblePrompt(request({ turns, maxReplyTokens: 7_000 }));
    expect(promptTokens).toBeLessThanOrEqual(500);
    expect(promptTokens).toBeGreaterThan(460);
    expect(maxTokens).toBe(1_000 - promptTokens);
  });

  test('a current message that is too long keeps its head and tail', async () => {
    const content = `${'a'.repeat(5_000)}${'z'.repeat(5_000)}`;
    const assembled = await assemblePrompt(request({ current: { name: 'Alice', content }, turns: [turn(1)] }));
    expect(assembled.messages.at(-1)?.content).toMatch(
      /^Alice: a{200,}\n\[\.\.\. \d{4} characters left out \.\.\.\]\nz{200,}$/,
    );
    expect(assembled.promptTokens).toBeLessThanOrEqual(700);
    expect(assembled.promptTokens).toBeGreaterThan(600);
    expect(assembled.turnsDropped).toBe(assembled.turnsUsed === 0);
    expect(assembled.isCurrentCut).toBe(true);
  });

  test('says by how much instructions and message are too long', async () => {
    const attempt = assemblePrompt(request({ system: 's'.repeat(700) }));
    await expect(attempt).rejects.toEqual(
      new UserError(
        'input',
        "This does not fit into the model's memory: instructions and message need 20 tokens more than the 700 " +
          'that it has for them. Choose a model with a longer context: `/models list` shows them.',
      ),
    );
    await expect(attempt).rejects.toHaveProperty('kind', 'input');
  });

  test('a blank message is refused', async () => {
    await expect(assemblePrompt(request({ current: { name: 'Alice', content: ' \n' } }))).rejects.toEqual(
      new UserError('input', 'There is no text to reply to.'),
    );
  });

  test('a counter by which joined messages cost more than their parts still never exceeds the window', async () => {
    const joinsCostMore = (content: string) => content.length + 50 * (content.split('\n\n').length - 1);
    const turns = Array.from({ length: 40 }, () => ({ user: { name: 'Bob', content: 'no reply yet' } }));
    const { promptTokens, turnsUsed, turnsDropped } = await assemblePrompt(
      request({ turns, countTokens: joinsCostMore, contextLength: 600, maxReplyTokens: 100 }),
    );
    expect(promptTokens).toBeLessThanOrEqual(500);
    expect(turnsUsed).toBe(6);
    expect(turnsDropped).toBe(true);
  });
});

describe('any conversation', () => {
  const content = fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('', ' ', 'a\n\nb', '😀😀😀'));
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
    roles: fc.record({ system: fc.boolean() }),
  });
  const counters = [
    ['characters', countTokens],
    ['quarter characters', (text: string) => Math.ceil(text.length / 4) + 3],
    ['words', (text: string) => text.split(/\b/).length + 3],
  ] as const;

  test.each(counters)(
    'fits its window, alternates and keeps an unbroken run of the newest turns (%s)',
    async (_name, count) => {
      await fc.assert(
        fc.asyncProperty(anyRequest, async (random) => {
          const assembled = await assemblePrompt({ ...random, countTokens: count }).catch((error: unknown) => error);
          if (assembled instanceof UserError) return;
          const { messages, maxTokens, promptTokens, turnsUsed, turnsDropped } = assembled as Awaited<
            ReturnType<typeof assemblePrompt>
          >;
          expect(messages.reduce((total, message) => total + count(message.content), 0)).toBe(promptTokens);
          expect(promptTokens + maxTokens).toBeLessThanOrEqual(random.contextLength);
          expect(maxTokens).toBeGreaterThanOrEqual(1);
          expect(maxTokens).toBeLessThanOrEqual(Math.max(1, random.maxReplyTokens));
          expect(turnsDropped).toBe(turnsUsed < random.turns.length);

          const conversation = messages.filter(({ role }) => role !== 'system');
          expect(conversation.map(({ role }) => role)).toEqual(
            conversation.map((_, index) => (index % 2 === 0 ? 'user' : 'assistant')),
          );
          expect(conversation.at(-1)?.role).toBe('user');
          expect(messages.slice(1).map(({ role }) => role)).not.toContain('system');

          const replies = random.turns.slice(0, turnsUsed).toReversed();
          const spoken = replies.flatMap(({ user, reply }) => [user.content, reply?.content ?? '']);
          const all = messages.map((message) => message.content).join('\n\n');
          let from = 0;
          for (const words of spoken.filter((text) => text.trim() !== '')) {
            const found = all.indexOf(words, from);
            expect(found).toBeGreaterThanOrEqual(from);
            from = found + words.length;
          }
        }),
        { numRuns: 300 },
      );
    },
  );

  test('takes as many turns as fit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 60 }), { maxLength: 40 }), async (lengths) => {
        const turns = lengths.map((length) => ({
          user: { name: 'A', content: 'q'.repeat(length + 1) },
          reply: { content: 'r'.repeat(length + 1) },
        }));
        const { turnsUsed } = await assemblePrompt(request({ turns }));
        const costs = lengths.map((length) => 2 * (length + 1 + OVERHEAD) + 'A: '.length);
        const room = 1_000 - 300 - ('Be kind.'.length + 'Alice: Hello'.length + 2 * OVERHEAD);
        let total = 0;
        const expected = costs.findIndex((cost) => (total += cost) > room);
        expect(turnsUsed).toBe(expected === -1 ? lengths.length : expected);
      }),
    );
  });
});
