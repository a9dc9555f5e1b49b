import { UserError } from '../../core/errors.ts';
import { sortAssets } from './assets.ts';
import { type Card, readCard } from './card.ts';
import type { CardFile } from './card-file.ts';
import { parseJson } from './json.ts';
import { PNG_TEXT_BYTES_MAX, type PngText, plainPng, readPng, writePng } from './png.ts';
import { objectOf } from './read-fields.ts';

/** V3's comes first. */
const CARD_KEYWORDS = ['ccv3', 'chara'];
const ASSET_KEYWORD = /^chara-ext-asset_:?/i;
/** Of cards in one picture; each may cost the inflating of 8 MiB. */
const CARDS_TRIED_MAX = 4;
const ASSET_BYTES_MAX = 64 * 1024 * 1024;
const PLAIN_BYTES_MAX = 4_096;
const NO_CARD =
  'This image has no character card in it. Send the original PNG as a file: what previews and phones save has lost its card.';
const BROKEN = 'The character card in this image is damaged. Download the original PNG again, and send it as a file.';

/** @throws UserError `input` */
export function readPngCard(bytes: Uint8Array): CardFile {
  const { isAnimated, texts } = readPng(bytes);
  const { card, warnings } = firstCard(texts);
  const { files, left } = assetsIn(texts);
  const assets = sortAssets(objectOf(card.raw.data).assets, files, left);
  return {
    container: isAnimated ? 'apng' : 'png',
    card,
    expressions: assets.expressions,
    otherAssets: assets.otherAssets,
    ...portraitOf(bytes),
    warnings: [...warnings, ...assets.warnings],
  };
}

/** The plain picture of an export is none. */
function portraitOf(bytes: Uint8Array): Pick<CardFile, 'portrait'> {
  const picture = writePng(bytes, []);
  const isPlain = picture.length < PLAIN_BYTES_MAX && Buffer.compare(picture, plainPng()) === 0;
  return isPlain ? {} : { portrait: { mediaType: 'image/png', bytes: picture } };
}

function firstCard(texts: readonly PngText[]): { card: Card; warnings: string[] } {
  const found = CARD_KEYWORDS.flatMap((keyword) => texts.filter((text) => text.keyword.toLowerCase() === keyword));
  if (found.length === 0) throw new UserError('input', NO_CARD);
  const failures: unknown[] = [];
  for (const text of found.slice(0, CARDS_TRIED_MAX)) {
    try {
      const card = readCard(readText(text));
      const warning = 'The image holds several cards, and the first is damaged: the next was read.';
      return { card, warnings: failures.length > 0 ? [warning] : [] };
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures[0] instanceof UserError ? failures[0] : new UserError('input', BROKEN);
}

function readText(text: PngText): unknown {
  const bytes = text.read();
  return parseJson(isJson(bytes) ? bytes : fromBase64(bytes));
}

/** Some programs leave the base64 away. */
function isJson(bytes: Uint8Array): boolean {
  return /^(?:\u00ef\u00bb\u00bf)?\s*\{/.test(Buffer.from(bytes.subarray(0, 256)).toString('latin1'));
}

/** White space does not matter. */
function fromBase64(bytes: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'), 'base64');
}

/** Pictures beside the card, as V3 had them in PNG files once, by path. */
function assetsIn(texts: readonly PngText[]): { files: Map<string, Uint8Array>; left: number } {
  const assets = texts.filter(({ keyword }) => ASSET_KEYWORD.test(keyword));
  const files = new Map<string, Uint8Array>();
  let bytesLeft = ASSET_BYTES_MAX;
  for (const text of assets) {
    if (bytesLeft <= 0) break;
    const bytes = readAsset(text);
    bytesLeft -= bytes?.length ?? PNG_TEXT_BYTES_MAX;
    if (bytes) files.set(text.keyword.replace(ASSET_KEYWORD, ''), new Uint8Array(fromBase64(bytes)));
  }
  return { files, left: assets.length - files.size };
}

function readAsset(text: PngText): Uint8Array | undefined {
  try {
    return text.read();
  } catch {
    return undefined;
  }
}
