import { UserError } from '../../core/errors.ts';
import { type LorebookFile, readLorebook } from '../lorebooks/read-lorebook.ts';
import { pictureOf } from '../pictures.ts';
import { CARD_FILE_BYTES_MAX, readCardFile } from './read-card-file.ts';
import { readJsonText } from './read-json-text.ts';

const ARCHIVE = 'PK';

/** A lorebook, or that of a character card. @throws UserError `input` */
export async function readLorebookFile(bytes: Uint8Array, fileName: string): Promise<LorebookFile> {
  if (bytes.length > CARD_FILE_BYTES_MAX) {
    throw new UserError('input', 'This file is too large: at most 32 MiB can be read.');
  }
  const isPacked = pictureOf(bytes) !== undefined || Buffer.from(bytes.subarray(0, 2)).toString('latin1') === ARCHIVE;
  const json = isPacked ? (await readCardFile(bytes)).card.raw : readJsonText(bytes);
  return readLorebook(json, fileName.replace(/\.[a-z]{1,8}$/i, ''));
}
