import type { PromptRole } from '../../personas/persona.ts';
import type { AuthorsNote, PlanRequest } from '../../prompt/plan.ts';
import { type Fields, fieldsOf, listOf, numberOf, textOf } from './fields.ts';

/** A note of SillyTavern that belongs to a character. */
export interface CharacterNote {
  characterName: string;
  text: string;
  place: 'instead' | 'before' | 'after';
}

const ROLES: readonly PromptRole[] = ['system', 'user', 'assistant'];
const NOTE_POSITIONS: readonly AuthorsNote['position'][] = ['after-main', 'in-chat', 'before-main'];
const PLACES: readonly CharacterNote['place'][] = ['instead', 'before', 'after'];
const USER_POSITIONS: readonly PlanRequest['user']['position'][] = [0, 2, 3, 4, 9];

/** The chat's note; what it does not say is as the settings have it. */
export function readNote(metadata: Fields, settings: Fields): AuthorsNote {
  const position = numberOf(metadata.note_position ?? settings.defaultPosition, 1);
  return {
    text: textOf(metadata.note_prompt, textOf(settings.default)),
    interval: numberOf(metadata.note_interval ?? settings.defaultInterval, 1),
    position: NOTE_POSITIONS[position] ?? 'in-chat',
    depth: numberOf(metadata.note_depth ?? settings.defaultDepth, 4),
    role: roleOf(metadata.note_role ?? settings.defaultRole),
  };
}

export function readCharacterNotes(settings: Fields): CharacterNote[] {
  return listOf(settings.chara).flatMap((entry) => {
    const { name, prompt, position, useChara } = fieldsOf(entry);
    if (useChara !== true) return [];
    const place = PLACES[numberOf(position, 0)] ?? 'instead';
    return [{ characterName: textOf(name), text: textOf(prompt), place }];
  });
}

export function noteFor(
  note: AuthorsNote | undefined,
  characterNotes: readonly CharacterNote[],
  characterName: string,
): AuthorsNote | undefined {
  const own = characterNotes.find((entry) => entry.characterName === characterName);
  if (!note || !own) return note;
  const texts = { instead: [own.text], before: [own.text, note.text], after: [note.text, own.text] };
  return { ...note, text: texts[own.place].join('\n') };
}

export function readUser(persona: Fields): PlanRequest['user'] {
  const position = numberOf(persona.position, 0);
  return {
    name: textOf(persona.name, 'Robin'),
    description: textOf(persona.description),
    position: USER_POSITIONS.find((known) => known === position) ?? 0,
    depth: numberOf(persona.depth, 2),
    role: roleOf(persona.role),
  };
}

/** By its name or SillyTavern's number. */
export function roleOf(value: unknown): PromptRole {
  return ROLES.find((role, index) => role === value || index === value) ?? 'system';
}
