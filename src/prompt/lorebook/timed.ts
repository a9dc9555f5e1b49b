import { createHash } from 'node:crypto';
import { newestTimed } from '../../core/scene-bounds.ts';
import type { LoreEntry } from '../../personas/lorebook.ts';
import type { LoreRequest, TimedEffect, TimedLore } from '../lorebook.ts';
import type { Candidate } from './candidate.ts';

type Effects = Record<string, TimedEffect>;
type Kind = 'sticky' | 'cooldown';

/** The timed effects that run in a conversation now. */
export interface OpenTimedLore {
  isSticky(candidate: Candidate): boolean;
  isCoolingDown(candidate: Candidate): boolean;
  isDelayed(candidate: Candidate): boolean;
  /** Was active once, of an entry with a decorator that asks for it. */
  wasActive(candidate: Candidate): boolean;
  /** The state to keep, after these entries became active. */
  close(active: readonly { candidate: Candidate }[]): TimedLore;
}

export function openTimedLore(
  { timed, messageCount }: Pick<LoreRequest, 'timed' | 'messageCount'>,
  candidates: readonly Candidate[],
): OpenTimedLore {
  const known = new Map(candidates.map((candidate) => [candidate.key, candidate]));
  const matched = new Set(timed.matched);
  const started = new Map<string, TimedEffect>();

  function entryOf(key: string, { hash }: TimedEffect): LoreEntry | undefined {
    const entry = known.get(key)?.entry;
    return entry && hashOf(entry) === hash ? entry : undefined;
  }

  /** What still runs of what was stored. */
  function running(
    effects: Effects,
    kind: Kind,
    onEnd: (key: string, entry: LoreEntry) => void,
  ): Map<string, TimedEffect> {
    const left = new Map<string, TimedEffect>();
    for (const [key, effect] of Object.entries(effects)) {
      if (messageCount <= effect.start && !effect.isProtected) continue;
      const entry = entryOf(key, effect);
      if (entry && entry[kind] === 0) continue;
      if (messageCount < effect.end) left.set(key, effect);
      else if (entry) onEnd(key, entry);
    }
    return left;
  }

  /** Without those of entries that are not here, or not as they were. */
  function keysOfEntries(effects: Map<string, TimedEffect>): Set<string> {
    return new Set([...effects].filter(([key, effect]) => entryOf(key, effect)).map(([key]) => key));
  }

  const effectOf = (entry: LoreEntry, kind: Kind, isProtected: boolean): TimedEffect => {
    return { start: messageCount, end: messageCount + entry[kind], isProtected, hash: hashOf(entry) };
  };
  const sticky = running(timed.sticky, 'sticky', (key, entry) => {
    if (entry.cooldown > 0) started.set(key, effectOf(entry, 'cooldown', true));
  });
  const cooldown = running(timed.cooldown, 'cooldown', () => {});
  for (const [key, effect] of started) cooldown.set(key, effect);
  const stickyNow = keysOfEntries(sticky);
  const coolingNow = keysOfEntries(cooldown);

  return {
    isSticky: ({ key }) => stickyNow.has(key),
    isCoolingDown: ({ key }) => coolingNow.has(key),
    isDelayed: ({ entry }) => messageCount < entry.delay,
    wasActive: ({ key }) => matched.has(key),
    close(active) {
      for (const { candidate } of active) {
        const { key, entry, decorators } = candidate;
        for (const [kind, effects] of [
          ['sticky', sticky],
          ['cooldown', cooldown],
        ] as const) {
          if (entry[kind] > 0 && !effects.has(key)) effects.set(key, effectOf(entry, kind, false));
        }
        if (decorators.staysAfterMatch || decorators.endsAfterMatch) matched.add(key);
      }
      return {
        sticky: newestEffects(sticky),
        cooldown: newestEffects(cooldown),
        matched: newestTimed([...matched], (key) => key),
      };
    },
  };
}

function newestEffects(effects: ReadonlyMap<string, TimedEffect>): Effects {
  return Object.fromEntries(newestTimed([...effects], ([key]) => key));
}

/** Entries do not change. */
const hashes = new WeakMap<LoreEntry, string>();

function hashOf(entry: LoreEntry): string {
  const known = hashes.get(entry);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(JSON.stringify(entry)).digest('base64url').slice(0, 16);
  hashes.set(entry, hash);
  return hash;
}
