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

describe('the roles that the template takes', () => {
  test.each([
    ['Meta-Llama-3-70B-Instruct', 'merge', true],
    ['TheDrummer-Anubis-70B-v1.1-FP8-Dynamic', 'merge', true],
    ['TheDrummer-Anubis-70B-v1-FP8-Dynamic', 'merge', false],
    ['anthracite-org-magnum-v4-72b-FP8-Dynamic', 'merge', true],
    ['Qwen-Qwen3.6-35B-A3B', 'semi', true],
    ['deepseek-coder-33b-instruct', 'semi', true],
    ['WizardLM-2-8x22B', 'strict', true],
    ['MythoMax-L2-13b', 'strict', true],
    ['Infermatic-Cydonia-24B-v4.3-FP8-Dynamic', 'strict', true],
    ['TheDrummer-Rocinante-12B-v1.1', 'strict', false],
    ['Mixtral-8x7B-Instruct-v0.1', 'strict', false],
    ['mistralai/Mixtral-8x7B-Instruct-v0.1', 'strict', false],
    ['Midnight-Miqu-70B-v1.5', 'strict', false],
    ['Miquliz-120b-v2.0', 'strict', false],
    ['Noromaid-v0.1-mixtral-8x7b-Instruct-v3', 'strict', false],
    ['bagel-dpo-8x7b-v0.2', 'strict', false],
    ['Mistral-7B-Instruct-v0.2', 'strict', false],
    ['gemma-2-27b-it', 'strict', false],
    ['never-heard-of-it', 'strict', true],
  ])('of %j: %s, a system message: %j', (id, mode, system) => {
    expect(knownModel(id).roles).toEqual({ mode, system });
  });
});

describe('the tokenizer', () => {
  test.each([
    ['Meta Llama 3 70B Instruct', 'Llama 3', 'llama3'],
    ['L3 MS Astoria 70B', 'Llama 3', 'llama3'],
    ['Smaug-Llama-3-70B-Instruct', 'Llama 3', 'llama3'],
    ['Doctor-Shotgun-L3.3-70B-Magnum-v4-SE', 'Llama 3', 'llama3'],
    ['TheDrummer-Anubis-70B-v1.1-FP8-Dynamic', 'Llama 3', 'llama3'],
    ['TheDrummer-Fallen-Llama-3.3-R1-70B-v1', 'Llama 3', 'llama3'],
    ['Sao10K-L3.1-70B-Hanami-x1', 'Llama 3', 'llama3'],
    ['Strawberrylemonade-L3-70B-v1.1-FP8-Dynamic', 'Llama 3', 'llama3'],
    ['TheDrummer-Valkyrie-49B-v1', 'Llama 3', 'llama3'],
    ['Meta-Llama-3.1-70B-Instruct-FP8-dynamic', 'Llama 3', 'llama3'],
    ['Llama-3-Lumimaid-70B-v0.1-Instruct-FP8-Dynamic', 'Llama 3', 'llama3'],
    ['Llama-3-TenyxChat-DaybreakStorywriter-70B-fp8-dynamic', 'Llama 3', 'llama3'],
    ['L3-8B-Stheno-v3.3-32K', 'Llama 3', 'llama3'],
    ['DeepSeek-R1-Distill-Llama-70B', 'Llama 3', 'llama3'],
    ['llama3:70b', 'Llama 3', 'llama3'],
    ['MythoMax L2 13b', 'Llama 2', 'llama2'],
    ['Noromaid-13b-v0.2', 'Llama 2', 'llama2'],
    ['Euryale-1.3-L2-70B', 'Llama 2', 'llama2'],
    ['meta-llama/Llama-2-70b-chat-hf', 'Llama 2', 'llama2'],
    ['Midnight-Miqu-70B-v1.5', 'Llama 2', 'llama2'],
    ['Midnight-Miqu-103B-v1.5', 'Llama 2', 'llama2'],
    ['Miquliz-120b-v2.0-FP8-dynamic', 'Llama 2', 'llama2'],
    ['Mixtral-8x7B-Instruct-v0.1', 'Mistral', 'mistral'],
    ['bagel-dpo-8x7b-v0.2', 'Mistral', 'mistral'],
    ['Mixtral-8x22B-Instruct-v0.1', 'Mistral', 'mistral'],
    ['Noromaid-v0.1-mixtral-8x7b-Instruct-v3', 'Mistral', 'mistral'],
    ['Noromaid-v0.4-Mixtral-Instruct-8x7b-Zloss', 'Mistral', 'mistral'],
    ['WizardLM-2-8x22B', 'Mistral', 'mistral'],
    ['WizardLM-2-7B', 'Mistral', 'mistral'],
    ['OpenHermes-2.5-Mistral-7B', 'Mistral', 'mistral'],
    ['prometheus-eval-prometheus-7b-v2.0', 'Mistral', 'mistral'],
  ])('of %j is that of %s, exactly', (id, family, name) => {
    const known = knownModel(id);
    expect([known.family, known.tokenizer]).toEqual([family, { name, isExact: true, factor: 1 }]);
  });

  test.each([
    ['TheDrummer-Rocinante-12B-v1.1', 'Mistral Nemo', 1.12],
    ['MN-12B-Celeste-V1.9', 'Mistral Nemo', 1.12],
    ['MN-12B-Starcannon-v2', 'Mistral Nemo', 1.12],
    ['Mistral-Nemo-Instruct-2407', 'Mistral Nemo', 1.12],
    ['Infermatic-Cydonia-24B-v4.3-FP8-Dynamic', 'Mistral', 1.12],
    ['Mistral-Small-24B-Instruct-2501', 'Mistral', 1.12],
    ['Qwen-Qwen3.6-35B-A3B', 'Qwen', 1.12],
    ['Sao10K-72B-Qwen2.5-Kunou-v1-FP8-Dynamic', 'Qwen', 1.12],
    ['magnum-v2-72b-FP8-Dynamic', 'Qwen', 1.12],
    ['Qwen2-72B-Instruct', 'Qwen', 1.12],
    ['Qwen-72B-Chat', 'Qwen', 1.12],
    ['DeepSeek-R1-Distill-Qwen-32B', 'Qwen', 1.12],
    ['gemma-2-27b-it-FP8-Dynamic', 'Gemma', 1.12],
    ['google/gemma-3-27b-it', 'Gemma', 1.12],
    ['c4ai-command-r-plus', 'Command R', 1.12],
    ['deepseek-ai/DeepSeek-V3', 'DeepSeek', 1.12],
    ['DeepSeek-Coder-V2-Instruct', 'DeepSeek', 1.12],
    ['deepseek coder 33b instruct', 'DeepSeek', 1.25],
    ['never-heard-of-it', 'unknown', 1.25],
    ['Model-3', 'unknown', 1.25],
    ['', 'unknown', 1.25],
  ])('of %j (%s) is estimated: that of Llama 3 times %d', (id, family, factor) => {
    const known = knownModel(id);
    expect([known.family, known.tokenizer]).toEqual([family, { name: 'llama3', isExact: false, factor }]);
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

const those = (ids: string[], has: 'thinking' | 'takesPictures') => ids.filter((id) => knownModel(id)[has]);

test('models that write their reasoning first are known by table or name', () => {
  const thinking = [
    'Qwen-Qwen3.6-35B-A3B',
    'TheDrummer-Fallen-Llama-3.3-R1-70B-v1',
    'DeepSeek-R1',
    'QwQ-32B',
    'Qwen3-14B',
    'Qwen3-4B-Thinking-2507',
    'Magistral-Small-2506',
    'Phi-4-reasoning',
  ];
  const others = [
    'Qwen-Qwen3-VL-8B-Instruct',
    'Qwen3-Coder-30B-A3B',
    'Qwen2.5-14B',
    'Midnight-Miqu-70B-v1.5',
    'Model-R12',
    'never-heard-of-it',
  ];
  expect(those([...others, ...thinking], 'thinking')).toEqual(thinking);
});

test('models that take pictures are known by table or name', () => {
  const seeing = [
    'Qwen-Qwen3-VL-8B-Instruct',
    'Qwen2.5-VL-72B-Instruct',
    'Llama-3.2-11B-Vision-Instruct',
    'mistralai/Pixtral-12B-2409',
    'llava-v1.6-34b',
    'gemma-3-27b-it',
  ];
  const others = [
    'Qwen-Qwen3.6-35B-A3B',
    'gemma-2-27b-it',
    'gemma-3-1b-it',
    'TheDrummer-Valkyrie-49B-v1',
    'Visionary-70B',
    'never-heard-of-it',
  ];
  expect(those([...others, ...seeing], 'takesPictures')).toEqual(seeing);
});
