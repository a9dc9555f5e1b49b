import { stripVTControlCharacters, styleText } from 'node:util';
import type { ShownMessage } from '../simulator/discord/index.ts';
import { buttonLabels } from './buttons.ts';
import { describeExtras } from './extras.ts';
import { describeMenu, menusOf } from './menus.ts';
import { type Names, readable } from './readable.ts';
import { wrap } from './wrap.ts';

export interface Rendering extends Names {
  nameOfChannel: (channelId: string) => string;
  /** Of the terminal; Infinity where lines need not be broken. */
  columns: number;
}

/** A message as it stands in the terminal. */
export function render(message: ShownMessage, rendering: Rendering): string {
  const author = styleText(message.author.bot ? 'cyan' : 'green', message.author.name);
  const marks = [message.ephemeral ? 'only you see this' : '', message.edited ? 'edited' : '']
    .filter(Boolean)
    .join(', ');
  const place = `${rendering.nameOfChannel(message.channelId)}${marks && ` (${marks})`}`;
  const head = `\n${author} ${styleText('gray', place)}`;
  const lines = [head, bodyOf(message, rendering), renderExtras(message, rendering), renderButtons(message)];
  return lines.filter((line) => line !== '').join('\n');
}

function bodyOf({ content, loading }: ShownMessage, rendering: Rendering): string {
  if (loading && content === '') return styleText('gray', 'is thinking …');
  return readable(content, rendering)
    .split('\n')
    .flatMap((line) => wrap(line, rendering.columns))
    .map((line) => (/^(?:> |-# )/.test(line) ? styleText('gray', line) : line))
    .join('\n');
}

/** Its embeds and files. */
export function renderExtras(message: ShownMessage, rendering: Rendering): string {
  const { columns } = rendering;
  const lines = describeExtras(message, { columns, readable: (text) => readable(text, rendering) });
  return lines.map((line) => styleText('gray', line)).join('\n');
}

/** Its menus and buttons. */
export function renderButtons(message: ShownMessage): string {
  const buttons = buttonLabels(message).map((label) => styleText('inverse', `[${label}]`));
  return [...menusOf(message).map(describeMenu), buttons.join(' ')].filter((line) => line !== '').join('\n');
}

/** How many rows of a terminal a text takes. */
export function rowsOf(text: string, columns: number): number {
  const width = columns > 0 ? columns : 80;
  return stripVTControlCharacters(text)
    .split('\n')
    .reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / width)), 0);
}
