import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '../src/core/logger.ts';
import type { TokenizerName } from '../src/models/known-models.ts';
import { createTokenizer } from '../src/models/tokenizer.ts';
import { createTokenizers } from '../src/models/tokens.ts';

/** What a process that used tokenizers tells; printed as one line of JSON. */
export interface Used {
  /** Of the whole process, over what it had before. */
  rssBytes: number;
  /** Until the last is loaded, the start of the thread included. */
  loadMs: number;
  /** The longest time that the event loop stood still meanwhile. */
  stallMs: number;
  /** About 41,000 tokens of prose, the first text that is counted. */
  longTextMs: number;
  /** Median of many, one after the other. */
  shortTextMs: number;
}

/** What the vocabulary keeps on and off the heap. */
export interface Kept {
  keptBytes: number;
}

const LONG_TEXT =
  'The old lighthouse keeper had not spoken to anyone for three weeks when the storm finally broke. '.repeat(2_100);
const SHORT_TEXT = '*She smiles.* "There you are!"';
const SHORT_TEXTS = 1_000;
const AFTER_COLLECTION_MS = 200;

const [what, ...names] = process.argv.slice(2) as ['used' | 'kept', ...TokenizerName[]];
process.stdout.write(`${JSON.stringify(what === 'used' ? await use(names) : await keep(names))}\n`);

async function use(names: TokenizerName[]): Promise<Used> {
  const before = await collectedMemory();
  const tokenizers = createTokenizers({ logger: createLogger('warn') });
  const stall = watchStalls();
  const loadMs = await timed(() => Promise.all(names.map((name) => tokenizers.load({ name }))));
  const stallMs = stall.stop();
  const [counter, ...others] = names.map((name) => tokenizers.counterFor({ name }));
  if (counter?.storeAs === undefined) throw new Error('the tokenizer was not loaded');
  const longTextMs = await timed(() => counter.count([LONG_TEXT]));
  for (const other of others) await other.count([LONG_TEXT]);
  const roundTrips: number[] = [];
  for (let text = 0; text < SHORT_TEXTS; text++) roundTrips.push(await timed(() => counter.count([SHORT_TEXT])));
  const after = await collectedMemory();
  await tokenizers.close();
  const shortTextMs = roundTrips.sort((a, b) => a - b)[SHORT_TEXTS / 2] ?? Number.NaN;
  return { rssBytes: after.rss - before.rss, loadMs, stallMs, longTextMs, shortTextMs };
}

async function keep(names: TokenizerName[]): Promise<Kept> {
  const before = await collectedMemory();
  const kept = names.map((name) => createTokenizer(name));
  const after = await collectedMemory();
  if (kept.some((count) => count('a') === 0)) throw new Error('the tokenizer counts nothing');
  return { keptBytes: after.heapUsed + after.external - before.heapUsed - before.external };
}

async function collectedMemory(): Promise<NodeJS.MemoryUsage> {
  for (let collections = 0; collections < 2; collections++) {
    globalThis.gc?.();
    await sleep(AFTER_COLLECTION_MS);
  }
  return process.memoryUsage();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function watchStalls(): { stop: () => number } {
  let longest = 0;
  let lastAt = performance.now();
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - lastAt);
    lastAt = now;
    next = setImmediate(look);
  };
  let next = setImmediate(look);
  return {
    stop() {
      clearImmediate(next);
      return longest;
    },
  };
}
