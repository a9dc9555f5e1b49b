import type { TokenizerChoice } from './known-models.ts';
import { isPlausibleTokenCount } from './plausible.ts';

/** How the API's counts of prompts differed from ours. */
export interface Calibration {
  /** Of tokenizers that are not the model's own: the API's count by ours, newest last. */
  ratios: number[];
  /** The largest ratio; it comes down slowly, and not below the newest ones. */
  peak: number;
  /** Of exact tokenizers: tokens that the API counted above ours, newest last. */
  extras: number[];
}

const RECENT_COUNT = 8;
/** Below, what is added to every prompt weighs more than the tokenizer. */
const MIN_COUNTED_TOKENS = 200;
/** No tokenizer is so far from Llama 3's: such a count is of something else. */
const ABSURD_RATIO = 4;
const RATIO_MIN = 0.5;
const RATIO_MAX = 2;
const EXTRA_MAX_TOKENS = 1_024;
/** Of the way from the peak to the newest ratios, with each observation: half after two or three. */
const COME_DOWN_SHARE = 0.25;
/** The next prompt is another text. */
const MARGIN = 1.01;

/** @returns undefined if these counts teach nothing */
export function calibrate(
  previous: Calibration | undefined,
  tokenizer: TokenizerChoice,
  { counted, promptTokens }: { counted: number; promptTokens: number },
): Calibration | undefined {
  if (!isPlausibleTokenCount(promptTokens) || !isPlausibleTokenCount(counted)) return undefined;
  const { ratios, peak, extras } = previous ?? { ratios: [], peak: tokenizer.factor, extras: [] };
  if (tokenizer.isExact) return { ratios, peak, extras: newest([...extras, clampExtra(promptTokens - counted)]) };
  const ratio = promptTokens / counted;
  if (counted < MIN_COUNTED_TOKENS || ratio > ABSURD_RATIO || ratio < 1 / ABSURD_RATIO) return undefined;
  const recent = newest([...ratios, clampRatio(ratio)]);
  const needed = Math.max(...recent);
  return { ratios: recent, peak: Math.max(needed, peak - (peak - needed) * COME_DOWN_SHARE), extras };
}

/** What to count with from now on. */
export function calibrated({ ratios, peak, extras }: Calibration): { ratio?: number; extra?: number } {
  return {
    ...(ratios.length > 0 ? { ratio: clampRatio(peak * MARGIN) } : {}),
    ...(extras.length > 0 ? { extra: Math.max(...extras) } : {}),
  };
}

const newest = (values: number[]) => values.slice(-RECENT_COUNT);
const clampRatio = (ratio: number) => Math.min(RATIO_MAX, Math.max(RATIO_MIN, ratio));
const clampExtra = (tokens: number) => Math.min(EXTRA_MAX_TOKENS, Math.max(0, tokens));
