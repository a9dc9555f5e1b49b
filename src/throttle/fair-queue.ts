import type { Queue, QueueAddOptions, RunFunction } from 'p-queue';
import type { FairLine } from './fair-line.ts';
import type { Request } from './loads.ts';

export interface FairOptions extends QueueAddOptions {
  /** `id` of the options must be its id. */
  request: Request;
}

/** The line in the form that p-queue takes. p-queue makes the one instance itself, without an argument. */
export function fairQueueClass(line: FairLine): new () => Queue<RunFunction, FairOptions> {
  return class FairQueue implements Queue<RunFunction, FairOptions> {
    readonly #waiting = new Map<string, { request: Request; run: RunFunction }>();

    get size(): number {
      return this.#waiting.size;
    }

    enqueue(run: RunFunction, { request }: Partial<FairOptions> = {}): void {
      if (!request) throw new TypeError('a request is needed to know whose turn it is');
      this.#waiting.set(request.id, { request, run });
      line.add(request);
    }

    dequeue(): RunFunction | undefined {
      const id = line.shift()?.id ?? '';
      const run = this.#waiting.get(id)?.run;
      this.#waiting.delete(id);
      return run;
    }

    /** Called by p-queue when the task's signal aborts. */
    remove(id: string): void {
      const waiting = this.#waiting.get(id);
      if (waiting) line.remove(waiting.request);
      this.#waiting.delete(id);
    }

    filter(): RunFunction[] {
      return [...this.#waiting.values()].map(({ run }) => run);
    }

    setPriority(): never {
      throw new TypeError('what was served before decides the order');
    }
  };
}
