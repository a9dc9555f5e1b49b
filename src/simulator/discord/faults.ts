import type { Json } from './model.ts';

/** `hang` never answers, `drop` cuts the connection without an answer; the request is not processed in any case. */
export type FaultEffect =
  | { status: number; body?: Json | string | undefined; headers?: Record<string, string> | undefined }
  | 'hang'
  | 'drop';

export interface Fault {
  method?: string | undefined;
  /** Matched against the path below `/api/v10`, without its query. */
  path: RegExp;
  /** How many requests it meets; all of them when absent. */
  times?: number | undefined;
  effect: FaultEffect;
}

export interface Faults {
  /** Returns a function that takes the fault away again. */
  add(fault: Fault): () => void;
  clear(): void;
}

export function createFaults(): Faults & {
  take: (request: { method: string; path: string }) => FaultEffect | undefined;
} {
  let faults: { fault: Fault; left: number }[] = [];
  return {
    add(fault) {
      const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
      faults.push(entry);
      return () => {
        faults = faults.filter((other) => other !== entry);
      };
    },
    clear() {
      faults = [];
    },
    take({ method, path }) {
      const entry = faults.find(({ fault, left }) => left > 0 && matches(fault, method, path));
      if (!entry) return undefined;
      entry.left -= 1;
      return entry.fault.effect;
    },
  };
}

function matches(fault: Fault, method: string, path: string): boolean {
  return (fault.method === undefined || fault.method === method) && path.search(fault.path) !== -1;
}
