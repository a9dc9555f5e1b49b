import { describe, expect, test } from '@jest/globals';
import { failure, generate, LONG_TURNS, OK, promptTokensOf, rolesOf, type TalkedTurn } from './generating.ts';
import { MODEL, textsOf } from './scene.ts';

const LONG_TALK: TalkedTurn[] = [...LONG_TURNS, ['Now?']];
const named = (contextLength: number) => failure('context-overflow', { contextLength });
const unnamed = failure('context-overflow');

describe('after an overflow the model is asked for less', () => {
  test.each([
    { name: 'the length that the server names', answers: [named(3_000), OK], windows: [8_000, 3_000], learned: 3_000 },
    {
      name: 'three quarters of what was refused, if it names none',
      answers: [unnamed, OK],
      windows: [8_000, 6_000],
      learned: expect.any(Number),
    },
    {
      name: 'three quarters of a length that was thought right: the tokens were too many',
      answers: [named(8_000), OK],
      windows: [8_000, 6_000],
      learned: undefined,
    },
    {
      name: 'three quarters of the length that it names twice',
      answers: [named(4_000), named(4_000), OK],
      windows: [8_000, 4_000, 3_000],
      learned: 4_000,
    },
    {
      name: 'what is named after none was',
      answers: [unnamed, named(3_000), OK],
      windows: [8_000, 6_000, 3_000],
      learned: 3_000,
    },
  ])('$name', async ({ answers, windows, learned }) => {
    const { scene, begun, outcome } = await generate(answers, { turns: LONG_TALK });
    const totals = scene.requests.map((request) => promptTokensOf(request) + request.maxTokens);
    const shares = totals.map((total, index) => total / (windows[index] ?? 0));
    expect(shares.map((share) => share > 0.5 && share <= 1)).toEqual(windows.map(() => true));
    expect({ outcome, begun, learned: scene.learned.of(MODEL).contextLength }).toEqual({
      outcome: 'stop',
      begun: [{ isQuestionCut: false, isHistoryCut: true }],
      learned,
    });
  });

  test.each([
    { name: 'a fourth overflow of no known length', answers: [unnamed, unnamed, unnamed, unnamed], requests: 4 },
    { name: 'an overflow behind the first text', answers: [['Yes', ...named(3_000)]], requests: 1 },
  ])('but for $name, which is the end and teaches nothing', async ({ answers, requests }) => {
    const { scene, outcome } = await generate(answers);
    expect({ requests: scene.requests.length, outcome, learned: scene.learned.of(MODEL) }).toMatchObject({
      requests,
      outcome: { kind: 'context-overflow' },
      learned: {},
    });
    expect(scene.learned.of(MODEL)).toEqual({});
  });

  test('by what was refused, however much was thought', async () => {
    const turns = [...LONG_TURNS.slice(0, 15), ['Now?'] as TalkedTurn];
    const { scene, outcome } = await generate([unnamed, unnamed, OK], { turns, model: { contextLength: 32_000 } });
    const totals = scene.requests.map((request) => promptTokensOf(request) + request.maxTokens);
    const [first = 0, second = 0, third = 0] = totals;
    expect([outcome, second <= 0.76 * first, third <= 0.76 * second, third > 0.4 * first]).toEqual([
      'stop',
      true,
      true,
      true,
    ]);
    expect(scene.learned.of(MODEL).contextLength).toBeLessThanOrEqual(Math.ceil(0.57 * first));
  });

  test('which teaches other servers nothing if an admin said how much', async () => {
    const admins = { contextLength: 1_000_000, contextSource: 'admin' as const };
    const { scene, outcome } = await generate([unnamed, OK], { model: admins });
    expect([outcome, scene.learned.of(MODEL)]).toEqual(['stop', {}]);
  });

  test('and a message that no length leaves room for is told as such', async () => {
    const { outcome } = await generate([named(20)]);
    expect(outcome).toMatchObject({ name: 'UserError', kind: 'input' });
  });
});

test.each([
  { name: 'the first try', answers: [OK], isQuestionCut: [false, true] },
  { name: 'the try for a shorter length', answers: [named(3_000), OK], isQuestionCut: [true, true] },
])('a question that lost its middle is told when the model begins: $name', async ({ answers, isQuestionCut }) => {
  const told = await Promise.all(
    [3_500, 40_000].map((words) => generate(answers, { turns: [['word '.repeat(words)]] })),
  );
  expect(told.map(({ begun }) => begun)).toEqual(
    isQuestionCut.map((isCut) => [{ isQuestionCut: isCut, isHistoryCut: false }]),
  );
});

describe('a template', () => {
  test('that refuses instructions gets them in the first message, and it is remembered', async () => {
    const { scene, outcome } = await generate([failure('system-role-refused'), OK]);
    expect(scene.requests.map(rolesOf)).toEqual([['system', 'user'], ['user']]);
    expect(textsOf(scene.requests[1] ?? { messages: [] })[0]).toMatch(/^You are Dramatis, [^]*\n\nAnn: Hi$/);
    expect({ outcome, learned: scene.learned.of(MODEL) }).toEqual({
      outcome: 'stop',
      learned: { takesSystemRole: false },
    });
  });

  test('that wants roles to alternate gets them so', async () => {
    const turns: TalkedTurn[] = [['', 'Good morning.'], ['Hi']];
    const model = { roles: { mode: 'merge' as const, system: true } };
    const { scene, outcome } = await generate([failure('roles-must-alternate'), OK], { turns, model });
    expect({ roles: scene.requests.map(rolesOf), outcome, learned: scene.learned.of(MODEL) }).toEqual({
      roles: [
        ['system', 'assistant', 'user'],
        ['system', 'user', 'assistant', 'user'],
      ],
      outcome: 'stop',
      learned: { mustAlternate: true },
    });
  });

  test('that does not take roles which alternate gets no system message, the only thing that can disturb it', async () => {
    const { scene, outcome } = await generate([failure('roles-must-alternate'), OK]);
    expect({ roles: scene.requests.map(rolesOf), outcome, learned: scene.learned.of(MODEL) }).toEqual({
      roles: [['system', 'user'], ['user']],
      outcome: 'stop',
      learned: { takesSystemRole: false },
    });
  });

  test.each([
    { kind: 'system-role-refused' as const, requests: 2 },
    { kind: 'roles-must-alternate' as const, requests: 2 },
  ])('that answers $kind whatever it gets is given up, and nothing is learned', async ({ kind, requests }) => {
    const { scene, outcome } = await generate([failure(kind)]);
    expect({ requests: scene.requests.length, outcome }).toMatchObject({ requests, outcome: { kind } });
    expect(scene.learned.of(MODEL)).toEqual({});
  });

  test('can refuse instructions, and its engine the length', async () => {
    const { scene, outcome } = await generate([failure('system-role-refused'), named(3_000), OK], { turns: LONG_TALK });
    expect({ roles: scene.requests.map((request) => rolesOf(request)[0]), outcome }).toEqual({
      roles: ['system', 'user', 'user'],
      outcome: 'stop',
    });
    const fits = scene.requests.map((request) => promptTokensOf(request) + request.maxTokens <= 3_000);
    expect(fits).toEqual([false, false, true]);
    expect(scene.learned.of(MODEL)).toMatchObject({ takesSystemRole: false, contextLength: 3_000 });
  });

  test('that is known to take no instructions gets them in the first message at once', async () => {
    const { scene } = await generate([OK], { model: { roles: { mode: 'strict', system: false } } });
    expect({ roles: scene.requests.map(rolesOf), learned: scene.learned.of(MODEL) }).toEqual({
      roles: [['user']],
      learned: {},
    });
  });
});
