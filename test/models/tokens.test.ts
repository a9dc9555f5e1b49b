import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Clock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { estimateTokens } from '../../src/models/estimate.ts';
import { createTokenizers, type TokenCounter, type Tokenizers } from '../../src/models/tokens.ts';

const TEXTS = [
  'The ferry left the island at half past six.',
  '',
  '最終電車が出たあとのホームには、もう誰も残っていなかった。',
];
const ESTIMATES = TEXTS.map(estimateTokens);
const EXACT = { llama2: [11, 0, 36], llama3: [10, 0, 18], mistral: [11, 0, 32] };
const MINUTE = 60_000;

const fixture = (file: string) => new URL(`../fixtures/tokens/${file}`, import.meta.url);

async function answerOf(counter: TokenCounter, texts: readonly string[] = TEXTS) {
  const counts = await counter.count(texts);
  return { counts, storeAs: counter.storeAs };
}

let logged: { message: string; reason: string }[];
let started: Tokenizers[];
let passedMs: number;

beforeEach(() => {
  logged = [];
  started = [];
  passedMs = 0;
});
afterEach(() => Promise.all(started.map((tokenizers) => tokenizers.close())));

function create(script?: URL): Tokenizers {
  const clock: Clock = { now: () => 0, monotonic: () => passedMs, sleep: async () => {} };
  const warn = ({ err }: { err: Error }, message: string) => void logged.push({ message, reason: err.message });
  const logger = { ...silentLogger, warn: warn as (facts: object, message: string) => void };
  const tokenizers = createTokenizers({ logger, clock, ...(script ? { script } : {}) });
  started.push(tokenizers);
  return tokenizers;
}

describe('counts of tokens', () => {
  test.each(['llama2', 'llama3', 'mistral'] as const)(
    'are estimates until %s is loaded, and then exact',
    async (name) => {
      const tokenizers = create();
      const first = tokenizers.counterFor({ name });
      expect(await answerOf(first)).toEqual({ counts: ESTIMATES, storeAs: undefined });
      await tokenizers.load({ name });
      expect(await answerOf(tokenizers.counterFor({ name }))).toEqual({ counts: EXACT[name], storeAs: name });
      expect(logged).toEqual([]);
    },
  );

  test('do not change within the texts of one prompt', async () => {
    const tokenizers = create();
    const counter = tokenizers.counterFor({ name: 'llama2' });
    await tokenizers.load({ name: 'llama2' });
    expect(await answerOf(counter)).toEqual({ counts: ESTIMATES, storeAs: undefined });
  });

  test('that are asked for at once come to those who asked', async () => {
    const tokenizers = create();
    await Promise.all([tokenizers.load({ name: 'llama2' }), tokenizers.load({ name: 'mistral' })]);
    const llama2 = tokenizers.counterFor({ name: 'llama2' });
    const mistral = tokenizers.counterFor({ name: 'mistral' });
    const asked = [llama2.count(TEXTS), mistral.count(TEXTS), llama2.count([]), llama2.count(['grabbed'])];
    expect(await Promise.all(asked)).toEqual([EXACT.llama2, EXACT.mistral, [], [3]]);
  });

  test('of a model with a tokenizer of its own kind are raw ones of the nearest', async () => {
    const tokenizers = create();
    const nearest = { name: 'llama3', isExact: false, factor: 1.12 } as const;
    await tokenizers.load(nearest);
    expect(await answerOf(tokenizers.counterFor(nearest))).toEqual({ counts: EXACT.llama3, storeAs: 'llama3' });
  });

  test('of several bots in one process have nothing to do with each other', async () => {
    const [one, other] = [create(), create()];
    await Promise.all([one.load({ name: 'llama2' }), other.load({ name: 'llama2' })]);
    await one.close();
    expect(await answerOf(one.counterFor({ name: 'llama2' }))).toEqual({ counts: ESTIMATES, storeAs: undefined });
    expect(await answerOf(other.counterFor({ name: 'llama2' }))).toEqual({ counts: EXACT.llama2, storeAs: 'llama2' });
    expect(logged).toEqual([]);
  });
});

describe('when the thread fails', () => {
  const failure = { message: 'tokens are estimated: the tokenizers failed', reason: 'out of luck' };

  test('texts that it was counting and all others are estimated, and it is logged once', async () => {
    const tokenizers = create(fixture('failing-worker.ts'));
    await tokenizers.load({ name: 'llama3' });
    const counters = [tokenizers.counterFor({ name: 'llama3' }), tokenizers.counterFor({ name: 'llama3' })];
    expect(counters.map(({ storeAs }) => storeAs)).toEqual(['llama3', 'llama3']);
    const estimated = { counts: ESTIMATES, storeAs: undefined };
    expect(await Promise.all(counters.map((counter) => answerOf(counter)))).toEqual([estimated, estimated]);
    expect(await Promise.all(counters.map((counter) => answerOf(counter)))).toEqual([estimated, estimated]);
    expect(logged).toEqual([failure]);
  });

  test('another is started five minutes later and not before', async () => {
    const tokenizers = create(fixture('failing-worker.ts'));
    const isExactAfter = async (ms: number) => {
      passedMs += ms;
      await tokenizers.load({ name: 'llama3' });
      return tokenizers.counterFor({ name: 'llama3' }).storeAs !== undefined;
    };
    expect(await isExactAfter(0)).toBe(true);
    await tokenizers.counterFor({ name: 'llama3' }).count(TEXTS);
    expect(await isExactAfter(0)).toBe(false);
    expect(await isExactAfter(5 * MINUTE - 1)).toBe(false);
    expect(await isExactAfter(1)).toBe(true);
    expect(logged).toEqual([failure]);
  });

  test.each([
    ['is not there', fixture('no-worker.ts')],
    ['cannot be one', new URL('https://tokenizers.example/worker.js')],
  ])('because its script %s, there are estimates', async (_why, script) => {
    const tokenizers = create(script);
    expect(await answerOf(tokenizers.counterFor({ name: 'mistral' }))).toEqual({
      counts: ESTIMATES,
      storeAs: undefined,
    });
    await tokenizers.load({ name: 'mistral' });
    expect(tokenizers.counterFor({ name: 'mistral' }).storeAs).toBe(undefined);
    expect(logged.map(({ message }) => message)).toEqual([failure.message]);
  });
});

describe('the thread', () => {
  test('ends with `close`, while it loads too, and is not started again', async () => {
    const tokenizers = create();
    const loading = tokenizers.load({ name: 'llama3' });
    await tokenizers.close();
    await loading;
    await tokenizers.load({ name: 'llama3' });
    expect(await answerOf(tokenizers.counterFor({ name: 'llama3' }))).toEqual({
      counts: ESTIMATES,
      storeAs: undefined,
    });
    expect(logged).toEqual([]);
  });

  test('holds the process while a count is awaited, and not longer', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(fixture('count-and-end.ts'))], {
      encoding: 'utf8',
      env: {},
      timeout: 20_000,
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '11\n', stderr: '' });
  });
});
