import type { Personas } from '../chat/personas.ts';
import type { Place } from '../chat/place.ts';
import type { PersonaRef } from '../core/refs.ts';
import { pictureLabelFor } from '../personas/expressions.ts';
import type { SettingsStore } from '../storage/settings.ts';
import type { Decoration } from './webhook-target.ts';
import type { Webhook, Webhooks } from './webhooks.ts';

/** What a persona looks like while it speaks. */
export interface Face {
  /** Of its portrait, or of the picture of an emotion where those are shown as portraits. */
  avatarUrl(webhook: Webhook, emotion: string | undefined): Promise<string | undefined>;
  /** The picture of an emotion below the text, where those are shown there. */
  decoration(emotion: string | undefined): Decoration | undefined;
}

export interface Faces {
  of(ref: PersonaRef, where: Place): Promise<Face>;
}

export interface FacesOptions {
  personas: Pick<Personas, 'load' | 'picture'>;
  settings: Pick<SettingsStore, 'read'>;
  webhooks: Pick<Webhooks, 'avatarUrlOf'>;
  /** Where the operator serves pictures; else Discord keeps them as avatars of the webhook. */
  publicUrlOf?: ((ref: PersonaRef, picture: { name: string; sha256: string }) => string) | undefined;
}

/** Discord takes none from an address (discord-api-docs #830); those that it keeps itself it shows as PNG. */
const GIF = 'image/gif';

export function createFaces({ personas, settings, webhooks, publicUrlOf }: FacesOptions): Faces {
  return {
    async of(ref, { guildId }) {
      const persona = await personas.load(ref);
      const { expressions = 'off' } = guildId === undefined ? {} : await settings.read({ guildId });
      const pictureOf = (emotion: string | undefined) => {
        if (!persona || expressions === 'off' || emotion === undefined) return undefined;
        const label = pictureLabelFor(emotion, Object.keys(persona.expressions));
        return label === undefined ? undefined : persona.expressions[label];
      };
      return {
        async avatarUrl(webhook, emotion) {
          if (publicUrlOf) {
            const face = expressions === 'avatar' ? pictureOf(emotion) : undefined;
            const picture = [face, persona?.portrait].find((one) => one && one.mediaType !== GIF);
            return picture && publicUrlOf(ref, picture);
          }
          const picture = persona?.portrait;
          if (!picture) return undefined;
          const { name, sha256, mediaType } = picture;
          return webhooks.avatarUrlOf(webhook, {
            sha256,
            async dataUri() {
              const file = await personas.picture(ref, name);
              if (!file) throw new Error('a portrait is gone');
              return `data:${mediaType};base64,${file.bytes.toString('base64')}`;
            },
          });
        },
        decoration(emotion) {
          const picture =
            expressions === 'off' || (expressions === 'avatar' && publicUrlOf) ? undefined : pictureOf(emotion);
          if (!picture) return undefined;
          return {
            key: picture.sha256,
            async load() {
              const file = await personas.picture(ref, picture.name);
              if (!file) return { embeds: [], files: [] };
              const name = `face.${picture.mediaType.slice('image/'.length)}`;
              return { embeds: [{ thumbnail: { url: `attachment://${name}` } }], files: [{ name, bytes: file.bytes }] };
            },
          };
        },
      };
    },
  };
}
