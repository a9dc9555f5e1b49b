export interface LogEntry {
  /** Arrival at the server, Unix milliseconds; this and the other times leave the simulated latency out. */
  at: number;
  /** First token sent. */
  startedAt?: number;
  /** Last token sent so far. */
  lastTokenAt?: number;
  /** Answer complete, or connection closed by either side. */
  finishedAt?: number;
  /** As received after `Bearer `. */
  key?: string;
  method: string;
  path: string;
  /** 0 while nothing was sent. */
  status: number;
  /** Parsed if it is JSON, else the text. */
  body?: unknown;
  /** The client went away before the server had said everything. */
  aborted: boolean;
  promptTokens?: number;
  completionTokens?: number;
}

export interface SimulatorEvent {
  type: 'request' | 'first-token' | 'last-token' | 'aborted' | 'finished';
  at: number;
  entry: Readonly<LogEntry>;
}

export type SimulatorListener = (event: SimulatorEvent) => void;

export function createLog() {
  const entries: LogEntry[] = [];
  const listeners = new Set<SimulatorListener>();
  return {
    entries,
    add(entry: LogEntry): LogEntry {
      entries.push(entry);
      return entry;
    },
    clear() {
      entries.length = 0;
    },
    emit(type: SimulatorEvent['type'], at: number, entry: LogEntry) {
      for (const listener of listeners) listener({ type, at, entry });
    },
    on(listener: SimulatorListener): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export type Log = ReturnType<typeof createLog>;
