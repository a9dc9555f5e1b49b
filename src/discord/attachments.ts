import { UserError } from '../core/errors.ts';
import type { AttachedFile } from './command.ts';
import { createDownloadPieces, type DownloadOptions } from './file-download.ts';
import { type FileKind, KIND_BYTES, kindOf } from './file-kinds.ts';
import { PICTURE_TOKENS_MAX, readPictureSize } from './picture-size.ts';
import { readText } from './read-text.ts';

export type FileContent =
  | { kind: 'text'; text: string }
  /** `tokens` is what the picture takes of a model's context; width and height are pixels. */
  | { kind: 'picture'; dataUrl: string; tokens: number; width: number; height: number };

/**
 * Reads a file that a member attached. What it is, its content decides, never its name. Rejects with a `UserError` for
 * anything that is neither short text nor a picture.
 */
export type ReadFile = (file: AttachedFile) => Promise<FileContent>;

const TEXT_MAX_BYTES = 512 * 1024;
const PICTURE_MAX_BYTES = 8 * 1024 * 1024;

/** Reads from the addresses that {@link createDownloadPieces} allows. */
export function createReadFile(options: DownloadOptions): ReadFile {
  const download = createDownloadPieces(options);

  return async (file) => {
    if (file.sizeBytes > PICTURE_MAX_BYTES) throw tooLarge(file, '512 KiB of text or 8 MiB of a picture');
    const reader = createReader(file);
    await download(file, reader.take);
    const { bytes, kind } = reader.end();
    return kind ? asPicture(bytes, kind, file) : asText(bytes, file);
  };
}

type PictureKind = Extract<FileKind, { kind: 'picture' }>;

/** Breaks off as soon as the first bytes, or their number, show that the file is none to be read. */
function createReader(file: AttachedFile) {
  const pieces: Uint8Array[] = [];
  let length = 0;
  /** Undefined for what may be text. */
  let kind: PictureKind | undefined;
  let isKnown = false;

  return {
    take(piece: Uint8Array): void {
      pieces.push(piece);
      length += piece.length;
      if (!isKnown && length >= KIND_BYTES) {
        kind = readableKind(Buffer.concat(pieces), file);
        isKnown = true;
      }
      if (kind && length > PICTURE_MAX_BYTES) throw tooLarge(file, '8 MiB of a picture');
      if (isKnown && !kind && Math.max(length, file.sizeBytes) > TEXT_MAX_BYTES)
        throw tooLarge(file, '512 KiB of text');
    },
    end() {
      const bytes = Buffer.concat(pieces);
      return { bytes, kind: isKnown ? kind : readableKind(bytes, file) };
    },
  };
}

function readableKind(start: Buffer, { name }: AttachedFile): PictureKind | undefined {
  const found = kindOf(start);
  if (found?.kind !== 'other') return found;
  throw new UserError(
    'input',
    `The file “${name}” is ${found.name}, not text or a picture. Attach a text file, such as .txt, .md or code, or a PNG, JPEG, GIF or WebP picture.`,
  );
}

async function asPicture(bytes: Buffer, { format, mediaType }: PictureKind, { name }: AttachedFile) {
  const size = await readPictureSize(bytes, format);
  if (!size) {
    throw new UserError('input', `The picture “${name}” is damaged. Save or export it again, and attach the new file.`);
  }
  const { width, height, tokens } = size;
  if (tokens > PICTURE_TOKENS_MAX) {
    throw new UserError(
      'input',
      `The picture “${name}” has ${width} × ${height} pixels, too many to look at. Attach a smaller one, of at most 12 million pixels, such as 4000 × 3000.`,
    );
  }
  const dataUrl = `data:${mediaType};base64,${bytes.toString('base64')}`;
  return { kind: 'picture' as const, dataUrl, tokens, width, height };
}

function asText(bytes: Buffer, { name }: AttachedFile): FileContent {
  const text = readText(bytes);
  if (text === undefined) {
    throw new UserError(
      'input',
      `The file “${name}” is not text. Attach a text file (UTF-8), such as .txt, .md or code.`,
    );
  }
  if (text === '') throw new UserError('input', `The file “${name}” is empty.`);
  return { kind: 'text', text };
}

function tooLarge({ name }: AttachedFile, most: string): UserError {
  return new UserError('input', `The file “${name}” is too large: at most ${most} can be read.`);
}
