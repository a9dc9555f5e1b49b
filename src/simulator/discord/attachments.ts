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
    embedded: false,
  };
}

/**
 * The attachments after a create or an edit: those of `existing` and of the uploads that the body's list names, all
 * without a list (discord-api-docs, reference#editing-message-attachments).
 */
export function attachmentsFromBody(
  simulation: Simulation,
  target: { channelId: string; ephemeral: boolean; existing: readonly Attachment[] },
  body: Json,
  files: readonly UploadedFile[],
): Attachment[] {
  const listed = Array.isArray(body.attachments) ? (body.attachments as Json[]) : undefined;
  const entryOf = (id: string) => listed?.find((entry) => String(entry.id) === id);
  const kept = target.existing.flatMap((attachment) => {
    const entry = entryOf(attachment.id);
    if (listed && !entry) return [];
    return [typeof entry?.description === 'string' ? { ...attachment, description: entry.description } : attachment];
  });
  const added = files.flatMap((file) => {
    const entry = entryOf(String(file.index));
    if (listed && !entry) return [];
    const stored = storeFile(simulation, target.channelId, {
      ...file,
      name: typeof entry?.filename === 'string' ? entry.filename : file.name,
      description: typeof entry?.description === 'string' ? entry.description : undefined,
      ephemeral: target.ephemeral,
    });
    return [stored];
  });
  return [...kept, ...added];
}
