import { UserError } from '../../core/errors.ts';
import { labelOf, pictureOf } from '../pictures.ts';
import type { Picture } from './card-file.ts';
import { openZip, ZIP_TOTAL_BYTES_MAX } from './zip.ts';

const PICTURE_NAME = /\.(?:png|apng|jpe?g|webp|gif)$/i;
/** Apple's archives hold a shadow of each file under its name. */
const SHADOW = /(?:^|\/)(?:__MACOSX\/|\.)/;

/** Emotion pictures in a ZIP archive: the names of the files are the labels. @throws UserError `input` */
export async function readPictures(bytes: Uint8Array): Promise<Record<string, Picture>> {
  const pictures = new Map<string, Picture>();
  let bytesLeft = ZIP_TOTAL_BYTES_MAX;
  for (const { path, size, read } of (await openZip(bytes)).values()) {
    const label = labelOf(path);
    if (!PICTURE_NAME.test(path) || SHADOW.test(path) || label === '' || pictures.has(label)) continue;
    bytesLeft -= size;
    if (bytesLeft < 0) {
      throw new UserError('input', 'The pictures in this archive are too large: together at most 64 MiB are read.');
    }
    const picture = pictureOf(await read());
    if (picture) pictures.set(label, picture);
  }
  if (pictures.size === 0) {
    throw new UserError(
      'input',
      'This ZIP archive has no pictures in it. Put in PNG, JPEG, WEBP or GIF files that are called after emotions, such as joy.png.',
    );
  }
  return Object.fromEntries(pictures);
}
