import { checkBody } from '../../../../src/simulator/discord/judge/body-rules.ts';
import type { DiscordError } from '../../../../src/simulator/discord/judge/discord-error.ts';

export const accepted = undefined;

type Files = readonly number[] | { count: number; total: number };

export function check(method: string, path: string, body: unknown, files: Files = []): DiscordError | undefined {
  const [fileCount, fileBytes] = 'total' in files ? [files.count, files.total] : [files.length, files];
  return checkBody({ method, path, body, fileCount, fileBytes });
}

/** E.g. `400 50006: Cannot send an empty message`. */
export function refusal(...request: Parameters<typeof check>): string | undefined {
  const error = check(...request);
  return error && `${error.status} ${error.body.code}: ${error.body.message}`;
}

/** The faults of a form by the path of their field, `''` for the form itself. */
export function faults(...request: Parameters<typeof check>): Record<string, string[]> {
  const error = check(...request);
  if (!error) return {};
  if (error.body.code !== 50035) throw new Error(`not a fault of the form: ${JSON.stringify(error)}`);
  return flatten(error.body.errors ?? {}, []);
}

function flatten(node: object, path: readonly string[]): Record<string, string[]> {
  const flat: Record<string, string[]> = {};
  for (const [key, value] of Object.entries(node) as [string, object][]) {
    if (key === '_errors') {
      const list = value as { code: string; message: string }[];
      flat[path.join('.')] = list.map(({ code, message }) => `${code}: ${message}`);
    } else Object.assign(flat, flatten(value, [...path, key]));
  }
  return flat;
}
