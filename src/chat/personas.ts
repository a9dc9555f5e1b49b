import { UserError } from '../core/errors.ts';
import { escapeText } from '../core/escape-text.ts';
import { createRecent } from '../core/recent.ts';
import { type Owner, ownerOf, type PersonaRef } from '../core/refs.ts';
import { clip } from '../core/text.ts';
import { nearestTo } from '../models/nearest-names.ts';
import { type Persona, spokenName } from '../personas/persona.ts';
import type { FileInfo, PersonaStore, PersonaSummary, StoredPersona } from '../storage/personas.ts';
import type { Place } from './place.ts';

/** A persona ready to speak. */
export interface LoadedPersona {
  ref: PersonaRef;
  /** What it is called in a conversation. */
  name: string;
  persona: Persona;
  isAdult: boolean;
  portrait?: FileInfo | undefined;
  /** Pictures by emotion. */
  expressions: Record<string, FileInfo>;
}

/** The personas that come with the bot. */
export interface BuiltInPersonas {
  list(): PersonaSummary[];
  /** Undefined for an id that there is none of. */
  load(id: string): Promise<{ card: StoredPersona['card']; portrait?: FileInfo | undefined } | undefined>;
  picture(id: string): Promise<{ mediaType: string; bytes: Buffer; sha256: string } | undefined>;
}

/** Stored and built-in personas under one roof; what is changed goes through here, so that nobody speaks by an old card. */
export interface Personas extends Pick<PersonaStore, 'get' | 'save' | 'remove' | 'restore'> {
  /** Undefined for one that is deleted. */
  load(ref: PersonaRef): Promise<LoadedPersona | undefined>;
  /** Those that a person can choose in a place: the server's, their own, the built-in ones. */
  visible(place: Place, personId: string): Promise<PersonaSummary[]>;
  /**
   * The one that a person means by a name or ref.
   *
   * @throws UserError `missing` with the nearest names
   */
  find(place: Place, personId: string, typed: string): Promise<PersonaSummary>;
  /** The portrait, or another of its files by name. */
  picture(ref: PersonaRef, name?: string): Promise<{ mediaType: string; bytes: Buffer; sha256: string } | undefined>;
}

export interface PersonasOptions {
  store: PersonaStore;
  builtIn: BuiltInPersonas;
}

const KEPT = 64;
/** Of the cards' JSON together. */
const KEPT_LENGTH = 8 * 1024 * 1024;
const SUGGESTED = 3;
const NAME_MAX_LENGTH = 100;
const BUILT_IN = 'built-in:';

export function createPersonas({ store, builtIn }: PersonasOptions): Personas {
  const kept = createRecent<PersonaRef, { loaded: LoadedPersona; length: number }>({
    maxSize: KEPT,
    maxWeight: KEPT_LENGTH,
    weightOf: ({ length }) => length,
  });
  let changes = 0;

  async function open(ref: PersonaRef): Promise<{ loaded: LoadedPersona; length: number } | undefined> {
    const id = builtInId(ref);
    const stored = id === undefined ? await store.get(ref) : await builtIn.load(id);
    if (!stored) return undefined;
    const { card, portrait } = stored;
    const { isAdult = false, expressions = {}, lorebookOff } = stored as Partial<StoredPersona>;
    const { personaInSlices, readCard } = await import('../personas/cards/card.ts');
    const { lorebook, ...others } = await personaInSlices(readCard(card.raw));
    const persona = lorebookOff ? others : { ...others, lorebook };
    const loaded = { ref, name: spokenName(persona), persona, isAdult, portrait, expressions };
    return { loaded, length: JSON.stringify(card.raw).length };
  }

  async function load(ref: PersonaRef): Promise<LoadedPersona | undefined> {
    const before = changes;
    const known = kept.get(ref);
    if (known) return known.loaded;
    const read = await open(ref);
    // What was read while something changed may be old.
    if (read && before === changes) kept.set(ref, read);
    return read?.loaded;
  }

  function forget(ref: PersonaRef): void {
    changes += 1;
    kept.delete(ref);
  }

  async function visible({ guildId }: Place, personId: string): Promise<PersonaSummary[]> {
    const owners: Owner[] = [...(guildId ? [`guild:${guildId}` as const] : []), `user:${personId}`];
    const lists = await Promise.all(owners.map((owner) => store.list(owner)));
    return [...lists.flat(), ...builtIn.list()];
  }

  return {
    load,
    visible,
    get: store.get,
    async save(owner, draft) {
      const saved = await store.save(owner, draft);
      forget(saved.ref);
      return saved;
    },
    async remove(ref) {
      const removed = await store.remove(ref);
      forget(ref);
      return removed;
    },
    restore: store.restore,
    async find(place, personId, typed) {
      const personas = await visible(place, personId);
      const wanted = normalized(typed);
      const found =
        personas.find(({ ref }) => ref === typed) ??
        personas.find(({ name }) => normalized(name) === wanted) ??
        personas.find(({ spoken }) => spoken !== undefined && normalized(spoken) === wanted) ??
        only(personas.filter((persona) => wanted !== '' && namesOf(persona).some((name) => name.includes(wanted))));
      if (found) return found;
      const names = personas.flatMap((persona) =>
        namesOf(persona).map((normalizedName) => ({ name: persona.name, normalized: normalizedName })),
      );
      const nearest = [...new Set(nearestTo(wanted, names, 2 * SUGGESTED))]
        .slice(0, SUGGESTED)
        .map((name) => `“${escapeText(clip(name, NAME_MAX_LENGTH))}”`);
      throw new UserError(
        'missing',
        `There is no persona “${escapeText(clip(typed, NAME_MAX_LENGTH))}” here. Nearest: ${nearest.join(', ')}. ` +
          '`/persona list` shows all of them.',
      );
    },
    async picture(ref, name) {
      const id = builtInId(ref);
      if (id !== undefined) return builtIn.picture(id);
      const fileName = name ?? (await load(ref))?.portrait?.name;
      return fileName === undefined ? undefined : store.file(ref, fileName);
    },
  };
}

/** A person's own persona goes where they go; a server's stays there. */
export function belongsHere(ref: PersonaRef, { guildId }: Place, personId: string): boolean {
  if (builtInId(ref) !== undefined) return true;
  const owner = ownerOf(ref);
  return owner === `guild:${guildId}` || owner === `user:${personId}`;
}

function builtInId(ref: PersonaRef): string | undefined {
  return ref.startsWith(BUILT_IN) ? ref.slice(BUILT_IN.length) : undefined;
}

/** The card's name, and what it is called. */
function namesOf({ name, spoken }: PersonaSummary): string[] {
  return [name, ...(spoken === undefined ? [] : [spoken])].map(normalized);
}

function normalized(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase().slice(0, NAME_MAX_LENGTH);
}

const only = <T>(items: readonly T[]): T | undefined => (items.length === 1 ? items[0] : undefined);
