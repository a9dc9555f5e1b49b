import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { PersonFile } from '../simulator/discord/index.ts';

const MEDIA_TYPES: Record<string, string> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.json': 'application/json',
  '.charx': 'application/zip',
  '.zip': 'application/zip',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * The file at a path, as a client uploads it: its type is told by its name.
 *
 * @throws Error with what is wrong with the path
 */
export async function fileAt(path: string): Promise<PersonFile> {
  const type = MEDIA_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';
  return { name: basename(path), type, data: await bytesAt(path) };
}

async function bytesAt(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${code}).`;
    throw new Error(problem, { cause: error });
  }
}
