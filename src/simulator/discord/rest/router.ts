import type { UploadedFile } from '../judge/multipart.ts';
import { pathSegments } from '../judge/routes.ts';
import type { Json } from '../model.ts';
import { invalidForm, refuse } from './failure.ts';

export interface RestRequest {
  /** The `:names` of the route's template, decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
  body: Json;
  /** The body as it came: an array for bulk overwrites, undefined when there was none. */
  rawBody: unknown;
  files: readonly UploadedFile[];
}

export interface RestAnswer {
  status: number;
  body?: unknown;
}

export interface Route {
  method: string;
  /** For example `/channels/:channel/messages/:message`; names listed in `FREE_PARAMS` need not be snowflakes. */
  template: string;
  /** `none` for routes whose token stands in the path. */
  auth?: 'none' | undefined;
  handle: (request: RestRequest) => RestAnswer;
}

export const ok = (body: unknown): RestAnswer => ({ status: 200, body });
export const created = (body: unknown): RestAnswer => ({ status: 201, body });
export const noContent: RestAnswer = { status: 204 };

const FREE_PARAMS = new Set(['token', 'emoji', 'messageOrOriginal', 'userOrMe']);

export interface Match {
  route: Route;
  params: Record<string, string>;
}

/** Finds routes by method and path; a path that only other methods serve is 405, one that none serves is 404. */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Match {
  const byShape = new Map<string, { route: Route; parts: string[] }[]>();
  const paths: string[][] = [];
  for (const route of routes) {
    const parts = pathSegments(route.template);
    const shape = shapeOf(route.method, parts);
    byShape.set(shape, [...(byShape.get(shape) ?? []), { route, parts }]);
    paths.push(parts);
  }
  return (method, path) => {
    const segments = pathSegments(path);
    const found = byShape.get(shapeOf(method, segments))?.find(({ parts }) => fits(parts, segments));
    if (found) return { route: found.route, params: paramsOf(found.parts, segments) };
    throw refuse(paths.some((parts) => fits(parts, segments)) ? 'methodNotAllowed' : 'notFound');
  };
}

const shapeOf = (method: string, parts: readonly string[]): string => `${method} ${parts.length} ${parts[0] ?? ''}`;

/** Literal segments stand before parameters in the list of routes, so the first fit is the right one. */
function fits(parts: readonly string[], segments: readonly string[]): boolean {
  return (
    parts.length === segments.length && parts.every((part, index) => part.startsWith(':') || part === segments[index])
  );
}

function paramsOf(parts: readonly string[], segments: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = segments[index] ?? '';
  }
  return params;
}

/** Discord answers an id that is not a snowflake with a form error. */
export function requireSnowflakes(params: Record<string, string>): void {
  for (const [name, value] of Object.entries(params)) {
    if (!FREE_PARAMS.has(name) && !/^\d{1,20}$/.test(value)) {
      throw invalidForm([`${name}_id`], 'NUMBER_TYPE_COERCE', `Value "${value}" is not snowflake.`);
    }
  }
}
