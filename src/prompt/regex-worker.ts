import { parentPort } from 'node:worker_threads';
import type { RegexPattern } from './regex-guard.ts';
import type { RegexQuestion } from './regex-thread.ts';

parentPort?.on('message', ({ patterns, text, from, progress }: RegexQuestion) => {
  const state = new Int32Array(progress);
  for (let index = from; index < patterns.length; index += 1) {
    const pattern = patterns[index];
    if (!pattern) continue;
    // The other side ends this thread when the index stays the same.
    Atomics.store(state, 0, index);
    const startedAt = performance.now();
    Atomics.store(state, 1 + 2 * index, matches(pattern, text) ? 1 : 0);
    Atomics.store(state, 2 + 2 * index, Math.round((performance.now() - startedAt) * 1000));
  }
  parentPort?.postMessage('done', []);
});

function matches({ source, flags }: RegexPattern, text: string): boolean {
  try {
    return new RegExp(source, flags).test(text);
  } catch {
    return false;
  }
}
