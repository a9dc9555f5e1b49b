import { pathSegments } from './judge/routes.ts';

/** One request, or one identify or resume of the gateway (method `GATEWAY`, status its close code, 200 or 9). */
export interface LogEntry {
  /** Simulator time at which it was processed. */
  at: number;
  method: string;
  /** Below `/api/v10`, without the query. */
  path: string;
  query: string;
  /** The path with ids replaced by `:id`, tokens by `:token` and emoji by `:emoji`. */
  route: string;
  /** 0 when a fault swallowed the request. */
  status: number;
  body: unknown;
  fileNames: string[];
}

const SNOWFLAKE = /^\d{15,20}$/;

export function routeName(path: string): string {
  const segments = pathSegments(path);
  return `/${segments.map((segment, index) => nameOf(segment, index, segments)).join('/')}`;
}

function nameOf(segment: string, index: number, segments: readonly string[]): string {
  if (SNOWFLAKE.test(segment)) return ':id';
  if (index === 2 && (segments[0] === 'webhooks' || segments[0] === 'interactions')) return ':token';
  return segments[index - 1] === 'reactions' ? ':emoji' : segment;
}
