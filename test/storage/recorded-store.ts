import type { Store, StoreEntry } from '../../src/storage/store.ts';

/** A store that notes the keys that are read and written; a key that a write removes has a minus before it. */
export function recorded(inner: Store, log: string[]): Store {
  return {
    ...inner,
    get(key: string) {
      log.push(`get ${key}`);
      return inner.get(key);
    },
    setMany(entries: StoreEntry[]) {
      log.push(`set ${entries.map(({ key, ttlMs }) => (ttlMs === 0 ? `-${key}` : key)).join(' ')}`);
      return inner.setMany(entries);
    },
  };
}
