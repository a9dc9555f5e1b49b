import { type Cast, type Casting, requireGrownUpPlace } from '../chat/casting.ts';
import { nextSpeakers } from '../chat/next-speakers.ts';
import type { LoadedPersona } from '../chat/personas.ts';
import type { Place } from '../chat/place.ts';
import type { Players } from '../chat/players.ts';
import type { Speaking } from '../chat/turn.ts';
import { escapeText } from '../core/escape-text.ts';
import type { GenerationKind } from '../prompt/generation.ts';
import type { SettingsStore } from '../storage/settings.ts';
import { webhookName } from './webhook-name.ts';

type Author = { id: string; name: string };

/** Who speaks for the bot in a place, and as whom a member speaks there. */
export interface Speakers {
  /** For one question: the persona of the place that it is for; none: the assistant. `note` goes above the reply. */
  answering(question: {
    where: Place;
    person: Author;
    text: string;
    /** Who tried to answer before, by the name that stands above the try. */
    triedAs?: string | undefined;
  }): Promise<{ speaking: Speaking | undefined; author: Author; note: string }>;
  /** For a message of a roleplay: those whose turn it is, in order. */
  inScene(said: {
    where: Place;
    person: Author;
    text: string;
  }): Promise<{ cast: Cast; speakers: Speaking[]; author: Author }>;
  /** One whose turn comes later: 'left' if it does not play any more, 'over' if nobody does. */
  laterInScene(turn: { where: Place; speaker: Pick<LoadedPersona, 'ref'> }): Promise<Speaking | 'left' | 'over'>;
  /** A persona among those that play in a place now. */
  playing(speech: { where: Place; speaker: LoadedPersona; generation: GenerationKind }): Promise<Speaking>;
  speakingOf(speech: {
    where: Place;
    speaker: LoadedPersona;
    members: readonly LoadedPersona[];
    generation: GenerationKind;
  }): Promise<Speaking>;
}

export interface SpeakersOptions {
  casting: Casting;
  players: Players;
  settings: Pick<SettingsStore, 'read'>;
  random: () => number;
}

const DELETED_NOTE =
  '-# The persona that spoke here was deleted: the assistant replies. `/persona use` chooses another one.\n';

export function createSpeakers({ casting, players, settings, random }: SpeakersOptions): Speakers {
  const speakingOf: Speakers['speakingOf'] = async ({ where, speaker, members, generation }) => {
    requireGrownUpPlace(speaker, where);
    const { expressions = 'off' } = where.guildId === undefined ? {} : await settings.read({ guildId: where.guildId });
    const emotions = expressions === 'off' ? [] : Object.keys(speaker.expressions);
    return { speaker, members, generation, emotions };
  };

  const chosenOf = ({ members }: Cast, text: string, speaking: 'natural' | 'list' | 'manual') => {
    const personas = members.map(({ ref, name, persona }) => ({ ref, name, talkativeness: persona.talkativeness }));
    const refs = nextSpeakers({ personas, speaking, text, isByMember: true, random });
    return refs.flatMap((ref) => members.find((member) => member.ref === ref) ?? []);
  };

  return {
    speakingOf,
    async playing({ where, speaker, generation }) {
      const { members } = await casting.of(where);
      const isMember = members.some(({ ref }) => ref === speaker.ref);
      return speakingOf({ where, speaker, members: isMember ? members : [speaker], generation });
    },
    async answering({ where, person, text, triedAs }) {
      const cast = await casting.of(where);
      const { members, missing } = cast;
      const before = members.find(({ name }) => webhookName(name) === triedAs);
      const speaker = before ?? (members.length > 1 ? chosenOf(cast, text, 'natural')[0] : members[0]);
      if (!speaker) return { speaking: undefined, author: person, note: missing.length > 0 ? DELETED_NOTE : '' };
      return {
        speaking: await speakingOf({ where, speaker, members, generation: 'normal' }),
        author: { id: person.id, name: await players.nameOf(person) },
        note: '',
      };
    },
    async inScene({ where, person, text }) {
      const cast = await casting.of(where);
      const { members, scene } = cast;
      const chosen = chosenOf(cast, text, scene?.speaking ?? 'natural');
      const speakers = chosen.map((speaker) => speakingOf({ where, speaker, members, generation: 'normal' }));
      const author = { id: person.id, name: await players.nameOf(person) };
      return { cast, speakers: await Promise.all(speakers), author };
    },
    async laterInScene({ where, speaker: { ref } }) {
      const { members, scene } = await casting.of(where);
      if (!scene?.isRoleplay || scene.endedAt !== undefined) return 'over';
      const speaker = members.find((member) => member.ref === ref);
      return speaker ? speakingOf({ where, speaker, members, generation: 'normal' }) : 'left';
    },
  };
}

/** Tells who speaks where the message itself cannot. */
export function nameLine(speaker: { name: string } | undefined): string {
  return speaker ? `**${escapeText(speaker.name)}**\n` : '';
}
