import { stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ShownMessage } from '../simulator/discord/index.ts';

type Attachment = ShownMessage['attachments'][number];

/**
 * The attachment whose name begins as typed, the newest first; without a name, the last one of the newest message that has some.
 *
 * @throws Error with the names that there are
 */
export function findAttachment(messages: readonly ShownMessage[], name: string): Attachment {
  const newestFirst = messages.flatMap(({ attachments }) => attachments).toReversed();
  const found = newestFirst.find(({ filename }) => filename.toLowerCase().startsWith(name.toLowerCase()));
  if (found) return found;
  const names = [...new Set(newestFirst.map(({ filename }) => filename))].join(', ');
  throw new Error(names === '' ? 'No message here has a file.' : `No file here is called “${name}”, only ${names}.`);
}

/**
 * Writes an attachment to a file: in the current folder under its own name, or at a path; never over another file.
 *
 * @returns the path, from the root on
 * @throws Error with what is wrong with the path
 */
export async function saveAttachment({ filename, url }: Attachment, path: string): Promise<string> {
  const wanted = resolve(path === '' ? '.' : path);
  const target = (await isFolder(wanted)) ? join(wanted, filename) : wanted;
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${filename} cannot be fetched any more (${response.status}).`);
  try {
    await writeFile(target, Buffer.from(await response.arrayBuffer()), { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem =
      code === 'EEXIST'
        ? `There is a file ${target} already. Name another: :save ${filename} ./PATH`
        : `${target} cannot be written (${code}).`;
    throw new Error(problem, { cause: error });
  }
  return target;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
