import type { ShownMessage } from './shown.ts';

interface EventBase {
  /** Simulator time at which it was processed. */
  at: number;
  channelId: string;
}

interface MessageEventBase extends EventBase {
  message: ShownMessage;
  /** Set for an ephemeral message: the only person who sees it. */
  visibleTo: string | undefined;
}

interface InteractionEventBase extends EventBase {
  interactionId: string;
  userId: string;
}

/** What can be watched happening; the order of events is the order of processing. */
export type SimulatorEvent =
  | (MessageEventBase & { type: 'message-created' | 'message-updated' | 'message-deleted' | 'reaction' })
  | (EventBase & { type: 'typing'; userId: string; untilAt: number })
  | (EventBase & {
      type: 'thread-created' | 'thread-updated' | 'thread-deleted';
      parentId: string | undefined;
      name: string;
    })
  | (InteractionEventBase & { type: 'interaction-created'; interactionType: number })
  | (InteractionEventBase & { type: 'interaction-acknowledged'; callbackType: number; afterMs: number })
  | (InteractionEventBase & { type: 'interaction-failed' });

export interface EventHub {
  on(listener: (event: SimulatorEvent) => void): () => void;
  /** `build` runs only when somebody listens, so that a benchmark does not pay for events. */
  emit(build: () => SimulatorEvent): void;
}

/** A listener that throws changes nothing of what is emitted: its error becomes an uncaught exception, unless `report` takes it. */
export function createEventHub(report: (error: unknown) => void = throwLater): EventHub {
  const listeners = new Set<(event: SimulatorEvent) => void>();
  return {
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit(build) {
      if (listeners.size === 0) return;
      const event = build();
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          report(error);
        }
      }
    },
  };
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
