import type { LoreSettings } from '../lorebook.ts';
import type { Called, Candidate } from './candidate.ts';

export interface GroupContest {
  settings: Pick<LoreSettings, 'groupScoring'>;
  /** Names of the groups that an entry has won already. */
  won: ReadonlySet<string>;
  isSticky: (candidate: Candidate) => boolean;
  score: (candidate: Candidate) => number;
  random: () => number;
}

/** Which entries lose an inclusion group, of each of which one may be active; of a group of sticky entries, those stay. */
export function losersOf(called: readonly Called[], contest: GroupContest): Set<Called> {
  const groups = new Map<string, Called[]>();
  for (const one of called) {
    for (const name of new Set(one.candidate.entry.groups)) groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  const losers = new Set<Called>();
  for (const [name, members] of groups) {
    const winners = new Set(winnersOf(name, members, contest));
    for (const member of members) if (!winners.has(member)) losers.add(member);
  }
  return losers;
}

function winnersOf(name: string, members: Called[], contest: GroupContest): Called[] {
  const sticky = members.filter(({ candidate }) => contest.isSticky(candidate));
  if (sticky.length > 0) return sticky;
  if (contest.won.has(name)) return [];
  const best = bestScored(members, contest);
  if (best.length < 2) return best;
  const preferred = best.filter(({ candidate }) => candidate.entry.groupOverride);
  const [first] = preferred.toSorted((a, b) => b.candidate.entry.order - a.candidate.entry.order);
  return [first ?? drawn(best, contest.random)].filter((winner) => winner !== undefined);
}

/** Without those that are to be scored and have not the best score. */
function bestScored(members: Called[], { settings, score }: GroupContest): Called[] {
  const isScored = ({ candidate }: Called) => candidate.entry.groupScoring ?? settings.groupScoring;
  if (!members.some(isScored)) return members;
  const scores = members.map(({ candidate }) => score(candidate));
  const best = Math.max(...scores);
  return members.filter((member, index) => !isScored(member) || scores[index] === best);
}

function drawn(members: Called[], random: () => number): Called | undefined {
  const total = members.reduce((sum, { candidate }) => sum + candidate.entry.groupWeight, 0);
  let left = random() * total;
  return members.find(({ candidate }) => {
    left -= candidate.entry.groupWeight;
    return left <= 0;
  });
}
