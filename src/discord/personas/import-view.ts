import { type APIEmbed, ButtonStyle } from 'discord.js';
import { escapeText } from '../../core/escape-text.ts';
import type { CardFile } from '../../personas/cards/card-file.ts';
import type { ImportReport } from '../../personas/import-report.ts';
import { personName } from '../models/words.ts';
import type { TextButton, View } from '../view.ts';
import { webhookName } from '../webhook-name.ts';
import { mayMarkAdult, takenAwayWords } from './adult.ts';
import { adultMenu } from './edit-panel.ts';
import type { ListedPersona } from './labels.ts';
import { isHidden } from './list-view.ts';
import { isShownBesideMessages } from './pictures.ts';
import { PORTRAIT_SHOWN_MAX_BYTES, portraitFile } from './portraits.ts';
import type { PersonaAsked } from './rights.ts';
import { writeShortRef } from './short-ref.ts';
import { bare, belongsWords, button, counted, quoted } from './words.ts';

interface Imported {
  report: ImportReport;
  card: Pick<CardFile, 'expressions' | 'portrait'>;
  isReplaced?: boolean;
  isDefaultTakenAway?: boolean;
  undo?: TextButton[];
}

/** What came of an import: what the card holds, what of it has no effect, and what to do next. */
export async function importedView(asked: PersonaAsked, persona: ListedPersona, imported: Imported): Promise<View> {
  const { report, card, isReplaced = false, isDefaultTakenAway = false, undo = [] } = imported;
  const isOutOfPlace = isHidden(asked, persona);
  const file = isOutOfPlace ? undefined : await portraitFile(asked.bot, persona);
  const short = writeShortRef(persona.ref);
  const embed: APIEmbed = {
    title: escapeText(persona.label),
    description: linesOf(report, card, isOutOfPlace).join('\n'),
    ...(file ? { thumbnail: { url: `attachment://${file.name}` } } : {}),
  };
  return {
    text: [
      isReplaced
        ? `**Replaced.** ${personName(persona.name)} is now what the file says.`
        : `**Imported.** ${belongsWords(persona.ref)}`,
      ...(persona.isAdult ? ['It is **for adults**, so it speaks in age-restricted channels only.'] : []),
      ...(isDefaultTakenAway ? [takenAwayWords] : []),
      ...nameLines(asked, persona),
    ].join('\n'),
    embeds: [embed],
    ...(file ? { files: [file] } : {}),
    rows: [
      [
        button('Use here', `persona-use:${short}`, { style: ButtonStyle.Primary, disabled: isOutOfPlace }),
        button('Show', `persona-show:${short}`),
        button('Edit', `persona-edit:${short}`),
        ...undo,
      ],
      ...(mayMarkAdult(asked, persona) ? [adultMenu(persona)] : []),
    ],
  };
}

/** How the name looks below what it says, and what is wrong with it. */
function nameLines({ bot }: PersonaAsked, { name, spoken = name }: ListedPersona): string[] {
  const shown = webhookName(spoken);
  return [
    ...(shown === spoken.trim()
      ? []
      : [`Discord does not take its name as it is, so ${personName(spoken)} speaks as ${personName(shown)}.`]),
    ...([name, spoken, shown].some((one) => bare(one) === bare(bot.name))
      ? ['⚠️ It has my name, and nobody could tell us apart. Give it another one with Edit.']
      : []),
  ];
}

function linesOf(report: ImportReport, { expressions, portrait }: Imported['card'], isOutOfPlace: boolean): string[] {
  const { format, greetings, loreEntries, loreDisabled, overrides, creatorNotes, keptUnused, warnings } = report;
  const { brings, repaired } = report;
  const faces = Object.keys(expressions).length;
  const isTooLarge = (portrait?.bytes.length ?? 0) > PORTRAIT_SHOWN_MAX_BYTES;
  const contents = [
    format,
    counted(greetings, 'greeting'),
    loreEntries === 0
      ? 'no lorebook'
      : `${counted(loreEntries, 'lore entry', 'lore entries')}${loreDisabled > 0 ? `, ${loreDisabled} of them off` : ''}`,
    ...(faces === 0 ? [] : [counted(faces, 'face')]),
  ];
  return [
    contents.join(' · '),
    ...(overrides.length === 0 ? [] : [`Brings its own text for: ${overrides.join(', ')}`]),
    ...(brings.length === 0 ? [] : [`Brings: ${brings.join(', ')}`]),
    ...(repaired.length === 0 ? [] : [`Repaired: ${repaired.join('; ')}`]),
    ...(keptUnused.length === 0 ? [] : [`Kept for exports, not used: ${escapeText(keptUnused.join(', '))}`]),
    ...warnings.map((warning) => `⚠️ ${escapeText(warning)}`),
    ...(portrait && !isShownBesideMessages(portrait)
      ? [
          '⚠️ The portrait is a WEBP picture, which Discord does not show beside messages. Choose a PNG or JPEG with Edit.',
        ]
      : []),
    ...(isTooLarge
      ? ['⚠️ The portrait is larger than 8 MiB, so Discord does not show it. Choose a smaller one with Edit.']
      : []),
    ...(creatorNotes === '' || isOutOfPlace ? [] : ['**Creator’s notes**', quoted(escapeText(creatorNotes))]),
  ];
}
