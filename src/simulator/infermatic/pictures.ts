import type { PlainAnswer, ReceivedPicture } from './behaviour.ts';
import { errors } from './errors.ts';
import type { SimulatedModel } from './models.ts';
import { readPictureHeader } from './picture-header.ts';

/** Pixels of one side of the square that a token stands for. */
const TOKEN_SIDE = 28;
const DATA_URL = /^data:([^;,]*);base64,(.*)$/s;

/** The picture, or one sentence on what is wrong with its address. */
function readPicture(url: string): ReceivedPicture | string {
  if (/^https?:/i.test(url)) return 'image_url must be a data: URL, this server fetches nothing';
  const [, mediaType, data = ''] = DATA_URL.exec(url) ?? [];
  if (mediaType === undefined) return 'image_url must be a data: URL with base64 data';
  const bytes = Buffer.from(data, 'base64');
  // The decoder skips what is no base64; what was skipped does not come back.
  if (data === '' || bytes.toString('base64') !== data) return 'image_url holds invalid base64 data';
  const header = readPictureHeader(bytes);
  if (!header) return 'Failed to load image: cannot identify image file';
  if (header.mediaType !== mediaType) return `image_url says ${mediaType}, and its data is ${header.mediaType}`;
  const tokens = Math.ceil(header.width / TOKEN_SIDE) * Math.ceil(header.height / TOKEN_SIDE);
  return { ...header, tokens };
}

/** The pictures behind these addresses, in order, or the refusal of the first that the model cannot look at. */
export function readPictures(
  model: SimulatedModel,
  urls: readonly string[],
): { pictures: ReceivedPicture[] } | { refusal: PlainAnswer } {
  if (urls.length > 0 && !model.takesPictures) return { refusal: errors.picturesRefused(model.id) };
  const pictures: ReceivedPicture[] = [];
  for (const url of urls) {
    const picture = readPicture(url);
    if (typeof picture === 'string') return { refusal: errors.badRequest(picture, model.id) };
    pictures.push(picture);
  }
  return { pictures };
}
