import { UserError } from '../core/errors.ts';
import type { AttachedFile } from './command.ts';

/**
 * Loads a file that a member attached. Rejects with a `UserError` for an address that is not Discord's, for more than
 * `maxBytes`, and when it cannot be loaded.
 */
export type Download = (file: AttachedFile, limits: { maxBytes: number }) => Promise<Buffer>;

/**
 * The same, piece by piece, for a reader who can tell early that the file is none to be read: a piece is passed on as it
 * comes, and what `take` throws ends the download. There is no limit but that of `take`.
 */
export type DownloadPieces = (file: AttachedFile, take: (piece: Uint8Array) => void) => Promise<void>;

export interface DownloadOptions {
  apiUrl: string;
  fetch?: typeof globalThis.fetch | undefined;
}

const DISCORD_HOSTS = new Set(['cdn.discordapp.com', 'media.discordapp.net']);
const DOWNLOAD_TIMEOUT_MS = 20_000;
const MIB = 1024 * 1024;

/**
 * @param apiUrl When it is an address of this machine, files come from there instead of Discord's hosts. No other
 *   address is ever asked, whatever a message says.
 */
export function createDownloadPieces({ apiUrl, fetch = globalThis.fetch }: DownloadOptions): DownloadPieces {
  const api = new URL(apiUrl);
  const isAllowed = ({ protocol, host, origin }: URL) =>
    api.protocol === 'http:' ? origin === api.origin : protocol === 'https:' && DISCORD_HOSTS.has(host);

  return async (file, take) => {
    if (!isAllowed(new URL(file.url))) throw new UserError('input', 'Only files uploaded to Discord can be read.');
    try {
      const signal = AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS);
      const response = await fetch(file.url, { redirect: 'error', signal });
      if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
      for await (const piece of response.body) take(piece);
    } catch (error) {
      if (error instanceof UserError) throw error;
      const message = `The file “${file.name}” could not be loaded from Discord. Please attach it again.`;
      throw new UserError('upstream', message, { cause: error });
    }
  };
}

/** A file as a whole, from the addresses that {@link createDownloadPieces} allows. */
export function createDownload(options: DownloadOptions): Download {
  const download = createDownloadPieces(options);

  return async (file, { maxBytes }) => {
    const tooLarge = () =>
      new UserError('input', `The file “${file.name}” is too large: at most ${sizeOf(maxBytes)} can be read.`);
    if (file.sizeBytes > maxBytes) throw tooLarge();
    const pieces: Uint8Array[] = [];
    let length = 0;
    await download(file, (piece) => {
      length += piece.length;
      if (length > maxBytes) throw tooLarge();
      pieces.push(piece);
    });
    return Buffer.concat(pieces, length);
  };
}

function sizeOf(bytes: number): string {
  return bytes >= MIB ? `${Math.floor(bytes / MIB)} MiB` : `${Math.floor(bytes / 1024)} KiB`;
}
