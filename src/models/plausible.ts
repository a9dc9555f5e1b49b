const ID_MAX_LENGTH = 100;
/** Control and invisible characters, line ends, and the mark that ids are shown between. */
const UNFIT_FOR_ID = /[\p{C}\p{Zl}\p{Zp}`]/u;
const CONTEXT_MIN_TOKENS = 256;
const CONTEXT_MAX_TOKENS = 20_000_000;

/** Whether an id can be a model's: it is shown to people, is a choice of Discord's menus and a key of stored records. */
export function isPlausibleId(id: unknown): id is string {
  return (
    typeof id === 'string' && id !== '' && id.length <= ID_MAX_LENGTH && id.trim() === id && !UNFIT_FOR_ID.test(id)
  );
}

export function isPlausibleContextLength(tokens: unknown): tokens is number {
  return (
    Number.isInteger(tokens) && (tokens as number) >= CONTEXT_MIN_TOKENS && (tokens as number) <= CONTEXT_MAX_TOKENS
  );
}

export function isPlausibleTokenCount(tokens: unknown): tokens is number {
  return Number.isInteger(tokens) && (tokens as number) > 0 && (tokens as number) <= CONTEXT_MAX_TOKENS;
}
