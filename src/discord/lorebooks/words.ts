import { escapeText } from '../../core/escape-text.ts';
import { clip } from '../../core/text.ts';
import type { LorebookFormat } from '../../personas/lorebooks/read-lorebook.ts';
import { counted, oneLine } from '../personas/words.ts';

const NAME_MAX_LENGTH = 100;

const FORMATS: Record<LorebookFormat, string> = {
  sillytavern: 'SillyTavern',
  v3: 'V3',
  agnai: 'Agnai',
  novelai: 'NovelAI',
  risu: 'RisuAI',
  kobold: 'Kobold',
  chub: 'Chub',
  card: 'from a character card',
};

/** The name of a lorebook, in bold. */
export function bookName(name: string): string {
  return `**${shown(name, NAME_MAX_LENGTH)}**`;
}

/** A stranger's text on one line, without meaning as Markdown. */
export function shown(text: string, maxLength: number): string {
  return escapeText(clip(oneLine(text), maxLength));
}

export function formatWords(format: string): string {
  return Object.hasOwn(FORMATS, format) ? FORMATS[format as LorebookFormat] : format;
}

/** "12 entries, 2 of them off". */
export function entriesWords({ entries, disabled }: { entries: number; disabled: number }): string {
  return `${counted(entries, 'entry', 'entries')}${disabled === 0 ? '' : `, ${counted(disabled, 'of them', 'of them')} off`}`;
}
