import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface RecordedRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  /** Parsed when it is JSON, else the text. */
  body: unknown;
  /** The number of the connection that it came over, from 1. */
  connection: number;
  /** Resolves when the connection closes, with whether the answer was complete by then. */
  closed: Promise<{ wasComplete: boolean }>;
}

export type Script = (response: ServerResponse, request: RecordedRequest) => void;

export interface HttpServer {
  url: string;
  requests: RecordedRequest[];
  /** Answers of the next requests, in order; one beyond them gets status 599. */
  script(...answers: Script[]): void;
  /** Resolves with the request of this number, counted from 0, once its body has arrived. */
  arrival(index: number): Promise<RecordedRequest>;
  close(): Promise<void>;
}

/** A real server on loopback that answers as scripted and records what it was asked. */
export async function startHttpServer(): Promise<HttpServer> {
  const requests: RecordedRequest[] = [];
  const scripts: Script[] = [];
  const connections = new Map<Socket, number>();
  const arrivals = new EventTarget();
  const server = createServer((incoming, response) => {
    const connection = connections.get(incoming.socket) ?? connections.size + 1;
    connections.set(incoming.socket, connection);
    const closed = once(response, 'close').then(() => ({ wasComplete: response.writableFinished }));
    let text = '';
    incoming.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    incoming.on('end', () => {
      const { method = '', url: path = '', headers } = incoming;
      const request = { method, path, headers, body: parseBody(text), connection, closed };
      requests.push(request);
      const answer = scripts.shift() ?? status(599, 'no script for this request');
      answer(response, request);
      arrivals.dispatchEvent(new Event('request'));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    script: (...answers) => void scripts.push(...answers),
    async arrival(index) {
      for (;;) {
        const request = requests[index];
        if (request) return request;
        await once(arrivals, 'request');
      }
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A whole answer: objects as JSON, text as it is. */
export function status(code: number, body: unknown, headers: Record<string, string> = {}): Script {
  return (response) => {
    const isText = typeof body === 'string';
    response.writeHead(code, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers });
    response.end(isText ? body : JSON.stringify(body));
  };
}

/** A stream of these server-sent events, objects as JSON, that then ends. */
export function events(...data: unknown[]): Script {
  return (response) => {
    openStream(response);
    response.end(data.map(event).join(''));
  };
}

/** The same, but the stream stays open. */
export function openEvents(...data: unknown[]): Script {
  return (response) => {
    openStream(response);
    response.write(data.map(event).join(''));
  };
}

/** A stream made of exactly these parts; `null` at the end cuts the connection there. */
export function rawEvents(...parts: (string | Uint8Array | null)[]): Script {
  return (response) => {
    openStream(response);
    void writeAll(response, parts);
  };
}

export function openStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.flushHeaders();
}

export function event(data: unknown): string {
  return `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}

async function writeAll(response: ServerResponse, parts: (string | Uint8Array | null)[]): Promise<void> {
  for (const part of parts) {
    if (part === null) {
      response.destroy();
      return;
    }
    await new Promise<void>((resolve) => response.write(part, () => resolve()));
    // Each part is a network chunk of its own.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  response.end();
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
