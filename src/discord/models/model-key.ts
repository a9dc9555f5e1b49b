import { createHash } from 'node:crypto';

const KEY_LENGTH = 12;

/** A short name for a model's id, which can be longer than a custom id has room for. */
export function modelKey(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, KEY_LENGTH);
}

/** The one of these that a key was made from; undefined for a stale or forged key. */
export function byModelKey<M extends { id: string }>(models: readonly M[], key: string): M | undefined {
  return models.find(({ id }) => modelKey(id) === key);
}
