/** A word of one or two characters goes with the next, which brings the average up to that of real tokenizers. */
const TOKEN = /\s*(?:\S{1,2} )?\S{1,7}|\s+$/gu;

/** Pieces of about six characters, leading spaces kept; joined they are the text again. */
export function splitTokens(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

export interface Completed {
  tokens: string[];
  cutByLength: boolean;
}

/** What an engine sends of a text: up to the first stop string, and no more tokens than allowed. */
export function completeText(text: string, stop: readonly string[], maxTokens: number): Completed {
  const ends = stop.map((mark) => text.indexOf(mark)).filter((index) => index >= 0);
  const tokens = splitTokens(text.slice(0, Math.min(text.length, ...ends)));
  return { tokens: tokens.slice(0, maxTokens), cutByLength: tokens.length > maxTokens };
}
