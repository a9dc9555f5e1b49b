import type { UploadedFile } from './judge/multipart.ts';
import type { Attachment, Json } from './model.ts';
import { refuse } from './rest/failure.ts';
import type { Simulation } from './simulation.ts';

const LINK_LIFE_MS = 24 * 60 * 60 * 1_000;

export interface PersonFile {
  name: string;
  type: string;
  data: Buffer | Uint8Array | string;
}

/** Keeps a file where the bot and people can fetch it, at a signed address like those of Discord's CDN. */
export function storeFile(
  simulation: Simulation,
  channelId: string,
  file: PersonFile & { description?: string | undefined; ephemeral?: boolean | undefined },
): Attachment {
  const data = typeof file.data === 'string' ? Buffer.from(file.data) : Buffer.from(file.data);
  if (data.byteLength > simulation.settings.attachmentSizeLimit) throw refuse('tooLarge');
  const id = simulation.newId();
  const filename = file.name.replace(/[^\w.-]/g, '_');
  const folder = file.ephemeral === true ? 'ephemeral-attachments' : 'attachments';
  const path = `/${folder}/${channelId}/${id}/${filename}`;
  simulation.world.files.set(path, { data, contentType: file.type });
  const now = simulation.clock.now();
  const hex = (ms: number) => Math.floor(ms / 1_000).toString(16);
  const signature = `ex=${hex(now + LINK_LIFE_MS)}&is=${hex(now)}&hm=${BigInt(id).toString(16).padStart(64, '0')}&`;
  return {
    id,
    filename,
    contentType: file.type,
    description: file.description,
    size: data.byteLength,
    url: `${simulation.origin}${path}?${signature}`,
    ephemeral: file.ephemeral === true,
  };
}

/**
 * The attachments after a create or an edit: those of `existing` that the body's list still names (all without a
 * list), then the uploaded files.
 */
export function attachmentsFromBody(
  simulation: Simulation,
  target: { channelId: string; ephemeral: boolean; existing: readonly Attachment[] },
  body: Json,
  files: readonly UploadedFile[],
): Attachment[] {
  const listed = Array.isArray(body.attachments) ? (body.attachments as Json[]) : undefined;
  const kept = target.existing.filter(({ id }) => !listed || listed.some((entry) => String(entry.id) === id));
  const added = files.map((file) => {
    const entry = listed?.find(({ id }) => String(id) === String(file.index));
    return storeFile(simulation, target.channelId, {
      ...file,
      name: typeof entry?.filename === 'string' ? entry.filename : file.name,
      description: typeof entry?.description === 'string' ? entry.description : undefined,
      ephemeral: target.ephemeral,
    });
  });
  return [...kept, ...added];
}

/** Replaces `attachment://name` by the address of that file, wherever an embed or a component names one. */
export function resolveAttachmentUrls<T>(value: T, attachments: readonly Attachment[]): T {
  if (attachments.length === 0) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => resolveAttachmentUrls(item, attachments)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]: [string, unknown]) => {
    if (key !== 'url' || typeof inner !== 'string' || !inner.startsWith('attachment://')) {
      return [key, resolveAttachmentUrls(inner, attachments)];
    }
    const named = attachments.find(({ filename }) => filename === inner.slice('attachment://'.length));
    return [key, named?.url ?? inner];
  });
  return Object.fromEntries(entries) as T;
}
