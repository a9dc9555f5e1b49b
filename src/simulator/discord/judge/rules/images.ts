import type { FormField } from './form.ts';
import { checkText } from './form.ts';

const MAX_BYTES = 10 * 1024 * 1024;
const DATA_URI = /^data:(image\/(?:png|jpe?g|gif));base64,/;
/** Searched for, since the engine's stack does not suffice to match millions of characters as a group. */
const NOT_BASE64 = /[^A-Za-z0-9+/=]/;
const SIGNATURES: readonly [string, string][] = [
  ['89504e470d0a1a0a', 'image/png'],
  ['ffd8ff', 'image/jpeg'],
  ['474946383761', 'image/gif'],
  ['474946383961', 'image/gif'],
];
/** What discord.js says of every picture, and Discord takes. */
const ANY_TYPE = 'image/jpg';

export interface ImageData {
  contentType: string;
  data: Buffer;
}

/** The picture in a data URI; undefined if it is none, or not of the type that it claims (discord-api-docs, reference#image-data). */
export function decodeImageData(uri: string): ImageData | undefined {
  const [head = '', claimed = ''] = DATA_URI.exec(uri) ?? [];
  const base64 = uri.slice(head.length);
  if (head === '' || NOT_BASE64.test(base64)) return undefined;
  const data = Buffer.from(base64, 'base64');
  const start = data.subarray(0, 8).toString('hex');
  const contentType = SIGNATURES.find(([signature]) => start.startsWith(signature))?.[1];
  if (contentType === undefined || (claimed !== ANY_TYPE && claimed !== contentType)) return undefined;
  return { contentType, data };
}

/** An avatar as it is uploaded; null takes it away. The codes are not documented: the second is known from emojis. */
export function checkImageData(field: FormField, value: unknown): void {
  const uri = checkText(field, value, { max: Infinity });
  if (uri === undefined) return;
  const image = decodeImageData(uri);
  if (!image) field.refuse('IMAGE_INVALID', 'Invalid image data');
  else if (image.data.byteLength > MAX_BYTES) {
    field.refuse('BINARY_TYPE_MAX_SIZE', `File cannot be larger than ${(MAX_BYTES / 1024).toFixed(1)} kb.`);
  }
}
