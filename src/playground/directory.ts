/** What can be meant by a name. */
export type Named = 'user' | 'role' | 'channel';

export interface Directory {
  /**
   * The id of the first of these kinds with a name that begins as typed; `@` and `#` in front do not matter, nor does case.
   *
   * @throws Error with the names that there are
   */
  idOf(kinds: readonly Named[], typed: string): string;
}

/** Looks names up as they are when they are asked for. */
export function createDirectory(lists: Record<Named, () => readonly { id: string; name: string }[]>): Directory {
  return {
    idOf(kinds, typed) {
      const wanted = typed.trim().replace(/^[@#]/, '').toLowerCase();
      const all = kinds.flatMap((kind) => lists[kind]());
      const found = wanted === '' ? undefined : all.find(({ name }) => name.toLowerCase().startsWith(wanted));
      if (!found)
        throw new Error(`There is no “${typed.trim()}” here, only ${all.map(({ name }) => name).join(', ')}.`);
      return found.id;
    },
  };
}
