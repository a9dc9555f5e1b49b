import { describe, expect, test } from '@jest/globals';
import { knownModel } from '../../src/models/known-models.ts';

const contextOf = (id: string) => {
  const { contextLength, contextSource } = knownModel(id);
  return [contextLength, contextSource];
};

test.each([
  ['Meta Llama 3 70B Instruct', 6_000],
  ['meta-llama/Meta-Llama-3-70B-Instruct', 6_000],
  ['L3 MS Astoria 70B', 8_000],
  ['Smaug-Llama-3-70B-Instruct', 26_000],
  ['Mixtral-8x7B-Instruct-v0.1', 32_000],
  ['mistralai/Mixtral-8x7B-Instruct-v0.1', 32_000],
  ['Midnight-Miqu-70B-v1.5', 16_000],
  ['Miquliz-120b-v2.0-FP8-dynamic', 16_000],
  ['Noromaid v0.1 mixtral Instruct 8x7b Zloss', 30_000],
  ['Noromaid-v0.1-mixtral-8x7b-Instruct-v3', 30_000],
  ['WizardLM 8x22B', 16_000],
  ['WizardLM-2-8x22B', 16_000],
  ['deepseek coder 33b instruct', 16_384],
  ['MythoMax-L2-13b', 4_096],
  ['Qwen-Qwen3.6-35B-A3B', 66_000],
  ['Infermatic-Cydonia-24B-v4.3-FP8-Dynamic', 66_000],
  ['Sao10K-L3.3-70B-Euryale-v2.3-FP8-Dynamic', 32_000],
  ['L3.3-70B-Euryale-v2.3', 32_000],
  ['TheDrummer-Valkyrie-49B-v1', 64_000],
  ['prometheus-eval-prometheus-7b-v2.0', 16_000],
])('%j is served with a context of %d tokens', (id, contextLength) => {
  expect(contextOf(id)).toEqual([contextLength, 'table']);
});

test.each(['Sao10K-L3.3-70B-Euryale-v2.4', 'TheDrummer-Anubis-70B-v1', 'bagel-dpo-8x7b-v0.2', 'never-heard-of-it', ''])(
  'of %j no context is known: the least is taken',
  (id) => {
    expect(contextOf(id)).toEqual([4_096, 'default']);
  },
);

describe('the system role', () => {
  test.each([
    'Mixtral-8x7B-Instruct-v0.1',
    'mistralai/Mixtral-8x7B-Instruct-v0.1',
    'Midnight-Miqu-70B-v1.5',
    'Miquliz-120b-v2.0',
    'bagel-dpo-8x7b-v0.2',
    'TheDrummer-Rocinante-12B-v1.1',
    'TheDrummer-Anubis-70B-v1-FP8-Dynamic',
    'Mistral-7B-Instruct-v0.2',
  ])('is refused by the template of %j', (id) => {
    expect(knownModel(id).takesSystemRole).toBe(false);
  });

  test.each([
    'Meta-Llama-3-70B-Instruct',
    'TheDrummer-Anubis-70B-v1.1-FP8-Dynamic',
    'WizardLM-2-8x22B',
    'Qwen-Qwen3.6-35B-A3B',
    'Infermatic-Cydonia-24B-v4.3-FP8-Dynamic',
    'never-heard-of-it',
  ])('is taken by that of %j', (id) => {
    expect(knownModel(id).takesSystemRole).toBe(true);
  });
});

describe('conversation', () => {
  test.each([
    'TTS-hexgrad-Kokoro-82M',
    'intfloat-multilingual-e5-base',
    'intfloat/e5-large',
    'BAAI-bge-m3',
    'text-embedding-3-small',
    'jina-reranker-v2',
    'openai-whisper-large-v3',
    'prometheus-eval-prometheus-7b-v2.0',
    'stabilityai-stable-diffusion-xl',
    'Llama-Guard-3-8B',
  ])('is nothing for %j', (id) => {
    expect(knownModel(id).chat).toBe(false);
  });

  test.each([
    'Qwen-Qwen3-VL-8B-Instruct',
    'Midnight-Miqu-70B-v1.5',
    'L3-8B-Lunaris-v1',
    'Noromaid-13b-v0.2',
    'never-heard-of-it',
  ])('is something for %j', (id) => {
    expect(knownModel(id).chat).toBe(true);
  });
});

test('two models write their reasoning first', () => {
  const ids = ['Qwen-Qwen3.6-35B-A3B', 'TheDrummer-Fallen-Llama-3.3-R1-70B-v1', 'Midnight-Miqu-70B-v1.5'];
  expect(ids.map((id) => knownModel(id).thinking)).toEqual([true, true, false]);
});
