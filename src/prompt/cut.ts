/** Where the prompts of a conversation begin while its history is longer than the window. */
export interface Cut {
  /** The oldest turn that is used. */
  turnId: string;
  /** Raw tokens of the budget that it was made for. */
  budget: number;
}

/** How many turns are used, from the newest on. */
export type Reach =
  | { kind: 'all'; turns: number }
  | { kind: 'kept'; turns: number; cut: Cut }
  /** Without a cut if not even the newest turn fits. */
  | { kind: 'new'; turns: number; cut?: Cut };

/** A budget as far from the cut's as this is another model's, or follows other settings. Counts that are corrected by what the API tells drift less. */
const SAME_BUDGET_SHARE = 1 / 16;
const BLOCK_SHARE = 1 / 4;
/**
 * On small windows the block is a larger share, or each of the few turns that fit would move the cut: with 4,000 tokens
 * for the prompt and turns of 450, this repeats 74 % of the prompts' tokens.
 */
const SMALL_WINDOW_BLOCK_SHARE = 1 / 2;
const SMALL_WINDOW_BLOCK_TOKENS = 2_048;

/** Raw tokens that a new cut leaves free of the room for history and message, so that it can stay for many turns. */
export function blockOf(room: number): number {
  return Math.max(room * BLOCK_SHARE, Math.min(room * SMALL_WINDOW_BLOCK_SHARE, SMALL_WINDOW_BLOCK_TOKENS));
}

/**
 * How far back a prompt goes. All turns if they fit. Else back to the remembered cut for as long as that fits, so that
 * a prompt begins as the one before it, which servers keep computed. Else the cut moves forward and leaves a block
 * free; of what the current message leaves, history gets half at the least, and the newest turn stays if it fits at all.
 */
export function reachBack(options: {
  /** Newest first: all that there are, or more than fit. */
  turns: readonly { id: string; tokens: number }[];
  isAll: boolean;
  /** Raw tokens for the turns. */
  free: number;
  block: number;
  cut: Cut | undefined;
  budget: number;
}): Reach {
  const { turns, free, block, cut, budget } = options;
  const fitting = countFitting(turns, free);
  if (options.isAll && fitting === turns.length) return { kind: 'all', turns: fitting };

  const fresh = Math.max(countFitting(turns, Math.max(free - block, free / 2)), Math.min(fitting, 1));
  const kept = cut && isSame(cut.budget, budget) ? turns.findIndex(({ id }) => id === cut.turnId) + 1 : 0;
  // A cut is too near when turns after it are gone, or pictures beside the message that it was made for.
  if (cut && kept >= fresh && kept > 0 && kept <= fitting) return { kind: 'kept', turns: kept, cut };
  const oldest = turns[fresh - 1];
  return { kind: 'new', turns: fresh, ...(oldest && { cut: { turnId: oldest.id, budget } }) };
}

const isSame = (budget: number, other: number) => Math.abs(budget - other) <= budget * SAME_BUDGET_SHARE;

function countFitting(turns: readonly { tokens: number }[], room: number): number {
  let total = 0;
  const tooMuch = turns.findIndex(({ tokens }) => (total += tokens) > room);
  return tooMuch === -1 ? turns.length : tooMuch;
}
