import { UserError } from '../../core/errors.ts';
import { listedPaths, sortAssets } from './assets.ts';
import { type Card, readCard } from './card.ts';
import type { CardFile } from './card-file.ts';
import { isObject, JSON_BYTES_MAX } from './json.ts';
import { objectOf } from './read-fields.ts';
import { readJsonText } from './read-json-text.ts';
import { openZip, ZIP_ENTRY_BYTES_MAX, ZIP_TOTAL_BYTES_MAX, type ZipEntry } from './zip.ts';

const CARD_PATH = 'card.json';
const ASSETS_FOLDER = 'assets/';

/** @throws UserError `input` */
export async function readCharx(bytes: Uint8Array): Promise<CardFile> {
  const entries = await openZip(bytes);
  const card = await readCardIn(entries);
  const listed = objectOf(card.raw.data).assets;
  const { files, left } = await readAssets(entries, listedPaths(listed));
  return { container: 'charx', card, ...sortAssets(listed, files, left) };
}

async function readCardIn(entries: ReadonlyMap<string, ZipEntry>): Promise<Card> {
  const entry = entries.get(CARD_PATH);
  if (!entry) {
    throw new UserError(
      'input',
      'This ZIP archive is not a CHARX card: it has no card.json. Choose a character card: a PNG, JSON or CHARX file.',
    );
  }
  if (entry.size > JSON_BYTES_MAX) throw new UserError('input', 'The card.json in this archive is larger than 8 MiB.');
  const json = readJsonText(await entry.read());
  if (isObject(json) && json.spec === undefined) {
    throw new UserError(
      'input',
      'The card.json in this archive does not say which version of cards it is. Export it again.',
    );
  }
  return readCard(json);
}

/** Those that the card lists come first, in case that not all fit. */
async function readAssets(
  entries: ReadonlyMap<string, ZipEntry>,
  listed: readonly string[],
): Promise<{ files: Map<string, Uint8Array>; left: number }> {
  const inFolder = [...entries.keys()].filter((path) => path.startsWith(ASSETS_FOLDER));
  const wanted = [...new Set([...listed, ...inFolder])].flatMap((path) => entries.get(path) ?? []);
  const files = new Map<string, Uint8Array>();
  let bytesLeft = ZIP_TOTAL_BYTES_MAX;
  for (const entry of wanted) {
    if (entry.path === CARD_PATH || entry.size > ZIP_ENTRY_BYTES_MAX || entry.size > bytesLeft) continue;
    bytesLeft -= entry.size;
    const bytes = await entry.read().catch(() => undefined);
    if (bytes) files.set(entry.path, bytes);
  }
  return { files, left: wanted.length - files.size };
}
