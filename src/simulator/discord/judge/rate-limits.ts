import { createHash } from 'node:crypto';
import { routeOf } from './routes.ts';

export interface Bucket {
  limit: number;
  windowMs: number;
}

/** A bucket for the routes whose path, without its query, matches. */
export interface BucketRule extends Bucket {
  method?: string | undefined;
  path: RegExp;
  /** Routes with the same name and major parameters count together; by default each method and route counts alone. */
  bucket?: string | undefined;
  /** `shared` marks a limit of the resource, which clients do not count as their own fault. */
  scope?: 'user' | 'shared' | undefined;
}

export interface RateLimitOptions {
  defaultBucket?: Bucket | undefined;
  /** The first that matches wins over the defaults. */
  buckets?: readonly BucketRule[] | undefined;
  globalPerSecond?: number | undefined;
}

export type RateLimitVerdict =
  | { allowed: true; headers: Record<string, string> }
  | {
      allowed: false;
      headers: Record<string, string>;
      body: { message: string; retry_after: number; global: boolean; code?: number };
    };

export interface RateLimits {
  take(request: { method: string; path: string }): RateLimitVerdict;
  /** Changes the given options; windows already open keep their end and their count. */
  configure(options: RateLimitOptions): void;
  /** How many windows are remembered: at most about twice those that are open. */
  size(): number;
}

const GLOBAL_WINDOW_MS = 1_000;
const SWEEP_FROM = 64;

// Not documented by Discord ("must not be hard coded"); these are what its headers are known to say.
const USUAL_BUCKETS: readonly BucketRule[] = [
  { path: /\/reactions(\/|$)/, bucket: 'reactions', limit: 1, windowMs: 250 },
];
const READING: Bucket = { limit: 50, windowMs: 1_000 };

// These routes carry no bot token, so Discord does not count them against the bot's global limit.
const WITHOUT_GLOBAL_LIMIT = /^\/(interactions|webhooks)\/\d+\/[^/]+/;
const CALLBACK = /^\/interactions\/\d+\/[^/]+\/callback$/;

/** Discord's limits: fixed windows, each opened by its first request. */
export function createRateLimits({ now, ...initial }: RateLimitOptions & { now: () => number }): RateLimits {
  const options = {
    defaultBucket: { limit: 5, windowMs: 5_000 },
    buckets: [],
    globalPerSecond: 50,
    ...defined(initial),
  };
  const windows = createWindows();
  const globalWindow = createWindows();

  function takeGlobal(nowMs: number): RateLimitVerdict | undefined {
    const window = globalWindow.open('global', GLOBAL_WINDOW_MS, nowMs);
    if (takeFrom(window, options.globalPerSecond)) return undefined;
    const headers = { 'X-RateLimit-Global': 'true', 'X-RateLimit-Scope': 'global' };
    return refusal(window.resetAtMs - nowMs, headers, true);
  }

  function takeRoute(method: string, path: string, nowMs: number): RateLimitVerdict {
    const rule = ruleFor(method, path);
    if (!rule) return { allowed: true, headers: {} };
    const { template, major } = routeOf(path);
    const bucket = rule.bucket ?? `${method} ${template}`;
    const window = windows.open(`${bucket} ${major}`, rule.windowMs, nowMs);
    const allowed = takeFrom(window, rule.limit);
    const resetAfterMs = window.resetAtMs - nowMs;
    const headers = {
      'X-RateLimit-Bucket': createHash('md5').update(bucket).digest('hex'),
      'X-RateLimit-Limit': String(rule.limit),
      'X-RateLimit-Remaining': String(Math.max(0, rule.limit - window.used)),
      'X-RateLimit-Reset': seconds(window.resetAtMs),
      'X-RateLimit-Reset-After': seconds(resetAfterMs),
    };
    if (allowed) return { allowed, headers };
    return refusal(resetAfterMs, { ...headers, 'X-RateLimit-Scope': rule.scope ?? 'user' }, false);
  }

  function ruleFor(method: string, path: string): (Bucket & Partial<BucketRule>) | undefined {
    const matches = (rule: BucketRule) => (rule.method ?? method) === method && rule.path.test(path);
    const configured = options.buckets.find(matches);
    if (configured) return configured;
    // Each token is answered once, so a bucket would say nothing.
    if (CALLBACK.test(path)) return undefined;
    if (method === 'GET') return READING;
    return USUAL_BUCKETS.find(matches) ?? options.defaultBucket;
  }

  return {
    take({ method, path: pathWithQuery }) {
      const nowMs = now();
      const [path = ''] = pathWithQuery.split('?');
      const refused = WITHOUT_GLOBAL_LIMIT.test(path) ? undefined : takeGlobal(nowMs);
      return refused ?? takeRoute(method, path, nowMs);
    },
    configure(changes) {
      Object.assign(options, defined(changes));
    },
    size: windows.size,
  };
}

interface Window {
  resetAtMs: number;
  used: number;
}

function takeFrom(window: Window, limit: number): boolean {
  if (window.used >= limit) return false;
  window.used += 1;
  return true;
}

/** Windows by key; those that have ended are dropped before the number of remembered ones can double. */
function createWindows() {
  const windows = new Map<string, Window>();
  let sweepAtSize = SWEEP_FROM;

  function sweep(nowMs: number): void {
    for (const [key, window] of windows) if (window.resetAtMs <= nowMs) windows.delete(key);
    sweepAtSize = Math.max(SWEEP_FROM, windows.size * 2);
  }

  return {
    size: () => windows.size,
    /** The window of this key that is open now, a new one if none is. */
    open(key: string, windowMs: number, nowMs: number): Window {
      const open = windows.get(key);
      if (open && nowMs < open.resetAtMs) return open;
      if (windows.size >= sweepAtSize) sweep(nowMs);
      const window = { resetAtMs: nowMs + windowMs, used: 0 };
      windows.set(key, window);
      return window;
    },
  };
}

function refusal(retryAfterMs: number, headers: Record<string, string>, global: boolean): RateLimitVerdict {
  return {
    allowed: false,
    headers: { ...headers, 'Retry-After': String(Math.ceil(retryAfterMs / 1_000)) },
    body: { message: 'You are being rate limited.', retry_after: Number(seconds(retryAfterMs)), global },
  };
}

/** Rounded up, so that a client which waits exactly as told never comes too early. */
function seconds(ms: number): string {
  return (Math.ceil(ms) / 1_000).toFixed(3);
}

function defined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
