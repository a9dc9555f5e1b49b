import { ownerOf } from '../../core/refs.ts';
import type { FileInfo, PersonaSummary } from '../../storage/personas.ts';
import type { Bot } from '../bot.ts';
import type { ViewFile } from '../view.ts';

/** As much as Discord takes for one file from anybody. */
export const PORTRAIT_SHOWN_MAX_BYTES = 8 * 1024 * 1024;
const DESCRIPTION_MAX_LENGTH = 200;

/** The portrait as a file named `<name>.<type>`; undefined if there is none, or it is larger than it may be. */
export async function portraitFile(
  { personas }: Pick<Bot, 'personas'>,
  { ref, name, portrait }: Pick<PersonaSummary, 'ref' | 'name'> & { portrait?: FileInfo | undefined },
  { fileName = 'portrait', maxBytes = PORTRAIT_SHOWN_MAX_BYTES } = {},
): Promise<ViewFile | undefined> {
  const isBuiltIn = ownerOf(ref) === undefined;
  if (!isBuiltIn && (!portrait || portrait.sizeBytes > maxBytes)) return undefined;
  const picture = await personas.picture(ref, portrait?.name);
  if (!picture || picture.bytes.length > maxBytes) return undefined;
  return {
    name: `${fileName}.${picture.mediaType.slice('image/'.length)}`,
    bytes: picture.bytes,
    description: `Portrait of ${name}`.slice(0, DESCRIPTION_MAX_LENGTH),
  };
}
