/** Counted ("raw") tokens -> the model's: ceil(raw * ratio) + extra. */
export interface TokenScale {
  ratio: number;
  extra: number;
}

export interface Budget {
  /** Raw tokens that a prompt may have. */
  promptTokens: number;
  /** The model's tokens kept for the reply; the reply gets more if the prompt leaves more. */
  replyTokens: number;
  /** Most of them that a reply may get. */
  maxReplyTokens: number;
}

export function scaled(rawTokens: number, { ratio, extra }: TokenScale): number {
  return Math.ceil(rawTokens * ratio) + extra;
}

/** A long reply takes at most half of the window: on a small model it must have something to reply to. */
export function budgetOf(options: { contextLength: number; maxReplyTokens: number; scale: TokenScale }): Budget {
  const { contextLength, scale } = options;
  const maxReplyTokens = Math.max(1, Math.floor(options.maxReplyTokens));
  const replyTokens = Math.max(1, Math.min(maxReplyTokens, Math.floor(contextLength / 2)));
  const room = contextLength - replyTokens;
  let promptTokens = Math.max(0, Math.floor((room - scale.extra) / scale.ratio));
  // What the division gains or loses by rounding.
  while (promptTokens > 0 && scaled(promptTokens, scale) > room) promptTokens -= 1;
  return { promptTokens, replyTokens, maxReplyTokens };
}
