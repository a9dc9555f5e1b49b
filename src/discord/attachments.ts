import { isUtf8 } from 'node:buffer';
import { UserError } from '../core/errors.ts';
import type { AttachedFile } from './command.ts';

/** Reads a text file that a member attached. Rejects with a `UserError` for anything that is not short text. */
export type ReadTextFile = (file: AttachedFile) => Promise<string>;

const DISCORD_HOSTS = new Set(['cdn.discordapp.com', 'media.discordapp.net']);
const MAX_BYTES = 512 * 1024;
const DOWNLOAD_TIMEOUT_MS = 20_000;

/**
 * @param apiUrl When it is an address of this machine, files come from there instead of Discord's hosts. No other
 *   address is ever asked, whatever a message says.
 */
export function createReadTextFile({
  apiUrl,
  fetch = globalThis.fetch,
}: {
  apiUrl: string;
  fetch?: typeof globalThis.fetch;
}): ReadTextFile {
  const api = new URL(apiUrl);
  const isAllowed = ({ protocol, host, origin }: URL) =>
    api.protocol === 'http:' ? origin === api.origin : protocol === 'https:' && DISCORD_HOSTS.has(host);

  return async ({ name, url, sizeBytes }) => {
    if (!isAllowed(new URL(url))) throw new UserError('input', 'Only files uploaded to Discord can be read.');
    if (sizeBytes > MAX_BYTES) throw tooLarge(name);
    try {
      const response = await fetch(url, {
        redirect: 'error',
        signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS),
      });
      if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
      return asText(await readBytes(response.body, name), name);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError('upstream', `The file “${name}” could not be loaded from Discord. Please attach it again.`, {
        cause: error,
      });
    }
  };
}

async function readBytes(body: ReadableStream<Uint8Array>, name: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_BYTES) throw tooLarge(name);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function asText(bytes: Buffer, name: string): string {
  if (!isUtf8(bytes) || bytes.includes(0)) {
    throw new UserError(
      'input',
      `The file “${name}” is not text. Attach a text file (UTF-8), such as .txt, .md or code.`,
    );
  }
  // Editors on Windows begin a file with a byte order mark; the decoder leaves it out.
  const text = new TextDecoder().decode(bytes);
  if (text === '') throw new UserError('input', `The file “${name}” is empty.`);
  return text;
}

function tooLarge(name: string): UserError {
  return new UserError(
    'input',
    `The file “${name}” is too large: at most ${MAX_BYTES / 1024} KiB of text can be read.`,
  );
}
