import { UserError } from '../../core/errors.ts';
import { pictureOf } from '../pictures.ts';
import { sortAssets } from './assets.ts';
import { readCard } from './card.ts';
import type { CardFile } from './card-file.ts';
import { isPng } from './png.ts';
import { readCharx } from './read-charx.ts';
import { numberOf, objectOf } from './read-fields.ts';
import { readJsonText } from './read-json-text.ts';
import { readPngCard } from './read-png-card.ts';
import { isZip } from './zip.ts';

export const CARD_FILE_BYTES_MAX = 32 * 1024 * 1024;
const KNOWN_VERSION = 3;
const ARCHIVE = 'PK';
/** Of programs; archives that unpack themselves begin with it. */
const PROGRAM = 'MZ';
const CARDS = 'Export the character as a PNG, JSON or CHARX file, and import that.';

/** Reads a character card from a file of a stranger: what it is called does not matter. @throws UserError `input` */
export async function readCardFile(bytes: Uint8Array): Promise<CardFile> {
  if (bytes.length > CARD_FILE_BYTES_MAX) {
    throw new UserError('input', 'This file is too large: at most 32 MiB can be read.');
  }
  const file = isPng(bytes) ? readPngCard(bytes) : await readOther(bytes);
  return { ...file, warnings: [...versionWarnings(file), ...file.warnings] };
}

async function readOther(bytes: Uint8Array): Promise<CardFile> {
  const picture = pictureOf(bytes);
  const start = Buffer.from(bytes.subarray(0, 2)).toString('latin1');
  if (start === ARCHIVE || ((picture || start === PROGRAM) && isZip(bytes))) return readCharx(bytes);
  if (picture?.mediaType === 'image/gif')
    throw new UserError('input', `This image has no character card in it. ${CARDS}`);
  if (picture) {
    throw new UserError('input', `Character cards in WEBP and JPEG pictures cannot be read. ${CARDS}`);
  }
  const card = readCard(readJsonText(bytes));
  return { container: 'json', card, ...sortAssets(objectOf(card.raw.data).assets, new Map()) };
}

function versionWarnings({ card }: CardFile): string[] {
  const version = card.format === 'v3' ? numberOf(Number.parseFloat(String(card.raw.spec_version))) : undefined;
  if (version === undefined || version <= KNOWN_VERSION) return [];
  return [`The card is of version ${version}, which is newer than 3.0: some of it may not be used.`];
}
