import type { LoreOutcome, LoreReportLine, LoreRequest, LoreSource } from '../lorebook.ts';
import type { Called } from './candidate.ts';

/** An entry that was decided on. */
export interface Decided extends Called {
  /** Macros expanded; '' if it was left out before. */
  content: string;
  line: LoreReportLine;
}

/** Lets entries in, by chance and budget; after the first that does not fit, only those that ignore the budget. */
export interface Admission {
  /** In the order in which they may take of the budget. All of them are decided on. */
  admit(called: readonly Called[]): Promise<Decided[]>;
  readonly isOverflowed: boolean;
}

/** More characters than any tokenizer packs into one token: what is longer is not worth counting. */
const CHARACTERS_PER_TOKEN_MAX = 64;
/** A batch is counted once it holds about what fits: of a huge book little is counted in vain. */
const CHARACTERS_PER_TOKEN = 4;

export function decide({ candidate, because }: Called, outcome: LoreOutcome, content = '', tokens = 0): Decided {
  const { source, entry } = candidate;
  const { id: entryId, title } = entry;
  const position = candidate.position;
  return {
    candidate,
    because,
    content,
    line: { sourceId: source.id, entryId, title, outcome, because, tokens, position },
  };
}

export function createAdmission(
  { settings, contextTokens, count, expand, random }: LoreRequest,
  isSticky: (called: Called) => boolean,
): Admission {
  const budget = budgetOf(settings, contextTokens);
  const usedByBook = new Map<LoreSource, number>();
  const overflowedBooks = new Set<LoreSource>();
  let used = 0;
  let isOverflowed = false;

  const isShutOut = ({ candidate: { entry, source } }: Called) =>
    !entry.ignoresBudget && (isOverflowed || overflowedBooks.has(source));

  function isImprobable(called: Called): boolean {
    const { probability } = called.candidate.entry;
    if (probability === undefined || probability >= 100 || isSticky(called)) return false;
    return random() * 100 > probability;
  }

  /** Nothing may take more than the context holds, budget or not. */
  function fits({ candidate: { entry, source } }: Called, tokens: number): boolean {
    if (entry.ignoresBudget) return used + tokens <= contextTokens;
    if (used + tokens >= budget) {
      isOverflowed = true;
      return false;
    }
    const { tokenBudget } = source.book;
    if (tokenBudget === undefined || (usedByBook.get(source) ?? 0) + tokens <= tokenBudget) return true;
    overflowedBooks.add(source);
    return false;
  }

  async function take(batch: readonly Written[]): Promise<Decided[]> {
    const counted = batch.filter(({ content }) => isWorthCounting(content));
    const counts = counted.length > 0 ? await count(counted.map(({ content }) => `${content}\n`)) : [];
    const tokensOf = new Map(counted.map((written, index) => [written, counts[index] ?? 0]));
    return batch.map((written) => {
      const { called, content } = written;
      const tokens = content === '' ? 0 : (tokensOf.get(written) ?? Number.POSITIVE_INFINITY);
      const known = Number.isFinite(tokens) ? tokens : 0;
      if (content !== '' && (isShutOut(called) || !fits(called, tokens)))
        return decide(called, 'over-budget', '', known);
      used += tokens;
      const { source } = called.candidate;
      usedByBook.set(source, (usedByBook.get(source) ?? 0) + tokens);
      return decide(called, 'active', content, tokens);
    });
  }

  const isWorthCounting = (content: string) =>
    content !== '' && content.length <= CHARACTERS_PER_TOKEN_MAX * contextTokens;

  return {
    get isOverflowed() {
      return isOverflowed;
    },
    async admit(called) {
      const decided: Decided[] = [];
      let batch: Written[] = [];
      let length = 0;
      const flush = async () => {
        decided.push(...(await take(batch)));
        [batch, length] = [[], 0];
      };
      for (const one of called) {
        if (changesVariables(one.candidate.content)) await flush();
        if (isShutOut(one)) {
          decided.push(decide(one, 'over-budget'));
        } else if (isImprobable(one)) {
          decided.push(decide(one, 'improbable'));
        } else {
          const content = expand(one.candidate.content);
          batch.push({ called: one, content });
          length += content.length;
          if (length > CHARACTERS_PER_TOKEN * Math.max(budget - used, 0)) await flush();
        }
      }
      await flush();
      return decided;
    },
  };
}

interface Written {
  called: Called;
  content: string;
}

function budgetOf({ budgetPercent, budgetCap }: LoreRequest['settings'], contextTokens: number): number {
  const budget = Math.round((budgetPercent * contextTokens) / 100) || 1;
  return budgetCap > 0 ? Math.min(budget, budgetCap) : budget;
}

/** Macros of a content that turns out not to fit must not have had effects. */
function changesVariables(content: string): boolean {
  return content.includes('{{') && /var|\{\{\s*[.$]/i.test(content);
}
