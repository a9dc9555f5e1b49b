import { isRecord, parseJson } from './json.ts';

/** What a failed answer says, whichever of its many wrappers it came in. Never shown, never logged: only matched. */
export interface ErrorBody {
  message: string;
  type: string | undefined;
  /** A number from 400 to 599 if the body names one; gateways send it as a string or a number. */
  status: number | undefined;
}

/** Wrappers hold wrappers: `{"detail":{"error":{"message":...}}}`. */
const MAX_DEPTH = 4;

/**
 * Reads the body of a failed answer: `error` or `detail` as text, object or list, the engine's bare
 * `{"object":"error","message":...}`, or text that is no JSON at all.
 */
export function readErrorBody(text: string): ErrorBody {
  const parsed = parseJson(text);
  return parsed === undefined ? { message: text, type: undefined, status: undefined } : unwrap(parsed, 0);
}

/** Whether a 200 answer, or one event of a stream, is an error in disguise. */
export function isErrorBody(value: Record<string, unknown>): boolean {
  if (Boolean(value['error']) || value['object'] === 'error' || value['status'] === 'error') return true;
  return Boolean(value['detail']) && value['choices'] === undefined;
}

export function isHtml(contentType: string | null, text: string): boolean {
  return (contentType ?? '').includes('text/html') || /^\s*<(!doctype|html|head|body)\b/i.test(text);
}

function unwrap(value: unknown, depth: number): ErrorBody {
  if (typeof value === 'string') return { message: value, type: undefined, status: undefined };
  if (Array.isArray(value) && depth < MAX_DEPTH) {
    const bodies = value.map((item) => unwrap(item, depth + 1));
    return {
      message: bodies.map((body) => body.message).join('\n'),
      type: bodies[0]?.type,
      status: bodies[0]?.status,
    };
  }
  if (!isRecord(value)) return { message: '', type: undefined, status: undefined };
  const own = {
    message: asText(value['message']) ?? asText(value['msg']) ?? '',
    type: asText(value['type']),
    status: readStatus(value['code']),
  };
  const inner = value['error'] ?? value['detail'] ?? (own.message === '' ? value['message'] : undefined);
  if (!inner || depth >= MAX_DEPTH) return own;
  const wrapped = unwrap(inner, depth + 1);
  return {
    message: wrapped.message || own.message,
    type: wrapped.type ?? own.type,
    status: wrapped.status ?? own.status,
  };
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function readStatus(code: unknown): number | undefined {
  const status = typeof code === 'string' ? Number(code) : code;
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599 ? status : undefined;
}
