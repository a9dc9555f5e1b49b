import type { PersonaRef } from '../../core/refs.ts';
import { readShortRef, writeShortRef } from './short-ref.ts';

/** What the Undo below a change of who speaks says of it: enough to tell whether it still stands, and what was before. */
export interface UseUndoId {
  scope: 'here' | 'server';
  /** When the change was made; 0 if it took the server's default away. */
  at: number;
  /** Null: nobody was to speak; undefined: nothing was set. */
  previous: PersonaRef | null | undefined;
}

const WRITTEN = /^([hs])\.([\da-z]{1,11})\.(.+)$/;
const OFF = 'off';
const NOTHING = 'none';

export function writeUseUndoId({ scope, at, previous }: UseUndoId): string {
  const before = previous === undefined ? NOTHING : previous === null ? OFF : writeShortRef(previous);
  return `${scope.charAt(0)}.${at.toString(36)}.${before}`;
}

/** Undefined for what {@link writeUseUndoId} did not write. */
export function readUseUndoId(id: string): UseUndoId | undefined {
  const [, scope, at = '', before = ''] = WRITTEN.exec(id) ?? [];
  if (!scope) return undefined;
  const previous = before === NOTHING ? undefined : before === OFF ? null : readShortRef(before);
  if (previous === undefined && before !== NOTHING) return undefined;
  return { scope: scope === 'h' ? 'here' : 'server', at: Number.parseInt(at, 36), previous };
}
