/** A map that forgets what was not used for longest once it holds more than `maxSize` entries, or more than `maxWeight`. */
export interface Recent<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
}

/** The newest entry stays, whatever it weighs: it is in use. */
export function createRecent<K, V>({
  maxSize,
  maxWeight = Number.POSITIVE_INFINITY,
  weightOf = () => 0,
}: {
  maxSize: number;
  /** In the unit of `weightOf`, whose answer for an entry never changes. */
  maxWeight?: number | undefined;
  weightOf?: ((value: V, key: K) => number) | undefined;
}): Recent<K, V> {
  const entries = new Map<K, V>();
  let weight = 0;

  function drop(key: K): void {
    const value = entries.get(key);
    if (value === undefined) return;
    entries.delete(key);
    weight -= weightOf(value, key);
  }

  function set(key: K, value: V): void {
    drop(key);
    entries.set(key, value);
    weight += weightOf(value, key);
    for (const oldest of entries.keys()) {
      if (oldest === key || (entries.size <= maxSize && weight <= maxWeight)) return;
      drop(oldest);
    }
  }

  return {
    get(key) {
      const value = entries.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
    delete: drop,
  };
}
