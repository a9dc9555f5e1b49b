import { UserError } from '../../core/errors.ts';
import { escapeText } from '../../core/escape-text.ts';
import { clip } from '../../core/text.ts';
import { findVisible } from '../../core/visible.ts';
import type { UserRecord } from '../../storage/users.ts';
import type { Modal } from '../modal.ts';
import type { Asked } from '../models/asked.ts';
import { personName } from '../models/words.ts';
import type { View } from '../view.ts';
import type { Undos } from './undos.ts';
import { bare, button, oneLine, quoted } from './words.ts';

type Played = NonNullable<UserRecord['persona']>;

const NAME_MAX_LENGTH = 80;
const PRONOUNS_MAX_LENGTH = 40;
const SHOWN_MAX_LENGTH = 1_400;
/** Controls and marks that show nothing or turn the direction of text. */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}]/gu;

/** Who the person plays, for their eyes only. */
export async function showMe({ bot, person }: Asked, said?: string): Promise<View> {
  const { persona } = await bot.users.read(person.id);
  const head = said === undefined ? [] : [said];
  if (!persona) {
    return {
      text: [
        ...head,
        `**You play as yourself**: personas know you as ${personName(person.name)}.`,
        'Give yourself another name, and say who you are: every persona reads it when you talk to it, in every server.',
      ].join('\n'),
      rows: [[button('Write it', 'persona-me:form')]],
    };
  }
  return {
    text: [...head, ...previewOf(persona)].join('\n'),
    rows: [[button('Edit', 'persona-me:form'), button('Clear', 'persona-me-clear:all')]],
  };
}

function previewOf({ name, pronouns, description }: Played): string[] {
  const with_ = pronouns === '' ? '' : ` (${escapeText(pronouns)})`;
  return [
    `**You play as** ${personName(name)}${with_}.`,
    description === ''
      ? 'You have said nothing about yourself.'
      : quoted(escapeText(clip(description, SHOWN_MAX_LENGTH))),
    '-# Personas read this when you talk to them, in every server. Nobody else is shown it, but a persona may speak of it.',
  ];
}

export async function meForm({ bot, person }: Asked): Promise<Modal> {
  const { persona } = await bot.users.read(person.id);
  return {
    custom_id: 'persona-me-save:form',
    title: 'Who you play',
    inputs: {
      name: { label: 'Name', value: persona?.name ?? person.name, maxLength: NAME_MAX_LENGTH, isRequired: true },
      pronouns: {
        label: 'Pronouns',
        value: persona?.pronouns,
        placeholder: 'she/her, he/him, they/them …',
        maxLength: PRONOUNS_MAX_LENGTH,
      },
      description: {
        label: 'Description',
        description: 'Who you are, and how you look: what personas should know of you.',
        value: persona?.description,
        isLong: true,
      },
    },
  };
}

/** @throws UserError for a name that cannot be used */
export async function saveMe(asked: Asked, fields: Record<string, string>): Promise<View> {
  const { bot, person } = asked;
  const name = await requireName(asked, fields['name'] ?? '');
  const pronouns = plain(fields['pronouns'] ?? '').slice(0, PRONOUNS_MAX_LENGTH);
  const description = (fields['description'] ?? '').trim();
  await bot.users.update(person.id, (current) => ({
    ...current,
    persona: { name, pronouns, description, at: bot.clock.now() },
  }));
  return showMe(asked, '**Saved.**');
}

export async function clearMe(asked: Asked, undos: Undos): Promise<View> {
  const { bot, person } = asked;
  const { before } = await bot.users.update(person.id, (current) => ({ ...current, persona: undefined }));
  const { persona } = before;
  if (!persona) return showMe(asked, 'Nothing was changed.');
  const id = undos.keep(
    {
      sizeBytes: persona.description.length * 2,
      async run(by) {
        if (by.person.id !== person.id) throw new UserError('permission', 'This button belongs to another member.');
        const { after } = await bot.users.update(person.id, (current) =>
          current.persona ? current : { ...current, persona },
        );
        if (after.persona?.at !== persona.at)
          throw new UserError('missing', 'You have written another one since then, so there is nothing to undo.');
        return showMe(by, '**It is back.**');
      },
    },
    bot.clock.now(),
  );
  const view = await showMe(asked, '**Cleared.**');
  return id === undefined ? view : { ...view, rows: [...(view.rows ?? []), [button('Undo', `persona-undo:${id}`)]] };
}

/** @throws UserError `input` */
async function requireName({ bot, place, person }: Asked, typed: string): Promise<string> {
  const name = plain(typed);
  if (name === '' || findVisible(name) === undefined)
    throw new UserError('input', 'A name needs something that can be seen. Type 1 to 80 characters.');
  if (name.length > NAME_MAX_LENGTH)
    throw new UserError('input', `A name can have ${NAME_MAX_LENGTH} characters. Type a shorter one.`);
  const taken = [
    bot.name,
    ...(await bot.personas.visible(place, person.id)).flatMap(({ name: full, spoken = full }) => [full, spoken]),
    ...(await speakingNames({ bot, place })),
  ];
  if (taken.some((other) => bare(other) === bare(name))) {
    throw new UserError(
      'input',
      `“${escapeText(name)}” is the name of the bot or of a persona here, and nobody could tell you apart. Type another one.`,
    );
  }
  return name;
}

/** Some speak by another name than their own. */
async function speakingNames({ bot, place }: Pick<Asked, 'bot' | 'place'>): Promise<string[]> {
  try {
    return (await bot.casting.of(place)).members.map(({ name }) => name);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

function plain(text: string): string {
  return oneLine(text.normalize('NFC').replaceAll(UNSEEN, ' '));
}
