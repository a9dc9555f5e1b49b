import type { BaseInteraction } from 'discord.js';
import { UserError } from '../../core/errors.ts';
import { ownerOf } from '../../core/refs.ts';
import type { Card } from '../../personas/cards/card.ts';
import type { Picture } from '../../personas/cards/card-file.ts';
import type { FileInfo } from '../../storage/personas.ts';
import type { Asked } from '../models/asked.ts';
import { personName } from '../models/words.ts';
import type { View } from '../view.ts';
import { cardOf, storedPersona } from './change.ts';
import { FORMATS, type Format, readFormat } from './formats.ts';
import { gone, type ListedPersona, loadPersona } from './labels.ts';
import { isHidden } from './list-view.ts';
import { writeShortRef } from './short-ref.ts';
import { button } from './words.ts';

const DEFAULT_LIMIT_BYTES = 10 * 1024 * 1024;
/** A request may have 25 MiB in all. */
const LIMIT_MAX_BYTES = 24 * 1024 * 1024;

export type ExportAsked = Asked & { interaction: Pick<BaseInteraction, 'attachmentSizeLimit'> };

/** @param format As typed or chosen; left out: a PNG if the portrait is one, else what keeps everything. */
export async function exportPersona(asked: ExportAsked, persona: ListedPersona, format?: string): Promise<View> {
  if (asked.place.guildId !== undefined && isHidden(asked, persona)) {
    const why = 'is for adults: export it in an age-restricted channel, or in a direct message with me if it is yours.';
    throw new UserError('permission', `${personName(persona.name)} ${why}`);
  }
  const source = await readSource(asked, persona);
  const as = format === undefined || format === 'default' ? usualFormat(source.portrait) : readFormat(format);
  const others = (Object.keys(FORMATS) as Format[]).filter((other) => other !== as);
  const buttons = others.map((other) =>
    button(FORMATS[other], `persona-export-as:${other}:${writeShortRef(persona.ref)}`),
  );
  const needsFiles = as === 'png' || as === 'charx';
  const file = await asked.bot.cards.write({
    as,
    card: source.card,
    portrait: needsFiles ? await source.readPortrait() : undefined,
    expressions: as === 'charx' ? await source.readExpressions() : {},
    otherAssets: as === 'charx' ? await source.readOtherAssets() : {},
    now: asked.bot.clock.now(),
  });
  const limitBytes = Math.min(asked.interaction.attachmentSizeLimit || DEFAULT_LIMIT_BYTES, LIMIT_MAX_BYTES);
  if (file.bytes.length > limitBytes) {
    const sizes = `${mib(file.bytes.length)} MiB, and Discord takes ${mib(limitBytes)} MiB here`;
    return {
      text: `As ${FORMATS[as]} this persona has ${sizes}. A JSON file holds all of it but the pictures.`,
      rows: [buttons],
    };
  }
  return {
    text: [`**${FORMATS[as]}**: ${CONTENTS[as]}`, ...lossWords(as, source)].join('\n'),
    files: [{ name: file.name, bytes: file.bytes }],
    rows: [buttons],
  };
}

const CONTENTS: Record<Format, string> = {
  png: 'the portrait with the card in it, for SillyTavern, Agnai, RisuAI and others. Send it as a file: a preview has no card in it.',
  'json-v3': 'all texts and the lorebook, without pictures.',
  'json-v2': 'all texts and the lorebook in the older form, without pictures.',
  charx: 'everything: texts, lorebook, portrait, faces and other files.',
};

interface Source {
  card: Card;
  portrait: FileInfo | undefined;
  faces: number;
  readPortrait(): Promise<Picture | undefined>;
  readExpressions(): Promise<Record<string, Picture>>;
  readOtherAssets(): Promise<Record<string, Uint8Array>>;
}

async function readSource(asked: Asked, persona: ListedPersona): Promise<Source> {
  const { ref } = persona;
  const loaded = await loadPersona(asked, persona);
  const read = async (name?: string) => {
    const picture = await asked.bot.personas.picture(ref, name);
    // Only pictures of these types were let in.
    return picture && { mediaType: picture.mediaType as Picture['mediaType'], bytes: picture.bytes };
  };
  const readPortrait = async () => (loaded.portrait ? read(loaded.portrait.name) : undefined);
  const shared = { portrait: loaded.portrait, faces: Object.keys(loaded.expressions).length, readPortrait };
  if (ownerOf(ref) === undefined) {
    return {
      ...shared,
      card: await builtInCard(ref),
      readExpressions: async () => ({}),
      readOtherAssets: async () => ({}),
    };
  }
  const stored = await storedPersona(asked, ref);
  const readAll = async (files: Record<string, FileInfo>) => {
    const entries: [string, Picture][] = [];
    for (const [label, { name }] of Object.entries(files)) {
      const picture = await read(name);
      if (picture) entries.push([label, picture]);
    }
    return entries;
  };
  return {
    ...shared,
    card: await cardOf(stored),
    readExpressions: async () => Object.fromEntries(await readAll(stored.expressions)),
    readOtherAssets: async () =>
      Object.fromEntries((await readAll(stored.otherAssets)).map(([path, { bytes }]) => [path, bytes])),
  };
}

async function builtInCard(ref: string): Promise<Card> {
  const { loadBuiltIn } = await import('../../personas/built-in/index.ts');
  const raw = await loadBuiltIn(ref.slice('built-in:'.length));
  if (!raw) throw gone();
  return cardOf({ card: { format: 'v3', raw } });
}

function usualFormat(portrait: FileInfo | undefined): Format {
  if (!portrait) return 'json-v3';
  return portrait.mediaType === 'image/png' ? 'png' : 'charx';
}

function lossWords(as: Format, { portrait, faces }: Source): string[] {
  if (as !== 'png') return [];
  return [
    ...(portrait && portrait.mediaType !== 'image/png'
      ? ['The portrait is no PNG, so a plain picture stands for it; CHARX keeps it.']
      : []),
    ...(faces > 0 ? ['Faces are not in it; CHARX keeps them.'] : []),
  ];
}

function mib(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
