/** What the Undo below a change says of it: enough to tell whether the change still stands, and what was before. */
export interface UndoId {
  scope: 'here' | 'server';
  /** Whether the change set a model or removed one. */
  did: 'set' | 'removed';
  at: number;
  personId: string;
  /** The key of the model that was set before; undefined if none was. */
  previousKey: string | undefined;
}

const WRITTEN = /^(here|server)\.(set|removed)\.([0-9a-z]{1,11})\.(\d{1,20})\.([\w-]{12})?$/;

export function writeUndoId({ scope, did, at, personId, previousKey = '' }: UndoId): string {
  return `${scope}.${did}.${at.toString(36)}.${personId}.${previousKey}`;
}

/** Undefined for what {@link writeUndoId} did not write. */
export function readUndoId(id: string): UndoId | undefined {
  const [, scope, did, at = '', personId = '', previousKey] = WRITTEN.exec(id) ?? [];
  if (!scope) return undefined;
  return {
    scope: scope as UndoId['scope'],
    did: did as UndoId['did'],
    at: Number.parseInt(at, 36),
    personId,
    previousKey,
  };
}
