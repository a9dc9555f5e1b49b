import type { IncomingMessage } from 'node:http';
import { entityTooLarge, invalidFormBody, invalidJson } from './discord-error.ts';
import { asRecord } from './rules/form.ts';

export interface UploadedFile {
  /** The n of `files[n]`, by which the attachments of the body name it. */
  index: number;
  name: string;
  type: string;
  data: Buffer;
}

export interface RequestBody {
  /** The JSON of the request or of its `payload_json`; the plain fields of a form without one; undefined when empty. */
  body: unknown;
  files: UploadedFile[];
}

const EXISTING_ATTACHMENT = /^\d{15,20}$/;

/**
 * Reads a request as Discord does: JSON, or a form with `payload_json` and `files[n]`.
 * Throws a `DiscordError` for invalid JSON, for more than `maxBytes`, and for attachments without their file.
 */
export async function readBody(request: IncomingMessage, { maxBytes }: { maxBytes: number }): Promise<RequestBody> {
  const bytes = await collect(request, maxBytes);
  const contentType = request.headers['content-type'] ?? 'application/json';
  const read = bytes.length === 0 ? { body: undefined, files: [] } : await parse(bytes, contentType);
  checkAttachments(read);
  return read;
}

/** Reads on past the limit without keeping anything: a client that is cut off while it sends never sees the answer. */
function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on('end', () => {
      if (length <= maxBytes) resolve(Buffer.concat(chunks));
      else reject(entityTooLarge);
    });
    request.on('error', reject);
  });
}

async function parse(bytes: Buffer, contentType: string): Promise<RequestBody> {
  const [type = ''] = contentType.split(';');
  switch (type.trim().toLowerCase()) {
    case 'application/json':
      return { body: parseJson(bytes.toString('utf8')), files: [] };
    case 'multipart/form-data':
    case 'application/x-www-form-urlencoded':
      return readForm(bytes, contentType);
    default: {
      const message = `Expected "Content-Type" header to be one of {'application/json', 'multipart/form-data'}.`;
      throw invalidFormBody({ _errors: [{ code: 'CONTENT_TYPE_INVALID', message }] });
    }
  }
}

async function readForm(bytes: Buffer, contentType: string): Promise<RequestBody> {
  const form = await parseForm(bytes, contentType);
  const files: UploadedFile[] = [];
  const fields: Record<string, string> = {};
  for (const [key, value] of form) {
    if (typeof value === 'string') fields[key] = value;
    else files.push(await uploadedFile(key, value));
  }
  const { payload_json: json, ...plain } = fields;
  if (json !== undefined) return { body: parseJson(json), files };
  return { body: Object.keys(plain).length > 0 ? plain : undefined, files };
}

async function parseForm(bytes: Buffer, contentType: string): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw { status: 400, body: { code: 0, message: '400: Bad Request' } };
  }
}

async function uploadedFile(key: string, file: File): Promise<UploadedFile> {
  const index = Number(/^files\[(\d+)\]$/.exec(key)?.[1] ?? 0);
  const data = Buffer.from(await file.arrayBuffer());
  return { index, name: file.name, type: file.type || 'application/octet-stream', data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidJson;
  }
}

/** Attachments stand in the message itself, in an interaction's `data`, or in a forum post's `message`. */
function checkAttachments({ body, files }: RequestBody): void {
  const uploaded = new Set(files.map((file) => String(file.index)));
  for (const path of [[], ['data'], ['message']]) {
    const holder = path.reduce<unknown>((value, key) => asRecord(value)?.[key], body);
    const attachments = asRecord(holder)?.attachments;
    if (!Array.isArray(attachments)) continue;
    const faults = attachments.flatMap((attachment: unknown, index) => {
      const id = String(asRecord(attachment)?.id);
      if (uploaded.has(id) || EXISTING_ATTACHMENT.test(id)) return [];
      return [[index, { _errors: [{ code: 'ATTACHMENT_NOT_FOUND', message: 'Attachment data not found' }] }] as const];
    });
    if (faults.length === 0) continue;
    const errors = { attachments: Object.fromEntries(faults) };
    throw invalidFormBody(path.reduceRight<object>((inner, key) => ({ [key]: inner }), errors));
  }
}
