import { isDeepStrictEqual } from 'node:util';
import type { Draft } from './history-draft.ts';
import { type Cut, cutSchema, toldSchema } from './history-records.ts';
import { storable } from './record.ts';

/** Of what the members were told once; the oldest is forgotten first, and may be told once more. */
export const TOLD_MAX = 64;

/** What the bot keeps of a conversation beside its turns. */
export interface Notes {
  cut?: Cut | undefined;
  told: string[];
}

export interface NotesPatch {
  /** `null` forgets it. */
  cut?: Cut | null | undefined;
  /** Adds one. */
  told?: string | undefined;
  /** These may be told again. */
  untold?: readonly string[] | undefined;
}

export function recall({ head }: Draft): Notes {
  return { ...(head.cut ? { cut: head.cut } : {}), told: head.told ?? [] };
}

export function remember(draft: Draft, { cut, told, untold = [] }: NotesPatch): void {
  if (cut !== undefined && !isDeepStrictEqual(cut ?? undefined, draft.head.cut)) {
    draft.changeHead({ cut: cut === null ? undefined : storable(cutSchema, cut) });
  }
  const kept = draft.head.told?.filter((fact) => !untold.includes(fact));
  if (kept?.length !== draft.head.told?.length) draft.changeHead({ told: kept });
  if (told !== undefined && !draft.head.told?.includes(told)) {
    draft.changeHead({ told: storable(toldSchema, addTold(draft.head.told, told)) });
  }
}

export function addTold(earlier: readonly string[] | undefined, told: string): string[] {
  return [...new Set([...(earlier ?? []), told])].slice(-TOLD_MAX);
}
