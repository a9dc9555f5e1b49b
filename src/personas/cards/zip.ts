import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { ZipFile as ZipWriter } from 'yazl';
import { UserError } from '../../core/errors.ts';

export interface ZipEntry {
  path: string;
  /** Of the unpacked bytes; reading fails if there are more. */
  size: number;
  /** @throws UserError `input` if it is damaged, encrypted, or larger than `ZIP_ENTRY_BYTES_MAX` */
  read(): Promise<Uint8Array>;
}

export const ZIP_ENTRY_BYTES_MAX = 16 * 1024 * 1024;
/** Of all entries that are read of one archive. */
export const ZIP_TOTAL_BYTES_MAX = 64 * 1024 * 1024;
const ENTRIES_MAX = 2000;
const LOCAL_HEADER = Buffer.from('PK\x03\x04', 'latin1');
const END = Buffer.from('PK\x05\x06', 'latin1');
const END_BYTES = 22;
/** A comment of the greatest length, and some bytes that somebody appended. */
const END_SEARCHED_BYTES = 128 * 1024;
const UINT32_MAX = 0xffffffff;

/** Whether a ZIP archive stands at the end of the bytes, behind a picture or a program perhaps. */
export function isZip(bytes: Uint8Array): boolean {
  return archiveIn(bytes) !== undefined;
}

/**
 * The files of an archive by path; of several of one path, the first.
 *
 * @throws UserError `input` for a damaged archive, for more than 2,000 entries, and for paths that lead out of it
 */
export async function openZip(bytes: Uint8Array): Promise<Map<string, ZipEntry>> {
  const archive = archiveIn(bytes);
  if (!archive) throw damaged();
  const found = new Map<string, ZipEntry>();
  try {
    const zip = await fromBufferPromise(archive, { strictFileNames: true });
    if (zip.entryCount > ENTRIES_MAX) throw tooMany();
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/') || found.has(entry.fileName)) continue;
      found.set(entry.fileName, {
        path: entry.fileName,
        size: entry.uncompressedSize,
        read: () => readEntry(zip, entry),
      });
    }
  } catch (error) {
    throw error instanceof UserError ? error : damaged();
  }
  return found;
}

/** @param now Unix milliseconds */
export async function writeZip(
  files: Iterable<readonly [path: string, bytes: Uint8Array]>,
  now: number,
): Promise<Uint8Array> {
  const zip = new ZipWriter();
  for (const [path, bytes] of files) {
    // Pictures are compressed already.
    zip.addBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), path, {
      mtime: new Date(now),
      compress: path.endsWith('.json'),
    });
  }
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return new Uint8Array(Buffer.concat(chunks));
}

async function readEntry(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  if (entry.uncompressedSize > ZIP_ENTRY_BYTES_MAX) {
    throw new UserError('input', 'A file in this ZIP archive is too large: at most 16 MiB of each are read.');
  }
  try {
    const bytes = new Uint8Array(entry.uncompressedSize);
    let length = 0;
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      bytes.set(chunk as Buffer, length);
      length += (chunk as Buffer).length;
    }
    return bytes;
  } catch {
    throw damaged();
  }
}

/** Cut out, because the reader takes offsets from the first byte, and the end of the archive for the last one. */
function archiveIn(file: Uint8Array): Buffer | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < END_BYTES) return undefined;
  const searched = bytes.subarray(Math.max(0, bytes.length - END_SEARCHED_BYTES));
  const endInSearched = searched.lastIndexOf(END, searched.length - END_BYTES);
  const first = bytes.indexOf(LOCAL_HEADER);
  if (endInSearched < 0 || first < 0) return undefined;
  const end = bytes.length - searched.length + endInSearched;
  const directoryBytes = bytes.readUInt32LE(end + 12);
  const directoryOffset = bytes.readUInt32LE(end + 16);
  const stop = Math.min(bytes.length, end + END_BYTES + bytes.readUInt16LE(end + 20));
  // Who appends an archive may have corrected its offsets. Archives of more than 4 GiB in form do not say where they begin.
  const isLong = directoryBytes === UINT32_MAX || directoryOffset === UINT32_MAX;
  const before = isLong ? first : end - directoryBytes - directoryOffset;
  return before < 0 ? undefined : bytes.subarray(before, stop);
}

function tooMany(): UserError {
  return new UserError('input', 'This ZIP archive holds too many files: at most 2,000 are read.');
}

function damaged(): UserError {
  return new UserError('input', 'This ZIP archive is damaged, or has parts that are not allowed. Export it again.');
}
