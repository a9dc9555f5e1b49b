import { bytesOfVariable, VARIABLES_MAX, VARIABLES_MAX_BYTES } from '../../core/scene-bounds.ts';

const NAME_MAX_LENGTH = 128;
const VALUE_MAX_LENGTH = 32 * 1024;

/** The variables of a conversation or of all, within bounds: a change beyond them does not happen. */
export interface Variables {
  has(name: string): boolean;
  /** A number in its shortest form; '' for what is not set. */
  get(name: string): string;
  set(name: string, value: string): void;
  /** A sum if both are numbers, else the one text behind the other. */
  add(name: string, value: string): void;
  remove(name: string): void;
}

/** @param values changed through what is returned alone, as long as that is in use */
export function boundedVariables(values: Map<string, string>): Variables {
  let totalBytes: number | undefined;

  function bytesOf(name: string): number {
    const value = values.get(name);
    return value === undefined ? 0 : bytesOfVariable(name, value);
  }
  function set(name: string, value: string): void {
    if (name.length > NAME_MAX_LENGTH || value.length > VALUE_MAX_LENGTH) return;
    if (!values.has(name) && values.size >= VARIABLES_MAX) return;
    totalBytes ??= [...values.keys()].reduce((sum, other) => sum + bytesOf(other), 0);
    const bytes = totalBytes - bytesOf(name) + bytesOfVariable(name, value);
    if (bytes > VARIABLES_MAX_BYTES) return;
    totalBytes = bytes;
    values.set(name, value);
  }
  return {
    has: (name) => values.has(name),
    get: (name) => shortest(values.get(name) ?? ''),
    set,
    add(name, value) {
      const current = values.get(name) ?? '';
      const sum = Number(current) + Number(value);
      set(name, Number.isNaN(sum) ? current + value : String(sum));
    },
    remove(name) {
      if (totalBytes !== undefined) totalBytes -= bytesOf(name);
      values.delete(name);
    },
  };
}

/** SillyTavern reads what looks like a number as one: `007` is 7. */
function shortest(value: string): string {
  const number = Number(value);
  return value.trim() === '' || Number.isNaN(number) ? value : String(number);
}
