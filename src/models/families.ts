import { wordsOf } from './names.ts';

export type TokenizerName = 'llama2' | 'llama3' | 'mistral';

export interface TokenizerChoice {
  name: TokenizerName;
  /** It is the model's own; otherwise its counts are taken times `factor`, and corrected by what the API tells. */
  isExact: boolean;
  /** 1 if exact. */
  factor: number;
}

/** Raw tokens that the chat template adds to the contents of messages; never fewer than it truly does. */
export interface TemplateOverhead {
  perMessage: number;
  perPrompt: number;
}

/**
 * As SillyTavern calls them: `merge` joins neighbours of one role, `semi` also turns late system messages into the
 * user's, `strict` also begins with the user, so that user and assistant take turns.
 */
export type RoleMode = 'merge' | 'semi' | 'strict';

/** What a chat template accepts. */
export interface TemplateRoles {
  mode: RoleMode;
  /** It takes a system message; those that do not answer HTTP 500 to one. */
  system: boolean;
}

/** What models made from one base have in common. */
export interface Family {
  /** As shown to people. */
  family: string;
  tokenizer: TokenizerChoice;
  overhead: TemplateOverhead;
  roles: TemplateRoles;
}

const exact = (name: TokenizerName): TokenizerChoice => ({ name, isExact: true, factor: 1 });
const calibrated = (factor: number): TokenizerChoice => ({ name: 'llama3', isExact: false, factor });

/** Never under the counts of Nemo, Qwen 2.5, Gemma, Command R and DeepSeek V3 on the texts that were tried. */
const NEAR_LLAMA3 = calibrated(1.12);
const FAR_FROM_LLAMA3 = calibrated(1.25);

const anySystem: TemplateRoles = { mode: 'merge', system: true };
const firstSystem: TemplateRoles = { mode: 'semi', system: true };
const alternating: TemplateRoles = { mode: 'strict', system: true };
const withoutSystem: TemplateRoles = { mode: 'strict', system: false };

/**
 * Measured on what the templates write. Those of [INST] and Vicuna differ between user and assistant: there the number is
 * the mean and a little more, because the two take turns.
 */
const OVERHEAD = {
  /** Two ids around the role, two newlines that are one token, `<|eot_id|>`; the rest is for spaces that it trims. */
  llama3: { perMessage: 5, perPrompt: 8 },
  /** ChatML takes 5 and 3, Gemma and Command R fewer, Qwen opens its thinking with up to 4. */
  marks: { perMessage: 6, perPrompt: 8 },
  /** ChatML whose marks are not in the vocabulary, and so are text. */
  marksAsText: { perMessage: 19, perPrompt: 12 },
  inst: { perMessage: 5, perPrompt: 8 },
  vicuna: { perMessage: 5, perPrompt: 6 },
  alpaca: { perMessage: 9, perPrompt: 8 },
  unknown: { perMessage: 9, perPrompt: 12 },
} satisfies Record<string, TemplateOverhead>;

const LLAMA2 = { family: 'Llama 2', tokenizer: exact('llama2') };
const MISTRAL_V1 = { family: 'Mistral', tokenizer: exact('mistral') };

export const FAMILIES = {
  llama3: { family: 'Llama 3', tokenizer: exact('llama3'), overhead: OVERHEAD.llama3, roles: anySystem },
  llama2: { ...LLAMA2, overhead: OVERHEAD.alpaca, roles: alternating },
  miqu: { ...LLAMA2, overhead: OVERHEAD.inst, roles: withoutSystem },
  mistral: { ...MISTRAL_V1, overhead: OVERHEAD.inst, roles: withoutSystem },
  /** The model card of v0.4 names ChatML without special tokens. */
  noromaid: { ...MISTRAL_V1, overhead: OVERHEAD.marksAsText, roles: withoutSystem },
  wizard: { ...MISTRAL_V1, overhead: OVERHEAD.vicuna, roles: alternating },
  tekken: { family: 'Mistral', tokenizer: NEAR_LLAMA3, overhead: OVERHEAD.marks, roles: alternating },
  nemo: { family: 'Mistral Nemo', tokenizer: NEAR_LLAMA3, overhead: OVERHEAD.marks, roles: alternating },
  qwen2: { family: 'Qwen', tokenizer: NEAR_LLAMA3, overhead: OVERHEAD.marks, roles: anySystem },
  qwen3: { family: 'Qwen', tokenizer: NEAR_LLAMA3, overhead: OVERHEAD.marks, roles: firstSystem },
  gemma: { family: 'Gemma', tokenizer: NEAR_LLAMA3, overhead: OVERHEAD.marks, roles: withoutSystem },
  commandR: { family: 'Command R', tokenizer: NEAR_LLAMA3, overhead: OVERHEAD.marks, roles: alternating },
  deepseek: { family: 'DeepSeek', tokenizer: NEAR_LLAMA3, overhead: OVERHEAD.marks, roles: firstSystem },
  deepseekCoder: { family: 'DeepSeek', tokenizer: FAR_FROM_LLAMA3, overhead: OVERHEAD.alpaca, roles: firstSystem },
  unknown: { family: 'unknown', tokenizer: FAR_FROM_LLAMA3, overhead: OVERHEAD.unknown, roles: alternating },
} satisfies Record<string, Family>;

export type FamilyName = keyof typeof FAMILIES;

/**
 * By the words of a name, each between spaces: `Fallen-Llama-3.3-R1` is ` fallen llama 3 3 r1 `. The first that matches
 * counts, so what a model was made into stands before what it was made from.
 */
const PATTERNS: readonly (readonly [FamilyName, RegExp])[] = [
  ['llama3', / distill llama /],
  ['qwen2', / distill qwen/],
  ['llama2', / (?:llama ?2|l2|\w*mytho\w*|goliath|lzlv|xwin) | noromaid 13b /],
  ['miqu', / miqu/],
  ['llama3', / (?:\w*llama ?3|l3|anubis|valkyrie|hanami|stheno|lunaris|strawberrylemonade) /],
  ['noromaid', / noromaid .*(?:mixtral|8x7b)/],
  ['wizard', / wizardlm (?:2|8x22b) /],
  ['mistral', / (?:mixtral|8x7b|8x22b|prometheus 7b|mistral ?7b) /],
  ['qwen3', / qwen ?3 /],
  ['qwen2', / (?:\w*qwen\d*|qwq|kunou|72b) /],
  ['nemo', / (?:mn|\w*nemo|rocinante|starcannon|lumimaid .*12b|magnum .*12b) /],
  ['tekken', / (?:24b|tekken|cydonia|\w*[sx]tral) /],
  ['gemma', / \w*gemma\d* /],
  ['commandR', / (?:command (?:r|a)|c4ai|aya) /],
  ['deepseekCoder', / deepseek coder (?!v2)/],
  ['deepseek', / deepseek/],
];

/** What the name of a model says of its origin. */
export function familyByName(id: string): FamilyName {
  const words = ` ${wordsOf(id).join(' ')} `;
  return PATTERNS.find(([, pattern]) => pattern.test(words))?.[0] ?? 'unknown';
}
