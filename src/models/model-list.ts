import * as v from 'valibot';
import type { ListedModel } from './model.ts';
import { isPlausibleContextLength, isPlausibleId } from './plausible.ts';

/** A hundred times what the API serves; autocompletion stays quick. */
const MAX_MODELS = 2_000;

export interface SelectedModels {
  /** At most 2,000, with different ids, in the API's order. */
  models: ListedModel[];
  /** Entries with an id that cannot be shown. */
  unusable: number;
  /** Entries above the most that are kept. */
  surplus: number;
}

/** What is kept of a list from outside. */
export function selectModels(listed: readonly ListedModel[]): SelectedModels {
  const models = new Map<string, ListedModel>();
  let unusable = 0;
  let surplus = 0;
  for (const { id, contextLength } of listed) {
    if (!isPlausibleId(id)) unusable += 1;
    else if (models.has(id)) continue;
    else if (models.size === MAX_MODELS) surplus += 1;
    else models.set(id, isPlausibleContextLength(contextLength) ? { id, contextLength } : { id });
  }
  return { models: [...models.values()], unusable, surplus };
}

const listSchema = v.array(v.object({ id: v.string(), contextLength: v.optional(v.number()) }));

/** @returns undefined if what is stored is no list of models */
export function readModelList(stored: unknown): ListedModel[] | undefined {
  const parsed = v.safeParse(listSchema, stored);
  if (!parsed.success) return undefined;
  return parsed.output.map(({ id, contextLength }) => (contextLength === undefined ? { id } : { id, contextLength }));
}
