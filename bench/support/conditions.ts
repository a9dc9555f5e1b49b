/** The conditions that every figure is measured under, unless its row says otherwise; those of the rivals' measurement too. */
export const conditions = {
  /** Discord's: half of it passes on the way there, half on the way back; an event of the gateway takes half. */
  roundTripMs: 60,
  /** Of every write route and channel. */
  bucket: { limit: 5, windowMs: 5_000 },
  firstTokenMs: 300,
  tokensPerSecond: 50,
  tokens: 400,
} as const;

/** Not a limit in these measurements. */
export const REQUESTS_PER_MINUTE = 10_000;

/** Its tokenizer, which only the simulator needs, loads fast. */
export const MODEL = 'MythoMax-L2-13b';
