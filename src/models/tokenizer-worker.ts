import { parentPort } from 'node:worker_threads';
import type { TokenizerName } from './known-models.ts';
import { type CountTokens, createTokenizer } from './tokenizer.ts';
import type { CountAnswer, CountQuestion } from './tokenizer-thread.ts';

const tokenizers = new Map<TokenizerName, CountTokens>();

// What is thrown here ends the thread, and the other side hears of it.
parentPort?.on('message', ({ id, name, texts }: CountQuestion) => {
  const countTokens = tokenizers.get(name) ?? createTokenizer(name);
  tokenizers.set(name, countTokens);
  parentPort?.postMessage({ id, counts: texts.map(countTokens) } satisfies CountAnswer, []);
});
