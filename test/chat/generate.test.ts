import { expect, test } from '@jest/globals';
import { TurnStopped } from '../../src/chat/stop.ts';
import { CompletionError, type CompletionErrorFacts, type CompletionErrorKind } from '../../src/completions/errors.ts';
import type { CompletionRequest } from '../../src/completions/events.ts';
import type { Model } from '../../src/models/catalog.ts';
import { estimateMessageTokens } from '../../src/models/tokens.ts';
import { createScene, MODEL, type Scene, STOP, type Step, userMessage } from './scene.ts';

const model: Model = {
  id: MODEL,
  contextLength: 8_000,
  contextSource: 'table',
  takesSystemRole: true,
  isChat: true,
};
const failure = (kind: CompletionErrorKind, facts: CompletionErrorFacts = {}) => [new CompletionError(kind, facts)];
const OK: Step[] = ['Yes.', STOP];
const WHOLE = { reason: 'stop', isQuestionCut: false };

/** Has the newest of these turns answered; the older ones have their replies. */
async function generate(
  answers: Step[][],
  {
    model: asked = model,
    turns = [['Hi']],
    abortAtMs,
  }: { model?: Model; turns?: [question: string, reply?: string][]; abortAtMs?: number } = {},
): Promise<{ scene: Scene; texts: string[]; outcome: unknown }> {
  const scene = await createScene({ answers });
  const messages = turns.map(([question], index) => userMessage(`${index}`, question));
  for (const [index, [, reply]] of turns.entries()) {
    const inFlight = { replyId: `r${index}`, userMessageId: `u${index}`, startedAt: 0, place: null };
    await scene.history.beginTurn('c', { message: messages[index], inFlight });
    if (reply !== undefined) {
      const author = { id: 'self', name: 'Dramatis' };
      const facts = { discordMessageIds: [], at: 0, replyTo: `u${index}` };
      await scene.history.storeReply('c', { id: `r${index}`, role: 'assistant', author, content: reply, ...facts });
    }
  }
  const texts: string[] = [];
  const controller = new AbortController();
  const user = messages.at(-1) ?? userMessage('0', '');
  const outcome = scene
    .generate({
      conversationId: 'c',
      user,
      model: asked,
      signal: controller.signal,
      onText: (text) => texts.push(text),
      onReasoning: (text) => texts.push(`(${text})`),
    })
    .catch((error: unknown) => error);
  if (abortAtMs !== undefined) {
    if (abortAtMs > 0) await scene.clock.advance(abortAtMs);
    controller.abort(new TurnStopped('member'));
  }
  await scene.clock.advance(120_000);
  return { scene, texts, outcome: await outcome };
}

const rolesOf = ({ messages }: CompletionRequest) => messages.map(({ role }) => role);
const promptTokensOf = ({ messages }: CompletionRequest) =>
  messages.reduce((total, { content }) => total + estimateMessageTokens(content), 0);

test('the model gets its instructions, the turns before with the names of their speakers, and the recommended settings', async () => {
  const { scene, texts, outcome } = await generate([[{ type: 'reasoning', text: 'Hm' }, 'Yes', ', Ann.', STOP]], {
    turns: [['Hi', 'Hello.'], ['Unanswered'], ['How are you?']],
  });
  expect({ requests: scene.requests, texts, outcome }).toEqual({
    requests: [
      {
        model: MODEL,
        messages: [
          { role: 'system', content: expect.stringMatching(/^You are Dramatis, /) },
          { role: 'user', content: 'Ann: Hi' },
          { role: 'assistant', content: 'Hello.' },
          { role: 'user', content: 'Ann: Unanswered\n\nAnn: How are you?' },
        ],
        maxTokens: 2_000,
        temperature: 0.7,
        topK: 40,
        repetitionPenalty: 1.2,
      },
    ],
    texts: ['(Hm)', 'Yes', ', Ann.'],
    outcome: WHOLE,
  });
});

test.each(['stop', 'length', 'filtered'] as const)(
  'a completion that finishes with %s is read to its end',
  async (reason) => {
    const events: Step[] = [
      'Yes',
      { type: 'finish', reason },
      100,
      { type: 'usage', promptTokens: 1, completionTokens: 1 },
    ];
    const { scene, outcome } = await generate([events]);
    expect({ outcome, running: scene.throttle.running }).toEqual({ outcome: { ...WHOLE, reason }, running: 0 });
  },
);

test('what breaks behind the finish breaks nothing, and is not asked again', async () => {
  const { scene, outcome } = await generate([['Yes', STOP, ...failure('cut')]]);
  expect({ outcome, requests: scene.requests.length }).toEqual({ outcome: WHOLE, requests: 1 });
});

const LONG_TURNS: [string, string][] = Array.from({ length: 60 }, (_, index) => [
  `Question ${index} `.repeat(20),
  'An answer. '.repeat(20),
]);

test.each([
  { name: 'the length that the server tells', facts: { contextLength: 3_000 }, fits: 3_000 },
  { name: 'three quarters of the length that was thought', facts: {}, fits: 6_000 },
])('after an overflow the model is asked once more, for $name', async ({ facts, fits }) => {
  const { scene, outcome } = await generate([failure('context-overflow', facts), OK], {
    turns: [...LONG_TURNS, ['Now?']],
  });
  expect(outcome).toEqual(WHOLE);
  const totals = scene.requests.map((request) => promptTokensOf(request) + request.maxTokens);
  const unused = [8_000, fits].map((length, index) => length - (totals[index] ?? 0));
  expect(unused.map((tokens) => tokens >= 0 && tokens < 300)).toEqual([true, true]);
});

test.each([
  {
    name: 'a second overflow of the same length',
    answers: [
      failure('context-overflow', { contextLength: 3_000 }),
      failure('context-overflow', { contextLength: 3_000 }),
    ],
    requests: 2,
  },
  {
    name: 'two overflows of no known length',
    answers: [failure('context-overflow'), failure('context-overflow')],
    requests: 2,
  },
  {
    name: 'a length that is not below the one that was thought',
    answers: [failure('context-overflow', { contextLength: 8_000 })],
    requests: 1,
  },
  {
    name: 'an overflow behind the first text',
    answers: [['Yes', ...failure('context-overflow', { contextLength: 3_000 })]],
    requests: 1,
  },
])('$name is the end', async ({ answers, requests }) => {
  const { scene, outcome } = await generate(answers);
  expect({ requests: scene.requests.length, outcome }).toMatchObject({
    requests,
    outcome: { kind: 'context-overflow' },
  });
});

test('a message that no length leaves room for is told as such', async () => {
  const { outcome } = await generate([failure('context-overflow', { contextLength: 20 })]);
  expect(outcome).toMatchObject({ name: 'UserError', kind: 'input' });
});

test.each([
  { name: 'the first try', answers: [OK] },
  { name: 'the try for a shorter length', answers: [failure('context-overflow', { contextLength: 3_000 }), OK] },
  { name: 'a completion that tells no finish', answers: [['Yes.']] },
  { name: 'a completion that breaks behind its finish', answers: [[...OK, ...failure('cut')]] },
])('a question that lost its middle is told with the reply: $name', async ({ answers }) => {
  const { outcome } = await generate(answers, { turns: [['word '.repeat(40_000)]] });
  expect(outcome).toEqual({ reason: 'stop', isQuestionCut: true });
});

test('a question that fits only what the model was thought to take is told as cut', async () => {
  const question: [string][] = [['word '.repeat(3_500)]];
  const whole = await generate([OK], { turns: question });
  const cut = await generate([failure('context-overflow', { contextLength: 3_000 }), OK], { turns: question });
  expect([whole.outcome, cut.outcome]).toEqual([WHOLE, { reason: 'stop', isQuestionCut: true }]);
});

test.each(['system-role-refused', 'roles-must-alternate'] as const)(
  'after %s the instructions go into the first message, once',
  async (kind) => {
    const { scene, outcome } = await generate([failure(kind), failure(kind), OK]);
    expect(scene.requests.map(rolesOf)).toEqual([['system', 'user'], ['user']]);
    expect(scene.requests[1]?.messages[0]?.content).toMatch(/^You are Dramatis, [^]*\n\nAnn: Hi$/);
    expect(outcome).toMatchObject({ kind });
  },
);

test('a model can refuse both the length and the instructions', async () => {
  const { scene, outcome } = await generate(
    [failure('system-role-refused'), failure('context-overflow', { contextLength: 3_000 }), OK],
    { turns: [...LONG_TURNS, ['Now?']] },
  );
  expect({ roles: scene.requests.map((request) => rolesOf(request)[0]), outcome }).toEqual({
    roles: ['system', 'user', 'user'],
    outcome: WHOLE,
  });
  expect(scene.requests.map((request) => promptTokensOf(request) + request.maxTokens <= 3_000)).toEqual([
    false,
    false,
    true,
  ]);
});

test('a model that is known to take no instructions gets them in the first message', async () => {
  const { scene } = await generate([OK], { model: { ...model, takesSystemRole: false } });
  expect(scene.requests.map(rolesOf)).toEqual([['user']]);
});

test('a refusal over the budget holds all requests back for as long as the server asks', async () => {
  const { scene, outcome } = await generate([failure('rate-limited', { retryAfterMs: 30_000 }), OK]);
  expect({ log: scene.log.slice(1), outcome, running: scene.throttle.running }).toEqual({
    log: ['0 asked with 2 messages', '0 throttle paused for 30000', '30000 asked with 2 messages'],
    outcome: WHOLE,
    running: 0,
  });
});

test('a reply that breaks off behind its first text is not asked for again', async () => {
  const { scene, texts, outcome } = await generate([['Yes', ...failure('cut')], OK]);
  expect({ requests: scene.requests.length, texts, outcome }).toMatchObject({
    requests: 1,
    texts: ['Yes'],
    outcome: { kind: 'cut' },
  });
});

test.each([
  { name: 'before it is asked', answers: [OK], abortAtMs: 0, requests: 0 },
  { name: 'while it is waited for', answers: [[60_000, ...OK]], abortAtMs: 1_000, requests: 1 },
  { name: 'while the text grows', answers: [['Yes', 60_000, STOP]], abortAtMs: 1_000, requests: 1 },
  { name: 'between two tries', answers: [failure('network'), OK], abortAtMs: 100, requests: 1 },
])('a stop $name ends it with its reason and gives the slot back', async ({ answers, abortAtMs, requests }) => {
  const { scene, outcome } = await generate(answers, { abortAtMs });
  expect({ outcome, requests: scene.requests.length, running: scene.throttle.running }).toEqual({
    outcome: new TurnStopped('member'),
    requests,
    running: 0,
  });
});
