import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { UserError } from '../../core/errors.ts';

export interface PngText {
  keyword: string;
  /**
   * At most `PNG_TEXT_BYTES_MAX`.
   *
   * @throws UserError `input` if it is larger, or cannot be inflated
   */
  read(): Uint8Array;
}

export interface Png {
  isAnimated: boolean;
  texts: PngText[];
}

interface Chunk {
  type: string;
  /** Offsets of the whole chunk. */
  start: number;
  end: number;
  data: Buffer;
  /** Ends before the length that it states. */
  isCut: boolean;
}

export const PNG_TEXT_BYTES_MAX = 8 * 1024 * 1024;
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Length, type and CRC. */
const FRAME_BYTES = 12;
const CHUNKS_MAX = 50_000;
const TEXTS_MAX = 2_000;
/** The standard has 79; keywords of pictures kept as text hold a path. */
const KEYWORD_BYTES_MAX = 512;
const TEXT_TYPES = ['tEXt', 'zTXt', 'iTXt'];
/** What is not taken along: the old card, and what cameras and editors wrote. */
const DROPPED_TYPES = [...TEXT_TYPES, 'eXIf', 'IEND'];
const PLAIN_SIDE = 256;
const PLAIN_GREY = 0x80;

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte);
}

/** Wrong CRCs, a missing end and whatever stands behind it do not matter. @throws UserError `input` */
export function readPng(bytes: Uint8Array): Png {
  const png: Png = { isAnimated: false, texts: [] };
  for (const chunk of chunksOf(bytes)) {
    if (chunk.type === 'acTL') png.isAnimated = true;
    if (!TEXT_TYPES.includes(chunk.type)) continue;
    const text = textIn(chunk);
    if (text) png.texts.push(text);
    if (png.texts.length > TEXTS_MAX) throw damaged();
  }
  return png;
}

/** The picture without any text but these, in their order. @param texts Keyword and text, Latin-1 */
export function writePng(picture: Uint8Array, texts: readonly [keyword: string, text: string][]): Uint8Array {
  const parts: Uint8Array[] = [SIGNATURE];
  let kept = { start: 0, end: 0 };
  for (const { type, start, end, isCut } of chunksOf(picture)) {
    if (isCut || DROPPED_TYPES.includes(type)) continue;
    if (start !== kept.end) {
      parts.push(picture.subarray(kept.start, kept.end));
      kept = { start, end };
    }
    kept.end = end;
  }
  parts.push(picture.subarray(kept.start, kept.end));
  parts.push(...texts.map(([keyword, text]) => chunk('tEXt', Buffer.from(`${keyword}\0${text}`, 'latin1'))));
  parts.push(chunk('IEND', Buffer.alloc(0)));
  return new Uint8Array(Buffer.concat(parts));
}

/** A picture for who has none: a grey square. */
export function plainPng(): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(PLAIN_SIDE, 0);
  header.writeUInt32BE(PLAIN_SIDE, 4);
  header.writeUInt8(8, 8);
  const row = Buffer.concat([Buffer.of(0), Buffer.alloc(PLAIN_SIDE, PLAIN_GREY)]);
  const rows = Buffer.concat(Array.from({ length: PLAIN_SIDE }, () => row));
  return writePng(Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(rows))]), []);
}

/** Up to, and with, IEND. A length that leads beyond the bytes ends the last chunk at their end. */
function* chunksOf(picture: Uint8Array): Generator<Chunk> {
  const bytes = Buffer.from(picture.buffer, picture.byteOffset, picture.byteLength);
  let start = SIGNATURE.length;
  for (let count = 0; start + FRAME_BYTES <= bytes.length; count += 1) {
    if (count === CHUNKS_MAX) throw damaged();
    const dataEnd = start + 8 + bytes.readUInt32BE(start);
    const end = dataEnd + 4;
    const type = bytes.toString('latin1', start + 4, start + 8);
    const data = bytes.subarray(start + 8, Math.min(dataEnd, bytes.length));
    yield { type, start, end, data, isCut: end > bytes.length };
    if (type === 'IEND') return;
    start = end;
  }
}

/** @returns undefined for a chunk without a keyword */
function textIn({ type, data }: Chunk): PngText | undefined {
  const keywordEnd = data.subarray(0, KEYWORD_BYTES_MAX).indexOf(0);
  if (keywordEnd < 1) return undefined;
  const keyword = data.toString('utf8', 0, keywordEnd);
  const rest = data.subarray(keywordEnd + 1);
  if (type === 'tEXt') return { keyword, read: () => bounded(rest) };
  // One byte names the method of compression: there is only one.
  if (type === 'zTXt') return { keyword, read: () => inflate(rest.subarray(1)) };
  const languageEnd = rest.indexOf(0, 2);
  const translatedEnd = languageEnd < 0 ? -1 : rest.indexOf(0, languageEnd + 1);
  if (translatedEnd < 0) return undefined;
  const text = rest.subarray(translatedEnd + 1);
  return { keyword, read: () => (rest[0] === 1 ? inflate(text) : bounded(text)) };
}

function inflate(data: Uint8Array): Uint8Array {
  try {
    return inflateSync(data, { maxOutputLength: PNG_TEXT_BYTES_MAX });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : damaged();
  }
}

function bounded(text: Uint8Array): Uint8Array {
  if (text.length > PNG_TEXT_BYTES_MAX) throw tooLarge();
  return text;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(FRAME_BYTES + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

function damaged(): UserError {
  return new UserError('input', 'This PNG file is damaged. Download or export it again, and send it as a file.');
}

function tooLarge(): UserError {
  return new UserError('input', 'The text in this PNG file is too large: at most 8 MiB of it are read.');
}
