import type { PictureSource } from '../chat/turn.ts';
import { UserError } from '../core/errors.ts';
import type { StoredPicture } from '../storage/history.ts';
import type { ReadFile } from './attachments.ts';

const PICTURE_GONE =
  'The picture of this question could not be loaded from Discord: press Retry, or ask again with the picture attached.';

/** A picture of a question, read from where Discord keeps it for a day, with each call of `load` anew. */
export function pictureSource({ name, url, tokens }: StoredPicture, readFile: ReadFile): PictureSource {
  return {
    tokens,
    async load() {
      try {
        const file = await readFile({ name, url, sizeBytes: 0 });
        if (file.kind !== 'picture') throw new Error(`${url} is no picture any more`);
        return file.dataUrl;
      } catch (error) {
        throw new UserError('missing', PICTURE_GONE, { cause: error });
      }
    },
  };
}
