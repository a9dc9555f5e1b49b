import type { LoreRequest } from '../lorebook.ts';
import { createAdmission, type Decided, decide } from './admission.ts';
import type { Called, Candidate } from './candidate.ts';
import { isDue, mayHold } from './filters.ts';
import { losersOf } from './groups.ts';
import { createMatcher } from './matcher.ts';
import { createScan } from './scan.ts';
import { LOOKUP_EFFORT } from './text-index.ts';
import type { OpenTimedLore } from './timed.ts';

/**
 * What a scan is for: the first one, one that also looks at the contents of active entries, or one that looks at older
 * messages because too few entries are active.
 */
type ScanKind = 'first' | 'recursion' | 'more-messages';

/** SillyTavern has no such bound; every step needs an entry that the one before called. */
const RECURSION_STEPS_MAX = 100;

/** The active entries in the order of their activation, and those that matched and were left out. */
export async function findActive(
  request: LoreRequest,
  candidates: readonly Candidate[],
  timed: OpenTimedLore,
): Promise<{ active: Decided[]; left: Decided[] }> {
  const { settings, random } = request;
  const scan = createScan(request);
  const matcher = createMatcher(request, scan);
  const isSticky = (candidate: Candidate) => timed.isSticky(candidate);
  const admission = createAdmission(request, ({ candidate }) => isSticky(candidate));
  const ranks = new Map(candidates.map((candidate, rank) => [candidate, rank]));
  const waiting = new Set(candidates.filter((candidate) => mayHold(candidate, request)));
  const left = new Map<Candidate, Decided>();
  const active: Decided[] = [];
  const won = new Set<string>();
  const levels = delayLevels(candidates);
  const stepsMax = Math.min(settings.maxRecursionSteps || RECURSION_STEPS_MAX, RECURSION_STEPS_MAX);
  let level = levels.shift() ?? 0;
  let steps = 0;

  function reasonFor(candidate: Candidate): string | undefined {
    const { decorators, entry } = candidate;
    if (decorators.isForced) return 'decorator';
    if (decorators.isForbidden) return undefined;
    if (isSticky(candidate)) return 'sticky';
    const wasActive = (decorators.staysAfterMatch || decorators.endsAfterMatch) && timed.wasActive(candidate);
    if (wasActive) return decorators.staysAfterMatch ? 'decorator' : undefined;
    if (!isDue(candidate, request) || !matcher.isAllowed(candidate)) return undefined;
    return entry.isConstant ? 'constant' : matcher.match(candidate);
  }

  function mayRecur(candidate: Candidate, kind: ScanKind): boolean {
    const { entry, source } = candidate;
    if (isSticky(candidate)) return true;
    if (kind !== 'recursion') return entry.delayUntilRecursion === 0;
    if (entry.delayUntilRecursion > 0) return entry.delayUntilRecursion <= level && !entry.excludeRecursion;
    return !entry.excludeRecursion && source.book.recursive !== false;
  }

  /** Undefined for one that nothing hinders. */
  function hindrance(candidate: Candidate): 'delayed' | 'cooling-down' | undefined {
    if (timed.isDelayed(candidate)) return 'delayed';
    return timed.isCoolingDown(candidate) && !isSticky(candidate) ? 'cooling-down' : undefined;
  }

  /** Hindered entries are asked in the first scan only, for the report. */
  async function call(kind: ScanKind): Promise<Called[]> {
    scan.setRecursionSeen(kind !== 'more-messages');
    scan.effort.left -= waiting.size * LOOKUP_EFFORT;
    const considered = [...waiting].filter(
      (candidate) => mayRecur(candidate, kind) && (kind === 'first' || !hindrance(candidate)),
    );
    await matcher.prepare(considered);
    const called: Called[] = [];
    for (const candidate of considered) {
      const because = reasonFor(candidate);
      if (because === undefined) continue;
      const obstacle = hindrance(candidate);
      if (obstacle) left.set(candidate, decide({ candidate, because }, obstacle));
      else called.push({ candidate, because });
    }
    const rank = ({ candidate }: Called) =>
      (isSticky(candidate) ? -candidates.length : 0) + (ranks.get(candidate) ?? 0);
    return called.toSorted((a, b) => rank(a) - rank(b));
  }

  async function admit(called: readonly Called[]): Promise<Decided[]> {
    const losers = losersOf(called, { settings, won, isSticky, score: matcher.score, random });
    for (const loser of losers) left.set(loser.candidate, decide(loser, 'lost-group'));
    const decided = await admission.admit(called.filter((one) => !losers.has(one)));
    for (const one of decided) {
      const { candidate, line } = one;
      if (line.outcome === 'active') {
        active.push(one);
        left.delete(candidate);
        for (const group of candidate.entry.groups) won.add(group);
      } else {
        left.set(candidate, one);
      }
      // One that lost its chance has lost it for this generation.
      if (line.outcome !== 'over-budget') waiting.delete(candidate);
    }
    return decided.filter(({ line }) => line.outcome === 'active');
  }

  function kindOfNext(kind: ScanKind, triggers: readonly Decided[]): ScanKind | undefined {
    const mayRecurAgain = steps < stepsMax;
    const recurs = ({ candidate: { source } }: Decided) => source.book.recursive ?? settings.recursive;
    if (!admission.isOverflowed) {
      const looksBack = settings.recursive && kind === 'more-messages' && scan.hasRecursion;
      if (mayRecurAgain && (triggers.some(recurs) || looksBack)) return 'recursion';
      const { minActivations, minActivationsDepthMax } = settings;
      const isDeepest = minActivationsDepthMax > 0 && scan.depth > minActivationsDepthMax;
      if (active.length < minActivations && !isDeepest && scan.depth <= scan.messageCount) {
        scan.deepen();
        return 'more-messages';
      }
    }
    const next = mayRecurAgain ? levels.shift() : undefined;
    level = next ?? level;
    return next === undefined ? undefined : 'recursion';
  }

  for (let kind: ScanKind | undefined = 'first'; kind && scan.effort.left > 0; ) {
    steps += kind === 'more-messages' ? 0 : 1;
    const added = await admit(await call(kind));
    const triggers = added.filter(
      ({ candidate: { entry, source } }) => !entry.preventRecursion && source.book.recursive !== false,
    );
    kind = kindOfNext(kind, triggers);
    if (kind && triggers.length > 0) scan.addRecursion(triggers.map(({ content }) => content).join('\n'));
  }
  return { active, left: [...left.values()] };
}

/** The levels from which delayed entries on take part in recursion, lowest first. */
function delayLevels(candidates: readonly Candidate[]): number[] {
  const levels = new Set(candidates.map(({ entry }) => entry.delayUntilRecursion).filter((level) => level > 0));
  return [...levels].toSorted((a, b) => a - b);
}
