import { setImmediate } from 'node:timers/promises';
import type { JsonObject } from '../cards/json.ts';
import { textOf } from '../cards/read-fields.ts';
import type { Lorebook, LoreEntry } from '../lorebook.ts';
import { booleanOf, countOf, entriesOf } from './entry-fields.ts';

export const LORE_ENTRIES_MAX = 10_000;

/** What a book is read from. */
export interface BookSource {
  raw: JsonObject;
  entries: unknown;
  /** Undefined for what is a folder and the like. An empty id becomes the entry's place in the file. */
  readEntry(entry: JsonObject): LoreEntry | undefined;
}

/** So many take some 10 ms while their code is cold. */
const SLICE_ENTRIES = 500;

/** A book of a file's entries, in its order. */
export function newLorebook(source: BookSource): Lorebook {
  const steps = readInSteps(source);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** The same, with pauses in which others have their turn: a large book takes more than 100 ms. */
export async function newLorebookInSlices(source: BookSource): Promise<Lorebook> {
  const steps = readInSteps(source);
  let step = steps.next();
  while (!step.done) {
    await setImmediate();
    step = steps.next();
  }
  return step.value;
}

function* readInSteps({ raw, entries, readEntry }: BookSource): Generator<undefined, Lorebook> {
  const ids = new Set<string>();
  const read: LoreEntry[] = [];
  for (const [index, { key, raw: entry }] of entriesOf(entries).slice(0, LORE_ENTRIES_MAX).entries()) {
    if (index % SLICE_ENTRIES === SLICE_ENTRIES - 1) yield;
    const lore = readEntry(entry);
    if (!lore) continue;
    lore.id = unusedId(ids, lore.id.trim() || key);
    read.push(lore);
  }
  return {
    name: textOf(raw['name']).trim(),
    description: textOf(raw['description']),
    ...bookLimits(raw),
    entries: read,
  };
}

function unusedId(ids: Set<string>, wanted: string): string {
  let id = wanted;
  for (let number = 2; ids.has(id); number += 1) id = `${wanted}-${number}`;
  ids.add(id);
  return id;
}

function bookLimits(raw: JsonObject): Pick<Lorebook, 'scanDepth' | 'tokenBudget' | 'recursive'> {
  const scanDepth = countOf(raw['scan_depth'] ?? raw['scanDepth']);
  // A budget of 0 is how editors say that there is none.
  const tokenBudget = countOf(raw['token_budget'] ?? raw['tokenBudget']) || undefined;
  const recursive = booleanOf(raw['recursive_scanning'] ?? raw['recursiveScanning']);
  return {
    ...(scanDepth === undefined ? {} : { scanDepth }),
    ...(tokenBudget === undefined ? {} : { tokenBudget }),
    ...(recursive === undefined ? {} : { recursive }),
  };
}
