import { type APIEmbed, ButtonStyle } from 'discord.js';
import type { LoadedPersona } from '../../chat/personas.ts';
import { escapeText } from '../../core/escape-text.ts';
import { ownerOf } from '../../core/refs.ts';
import { clip } from '../../core/text.ts';
import { greetingsOf } from '../../personas/persona.ts';
import { ago, personName } from '../models/words.ts';
import type { Row, TextButton, View } from '../view.ts';
import { type ListedPersona, loadPersona } from './labels.ts';
import { isHidden, speakingHere } from './list-view.ts';
import { portraitFile } from './portraits.ts';
import { mayEdit, type PersonaAsked } from './rights.ts';
import { writeShortRef } from './short-ref.ts';
import { button, counted, oneLine, ownerWords } from './words.ts';

/** What a change has to say above the persona, and what can be pressed for it. */
export interface Notice {
  said: string;
  rows?: Row[] | undefined;
}

/** Of an embed. */
const DESCRIPTION_MAX_LENGTH = 4_096;
const NOTES_MAX_LENGTH = 1_200;
const ABOUT_MAX_LENGTH = 500;
const TAGS_MAX_LENGTH = 300;

/** Everything about one persona but its texts. */
export async function showPersona(asked: PersonaAsked, persona: ListedPersona, notice?: Notice): Promise<View> {
  const loaded = await loadPersona(asked, persona);
  const isOutOfPlace = isHidden(asked, persona);
  const file = isOutOfPlace
    ? undefined
    : await portraitFile(asked.bot, { ref: persona.ref, name: loaded.name, portrait: loaded.portrait });
  const isSpeaking = (await speakingHere(asked)).includes(persona.ref);
  const embed: APIEmbed = {
    title: escapeText(persona.label),
    description: clip(
      [
        ...(isSpeaking ? ['**Speaks here**'] : []),
        ...factsOf(asked, persona, loaded),
        ...(isOutOfPlace ? ['The rest is shown in age-restricted channels only.'] : textsOf(loaded)),
      ].join('\n'),
      DESCRIPTION_MAX_LENGTH,
    ),
    ...(file ? { thumbnail: { url: `attachment://${file.name}` } } : {}),
  };
  return {
    text: notice?.said ?? '',
    embeds: [embed],
    ...(file ? { files: [file] } : {}),
    rows: [...(await buttonsFor(asked, persona, loaded)), ...(notice?.rows ?? [])],
  };
}

function factsOf({ place }: PersonaAsked, { ref, isAdult, by, at }: ListedPersona, loaded: LoadedPersona): string[] {
  const { persona, expressions, name } = loaded;
  const lore = persona.lorebook?.entries ?? [];
  const disabled = lore.filter(({ isEnabled }) => !isEnabled).length;
  const faces = Object.keys(expressions).length;
  const overrides = [
    ...(persona.systemPrompt.trim() === '' ? [] : ['the main prompt']),
    ...(persona.postHistoryInstructions.trim() === '' ? [] : ['the post-history instructions']),
  ];
  const isOwned = ownerOf(ref) !== undefined;
  return [
    `-# ${[ownerWords(ref, place), ...(isAdult ? ['**for adults**: speaks in age-restricted channels only'] : [])].join(' · ')}`,
    ...(name === persona.name ? [] : [`Speaks as ${personName(name)}`]),
    [
      counted(greetingsOf(persona).length, 'greeting'),
      lore.length === 0
        ? 'no lorebook'
        : `${counted(lore.length, 'lore entry', 'lore entries')}${disabled > 0 ? `, ${disabled} of them off` : ''}`,
      ...(faces === 0 ? [] : [counted(faces, 'face')]),
    ].join(' · '),
    ...(overrides.length === 0 ? [] : [`Brings its own text for ${overrides.join(' and ')}`]),
    ...(isOwned ? [`Added by ${personName(by.name)} ${ago(at)}`] : []),
  ];
}

function textsOf({ persona }: LoadedPersona): string[] {
  const { creator, characterVersion, creatorNotes, description, tags } = persona;
  const version = characterVersion.trim() === '' ? '' : `, version ${shown(characterVersion)}`;
  const notes = creatorNotes.trim();
  return [
    ...(creator.trim() === '' ? [] : [`Made by ${shown(creator)}${version}`]),
    ...(tags.length === 0 ? [] : [`Tags: ${escapeText(clip(oneLine(tags.join(', ')), TAGS_MAX_LENGTH))}`]),
    '',
    ...(notes === ''
      ? [escapeText(clip(oneLine(description), ABOUT_MAX_LENGTH))]
      : ['**Creator’s notes**', escapeText(clip(notes, NOTES_MAX_LENGTH))]),
  ];
}

async function buttonsFor(asked: PersonaAsked, persona: ListedPersona, loaded: LoadedPersona): Promise<TextButton[][]> {
  const { place, person } = asked;
  const short = writeShortRef(persona.ref);
  const isOutOfPlace = isHidden(asked, persona);
  const greetings = greetingsOf(loaded.persona).length;
  const isEditor = await mayEdit(asked, persona.ref);
  return [
    [
      button('Use here', `persona-use:${short}`, { style: ButtonStyle.Primary, disabled: isOutOfPlace }),
      ...(greetings === 0 || isOutOfPlace ? [] : [button('Greetings', `persona-greetings:${short}:0`)]),
      button('Export', `persona-export:default:${short}`),
      ...(isEditor
        ? [
            button('Edit', `persona-edit:${short}`),
            button('Delete', `persona-delete:${short}`, { style: ButtonStyle.Danger }),
          ]
        : []),
    ],
    person.isAdmin && place.guildId !== undefined ? [await defaultButton(asked, persona, place.guildId)] : [],
  ];
}

async function defaultButton(
  { bot }: PersonaAsked,
  { ref, isAdult }: ListedPersona,
  guildId: string,
): Promise<TextButton> {
  const { persona } = await bot.settings.read({ guildId });
  const short = writeShortRef(ref);
  if (persona?.ref === ref) return button('Server default: take away', `persona-no-default:${short}`);
  const isPersonal = ownerOf(ref)?.startsWith('user:') ?? false;
  return button('Server default', `persona-default:${short}`, { disabled: isAdult || isPersonal });
}

function shown(text: string): string {
  return escapeText(clip(oneLine(text), 100));
}
