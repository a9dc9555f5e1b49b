import { UserError } from '../../core/errors.ts';
import { type Owner, ownerOf, type PersonaRef } from '../../core/refs.ts';
import type { Card } from '../../personas/cards/card.ts';
import { greetingsOf, type Persona, spokenName } from '../../personas/persona.ts';
import type { FileInfo, NewFile, PersonaDraft, StoredPersona } from '../../storage/personas.ts';
import type { TextButton } from '../view.ts';
import { gone, listedPersona } from './labels.ts';
import { type PersonaAsked, requireEdit } from './rights.ts';
import { showPersona } from './show-view.ts';
import type { Undos } from './undos.ts';
import { button, oneLine } from './words.ts';

export const PERSONAL_MAX = 20;
const ABOUT_MAX_LENGTH = 200;

/** What of a persona becomes another one; what is left out stays. `portrait: null` takes it away. */
export interface PersonaChange {
  card?: Card | undefined;
  /** Of the card, where it is known already. */
  summary?: PersonaDraft['summary'] | undefined;
  isAdult?: boolean | undefined;
  portrait?: NewFile | null | undefined;
  expressions?: Record<string, NewFile> | undefined;
  otherAssets?: Record<string, NewFile> | undefined;
}

export interface Changed {
  /** A button that takes the change back for 10 minutes; none if the earlier state is too large to be kept. */
  undo: TextButton[];
  /** The server's default no longer is this persona, because it is for adults now. */
  isDefaultTakenAway: boolean;
}

/** What lists show of a card. */
export function summaryOf(persona: Omit<Persona, 'lorebook'>, loreEntries: number): PersonaDraft['summary'] {
  const { name, tags, creatorNotes, description } = persona;
  return {
    name,
    ...(spokenName(persona) === name ? {} : { spoken: spokenName(persona) }),
    tags,
    about: oneLine(oneLine(creatorNotes) || description).slice(0, ABOUT_MAX_LENGTH),
    hasLorebook: loreEntries > 0,
    greetings: greetingsOf(persona).length,
  };
}

async function readSummary(card: Card): Promise<PersonaDraft['summary']> {
  const { personaInSlices } = await import('../../personas/cards/card.ts');
  const { lorebook, ...persona } = await personaInSlices(card);
  return summaryOf(persona, lorebook?.entries.length ?? 0);
}

/** @throws UserError `missing`, also for one that comes with the bot */
export async function storedPersona({ bot }: Pick<PersonaAsked, 'bot'>, ref: PersonaRef): Promise<StoredPersona> {
  const stored = await bot.personas.get(ref);
  if (!stored) throw gone();
  return stored;
}

/** The card of a stored persona. */
export async function cardOf({ card }: Pick<StoredPersona, 'card'>): Promise<Card> {
  const { readCard } = await import('../../personas/cards/card.ts');
  return readCard(card.raw);
}

/**
 * Saves a change of a persona, and keeps what was there before for an Undo.
 *
 * @throws UserError if the person may not, or the persona was deleted
 */
export async function changePersona(
  asked: PersonaAsked,
  { ref, change, undos }: { ref: PersonaRef; change: PersonaChange; undos: Undos },
): Promise<Changed> {
  await requireEdit(asked, ref);
  const { bot } = asked;
  const before = await storedPersona(asked, ref);
  const draft = await draftOf(asked, before, change);
  const earlier = await restorable(asked, before, draft);
  const { changedAt, isAdult } = await bot.personas.save(ownerOfStored(ref), draft);
  const id = undos.keep(
    {
      sizeBytes: earlier.sizeBytes,
      async run(by) {
        await requireEdit(by, ref);
        const now = await storedPersona(by, ref);
        if (now.changedAt !== changedAt)
          throw new UserError('missing', 'This persona was changed again since then, so the change cannot be undone.');
        await bot.personas.save(ownerOfStored(ref), earlier.draft);
        return showPersona(by, await listedPersona(by, ref), { said: '**Undone.** It is as it was before.' });
      },
    },
    bot.clock.now(),
  );
  return {
    undo: id === undefined ? [] : [button('Undo', `persona-undo:${id}`)],
    isDefaultTakenAway: isAdult && (await takeDefaultAway(asked, ref)),
  };
}

/**
 * Stores a new persona.
 *
 * @throws UserError `input` if the owner has as many as they may
 */
export async function addPersona(
  asked: PersonaAsked,
  owner: Owner,
  added: PersonaChange & { card: Card; isAdult: boolean },
): Promise<StoredPersona> {
  await requireRoom(asked, owner);
  const { card, summary = await readSummary(card), isAdult, portrait, expressions = {}, otherAssets = {} } = added;
  return asked.bot.personas.save(owner, {
    card,
    isAdult,
    by: { id: asked.person.id, name: asked.person.name },
    summary,
    portrait: portrait ?? undefined,
    expressions,
    otherAssets,
  });
}

/** @throws UserError `input` if a person has as many personas of their own as they may */
export async function requireRoom({ bot, place, person }: PersonaAsked, owner: Owner): Promise<void> {
  if (owner !== `user:${person.id}`) return;
  const own = (await bot.personas.visible(place, person.id)).filter(({ ref }) => ownerOf(ref) === owner);
  if (own.length < PERSONAL_MAX) return;
  throw new UserError(
    'input',
    `You have ${PERSONAL_MAX} personas of your own already. Delete one with \`/persona delete\`, then try again.`,
  );
}

async function draftOf({ person }: PersonaAsked, before: StoredPersona, change: PersonaChange): Promise<PersonaDraft> {
  const { card = await cardOf(before), summary = await readSummary(card) } = change;
  return {
    ref: before.ref,
    card: change.card ?? before.card,
    isAdult: change.isAdult ?? before.isAdult,
    lorebookOff: before.lorebookOff,
    by: { id: person.id, name: person.name },
    summary,
    portrait: change.portrait === null ? undefined : (change.portrait ?? before.portrait),
    expressions: change.expressions ?? before.expressions,
    otherAssets: change.otherAssets ?? before.otherAssets,
  };
}

/** What brings the persona back as it was: with the bytes of those files that the new draft gives up. */
async function restorable(
  { bot }: PersonaAsked,
  before: StoredPersona,
  next: PersonaDraft,
): Promise<{ draft: PersonaDraft; sizeBytes: number }> {
  const kept = new Set(filesOf(next).flatMap((file) => ('sha256' in file ? [file.sha256] : [])));
  let sizeBytes = JSON.stringify(before.card.raw).length;
  const held = async (file: FileInfo): Promise<NewFile> => {
    if (kept.has(file.sha256)) return file;
    const picture = await bot.personas.picture(before.ref, file.name);
    if (!picture) return file;
    sizeBytes += picture.bytes.length;
    return { mediaType: picture.mediaType, bytes: picture.bytes };
  };
  const allHeld = async (files: Record<string, FileInfo>) => {
    const entries: [string, NewFile][] = [];
    for (const [label, file] of Object.entries(files)) entries.push([label, await held(file)]);
    return Object.fromEntries(entries);
  };
  const { ref, card, isAdult, lorebookOff, by } = before;
  const draft: PersonaDraft = {
    ref,
    card,
    isAdult,
    lorebookOff,
    by,
    summary: await readSummary(await cardOf(before)),
    portrait: before.portrait && (await held(before.portrait)),
    expressions: await allHeld(before.expressions),
    otherAssets: await allHeld(before.otherAssets),
  };
  return { draft, sizeBytes };
}

function filesOf({ portrait, expressions, otherAssets }: PersonaDraft): NewFile[] {
  return [...(portrait ? [portrait] : []), ...Object.values(expressions), ...Object.values(otherAssets)];
}

/** One for adults would silence the bot wherever it may not speak. */
async function takeDefaultAway({ bot, place }: PersonaAsked, ref: PersonaRef): Promise<boolean> {
  const { guildId } = place;
  if (guildId === undefined) return false;
  const { before } = await bot.settings.update({ guildId }, (current) => {
    if (current.persona?.ref !== ref) return current;
    const { persona: _, ...rest } = current;
    return rest;
  });
  return before.persona?.ref === ref;
}

function ownerOfStored(ref: PersonaRef): Owner {
  const owner = ownerOf(ref);
  if (!owner) throw gone();
  return owner;
}
