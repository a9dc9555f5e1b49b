import { matchName, normalizeName } from './names.ts';

export interface KnownModel {
  /** Tokens of prompt and reply together, as far as known. */
  contextLength: number;
  contextSource: 'table' | 'default';
  /** Its chat template takes a system message; those that do not answer HTTP 500 to one. */
  takesSystemRole: boolean;
  /** It can hold a conversation; speech, embedding and judging models that the same list names cannot. */
  chat: boolean;
  /** It writes its reasoning before the reply. */
  thinking: boolean;
}

/** The least that any model served here had: too low only forgets sooner, too high is refused by the API. */
const DEFAULT_CONTEXT_LENGTH = 4_096;

/**
 * Context lengths as Infermatic serves them, mostly shorter than the models could. Its tables say "6K" without saying
 * whether that is 6,000 or 6,144: the smaller is taken. Two rows are blank there and have the model's own length.
 */
const CONTEXT_LENGTHS: readonly { name: string; contextLength: number; thinking?: true }[] = [
  { name: 'Meta-Llama-3-70B-Instruct', contextLength: 6_000 },
  { name: 'L3-MS-Astoria-70B', contextLength: 8_000 },
  { name: 'Smaug-Llama-3-70B-Instruct', contextLength: 26_000 },
  { name: 'Smaug-Llama-3-70B-Instruct-32K', contextLength: 26_000 },
  { name: 'Mixtral-8x7B-Instruct-v0.1', contextLength: 32_000 },
  { name: 'Midnight-Miqu-70B-v1.5', contextLength: 16_000 },
  { name: 'Miquliz-120b-v2.0', contextLength: 16_000 },
  { name: 'Noromaid-v0.1-mixtral-Instruct-8x7b-Zloss', contextLength: 30_000 },
  { name: 'Noromaid-v0.1-mixtral-8x7b-Instruct-v3', contextLength: 30_000 },
  { name: 'Noromaid-v0.4-Mixtral-Instruct-8x7b-Zloss', contextLength: 30_000 },
  { name: 'WizardLM-8x22B', contextLength: 16_000 },
  { name: 'WizardLM-2-8x22B', contextLength: 16_000 },
  { name: 'deepseek-coder-33b-instruct', contextLength: 16_384 },
  { name: 'MythoMax-L2-13b', contextLength: 4_096 },
  { name: 'Qwen-Qwen3.6-35B-A3B', contextLength: 66_000, thinking: true },
  { name: 'Doctor-Shotgun-L3.3-70B-Magnum-v4-SE', contextLength: 32_000 },
  { name: 'Infermatic-Cydonia-24B-v4.3', contextLength: 66_000 },
  { name: 'Sao10K-L3.3-70B-Euryale-v2.3', contextLength: 32_000 },
  { name: 'anthracite-org-magnum-v4-72b', contextLength: 32_000 },
  { name: 'TheDrummer-Anubis-70B-v1.1', contextLength: 32_000 },
  { name: 'TheDrummer-Fallen-Llama-3.3-R1-70B-v1', contextLength: 32_000, thinking: true },
  { name: 'Sao10K-L3.1-70B-Hanami-x1', contextLength: 32_000 },
  { name: 'Strawberrylemonade-L3-70B-v1.1', contextLength: 32_000 },
  { name: 'Sao10K-72B-Qwen2.5-Kunou-v1', contextLength: 32_000 },
  { name: 'TheDrummer-Valkyrie-49B-v1', contextLength: 64_000 },
  { name: 'TheDrummer-Rocinante-12B-v1.1', contextLength: 32_000 },
  { name: 'Qwen-Qwen3-VL-8B-Instruct', contextLength: 32_000 },
  { name: 'prometheus-eval-prometheus-7b-v2.0', contextLength: 16_000 },
];

/**
 * By normalised name: Mistral's first template and what was made from it, and the three that Infermatic's documentation
 * names ("Handling Errors for Unsupported System Prompts").
 */
const REFUSES_SYSTEM_ROLE = /mixtral|8x7b|mistral7b|miqu|rocinante|anubis70bv1$|prometheus7b/;
const NOT_FOR_CHAT =
  /(?:^|[-_/])(?:tts|e5|bge|gte|sdxl)(?:[-_]|$)|kokoro|whisper|embed|rerank|prometheus|stable-diffusion|moderation|llama-guard/i;

/** What is known of a model by its id alone, tolerantly matched. */
export function knownModel(id: string): KnownModel {
  const name = matchName(
    id,
    CONTEXT_LENGTHS.map((row) => row.name),
  );
  const row = CONTEXT_LENGTHS.find((candidate) => candidate.name === name);
  return {
    contextLength: row?.contextLength ?? DEFAULT_CONTEXT_LENGTH,
    contextSource: row ? 'table' : 'default',
    takesSystemRole: !REFUSES_SYSTEM_ROLE.test(normalizeName(id)),
    chat: !NOT_FOR_CHAT.test(id),
    thinking: row?.thinking ?? false,
  };
}
