import { extensionOf, labelOf, pictureOf } from '../pictures.ts';
import type { CardFile, Picture } from './card-file.ts';
import { isObject, type JsonObject } from './json.ts';
import { textOf } from './read-fields.ts';

/** The pictures and files that belong to a card. */
export type Assets = Pick<CardFile, 'portrait' | 'expressions' | 'otherAssets' | 'warnings'>;

const OTHER_BYTES_MAX = 16 * 1024 * 1024;
const LISTED_MAX = 2000;
/** `embeded` is how the specification spells it. */
const EMBEDDED = /^(?:embedd?ed:\/\/|__asset:)/i;
const REMOTE = /^https?:/i;
const DATA_PICTURE = /^data:image\/[a-z+.-]{1,20};base64,/i;
const EMOTIONS_FOLDER = /(?:^|\/)(?:emotions?|expressions?)\//i;
const MAIN_ICON = /^assets\/(?:icon\/(?:images\/)?)?main\.[a-z]+$/i;
const UNSAFE_PATH = /^$|^\/|^[a-z]:|\\|\0|(?:^|\/)\.\.(?:\/|$)/i;

interface Listed extends JsonObject {
  type: string;
  name: string;
  uri: string;
}

/** The path of an asset that lies in the same file; undefined for one that lies elsewhere. */
function embeddedPath(uri: string): string | undefined {
  const scheme = EMBEDDED.exec(uri);
  return scheme ? uri.slice(scheme[0].length) : undefined;
}

/** Paths of embedded files that a card lists. */
export function listedPaths(listed: unknown): string[] {
  return assetsIn(listed).flatMap(({ uri }) => embeddedPath(uri) ?? []);
}

/**
 * Sorts what a card lists and what lies in its file. Nothing is fetched: an address on the web tells its owner who imports.
 *
 * @param listed V3's `assets`
 * @param files By path
 * @param unread How many files there are beside them
 */
export function sortAssets(listed: unknown, files: ReadonlyMap<string, Uint8Array>, unread = 0): Assets {
  const assets = assetsIn(listed);
  const expressions = new Map<string, Picture>();
  const used = new Set<string>();
  const icons: { picture: Picture; path: string | undefined; isMain: boolean }[] = [];
  const addExpression = (name: string, picture: Picture, path: string | undefined) => {
    const label = labelOf(name);
    if (label === '' || expressions.has(label)) return;
    expressions.set(label, picture);
    if (path !== undefined) used.add(path);
  };

  for (const { type, name, uri } of assets) {
    const path = embeddedPath(uri);
    const bytes = path === undefined ? dataBytes(uri) : files.get(path);
    const picture = bytes && pictureOf(bytes);
    if (!picture) continue;
    if (type === 'icon') icons.push({ picture, path, isMain: name === 'main' });
    if (isEmotion(type)) addExpression(name || (path ?? ''), picture, path);
  }
  const isListed = new Set(listedPaths(listed));
  for (const [path, bytes] of files) {
    const picture = isListed.has(path) ? undefined : pictureOf(bytes);
    if (picture && EMOTIONS_FOLDER.test(path)) addExpression(path, picture, path);
    else if (picture && MAIN_ICON.test(path)) icons.push({ picture, path, isMain: false });
  }
  const icon = icons.find(({ isMain }) => isMain) ?? icons[0];
  if (icon?.path !== undefined) used.add(icon.path);
  const { otherAssets, left } = bounded([...files].filter(([path]) => !used.has(path)));
  return {
    portrait: icon?.picture,
    expressions: Object.fromEntries(expressions),
    otherAssets,
    warnings: [...warningsOf(assets, files), ...leftOut(left + unread)],
  };
}

/**
 * What a CHARX archive is to hold beside the card, and how the card lists it.
 *
 * @param listed V3's `assets` so far
 */
export function packAssets(
  listed: unknown,
  { portrait, expressions, otherAssets }: Omit<Assets, 'warnings'>,
): { files: Map<string, Uint8Array>; assets: JsonObject[] } {
  const files = new Map<string, Uint8Array>();
  const assets: JsonObject[] = [];
  const add = (type: string, name: string, fileName: string, picture: Picture) => {
    const ext = extensionOf(picture);
    const path = `assets/${type}/images/${fileName}.${ext}`;
    files.set(path, picture.bytes);
    assets.push({ type, uri: `embeded://${path}`, name, ext });
  };
  if (portrait) add('icon', 'main', 'main', portrait);
  Object.entries(expressions).forEach(([label, picture], index) => {
    const isAscii = /^[\x21-\x7e]+$/.test(label);
    add('emotion', label, isAscii ? label : `${index + 1}`, picture);
  });
  const others = Object.entries(otherAssets).filter(([path]) => isSafePath(path) && !files.has(path));
  const isThere = new Set(others.map(([path]) => path));
  for (const asset of assetsIn(listed)) {
    const path = embeddedPath(asset.uri);
    if (path !== undefined) {
      if (isThere.has(path)) assets.push({ ...asset, uri: `embeded://${path}` });
    } else if (!isReplaced(asset, portrait, expressions)) assets.push(asset);
  }
  return { files: new Map([...files, ...others]), assets };
}

function isReplaced(
  { type, name, uri }: Listed,
  portrait: Picture | undefined,
  expressions: Assets['expressions'],
): boolean {
  if (type === 'icon') return portrait !== undefined && (name === 'main' || uri.startsWith('ccdefault:'));
  return isEmotion(type) && DATA_PICTURE.test(uri) && Object.hasOwn(expressions, labelOf(name));
}

function isEmotion(type: string): boolean {
  return type === 'emotion' || type === 'expression';
}

function isSafePath(path: string): boolean {
  return (
    path !== 'card.json' &&
    path !== '__proto__' &&
    !path.endsWith('/') &&
    path.length <= 1000 &&
    !UNSAFE_PATH.test(path)
  );
}

function assetsIn(listed: unknown): Listed[] {
  const assets = Array.isArray(listed) ? listed.slice(0, LISTED_MAX).filter(isObject) : [];
  return assets.map((asset) => ({
    ...asset,
    type: textOf(asset.type).toLowerCase(),
    name: textOf(asset.name),
    uri: textOf(asset.uri),
  }));
}

function dataBytes(uri: string): Uint8Array | undefined {
  const head = DATA_PICTURE.exec(uri);
  return head ? new Uint8Array(Buffer.from(uri.slice(head[0].length), 'base64')) : undefined;
}

function bounded(files: [string, Uint8Array][]): { otherAssets: Record<string, Uint8Array>; left: number } {
  let bytesLeft = OTHER_BYTES_MAX;
  const kept = files.filter(([path, bytes]) => {
    const fits = isSafePath(path) && bytes.length <= bytesLeft;
    if (fits) bytesLeft -= bytes.length;
    return fits;
  });
  return { otherAssets: Object.fromEntries(kept), left: files.length - kept.length };
}

function warningsOf(assets: Listed[], files: ReadonlyMap<string, Uint8Array>): string[] {
  const remote = assets.filter(({ uri }) => REMOTE.test(uri)).length;
  // A PNG is its own icon, whatever the card says.
  const missing = listedPaths(assets.filter(({ type }) => type !== 'icon')).filter((path) => !files.has(path)).length;
  return [
    ...(remote ? [`Assets that the card keeps on web sites were not downloaded: ${remote}.`] : []),
    ...(missing ? [`Assets that the card lists are missing in the file, or too large: ${missing}.`] : []),
  ];
}

function leftOut(count: number): string[] {
  return count > 0 ? [`Files of the card that are too large or damaged were left out: ${count}.`] : [];
}
