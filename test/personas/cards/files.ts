import { crc32, deflateSync } from 'node:zlib';
import { ZipFile } from 'yazl';
import type { JsonObject } from '../../../src/personas/cards/card.ts';

/** Files as other programs make them, written apart from the project's own writer. */

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

export function pngChunk(type: string, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
}

const HEADER = pngChunk('IHDR', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]));
const PIXELS = pngChunk('IDAT', deflateSync(Buffer.from([0, 0x40])));
const END = pngChunk('IEND');

/** One pixel, with these chunks before its end. */
export function pngOf(...chunks: Buffer[]): Buffer {
  return Buffer.concat([SIGNATURE, HEADER, PIXELS, ...chunks, END]);
}

export function withoutPngEnd(png: Buffer): Buffer {
  return png.subarray(0, png.length - END.length);
}

export function tEXt(keyword: string, text: string): Buffer {
  return pngChunk('tEXt', Buffer.from(`${keyword}\0${text}`, 'latin1'));
}

export function zTXt(keyword: string, text: string | Uint8Array): Buffer {
  return pngChunk('zTXt', Buffer.concat([Buffer.from(`${keyword}\0\0`), deflateSync(text)]));
}

export function iTXt(keyword: string, text: string, isCompressed: boolean): Buffer {
  const head = Buffer.from(`${keyword}\0${isCompressed ? '\u0001' : '\0'}\0en\0Karte\0`);
  return pngChunk('iTXt', Buffer.concat([head, isCompressed ? deflateSync(text) : Buffer.from(text)]));
}

export function base64(json: unknown): string {
  return Buffer.from(JSON.stringify(json)).toString('base64');
}

export function jsonFile(json: unknown): Buffer {
  return Buffer.from(JSON.stringify(json));
}

export function v2(data: JsonObject = {}, root: JsonObject = {}): JsonObject {
  return { spec: 'chara_card_v2', spec_version: '2.0', ...root, data: { name: 'Mara', ...data } };
}

export function v3(data: JsonObject = {}, root: JsonObject = {}): JsonObject {
  return { spec: 'chara_card_v3', spec_version: '3.0', ...root, data: { name: 'Mara', ...data } };
}

/** Bytes that begin as a picture does; `id` tells them apart. */
export function picture(kind: 'png' | 'jpeg' | 'webp' | 'gif', id = 0): Buffer {
  const start = { png: '\x89PNG\r\n\x1a\n', jpeg: '\xff\xd8\xff\xe0', webp: 'RIFF\x10\0\0\0WEBP', gif: 'GIF89a' }[kind];
  return Buffer.concat([Buffer.from(start, 'latin1'), Buffer.from([id, 1, 2, 3])]);
}

export async function zipOf(
  files: Record<string, Uint8Array | string>,
  { isZip64 = false }: { isZip64?: boolean } = {},
): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [path, content] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(content), path, { forceZip64Format: isZip64 });
  }
  zip.end({ forceZip64Format: isZip64, comment: '' });
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The same archive with one path replaced by another of the same length, which no writer of archives would make. */
export function renamedInZip(zip: Buffer, from: string, to: string): Buffer {
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');
}
