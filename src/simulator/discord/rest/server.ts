import type { IncomingMessage, ServerResponse } from 'node:http';
import { avatarAt } from '../avatars.ts';
import type { FaultEffect } from '../faults.ts';
import { checkBody } from '../judge/body-rules.ts';
import { readBody, type UploadedFile } from '../judge/multipart.ts';
import type { OpenApiJudge } from '../judge/openapi.ts';
import type { RateLimits } from '../judge/rate-limits.ts';
import { type LogEntry, routeName } from '../log.ts';
import type { Json } from '../model.ts';
import type { Simulation } from '../simulation.ts';
import { DiscordFailure, refuse } from './failure.ts';
import { type createRouter, type RestAnswer, type RestRequest, requireSnowflakes } from './router.ts';
import { withStandingFlags } from './standing-flags.ts';

const API_PREFIX = '/api/v10';
const REQUEST_MAX_BYTES = 25 * 1024 * 1024;

interface RestServerOptions {
  simulation: Simulation;
  route: ReturnType<typeof createRouter>;
  rateLimits: RateLimits;
  takeFault: (request: { method: string; path: string }) => FaultEffect | undefined;
  openApi: OpenApiJudge | undefined;
  record: (entry: LogEntry) => void;
}

interface Incoming {
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  body: unknown;
  files: UploadedFile[];
  /** What was wrong with reading the body. */
  unreadable: RestAnswer | undefined;
}

interface Outgoing {
  status: number;
  body?: unknown;
  headers?: Record<string, string> | undefined;
}

/** Serves `/api/v10` and the attachments: one request is processed at one instant, half the latency after it came. */
export function createRestServer(options: RestServerOptions) {
  const { simulation, record } = options;
  const { clock, settings } = simulation;

  const afterHalf = (callback: () => void): void => {
    if (settings.latencyMs === 0) callback();
    else clock.setTimeout(callback, settings.latencyMs / 2);
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', simulation.origin);
    if (!url.pathname.startsWith('/api/')) return serveFile(simulation, request, url, response);
    const incoming = await readIncoming(request, url);
    return afterHalf(() => {
      const processed = processRequest(options, incoming);
      record(logEntry(clock.now(), incoming, url.search, typeof processed === 'string' ? 0 : processed.status));
      if (processed === 'drop') response.destroy();
      if (typeof processed !== 'string') afterHalf(() => send(response, processed));
    });
  };
}

function logEntry(at: number, { method, path, body, files }: Incoming, query: string, status: number): LogEntry {
  return { at, method, path, query, route: routeName(path), status, body, fileNames: files.map(({ name }) => name) };
}

async function readIncoming(request: IncomingMessage, url: URL): Promise<Incoming> {
  const isVersioned = url.pathname.startsWith(`${API_PREFIX}/`);
  const incoming: Incoming = {
    method: request.method ?? 'GET',
    path: isVersioned ? url.pathname.slice(API_PREFIX.length) : url.pathname,
    query: url.searchParams,
    authorization: request.headers.authorization,
    body: undefined,
    files: [],
    unreadable: undefined,
  };
  try {
    return { ...incoming, ...(await readBody(request, { maxBytes: REQUEST_MAX_BYTES })) };
  } catch (error) {
    const { status, body } = error as RestAnswer;
    if (typeof status !== 'number') throw error;
    return { ...incoming, unreadable: { status, body } };
  }
}

function processRequest(options: RestServerOptions, incoming: Incoming): Outgoing | 'hang' | 'drop' {
  const { simulation, rateLimits, takeFault } = options;
  const { method, path } = incoming;
  const fault = takeFault({ method, path });
  if (typeof fault === 'string') return fault;
  if (fault) return { status: fault.status, body: fault.body, headers: fault.headers };
  let headers: Record<string, string> | undefined;
  try {
    const { route, params } = options.route(method, path);
    if (route.auth !== 'none' && incoming.authorization !== `Bot ${simulation.token}`) throw refuse('unauthorized');
    const verdict = rateLimits.take({ method, path });
    headers = verdict.headers;
    if (!verdict.allowed) return { status: 429, body: verdict.body, headers };
    if (incoming.unreadable) return { ...incoming.unreadable, headers };
    requireSnowflakes(params);
    const refusal = judgeBody(options, incoming, params);
    if (refusal) return { ...refusal, headers };
    return { ...route.handle(restRequest(incoming, params)), headers };
  } catch (error) {
    return failureAnswer(simulation, incoming, error, headers);
  }
}

/** Violations of the OpenAPI file are noted and the request is served; a broken rule is answered as Discord would. */
function judgeBody(
  { simulation, openApi }: RestServerOptions,
  incoming: Incoming,
  params: Record<string, string>,
): RestAnswer | undefined {
  const { method, path, body, files } = incoming;
  for (const problem of openApi?.check({ method, path, body, fileCount: files.length }) ?? []) {
    simulation.violations.push(`${method} ${routeName(path)}: ${problem}`);
  }
  const fileBytes = files.map(({ data }) => data.byteLength);
  const effective = withStandingFlags(simulation, { method, params, query: incoming.query, body });
  return checkBody({ method, path, body: effective, fileCount: files.length, fileBytes });
}

function restRequest({ query, body, files }: Incoming, params: Record<string, string>): RestRequest {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  return { params, query, body: isObject ? (body as Json) : {}, rawBody: body, files };
}

function failureAnswer(
  simulation: Simulation,
  { method, path }: Incoming,
  error: unknown,
  headers: Record<string, string> | undefined,
): Outgoing {
  if (!(error instanceof DiscordFailure)) {
    simulation.violations.push(`${method} ${routeName(path)}: the simulator failed: ${String((error as Error).stack)}`);
    return { status: 500, body: { message: '500: Internal Server Error', code: 0 }, headers };
  }
  if ((error.status === 404 || error.status === 405) && error.body.code === 0) {
    simulation.violations.push(`${method} ${routeName(path)}: no such route`);
  }
  return { status: error.status, body: error.body, headers: { ...headers, ...error.headers } };
}

/** A 204 carries no content type: clients would parse its empty body. */
function send(response: ServerResponse, { status, body, headers = {} }: Outgoing): void {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const contentType = typeof body === 'string' ? 'text/html' : 'application/json';
  response.writeHead(status, { 'content-type': contentType, ...headers }).end(text);
}

/** The CDN: attachments need the signature of their address, avatars have none. */
function serveFile(simulation: Simulation, request: IncomingMessage, url: URL, response: ServerResponse): void {
  const isSigned = ['ex', 'is', 'hm'].every((name) => url.searchParams.has(name));
  const attachment = isSigned ? simulation.world.files.get(url.pathname) : undefined;
  const file = attachment ?? avatarAt(simulation, url.pathname);
  if (request.method !== 'GET' || !file) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('This content is no longer available.');
    return;
  }
  response.writeHead(200, { 'content-type': file.contentType, 'content-length': file.data.byteLength }).end(file.data);
}
