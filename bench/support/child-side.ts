import { setTimeout as sleep } from 'node:timers/promises';

export interface Memory {
  rssBytes: number;
  heapUsedBytes: number;
}

export type FromChild = { type: 'ready' } | { type: 'memory'; memory: Memory };
export type ToChild = { type: 'measure' } | { type: 'stop' };

// V8 gives freed pages back a little after a collection.
const AFTER_COLLECTION_MS = 200;

/** Tells the parent that what is measured runs now, and does from then on what the parent says. */
export function reportReady({ stop }: { stop: () => Promise<void> }): void {
  const send = (message: FromChild) => void process.send?.(message);
  process.on('message', (message) => void obey(message as ToChild));
  process.on('disconnect', () => process.exit(1));
  send({ type: 'ready' });

  async function obey({ type }: ToChild): Promise<void> {
    if (type === 'measure') return send({ type: 'memory', memory: await measureMemory() });
    await stop();
    process.exit(0);
  }
}

async function measureMemory(): Promise<Memory> {
  for (let collections = 0; collections < 2; collections++) {
    globalThis.gc?.();
    await sleep(AFTER_COLLECTION_MS);
  }
  const { rss, heapUsed } = process.memoryUsage();
  return { rssBytes: rss, heapUsedBytes: heapUsed };
}
