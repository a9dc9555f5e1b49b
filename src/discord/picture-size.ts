import type { PictureFormat } from './file-kinds.ts';

export interface PictureSize {
  width: number;
  height: number;
  /** What the picture takes of a model's context, on the safe side. */
  tokens: number;
}

/** Pixels of a side of the square that a token stands for; newer models take larger squares, and so fewer tokens. */
const TOKEN_SIDE = 28;
const TOKENS_MIN = 4;
/** About 12.8 million pixels: what cameras of phones make. */
export const PICTURE_TOKENS_MAX = 16_384;
/**
 * Sizes stand near the beginning, behind a camera's notes at most. Bytes made to keep the reader of JPEG searching cost it
 * 0.1 s for each MiB.
 */
const SEARCHED_BYTES = 512 * 1024;

/** @returns undefined for a picture whose beginning is damaged. */
export async function readPictureSize(bytes: Buffer, format: PictureFormat): Promise<PictureSize | undefined> {
  const { imageSize } = await import('image-size');
  try {
    // A copy with a memory of its own: the package reads on into whatever lies behind a shorter view.
    const { width, height, type } = imageSize(new Uint8Array(bytes.subarray(0, SEARCHED_BYTES)));
    if (type !== format || !(width > 0 && height > 0)) return undefined;
    const tokens = Math.ceil(width / TOKEN_SIDE) * Math.ceil(height / TOKEN_SIDE);
    return { width, height, tokens: Math.max(TOKENS_MIN, tokens) };
  } catch {
    return undefined;
  }
}
