import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLearned, type Lesson, scaleOf } from '../../src/models/learned.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { type RecordedDocument, recordedDocument, recordedLogger } from './recorded.ts';

const DAY_MS = 24 * 60 * 60_000;
const START = Date.UTC(2026, 10, 1);

const guessed = { id: 'guessed', tokenizer: { name: 'llama3', isExact: false, factor: 1.12 } } as const;
const exact = { id: 'exact', tokenizer: { name: 'llama2', isExact: true, factor: 1 } } as const;

async function createScene(document: RecordedDocument = recordedDocument(), clock = new FakeClock(START)) {
  const { logger, lines } = recordedLogger();
  const learned = createLearned({ document, clock, logger });
  await learned.load();
  return { learned, document, clock, lines };
}

describe('a lesson', () => {
  test('is known at once, together with the others of its model', async () => {
    const { learned } = await createScene();
    learned.teach('a', { contextLength: 8_000 });
    learned.teach('a', { takesSystemRole: false });
    learned.teach('b', { mustAlternate: true });
    expect(['a', 'b', 'c'].map((id) => learned.of(id))).toEqual([
      { contextLength: 8_000, contextLearnedAt: START, takesSystemRole: false },
      { mustAlternate: true },
      {},
    ]);
  });

  test('is forgotten after seven days, each by its own time, and renewed by being taught again', async () => {
    const { learned, clock } = await createScene();
    learned.teach('a', { contextLength: 8_000, takesSystemRole: false });
    await clock.advance(3 * DAY_MS);
    learned.teach('a', { contextLength: 7_000 });
    await clock.advance(4 * DAY_MS - 1);
    const before = learned.of('a');
    await clock.advance(1);
    const after = learned.of('a');
    await clock.advance(3 * DAY_MS);
    const context = { contextLength: 7_000, contextLearnedAt: START + 3 * DAY_MS };
    expect([before, after, learned.of('a')]).toEqual([{ ...context, takesSystemRole: false }, context, {}]);
  });

  test('of a future that somebody’s clock invented is forgotten', async () => {
    const { learned, clock } = await createScene();
    learned.teach('a', { mustAlternate: true });
    clock.set(START - 8 * DAY_MS);
    expect(learned.of('a')).toEqual({});
  });

  test.each<[string, Lesson]>([
    ['a', { contextLength: 0 }],
    ['a', { contextLength: -8_000 }],
    ['a', { contextLength: 1e12 }],
    ['a', { contextLength: Number.NaN }],
    ['a', { contextLength: 8_000.5 }],
    ['a', {}],
    ['a`', { contextLength: 8_000 }],
    ['x'.repeat(101), { contextLength: 8_000 }],
  ])('that cannot be true is not taken: of %j %j', async (id, lesson) => {
    const { learned, document } = await createScene();
    learned.teach(id, lesson);
    await learned.flush();
    expect([learned.of(id), document.written]).toEqual([{}, []]);
  });
});

describe('what is stored', () => {
  test('is there in the next run, with its times', async () => {
    const first = await createScene();
    first.learned.teach('a', { contextLength: 8_000, takesSystemRole: false, mustAlternate: true });
    first.learned.observe(guessed, { counted: 1_000, promptTokens: 1_300 });
    first.learned.observe(exact, { counted: 1_000, promptTokens: 1_040 });
    await first.learned.flush();
    const next = await createScene(first.document, new FakeClock(START + DAY_MS));
    for (const id of ['a', 'guessed', 'exact']) expect(next.learned.of(id)).toEqual(first.learned.of(id));
    expect(next.learned.of('a')).toEqual({
      contextLength: 8_000,
      contextLearnedAt: START,
      takesSystemRole: false,
      mustAlternate: true,
    });
    await next.clock.advance(6 * DAY_MS);
    expect(['a', 'guessed', 'exact'].map((id) => next.learned.of(id))).toEqual([{}, {}, {}]);
  });

  test('is written for each lesson, but for the counts of replies once in a minute', async () => {
    const { learned, document, clock } = await createScene();
    const observe = async (times: number) => {
      for (let time = 0; time < times; time += 1) {
        learned.observe(guessed, { counted: 1_000, promptTokens: 1_000 });
        await settle();
      }
      return document.written.length;
    };
    const written = [await observe(30)];
    await clock.advance(59_999);
    written.push(await observe(1));
    await clock.advance(1);
    written.push(await observe(30));
    learned.teach('a', { mustAlternate: true });
    await settle();
    written.push(document.written.length);
    await learned.flush();
    written.push(document.written.length);
    expect(written).toEqual([1, 1, 2, 3, 3]);
  });

  test('holds what was taught while a write was under way', async () => {
    const { learned, document } = await createScene();
    learned.teach('a', { mustAlternate: true });
    learned.teach('b', { mustAlternate: true });
    learned.teach('c', { mustAlternate: true });
    await learned.flush();
    const taught = (id: string) => [id, { mustAlternate: { at: START } }];
    expect(document.written).toEqual([[taught('a')], [taught('a'), taught('b'), taught('c')]]);
  });

  test('is not lost to a lesson that comes before it is read', async () => {
    const stored = [
      ['a', { contextLength: { tokens: 9_000, at: START }, mustAlternate: { at: START } }],
      ['b', { mustAlternate: { at: START } }],
    ];
    const document = recordedDocument(stored);
    const { logger } = recordedLogger();
    const learned = createLearned({ document, clock: new FakeClock(START + 5), logger });
    learned.teach('a', { contextLength: 8_000 });
    await settle();
    expect(document.written).toEqual([]);
    await learned.load();
    await learned.flush();
    expect(learned.of('a')).toEqual({ contextLength: 8_000, contextLearnedAt: START + 5, mustAlternate: true });
    expect(learned.of('b')).toEqual({ mustAlternate: true });
    expect(document.written).toHaveLength(1);
  });

  const unreadable = ['warn', {}, 'what is stored of the models cannot be read; it is learned anew'];
  const partly = (damaged: number) => ['warn', { damaged }, 'some of what is stored of the models cannot be read'];
  const good = ['good', { mustAlternate: { at: START } }];
  test.each<[string, unknown, unknown[][], object]>([
    ['nothing', undefined, [], {}],
    ['text', 'learned', [unreadable], {}],
    ['an object', { good: 1 }, [unreadable], {}],
    ['entries of no shape', [good, 7, null, ['x'], [{}, {}]], [partly(4)], { mustAlternate: true }],
    ['an id that cannot be', [good, ['a`', good[1]]], [partly(1)], { mustAlternate: true }],
    ['an absurd context', [['good', { contextLength: { tokens: -1, at: START } }]], [partly(1)], {}],
    ['absurd ratios', [['good', { calibration: { ratios: ['x'], peak: 1, extras: [], at: START } }]], [partly(1)], {}],
    ['expired facts', [['good', { mustAlternate: { at: START - 7 * DAY_MS } }]], [], {}],
  ])('may be %s: what cannot be read is told and left out', async (_, stored, log, expected) => {
    const { learned, lines } = await createScene(recordedDocument(stored));
    expect([learned.of('good'), lines]).toEqual([expected, log]);
  });

  test('may be out of reach: the bot goes on, and stores it later', async () => {
    const document = recordedDocument();
    document.failure = new Error('disk');
    const { learned, lines } = await createScene(document);
    learned.teach('a', { mustAlternate: true });
    await learned.flush();
    document.failure = undefined;
    await learned.flush();
    expect(lines).toEqual([
      ['warn', { err: 'disk' }, 'what is stored of the models could not be read; it is learned anew'],
      ['warn', { err: 'disk' }, 'what was learned of the models could not be stored'],
    ]);
    expect(document.written).toEqual([[['a', { mustAlternate: { at: START } }]]]);
  });

  test('does not grow without bound: the models with the oldest lessons go', async () => {
    const clock = new FakeClock(START);
    const { learned, document } = await createScene(recordedDocument(), clock);
    for (let number = 0; number < 510; number += 1) {
      learned.teach(`model ${number}`, { mustAlternate: true });
      clock.set(START + number + 1);
    }
    learned.teach('model 10', { takesSystemRole: false });
    learned.teach('one more', { takesSystemRole: false });
    await learned.flush();
    expect((document.written.at(-1) as unknown[]).length).toBe(500);
    const known = ['model 9', 'model 10', 'model 11', 'model 12'].map((id) => Object.keys(learned.of(id)).length);
    expect(known).toEqual([0, 2, 0, 1]);
  });
});

describe('the scale of a tokenizer that is not the model’s own', () => {
  const scaleAfter = async (...ratios: number[]) => {
    const { learned } = await createScene();
    for (const ratio of ratios) learned.observe(guessed, { counted: 1_000, promptTokens: Math.round(1_000 * ratio) });
    return scaleOf(guessed, learned);
  };
  const repeated = (ratio: number, times: number) => Array.from({ length: times }, () => ratio);

  test.each<[string, number[], number]>([
    ['nothing: its factor', [], 1.12],
    ['a prompt that needed more: at once what it needed, and one percent', [1.3], 1.313],
    ['a prompt that needed less: a quarter of the way down', [1], 1.1009],
    ['two such prompts', [1, 1], 1.0782],
    ['twenty such prompts: what they needed', repeated(1, 20), 1.0104],
    ['one that needed more among them', [...repeated(1, 20), 1.2, ...repeated(1, 7)], 1.212],
    ['one that needed more before the newest eight', [...repeated(1, 20), 1.2, ...repeated(1, 8)], 1.1615],
    ['too much', repeated(3, 3), 2],
    ['too little', repeated(0.3, 60), 0.505],
  ])('after %s', async (_, ratios, expected) => {
    const { ratio, extra } = await scaleAfter(...ratios);
    expect([Number(ratio.toFixed(4)), extra]).toEqual([expected, 0]);
  });

  test('is never below what one of the newest eight prompts needed', async () => {
    const ratios = fc.array(fc.integer({ min: 500, max: 1_980 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(ratios, async (promptTokens) => {
        const { ratio } = await scaleAfter(...promptTokens.map((tokens) => tokens / 1_000));
        expect(Math.ceil(1_000 * ratio)).toBeGreaterThanOrEqual(Math.max(...promptTokens.slice(-8)));
      }),
    );
  });

  test.each([
    [199, 300],
    [1_000, 0],
    [1_000, -1_000],
    [1_000, Number.NaN],
    [1_000, Infinity],
    [1_000, 1e9],
    [1_000, 4_001],
    [1_000, 249],
    [0, 1_000],
    [Number.NaN, 1_000],
  ])('does not change by %d counted tokens that the API calls %d', async (counted, promptTokens) => {
    const { learned } = await createScene();
    learned.observe(guessed, { counted, promptTokens });
    expect([scaleOf(guessed, learned), learned.of('guessed')]).toEqual([{ ratio: 1.12, extra: 0 }, {}]);
  });
});

describe('the scale of an exact tokenizer', () => {
  const extraAfter = async (...extras: number[]) => {
    const { learned } = await createScene();
    for (const extra of extras) learned.observe(exact, { counted: 2_000, promptTokens: 2_000 + extra });
    return scaleOf(exact, learned);
  };

  test.each<[string, number[], number]>([
    ['nothing', [], 0],
    ['a hidden system prompt', [38], 38],
    ['the largest of several', [38, 40, 25], 40],
    ['more than the newest eight', [500, 1, 2, 3, 4, 5, 6, 7, 8], 8],
    ['fewer than we counted', [-12], 0],
    ['far too many', [30_000], 1_024],
  ])('is exact, and on top after %s', async (_, extras, extra) => {
    expect(await extraAfter(...extras)).toEqual({ ratio: 1, extra });
  });

  test('learns from short prompts too, but not from absurd counts', async () => {
    const { learned } = await createScene();
    for (const promptTokens of [0, -5, Number.NaN, 1e9]) learned.observe(exact, { counted: 10, promptTokens });
    expect(scaleOf(exact, learned)).toEqual({ ratio: 1, extra: 0 });
    learned.observe(exact, { counted: 10, promptTokens: 40 });
    expect(scaleOf(exact, learned)).toEqual({ ratio: 1, extra: 30 });
  });
});
