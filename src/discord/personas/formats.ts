import { UserError } from '../../core/errors.ts';
import type { WriteRequest } from '../../personas/cards/write-card-file.ts';
import type { Suggest } from '../command.ts';

/** What a persona can be exported as. */
export type Format = WriteRequest['as'];

export const FORMATS: Readonly<Record<Format, string>> = {
  png: 'PNG',
  'json-v3': 'JSON (V3)',
  'json-v2': 'JSON (V2)',
  charx: 'CHARX',
};

export const suggestFormats: Suggest = (typed) =>
  Object.values(FORMATS).filter((name) => letters(name).includes(letters(typed)));

/** @throws UserError `input` */
export function readFormat(typed: string): Format {
  const wanted = letters(typed) === 'json' ? 'jsonv3' : letters(typed);
  const formats = Object.keys(FORMATS) as Format[];
  const found = formats.find((format) => letters(format) === wanted);
  if (found) return found;
  throw new UserError(
    'input',
    `There is no format “${typed.slice(0, 50)}”. Choose ${Object.values(FORMATS).join(', ')}.`,
  );
}

function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z\d]/g, '');
}
