import { describe, expect, test } from '@jest/globals';
import { errors, type SimulatedModel } from '../../../src/simulator/infermatic/index.ts';
import { templates } from '../../../src/simulator/infermatic/templates.ts';
import { createTokenCounter, loadTokenizer } from '../../../src/simulator/infermatic/tokenizers.ts';
import { ask, readJson, withSimulator } from './support.ts';

describe('token ids are those of the reference tokenizers', () => {
  test.each([
    ['llama3', 'grabbed', [59312, 2788]],
    ['llama3', 'Hello, world!', [9906, 11, 1917, 0]],
    ['llama3', 'This is a test sentence', [2028, 374, 264, 1296, 11914]],
    ['llama2', 'grabbed', [2646, 1327, 287]],
    ['llama2', ' grabbed', [29871, 2646, 1327, 287]],
    ['llama2', '🦙', [29871, 243, 162, 169, 156]],
    ['llama2', 'Hello world', [15043, 3186]],
    ['mistral', 'grabbed', [13300]],
    ['mistral', 'Hello world', [22557, 1526]],
  ] as const)('%s: %s', async (family, text, ids) => {
    const encode = await loadTokenizer[family]();
    expect(encode(text)).toEqual(ids);
  });
});

const conversation = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'grabbed' },
  { role: 'assistant', content: 'yes' },
  { role: 'user', content: 'grabbed' },
] as const;

describe('templates', () => {
  test.each([
    ['llama3', { texts: ['Be brief.', 'grabbed', 'yes', 'grabbed'], specialTokens: 25 }],
    ['chatml', { texts: ['Be brief.', 'grabbed', 'yes', 'grabbed'], specialTokens: 23 }],
    [
      'mistral',
      { texts: ['[INST] Be brief. [/INST][INST] grabbed [/INST] yes', '[INST] grabbed [/INST]'], specialTokens: 2 },
    ],
    ['vicuna', { texts: ['Be brief. USER: grabbed ASSISTANT: yes', 'USER: grabbed ASSISTANT:'], specialTokens: 2 }],
    [
      'alpaca',
      {
        texts: [
          'Be brief.\n\n### Instruction:\ngrabbed\n\n### Response:\nyes\n\n',
          '### Instruction:\ngrabbed\n\n### Response:\n',
        ],
        specialTokens: 2,
      },
    ],
    [
      'chatml-text',
      {
        texts: [
          '<|im_start|>system\nBe brief.<|im_end|>\n',
          '<|im_start|>user\ngrabbed<|im_end|>\n',
          '<|im_start|>assistant\nyes<|im_end|>\n',
          '<|im_start|>user\ngrabbed<|im_end|>\n',
          '<|im_start|>assistant\n',
        ],
        specialTokens: 1,
      },
    ],
  ] as const)('%s', (name, rendered) => {
    expect(templates[name]([...conversation])).toEqual(rendered);
  });
});

test('Llama 3 prompts count as the whole rendered text does', async () => {
  const encode = await loadTokenizer.llama3();
  const head = (role: string) => `<|start_header_id|>${role}<|end_header_id|>\n\n`;
  const whole = `<|begin_of_text|>${conversation.map(({ role, content }) => `${head(role)}${content}<|eot_id|>`).join('')}${head('assistant')}`;
  const count = await createTokenCounter()('llama3', templates.llama3([...conversation]));
  expect(count).toBe(encode(whole).length);
});

test('a family without a tokenizer counts Llama 3 tokens and 12 % more', async () => {
  const count = createTokenCounter();
  const prompt = { texts: ['Hello, world! '.repeat(25)], specialTokens: 3 };
  const llama3 = (await count('llama3', prompt)) - 3;
  expect(await count('other', prompt)).toBe(3 + Math.ceil(llama3 * 1.12));
});

test('the same text counts the same the second time, and in each family its own', async () => {
  const count = createTokenCounter();
  const prompt = { texts: ['grabbed', 'grabbed'], specialTokens: 0 };
  const counts = [];
  for (const family of ['llama2', 'mistral', 'llama2', 'mistral'] as const) counts.push(await count(family, prompt));
  expect(counts).toEqual([6, 2, 6, 2]);
});

describe('the context length', () => {
  // The mark of the beginning, `[INST]` (3), `grabbed` (3) and `[/INST]` (4).
  const PROMPT_TOKENS = 11;
  const small = (overflow?: SimulatedModel['overflow']): SimulatedModel => ({
    id: 'small',
    contextLength: 100,
    tokenizer: 'llama2',
    template: 'mistral',
    ...(overflow ? { overflow } : {}),
  });
  const request = { model: 'small', messages: [{ role: 'user', content: 'grabbed' }] };

  test.each([['vllm'], ['vllm-0.16'], ['litellm']] as const)('may be filled, not exceeded: %s', (kind) =>
    withSimulator({ models: [small(kind)] }, async (api) => {
      const exact = await ask(api, { ...request, max_tokens: 100 - PROMPT_TOKENS });
      expect((await readJson(exact)).usage?.prompt_tokens).toBe(PROMPT_TOKENS);
      const above = await ask(api, { ...request, max_tokens: 101 - PROMPT_TOKENS });
      const facts = { contextLength: 100, promptTokens: PROMPT_TOKENS, maxTokens: 90, model: 'small' };
      expect([above.status, await above.json()]).toEqual([400, errors.overflow(kind, facts).body]);
      expect(api.log.map(({ status, promptTokens }) => [status, promptTokens])).toEqual([
        [200, PROMPT_TOKENS],
        [400, PROMPT_TOKENS],
      ]);
    }),
  );

  test('without max_tokens the prompt may leave one token, and the reply fills what is left', async () => {
    const reply = 'word '.repeat(200);
    await withSimulator(
      { models: [{ ...small(), contextLength: PROMPT_TOKENS + 1 }], reply: () => reply },
      async (api) => {
        const { choices, usage } = await readJson(await ask(api, request));
        expect([choices?.[0]?.finish_reason, usage?.completion_tokens]).toEqual(['length', 1]);
        api.setModels([{ ...small(), contextLength: PROMPT_TOKENS }]);
        const above = await ask(api, request);
        expect(await above.text()).toContain(
          "This model's maximum context length is 11 tokens. However, you requested 11 tokens in the messages, Please reduce the length of the messages.",
        );
      },
    );
  });
});
