import type { LorePosition } from '../../personas/lorebook.ts';
import type { ActiveLore, DisabledPrompt } from '../lorebook.ts';
import type { Decided } from './admission.ts';

/** @param active In the order of their activation: of equal order, the later stands above. */
export function placeLore(active: readonly Decided[]): Omit<ActiveLore, 'timed' | 'report'> {
  const rising = active
    .filter(({ content }) => content !== '')
    .toSorted((a, b) => b.candidate.entry.order - a.candidate.entry.order)
    .toReversed();
  const placed = rising.filter(({ candidate }) => candidate.decorators.place === undefined);
  const at = (position: LorePosition) => placed.filter(({ candidate }) => candidate.position === position);
  const textsAt = (position: LorePosition) => at(position).map(({ content }) => content);
  return {
    before: textsAt('before-character').join('\n'),
    after: textsAt('after-character').join('\n'),
    noteTop: textsAt('note-top').join('\n'),
    noteBottom: textsAt('note-bottom').join('\n'),
    atDepth: depthsOf(at('at-depth')),
    // Each is put above what is there already, so that the highest order stands on top.
    examplesTop: textsAt('examples-top').toReversed(),
    examplesBottom: textsAt('examples-bottom'),
    outlets: outletsOf(at('outlet').toReversed()),
    elsewhere: rising.flatMap(({ candidate: { decorators }, content }) =>
      decorators.place === undefined ? [] : [{ place: decorators.place, content }],
    ),
    disabledPrompts: disabledBy(active),
  };
}

function depthsOf(entries: readonly Decided[]): ActiveLore['atDepth'] {
  const found = new Map<string, ActiveLore['atDepth'][number]>();
  for (const { candidate, content } of entries) {
    const { depth, entry, decorators } = candidate;
    const role = decorators.role ?? entry.role;
    const name = `${depth} ${role}`;
    const above = found.get(name);
    found.set(name, { depth, role, content: above ? `${above.content}\n${content}` : content });
  }
  return [...found.values()];
}

function outletsOf(entries: readonly Decided[]): Record<string, string> {
  const named = entries.filter(({ candidate }) => candidate.entry.outletName !== '');
  const byName = Map.groupBy(named, ({ candidate }) => candidate.entry.outletName);
  return Object.fromEntries([...byName].map(([name, group]) => [name, group.map(({ content }) => content).join('\n')]));
}

function disabledBy(active: readonly Decided[]): DisabledPrompt[] {
  return [...new Set(active.flatMap(({ candidate }) => candidate.decorators.disabledPrompts))];
}
