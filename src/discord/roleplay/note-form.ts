import { UserError } from '../../core/errors.ts';
import type { Scene, SceneNote } from '../../storage/scenes.ts';
import type { Modal, ModalContext, ModalInput } from '../modal.ts';

export const NOTE_PLACES: Record<SceneNote['position'], string> = {
  'in-chat': 'among the newest messages',
  'after-main': 'below the main instructions',
  'before-main': 'above the main instructions',
};

const TEXT_MAX_LENGTH = 4_000;
const NUMBER_MAX = 1_000;
/** SillyTavern's. */
const DEFAULTS: Pick<SceneNote, 'depth' | 'interval' | 'position'> = { depth: 4, interval: 1, position: 'in-chat' };

export function noteForm({ note }: Scene): Modal<ModalInput> {
  const { depth, interval, position } = note ?? DEFAULTS;
  return {
    custom_id: 'scene-note-set:here',
    title: 'Author’s note',
    inputs: {
      text: {
        label: 'What the model keeps in mind',
        description: 'For example: it is night, and nobody trusts the captain.',
        value: note?.text.slice(0, TEXT_MAX_LENGTH),
        isLong: true,
        isRequired: true,
        maxLength: TEXT_MAX_LENGTH,
      },
      place: {
        kind: 'select',
        label: 'Where it stands',
        isRequired: true,
        options: Object.entries(NOTE_PLACES).map(([value, label]) => ({ label, value, isChosen: value === position })),
      },
      depth: {
        label: 'So many messages before the end',
        description: 'Among the messages only: 0 is the very end.',
        value: String(depth),
        maxLength: 4,
      },
      interval: {
        label: 'At every so many messages of players',
        description: '1: always.',
        value: String(interval),
        maxLength: 4,
      },
    },
  };
}

/** @throws UserError `input` that says which field cannot be used */
export function readNote({ fields, choices }: Pick<ModalContext, 'fields' | 'choices'>): Omit<SceneNote, 'by' | 'at'> {
  const text = (fields['text'] ?? '').trim();
  if (text === '') throw new UserError('input', 'The note is empty. Press **Clear** to take it away.');
  const position = choices['place']?.[0] ?? DEFAULTS.position;
  if (!isPosition(position)) throw new UserError('input', 'This form is from an older version of the bot.');
  return {
    text,
    position,
    depth: readNumber(fields['depth'], {
      fallback: DEFAULTS.depth,
      min: 0,
      what: 'The number of messages before the end',
    }),
    interval: readNumber(fields['interval'], {
      fallback: DEFAULTS.interval,
      min: 1,
      what: '“At every so many messages”',
    }),
    role: 'system',
  };
}

function isPosition(value: string): value is SceneNote['position'] {
  return Object.hasOwn(NOTE_PLACES, value);
}

function readNumber(
  typed: string | undefined,
  { fallback, min, what }: { fallback: number; min: number; what: string },
): number {
  const trimmed = typed?.trim() ?? '';
  if (trimmed === '') return fallback;
  const number = Number(trimmed);
  if (Number.isInteger(number) && number >= min && number <= NUMBER_MAX) return number;
  throw new UserError('input', `${what} must be a whole number from ${min} to ${NUMBER_MAX}. Nothing was changed.`);
}
