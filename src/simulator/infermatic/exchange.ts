import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PlainAnswer } from './behaviour.ts';
import type { Timers } from './clock.ts';
import type { Log, LogEntry } from './log.ts';

interface ExchangeParts {
  request: IncomingMessage;
  response: ServerResponse;
  timers: Timers;
  log: Log;
  /** Delay of everything that leaves the server. */
  outwardMs: number;
  /** Aborts when the simulator shuts down: connections that end then were not given up by their clients. */
  closing: AbortSignal;
}

/** One request and its answer; whatever is written after the client went away is dropped. */
export function createExchange({ request, response, timers, log, outwardMs, closing }: ExchangeParts) {
  const { method = 'GET', url = '/' } = request;
  const key = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const path = new URL(url, 'http://localhost').pathname;
  const now = timers.now();
  const entry: LogEntry = log.add({ at: now, ...(key ? { key } : {}), method, path, status: 0, aborted: false });
  const onClose: (() => void)[] = [];
  const outbox: (() => void)[] = [];
  let draining = false;
  let apart = false;

  const drain = () => {
    draining = false;
    for (let send = outbox.shift(); send; send = outbox.shift()) {
      if (!response.destroyed) send();
      if (!apart) continue;
      draining = true;
      setImmediate(drain);
      break;
    }
  };
  const later = (send: () => void) => {
    timers.after(outwardMs, () => {
      outbox.push(send);
      if (!draining) drain();
    });
  };
  const end = (send: () => void) => {
    entry.finishedAt = timers.now();
    log.emit('finished', entry.finishedAt, entry);
    later(send);
  };

  const closed = () => {
    if (entry.finishedAt === undefined && !closing.aborted) {
      entry.aborted = true;
      entry.finishedAt = timers.now();
      log.emit('aborted', entry.finishedAt, entry);
    }
    for (const listener of onClose) listener();
  };
  // The client may have left while its request was still on its way: that close has been emitted already.
  if (response.destroyed) setImmediate(closed);
  else response.on('close', closed);

  return {
    entry,
    get gone() {
      return response.destroyed;
    },
    /** Runs once, when the connection of this exchange is over. */
    onClose(listener: () => void) {
      onClose.push(listener);
    },
    readBody(): Promise<string> {
      return readText(request);
    },
    open(status: number, headers: Record<string, string>) {
      entry.status = status;
      later(() => {
        response.writeHead(status, headers);
        response.flushHeaders();
      });
    },
    /** From now on every write leaves in an event loop turn of its own, so that a reader sees each alone. */
    sendApart() {
      apart = true;
    },
    write(bytes: Uint8Array) {
      later(() => response.write(bytes));
    },
    end() {
      end(() => response.end());
    },
    /** Destroys the socket once everything written so far has left. */
    cut() {
      end(() => response.write('', () => response.destroy()));
    },
    answer({ status, body, contentType, headers }: PlainAnswer, extraHeaders: Record<string, string> = {}) {
      entry.status = status;
      const isText = typeof body === 'string';
      const text = isText ? body : JSON.stringify(body);
      end(() => {
        response.writeHead(status, {
          'content-type': contentType ?? (isText ? 'text/plain; charset=utf-8' : 'application/json'),
          'content-length': String(Buffer.byteLength(text)),
          ...extraHeaders,
          ...headers,
        });
        response.end(text);
      });
    },
  };
}

export type Exchange = ReturnType<typeof createExchange>;

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
