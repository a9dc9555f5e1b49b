import {
  FAMILIES,
  type Family,
  type FamilyName,
  familyByName,
  type TemplateOverhead,
  type TemplateRoles,
  type TokenizerChoice,
} from './families.ts';
import { indexNames, normalizeName, wordsOf } from './names.ts';

export type { RoleMode, TemplateOverhead, TemplateRoles, TokenizerChoice, TokenizerName } from './families.ts';

export interface KnownModel {
  /** Tokens of prompt and reply together, as far as known. */
  contextLength: number;
  contextSource: 'table' | 'default';
  /** As shown to people. */
  family: string;
  tokenizer: TokenizerChoice;
  overhead: TemplateOverhead;
  roles: TemplateRoles;
  /** It can hold a conversation; speech, embedding and judging models that the same list names cannot. */
  chat: boolean;
  /** It writes its reasoning before the reply. */
  thinking: boolean;
  takesPictures: boolean;
}

interface Row {
  name: string;
  contextLength: number;
  family: FamilyName;
  thinking?: true;
  takesPictures?: true;
}

const row = (name: string, contextLength: number, family: FamilyName, also: Partial<Row> = {}): Row => ({
  name,
  contextLength,
  family,
  ...also,
});

/** The least that any model served here had: too low only forgets sooner, too high is refused by the API. */
const DEFAULT_CONTEXT_LENGTH = 4_096;

/**
 * Context lengths as Infermatic serves them, mostly shorter than the models could. Its tables say "6K" without saying
 * whether that is 6,000 or 6,144: the smaller is taken. Two rows are blank there and have the model's own length.
 */
const ROWS: readonly Row[] = [
  row('Meta-Llama-3-70B-Instruct', 6_000, 'llama3'),
  row('L3-MS-Astoria-70B', 8_000, 'llama3'),
  row('Smaug-Llama-3-70B-Instruct', 26_000, 'llama3'),
  row('Smaug-Llama-3-70B-Instruct-32K', 26_000, 'llama3'),
  row('Mixtral-8x7B-Instruct-v0.1', 32_000, 'mistral'),
  row('Midnight-Miqu-70B-v1.5', 16_000, 'miqu'),
  row('Miquliz-120b-v2.0', 16_000, 'miqu'),
  row('Noromaid-v0.1-mixtral-Instruct-8x7b-Zloss', 30_000, 'noromaid'),
  row('Noromaid-v0.1-mixtral-8x7b-Instruct-v3', 30_000, 'noromaid'),
  row('Noromaid-v0.4-Mixtral-Instruct-8x7b-Zloss', 30_000, 'noromaid'),
  row('WizardLM-8x22B', 16_000, 'wizard'),
  row('WizardLM-2-8x22B', 16_000, 'wizard'),
  row('deepseek-coder-33b-instruct', 16_384, 'deepseekCoder'),
  row('MythoMax-L2-13b', 4_096, 'llama2'),
  row('Qwen-Qwen3.6-35B-A3B', 66_000, 'qwen3', { thinking: true }),
  row('Doctor-Shotgun-L3.3-70B-Magnum-v4-SE', 32_000, 'llama3'),
  row('Infermatic-Cydonia-24B-v4.3', 66_000, 'tekken'),
  row('Sao10K-L3.3-70B-Euryale-v2.3', 32_000, 'llama3'),
  row('anthracite-org-magnum-v4-72b', 32_000, 'qwen2'),
  row('TheDrummer-Anubis-70B-v1.1', 32_000, 'llama3'),
  row('TheDrummer-Fallen-Llama-3.3-R1-70B-v1', 32_000, 'llama3', { thinking: true }),
  row('Sao10K-L3.1-70B-Hanami-x1', 32_000, 'llama3'),
  row('Strawberrylemonade-L3-70B-v1.1', 32_000, 'llama3'),
  row('Sao10K-72B-Qwen2.5-Kunou-v1', 32_000, 'qwen2'),
  row('TheDrummer-Valkyrie-49B-v1', 64_000, 'llama3'),
  row('TheDrummer-Rocinante-12B-v1.1', 32_000, 'nemo'),
  row('Qwen-Qwen3-VL-8B-Instruct', 32_000, 'qwen3', { takesPictures: true }),
  row('prometheus-eval-prometheus-7b-v2.0', 16_000, 'mistral'),
];
const ROW_NAMES = indexNames(ROWS.map(({ name }) => name));

/** By normalised name; Infermatic's documentation ("Handling Errors for Unsupported System Prompts") names them. */
const REFUSES_SYSTEM_ROLE = /rocinante|anubis70bv1$/;
const NOT_FOR_CHAT =
  /(?:^|[-_/])(?:tts|e5|bge|gte|sdxl)(?:[-_]|$)|kokoro|whisper|embed|rerank|prometheus|stable-diffusion|moderation|llama-guard/i;
/** By words between spaces. Qwen 3 thinks unless its name says that it was made not to. */
const THINKING = / (?:r1|qwq|think\w*|reason\w*|magistral|qwen ?3(?!.* (?:instruct|coder) )) /;
const TAKES_PICTURES = / (?:\w*vl\d*|vision|\w*pixtral|\w*llava|gemma ?3(?!.* 1b )) /;

/** What is known of a model by its id alone, tolerantly matched. */
export function knownModel(id: string): KnownModel {
  const name = ROW_NAMES.match(id);
  const known = ROWS.find((candidate) => candidate.name === name);
  const { family, tokenizer, overhead, roles }: Family = FAMILIES[known?.family ?? familyByName(id)];
  const words = ` ${wordsOf(id).join(' ')} `;
  return {
    contextLength: known?.contextLength ?? DEFAULT_CONTEXT_LENGTH,
    contextSource: known ? 'table' : 'default',
    family,
    tokenizer,
    overhead,
    roles: REFUSES_SYSTEM_ROLE.test(normalizeName(id)) ? { ...roles, system: false } : roles,
    chat: !NOT_FOR_CHAT.test(id),
    thinking: known ? known.thinking === true : THINKING.test(words),
    takesPictures: known ? known.takesPictures === true : TAKES_PICTURES.test(words),
  };
}
