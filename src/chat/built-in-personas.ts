import { createHash } from 'node:crypto';
import { builtInPersonas, loadBuiltIn, readBuiltInPortrait } from '../personas/built-in/index.ts';
import type { FileInfo } from '../storage/personas.ts';
import type { BuiltInPersonas } from './personas.ts';

const MEDIA_TYPE = 'image/png';
const BY = { id: 'self', name: 'Dramatis' };

/** The personas that come with the bot, as if an owner had them. */
export function createBuiltInPersonas(): BuiltInPersonas {
  async function picture(id: string) {
    const bytes = await readBuiltInPortrait(id);
    if (!bytes) return undefined;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { mediaType: MEDIA_TYPE, bytes: Buffer.from(bytes), sha256 };
  }

  return {
    picture,
    list: () =>
      builtInPersonas.map(({ id, name, spoken, about, tags, greetings, hasLorebook }) => ({
        ref: `built-in:${id}`,
        name,
        ...(spoken === undefined ? {} : { spoken }),
        about,
        tags: [...tags],
        greetings,
        hasLorebook,
        isAdult: false,
        by: BY,
        at: 0,
      })),
    async load(id) {
      const raw = await loadBuiltIn(id);
      if (!raw) return undefined;
      const file = await picture(id);
      const portrait: FileInfo | undefined = file && {
        name: `${id}.png`,
        mediaType: MEDIA_TYPE,
        sha256: file.sha256,
        sizeBytes: file.bytes.length,
      };
      return { card: { format: 'v3', raw }, portrait };
    },
  };
}
