import type { WebSocket } from 'ws';
import type { SimulatorClock } from '../clock.ts';
import type { Json } from '../model.ts';

/** Events kept for a RESUME; a client that missed more must identify again. */
const REPLAY_LIMIT = 2_000;

/** One open socket, whatever its session. */
export interface Connection {
  socket: WebSocket;
  session: Session | undefined;
  /** Sends in the order of the calls, after half the latency. */
  send: (payload: Json | string) => void;
}

/** What survives a lost connection: identity, sequence and the events that were missed. */
export interface Session {
  id: string;
  intents: number;
  shard: [number, number];
  sequence: number;
  replay: { sequence: number; payload: string }[];
  connection: Connection | undefined;
}

export function dispatchTo(session: Session, event: string, data: Json): void {
  session.sequence += 1;
  const payload = JSON.stringify({ op: 0, t: event, s: session.sequence, d: data });
  session.replay.push({ sequence: session.sequence, payload });
  if (session.replay.length > REPLAY_LIMIT) session.replay.splice(0, REPLAY_LIMIT / 2);
  session.connection?.send(payload);
}

/** The events after `sequence`, or undefined when some of them are gone. */
export function eventsAfter(session: Session, sequence: number): string[] | undefined {
  const missed = session.replay.filter((entry) => entry.sequence > sequence);
  return missed.length === session.sequence - sequence ? missed.map((entry) => entry.payload) : undefined;
}

/** Sends in order even when the latency changes in between: a later payload never falls due before an earlier one. */
export function createSender(socket: WebSocket, clock: SimulatorClock, delayMs: () => number): Connection['send'] {
  const waiting: string[] = [];
  let lastDueAt = 0;
  const deliver = (payload: string | undefined) => {
    if (payload !== undefined && socket.readyState === socket.OPEN) socket.send(payload);
  };
  return (payload) => {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    const delay = delayMs();
    if (delay === 0 && waiting.length === 0) return deliver(text);
    lastDueAt = Math.max(lastDueAt, clock.now() + delay);
    waiting.push(text);
    clock.setTimeout(() => deliver(waiting.shift()), lastDueAt - clock.now());
  };
}
