/** UTF-16 units of a text that are kept at the least; with fewer, leaving out says nothing any more. */
const MIN_KEPT_LENGTH = 200;
/** A cut this close to the best one, as a share of what is kept, is not worth another count. */
const GOOD_ENOUGH = 1 / 128;
const MAX_PROBES = 12;
/** About that of the mark. */
const MARK_LENGTH = 40;

export interface Shortened {
  text: string;
  tokens: number;
}

const isLowSurrogate = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;
const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;

function splitsPair(text: string, index: number): boolean {
  return isLowSurrogate(text.charCodeAt(index)) && isHighSurrogate(text.charCodeAt(index - 1));
}

/** Head and tail of the text, about `keptLength` UTF-16 units in all, with a mark where the rest was. */
function keepEnds(text: string, keptLength: number): string {
  let headEnd = Math.ceil(keptLength / 2);
  let tailStart = text.length - Math.floor(keptLength / 2);
  if (splitsPair(text, headEnd)) headEnd -= 1;
  if (splitsPair(text, tailStart)) tailStart += 1;
  const leftOut = tailStart - headEnd;
  return `${text.slice(0, headEnd)}\n[... ${leftOut} characters left out ...]\n${text.slice(tailStart)}`;
}

/** The least that {@link truncateMiddle} makes of a text. */
export function shortestForm(text: string): string {
  const shortest = keepEnds(text, MIN_KEPT_LENGTH);
  return shortest.length < text.length ? shortest : text;
}

/**
 * Head and tail of a text that takes more than `maxTokens`, with a mark between them, as long as about fits; undefined
 * if not even its shortest form does. Counts at most 14 texts, most often two at once.
 */
export async function truncateMiddle(options: {
  text: string;
  /** Of the whole text. */
  tokens: number;
  maxTokens: number;
  count: (texts: readonly string[]) => Promise<number[]>;
}): Promise<Shortened | undefined> {
  const { text, maxTokens, count } = options;
  const shortest = shortestForm(text);
  const guessed = Math.floor(text.length * (maxTokens / options.tokens) * (1 - GOOD_ENOUGH)) - MARK_LENGTH;
  const hasGuess = guessed > shortest.length && guessed < text.length;
  const guess = hasGuess ? keepEnds(text, guessed) : undefined;
  const [shortestTokens = 0, guessTokens = 0] = await count(guess === undefined ? [shortest] : [shortest, guess]);
  if (shortestTokens > maxTokens) return undefined;

  let fitting = { length: MIN_KEPT_LENGTH, tokens: shortestTokens, text: shortest };
  let tooLong = { length: text.length, tokens: options.tokens };
  const learn = (candidate: string, length: number, tokens: number) => {
    if (tokens <= maxTokens) fitting = { length, tokens, text: candidate };
    else tooLong = { length, tokens };
  };
  if (guess !== undefined) learn(guess, guessed, guessTokens);
  for (let probe = 0; probe < MAX_PROBES; probe += 1) {
    const span = tooLong.length - fitting.length;
    if (span <= Math.max(8, tooLong.length * GOOD_ENOUGH) || isClose(fitting.tokens, maxTokens)) break;
    // Tokens grow about evenly with the text, so aiming by proportion needs fewer counts than halving; halving every
    // third time bounds the number for texts where they do not.
    const proportion = (maxTokens - fitting.tokens) / Math.max(1, tooLong.tokens - fitting.tokens);
    const share = probe % 3 === 2 ? 0.5 : Math.min(0.98, Math.max(0.02, proportion - GOOD_ENOUGH / 2));
    const length = fitting.length + Math.max(1, Math.floor(span * share));
    const candidate = keepEnds(text, length);
    const [tokens = 0] = await count([candidate]);
    learn(candidate, length, tokens);
  }
  return { text: fitting.text, tokens: fitting.tokens };
}

const isClose = (tokens: number, maxTokens: number) => tokens >= maxTokens * (1 - 2 * GOOD_ENOUGH);
