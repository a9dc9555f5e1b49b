import { Buffer } from 'node:buffer';
import type { History, StoredMessage } from '../../storage/history.ts';

export interface Transcript {
  /** Markdown in UTF-8; empty if nothing was said. */
  bytes: Uint8Array;
  /** Who wrote in it. */
  playerIds: Set<string>;
  /** Only the newest part fitted. */
  isCut: boolean;
}

/** A conversation as it is shown: names, times, and of each reply the version that was chosen. */
export async function transcriptOf(
  { history, conversationId }: { history: Pick<History, 'newest'>; conversationId: string },
  { title, startedBy, maxBytes }: { title: string; startedBy: string | undefined; maxBytes: number },
): Promise<Transcript> {
  const entries: string[] = [];
  const playerIds = new Set<string>();
  let size = 0;
  let isCut = false;
  for await (const { user, reply } of history.newest(conversationId)) {
    if (!user.isCue) playerIds.add(user.author.id);
    for (const message of [reply, user]) {
      if (isCut || !message || message.content.trim() === '') continue;
      const entry = entryOf(message);
      size += Buffer.byteLength(entry);
      isCut = size > maxBytes;
      if (!isCut) entries.push(entry);
    }
  }
  if (entries.length === 0) return { bytes: new Uint8Array(), playerIds, isCut };
  const by = startedBy === undefined ? '' : `Started by ${startedBy}. `;
  const head = `# ${title}\n\n${by}Times are in UTC.\n`;
  return { bytes: Buffer.from([head, ...entries.toReversed()].join('\n')), playerIds, isCut };
}

function entryOf({ author, at, content }: StoredMessage): string {
  const time = new Date(at).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length).replace('T', ' ');
  return `**${author.name}** · ${time}\n\n${content.trim()}\n`;
}
