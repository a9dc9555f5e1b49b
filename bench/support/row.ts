/** One figure of the table. */
export interface Row {
  what: string;
  /** The best that was measured of other bots. */
  rival: string;
  unit: 'ms' | 'MiB' | '%' | '';
  /** The most that is allowed; with `atLeast`, the least. */
  target: number;
  atLeast?: true;
  /** What the target is held against. */
  judged: 'median' | 'max' | 'min';
  samples: number[];
}

/** What one benchmark found; `notes` are facts without a target. */
export interface Findings {
  rows: Row[];
  notes: string[];
}

export interface Benchmark {
  name: string;
  about: string;
  run: () => Promise<Findings>;
}

export interface Summary {
  median: number;
  min: number;
  max: number;
  isMet: boolean;
}

export function summarize({ samples, target, atLeast, judged }: Row): Summary {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const median = Number.isInteger(middle) ? (at(middle - 1) + at(middle)) / 2 : at(Math.floor(middle));
  const [min, max] = [at(0), at(sorted.length - 1)];
  const found = { median, min, max }[judged];
  return { median, min, max, isMet: atLeast ? found >= target : found <= target };
}
