import type { TemplateName } from './templates.ts';
import type { TokenizerFamily } from './tokenizers.ts';

export type OverflowKind = 'vllm' | 'vllm-0.16' | 'litellm';

export interface SimulatedModel {
  id: string;
  /** Served tokens: prompt and completion together. */
  contextLength: number;
  tokenizer: TokenizerFamily;
  template: TemplateName;
  /** Others are listed, and refuse chat. Default `chat`. */
  kind?: 'chat' | 'speech' | 'embedding';
  /** The default reply starts with a `<think>` block inside the content. */
  thinks?: boolean;
  /** Others refuse a message with pictures. */
  takesPictures?: true;
  /** A system message is answered with HTTP 500. */
  refusesSystemRole?: boolean;
  /** `strict` counts a system message as a break of the alternation, as Mistral's first template does. */
  alternation?: 'strict' | 'after-system';
  /** SentencePiece: the content begins with a space. */
  leadingSpace?: boolean;
  /** Instead of `stop`. */
  finishReason?: string;
  /** The `model` of answers, when it is not the id. */
  echo?: string;
  /** Default `vllm`. */
  overflow?: OverflowKind;
}

type Quirks = Omit<SimulatedModel, 'id' | 'contextLength' | 'tokenizer' | 'template'>;

const model = (
  id: string,
  contextLength: number,
  tokenizer: TokenizerFamily,
  template: TemplateName,
  quirks: Quirks = {},
): SimulatedModel => ({ id, contextLength, tokenizer, template, ...quirks });

const llama3 = (id: string, contextLength: number, quirks: Quirks = {}) =>
  model(id, contextLength, 'llama3', 'llama3', quirks);

const qwen = (id: string, contextLength: number, quirks: Quirks = {}) =>
  model(id, contextLength, 'other', 'chatml', { overflow: 'vllm-0.16', ...quirks });

const tekken = (id: string, contextLength: number, quirks: Quirks = {}) =>
  model(id, contextLength, 'other', 'mistral', { overflow: 'litellm', ...quirks });

/** The table of the first official documentation (K = 1000), then the list of 2026, then what cannot chat. */
export const defaultModels: readonly SimulatedModel[] = [
  llama3('Meta-Llama-3-70B-Instruct', 6000),
  llama3('L3-MS-Astoria-70b', 8000),
  llama3('Smaug-Llama-3-70B-Instruct-32K', 26_000),
  model('Mixtral-8x7B-Instruct-v0.1', 32_000, 'mistral', 'mistral', {
    alternation: 'strict',
    leadingSpace: true,
    finishReason: 'eos_token',
    echo: 'mistralai/Mixtral-8x7B-Instruct-v0.1',
  }),
  model('Midnight-Miqu-70B-v1.5', 16_000, 'llama2', 'vicuna', { refusesSystemRole: true, overflow: 'litellm' }),
  model('Miquliz-120b-v2.0-FP8-dynamic', 16_000, 'llama2', 'mistral', { alternation: 'strict' }),
  model('Noromaid-v0.1-mixtral-8x7b-Instruct-v3', 30_000, 'mistral', 'chatml-text'),
  model('Noromaid-v0.4-Mixtral-Instruct-8x7b-Zloss', 30_000, 'mistral', 'chatml-text'),
  model('WizardLM-2-8x22B', 16_000, 'mistral', 'vicuna', { leadingSpace: true, overflow: 'litellm' }),
  model('deepseek-coder-33b-instruct', 16_384, 'other', 'alpaca'),
  model('MythoMax-L2-13b', 4096, 'llama2', 'alpaca', { finishReason: 'eos_token' }),
  model('bagel-dpo-8x7b-v0.2', 32_000, 'mistral', 'mistral'),
  model('Noromaid-13b-v0.2', 4096, 'llama2', 'alpaca'),
  qwen('Qwen-Qwen3.6-35B-A3B', 66_000, { thinks: true }),
  llama3('Doctor-Shotgun-L3.3-70B-Magnum-v4-SE', 32_000, { overflow: 'vllm-0.16' }),
  tekken('Infermatic-Cydonia-24B-v4.3-FP8-Dynamic', 66_000),
  llama3('Sao10K-L3.3-70B-Euryale-v2.3-FP8-Dynamic', 32_000, { overflow: 'litellm' }),
  qwen('anthracite-org-magnum-v4-72b-FP8-Dynamic', 32_000),
  llama3('TheDrummer-Anubis-70B-v1.1-FP8-Dynamic', 32_000),
  llama3('TheDrummer-Anubis-70B-v1-FP8-Dynamic', 32_000, { refusesSystemRole: true }),
  llama3('TheDrummer-Fallen-Llama-3.3-R1-70B-v1', 32_000, { thinks: true }),
  llama3('Sao10K-L3.1-70B-Hanami-x1', 32_000),
  llama3('Strawberrylemonade-L3-70B-v1.1-FP8-Dynamic', 32_000),
  qwen('Sao10K-72B-Qwen2.5-Kunou-v1-FP8-Dynamic', 32_000),
  llama3('TheDrummer-Valkyrie-49B-v1', 64_000),
  tekken('TheDrummer-Rocinante-12B-v1.1', 32_000, { refusesSystemRole: true }),
  qwen('Qwen-Qwen3-VL-8B-Instruct', 32_000, { takesPictures: true }),
  model('prometheus-eval-prometheus-7b-v2.0', 16_000, 'mistral', 'mistral', { alternation: 'after-system' }),
  model('TTS-hexgrad-Kokoro-82M', 512, 'other', 'plain', { kind: 'speech' }),
  model('intfloat-multilingual-e5-base', 512, 'other', 'plain', { kind: 'embedding' }),
];

/** LiteLLM's list: it says nothing of context lengths, and the date is the same for all. */
export function listModels(models: readonly SimulatedModel[]) {
  const data = models.map(({ id }) => ({ id, object: 'model', created: 1_677_610_602, owned_by: 'openai' }));
  return { data, object: 'list' };
}
