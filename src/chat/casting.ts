import { UserError } from '../core/errors.ts';
import { escapeText } from '../core/escape-text.ts';
import type { PersonaRef } from '../core/refs.ts';
import { clip } from '../core/text.ts';
import type { Scene, SceneStore } from '../storage/scenes.ts';
import type { SettingsStore } from '../storage/settings.ts';
import type { LoadedPersona, Personas } from './personas.ts';
import type { Place } from './place.ts';

const NAME_MAX_LENGTH = 100;

/** Who plays in a place. */
export interface Cast {
  /** In order of joining; none: the assistant answers. */
  members: LoadedPersona[];
  scene: Scene | undefined;
  /** Where a persona was chosen; undefined if none is. */
  origin?: 'scene' | 'thread' | 'channel' | 'server' | undefined;
  /** Chosen, but deleted since. */
  missing: PersonaRef[];
}

export interface Casting {
  /**
   * The personas of a roleplay, or else the one that is chosen for the thread, its channel or the server.
   *
   * @throws UserError `permission` if one of them is for adults and the place is not age-restricted
   */
  of(place: Place): Promise<Cast>;
}

export interface CastingOptions {
  personas: Pick<Personas, 'load'>;
  scenes: Pick<SceneStore, 'read'>;
  settings: Pick<SettingsStore, 'read'>;
}

export function createCasting({ personas, scenes, settings }: CastingOptions): Casting {
  async function chosen(place: Place): Promise<Pick<Cast, 'origin'> & { refs: PersonaRef[] }> {
    const { channelId, parentId, guildId } = place;
    const levels = [
      { origin: parentId === undefined ? ('channel' as const) : ('thread' as const), scope: { channelId } },
      ...(parentId === undefined ? [] : [{ origin: 'channel' as const, scope: { channelId: parentId } }]),
      ...(guildId === undefined ? [] : [{ origin: 'server' as const, scope: { guildId } }]),
    ];
    for (const { origin, scope } of levels) {
      const { persona } = await settings.read(scope);
      if (persona) return persona.ref === null ? { refs: [] } : { origin, refs: [persona.ref] };
    }
    return { refs: [] };
  }

  return {
    async of(place) {
      const scene = await scenes.read(place.channelId);
      const isPlaying = scene && scene.endedAt === undefined && scene.personas.length > 0;
      const { refs, origin } = isPlaying ? { refs: scene.personas, origin: 'scene' as const } : await chosen(place);
      const loaded = await Promise.all(refs.map((ref) => personas.load(ref)));
      const members = loaded.filter((member) => member !== undefined);
      for (const member of members) requireGrownUpPlace(member, place);
      return { members, scene, origin, missing: refs.filter((_, index) => loaded[index] === undefined) };
    },
  };
}

/** @throws UserError `permission` */
export function requireGrownUpPlace({ name, isAdult }: { name: string; isAdult: boolean }, place: Place): void {
  if (!isAdult || place.isAgeRestricted) return;
  const shown = `**${escapeText(clip(name, NAME_MAX_LENGTH))}**`;
  const channel = place.parentId === undefined ? 'this channel' : `<#${place.parentId}>, to which this thread belongs`;
  throw new UserError(
    'permission',
    place.guildId === undefined
      ? `${shown} is for adults and speaks only in age-restricted channels of a server, not in direct messages.`
      : `${shown} is for adults and speaks only in age-restricted channels. Choose another persona with ` +
          `\`/persona use\`, or ask an admin to switch on “Age-Restricted Channel” in the settings of ${channel}.`,
  );
}
