import { readContextLength } from './context-length.ts';
import type { ServedModel } from './events.ts';
import { isRecord } from './json.ts';

/**
 * Reads the answer of `GET /models`: `{ data: [...] }` or a bare list. Entries without an id are skipped, the first of
 * equal ids stays.
 *
 * @returns undefined when the answer is no list of models at all
 */
export function readServedModels(parsed: unknown): ServedModel[] | undefined {
  const entries = isRecord(parsed) ? parsed['data'] : parsed;
  if (!Array.isArray(entries)) return undefined;
  const models = new Map<string, ServedModel>();
  for (const entry of entries as unknown[]) {
    if (!isRecord(entry)) continue;
    const { id } = entry;
    if (typeof id !== 'string' || id.trim() === '' || models.has(id)) continue;
    const contextLength = readContextLength(entry);
    models.set(id, contextLength === undefined ? { id } : { id, contextLength });
  }
  return [...models.values()];
}
