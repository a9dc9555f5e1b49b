import { isRecord } from './json.ts';

const PLAUSIBLE_MIN_TOKENS = 256;
const PLAUSIBLE_MAX_TOKENS = 20_000_000;

/**
 * Where servers put the context length of a model, best first: what is loaded, before what the engine allows, before what
 * the model could do. The length of the training is right only by accident, and so comes last.
 */
const PROBES = [
  ['loaded_context_length'],
  ['max_model_len'],
  ['meta', 'n_ctx'],
  ['parameters', 'max_seq_len'],
  ['max_input_tokens'],
  ['context_length'],
  ['context_window'],
  ['top_provider', 'context_length'],
  ['max_context_length'],
  ['meta', 'n_ctx_train'],
];

/** @returns tokens, from the first place of a `/models` entry that holds a plausible number. */
export function readContextLength(entry: Record<string, unknown>): number | undefined {
  return PROBES.map((path) => path.reduce<unknown>(step, entry)).find(isPlausibleContextLength);
}

export function isPlausibleContextLength(value: unknown): value is number {
  return (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    value >= PLAUSIBLE_MIN_TOKENS &&
    value <= PLAUSIBLE_MAX_TOKENS
  );
}

function step(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}
