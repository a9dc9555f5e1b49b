import { WebSocket } from 'ws';
import type { DiscordSimulator } from '../../../src/simulator/discord/index.ts';

export interface Payload {
  op: number;
  t?: string | null;
  s?: number | null;
  d?: unknown;
}

/** A bare gateway connection, for what no well-behaved client does. */
export function openGateway(discord: DiscordSimulator, query = 'v=10&encoding=json') {
  const socket = new WebSocket(`${discord.apiUrl.replace('http', 'ws').replace('/api', '/gateway')}?${query}`);
  const received: Payload[] = [];
  let wake: () => void = () => undefined;
  socket.on('message', (raw) => {
    received.push(JSON.parse((raw as Buffer).toString()) as Payload);
    wake();
  });
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  return {
    closed,
    received,
    send: (payload: unknown) => socket.send(typeof payload === 'string' ? payload : JSON.stringify(payload)),
    identify(data: object = {}) {
      socket.send(JSON.stringify({ op: 2, d: { token: discord.token, intents: 1, properties: {}, ...data } }));
    },
    /** The first payload, received already or coming, that fits. */
    async until(fits: (payload: Payload) => boolean): Promise<Payload> {
      for (;;) {
        const found = received.find(fits);
        if (found) return found;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    close: () => socket.close(),
  };
}
