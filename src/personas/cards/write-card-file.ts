import { packAssets } from './assets.ts';
import { type Card, exportCard } from './card.ts';
import { partsOf } from './card-data.ts';
import type { CardFile, Picture } from './card-file.ts';
import { isObject, type JsonObject } from './json.ts';
import { plainPng, writePng } from './png.ts';
import { writeZip } from './zip.ts';

export interface WriteRequest {
  as: 'png' | 'json-v2' | 'json-v3' | 'charx';
  card: Card;
  /** A PNG needs a PNG; else it shows a plain picture. */
  portrait?: Picture | undefined;
  expressions: CardFile['expressions'];
  otherAssets: CardFile['otherAssets'];
  /** Unix milliseconds. */
  now: number;
}

export interface WrittenFile {
  name: string;
  mediaType: string;
  bytes: Uint8Array;
}

const NAME_MAX_LENGTH = 60;

export async function writeCardFile(request: WriteRequest): Promise<WrittenFile> {
  const { as, card, now } = request;
  const name = fileNameOf(card);
  switch (as) {
    case 'png':
      return { name: `${name}.png`, mediaType: 'image/png', bytes: pngOf(request) };
    case 'json-v2':
      return {
        name: `${name}_v2.json`,
        mediaType: 'application/json',
        bytes: jsonBytes(exportCard(card, 'v2', { now })),
      };
    case 'json-v3':
      return {
        name: `${name}_v3.json`,
        mediaType: 'application/json',
        bytes: jsonBytes(exportCard(card, 'v3', { now })),
      };
    case 'charx':
      return { name: `${name}.charx`, mediaType: 'application/zip', bytes: await charxOf(request) };
  }
}

// In this order: Agnai takes the first text, whatever it is called, and refuses V3.
function pngOf({ card, portrait, now }: WriteRequest): Uint8Array {
  const picture = portrait?.mediaType === 'image/png' ? portrait.bytes : plainPng();
  return writePng(picture, [
    ['chara', jsonBytes(exportCard(card, 'v2', { now })).toString('base64')],
    ['ccv3', jsonBytes(exportCard(card, 'v3', { now })).toString('base64')],
  ]);
}

async function charxOf({ card, portrait, expressions, otherAssets, now }: WriteRequest): Promise<Uint8Array> {
  const json = exportCard(card, 'v3', { now });
  const data = isObject(json.data) ? json.data : {};
  const { files, assets } = packAssets(data.assets, { portrait, expressions, otherAssets });
  const cardJson: JsonObject = { ...json, data: { ...data, assets } };
  return writeZip([['card.json', jsonBytes(cardJson)], ...files], now);
}

function jsonBytes(json: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(json, undefined, 2));
}

function fileNameOf(card: Card): string {
  const words = partsOf(card).data.name.split(/[^\p{L}\p{N}_-]+/u);
  return (
    words
      .filter((word) => word !== '')
      .join('_')
      .slice(0, NAME_MAX_LENGTH) || 'character'
  );
}
