import type { Picture } from './cards/card-file.ts';

/** Bytes as Latin-1 characters, at an offset. */
const SIGNATURES: [mediaType: Picture['mediaType'], offset: number, bytes: string][] = [
  ['image/png', 0, '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', 0, '\xff\xd8\xff'],
  ['image/gif', 0, 'GIF87a'],
  ['image/gif', 0, 'GIF89a'],
  ['image/webp', 8, 'WEBP'],
];
const SIGNATURE_BYTES = 16;
const LABEL_MAX_LENGTH = 64;

const EXTENSIONS = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/gif': 'gif', 'image/webp': 'webp' };

/** What the bytes are, whatever they are called. @returns undefined for no picture that Discord shows */
export function pictureOf(bytes: Uint8Array): Picture | undefined {
  const start = Buffer.from(bytes.subarray(0, SIGNATURE_BYTES)).toString('latin1');
  const found = SIGNATURES.find(([, offset, signature]) => start.startsWith(signature, offset));
  const isWhole = found?.[0] !== 'image/webp' || start.startsWith('RIFF');
  return found && isWhole ? { mediaType: found[0], bytes } : undefined;
}

/** Without a dot. */
export function extensionOf({ mediaType }: Picture): string {
  return EXTENSIONS[mediaType];
}

/** The label of an emotion from its name or from the path of its picture: `Sprites/Very Happy.PNG` is `very-happy`. */
export function labelOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.(png|apng|jpe?g|webp|gif)$/i, '');
  return name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join('-')
    .slice(0, LABEL_MAX_LENGTH);
}
