import { randomBytes } from 'node:crypto';
import type { View } from '../view.ts';
import type { PersonaAsked } from './rights.ts';

/** What can be undone for a while: kept in memory, so a restart of the bot ends it earlier. */
export interface Undos {
  /** Gives the id for a button; undefined for what is too large to be kept. The oldest ones make room. */
  keep(undo: Undo, nowMs: number): string | undefined;
  /** Gives an undo once. */
  take(id: string, nowMs: number): Undo | undefined;
}

export interface Undo {
  sizeBytes: number;
  /** Checks rights, puts back what was there, and says so. */
  run(asked: PersonaAsked): Promise<View>;
}

export const UNDO_KEPT_MS = 10 * 60_000;
const KEPT_MAX = 200;
const KEPT_MAX_BYTES = 32 * 1024 * 1024;
const ID_BYTES = 9;

export function createUndos(): Undos {
  /** Oldest first. */
  const kept = new Map<string, Undo & { untilMs: number }>();

  function makeRoom(nowMs: number, sizeBytes: number): void {
    let sum = [...kept.values()].reduce((bytes, undo) => bytes + undo.sizeBytes, sizeBytes);
    for (const [id, undo] of kept) {
      const isOver = undo.untilMs <= nowMs || sum > KEPT_MAX_BYTES || kept.size >= KEPT_MAX;
      if (!isOver) return;
      kept.delete(id);
      sum -= undo.sizeBytes;
    }
  }

  return {
    keep(undo, nowMs) {
      if (undo.sizeBytes > KEPT_MAX_BYTES) return undefined;
      makeRoom(nowMs, undo.sizeBytes);
      const id = randomBytes(ID_BYTES).toString('base64url');
      kept.set(id, { ...undo, untilMs: nowMs + UNDO_KEPT_MS });
      return id;
    },
    take(id, nowMs) {
      const undo = kept.get(id);
      kept.delete(id);
      return undo && undo.untilMs > nowMs ? undo : undefined;
    },
  };
}
