import { UserError } from '../../core/errors.ts';
import type { Picture } from '../../personas/cards/card-file.ts';
import type { AttachedFile } from '../command.ts';
import type { Asked } from '../models/asked.ts';

const PICTURE_MAX_BYTES = 8 * 1024 * 1024;
const ARCHIVE_MAX_BYTES = 32 * 1024 * 1024;
const ALL_MAX_BYTES = 64 * 1024 * 1024;
const FORMATS = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/gif': 'gif', 'image/webp': 'webp' } as const;
const ARCHIVE = 'PK';

/** @throws UserError `input` for what is no picture that Discord shows beside messages, or a damaged one */
export async function readPortrait({ bot }: Pick<Asked, 'bot'>, file: AttachedFile): Promise<Picture> {
  const picture = await pictureIn(await bot.download(file, { maxBytes: PICTURE_MAX_BYTES }), file);
  if (isShownBesideMessages(picture)) return picture;
  throw new UserError(
    'input',
    `“${file.name}” is a WEBP picture, which Discord does not show beside messages. Choose a PNG, JPEG or GIF file.`,
  );
}

/** Discord's image data takes no other types (reference, "Image Data"). */
export function isShownBesideMessages({ mediaType }: Pick<Picture, 'mediaType'>): boolean {
  return mediaType !== 'image/webp';
}

/**
 * Pictures of emotions by their labels: of each file that is a picture, and of all that a ZIP archive holds.
 *
 * @param emotion The label of a single picture, in place of its file's name
 * @throws UserError `input`
 */
export async function readFaces(
  { bot }: Pick<Asked, 'bot'>,
  files: readonly AttachedFile[],
  emotion: string,
): Promise<Record<string, Picture>> {
  const { labelOf } = await import('../../personas/pictures.ts');
  const found = new Map<string, Picture>();
  for (const file of files) {
    const bytes = await bot.download(file, { maxBytes: ARCHIVE_MAX_BYTES });
    const isArchive = bytes.toString('latin1', 0, ARCHIVE.length) === ARCHIVE;
    const pictures = isArchive
      ? await bot.cards.readPictures(bytes)
      : {
          [labelFor(file, labelOf(files.length === 1 && emotion.trim() !== '' ? emotion : file.name))]: await pictureIn(
            bytes,
            file,
          ),
        };
    for (const [label, picture] of Object.entries(pictures)) found.set(label, picture);
    requireSizes(found);
  }
  return Object.fromEntries(found);
}

/** @throws UserError `input` */
function labelFor({ name }: AttachedFile, label: string): string {
  if (label !== '') return label;
  throw new UserError('input', `What does “${name}” show? Type its emotion, such as joy.`);
}

/** Looked at after each file, before the next one is loaded. */
function requireSizes(pictures: ReadonlyMap<string, Picture>): void {
  const large = [...pictures].find(([, { bytes }]) => bytes.length > PICTURE_MAX_BYTES);
  if (large)
    throw new UserError(
      'input',
      `The picture of “${large[0]}” is larger than 8 MiB. Make it smaller, then add it again.`,
    );
  const sum = [...pictures.values()].reduce((total, { bytes }) => total + bytes.length, 0);
  if (sum > ALL_MAX_BYTES)
    throw new UserError('input', 'These pictures have more than 64 MiB together. Add fewer, or smaller ones.');
}

async function pictureIn(bytes: Buffer, { name }: AttachedFile): Promise<Picture> {
  const [{ pictureOf }, { readPictureSize }] = await Promise.all([
    import('../../personas/pictures.ts'),
    import('../picture-size.ts'),
  ]);
  const picture = pictureOf(bytes);
  if (!picture)
    throw new UserError('input', `“${name}” is no picture that Discord shows. Choose a PNG, JPEG, GIF or WEBP file.`);
  if (!(await readPictureSize(bytes, FORMATS[picture.mediaType]))) {
    throw new UserError(
      'input',
      `The picture “${name}” is damaged. Save or export it again, then choose the new file.`,
    );
  }
  return picture;
}
