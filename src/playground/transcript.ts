import { stripVTControlCharacters, styleText } from 'node:util';
import type { ShownMessage, SimulatorEvent } from '../simulator/discord/index.ts';
import { buttonLabels } from './buttons.ts';
import { describeMenu, menusOf } from './menus.ts';

export interface TranscriptOptions {
  output: NodeJS.WriteStream;
  /** Puts the prompt back below what was written. */
  redrawPrompt: () => void;
  /** The person who looks; ephemeral messages of others are not shown. */
  viewerId: () => string;
  nameOfChannel: (channelId: string) => string;
  nameOfPerson: (userId: string) => string;
}

/**
 * Shows a channel in a terminal as it happens. On a terminal the message being written is redrawn in place; elsewhere
 * each change prints what was added.
 */
export function createTranscript(options: TranscriptOptions) {
  const { output, redrawPrompt, viewerId } = options;
  /** What was printed of each message, as Discord has it. */
  const printed = new Map<string, string>();
  let liveId: string | undefined;
  let liveRows = 0;

  function show(event: SimulatorEvent): void {
    if (event.type === 'interaction-failed') return print(styleText('red', 'The application did not respond'));
    if (event.type === 'message-deleted')
      return print(styleText('gray', `(${event.message.author.name}’s message was deleted)`));
    if (event.type !== 'message-created' && event.type !== 'message-updated') return;
    if (event.visibleTo !== undefined && event.visibleTo !== viewerId()) return;
    const { message } = event;
    if (output.isTTY) redraw(message);
    else append(message);
  }

  function redraw(message: ShownMessage): void {
    eraseLive(message.id);
    const text = render(message, options);
    output.write(`\r\u001B[J${text}\n`);
    liveId = message.id;
    liveRows = rowsOf(text, output.columns);
    redrawPrompt();
  }

  /** Only the message shown last can be redrawn where it stands; an older one is shown again below. */
  function eraseLive(id: string): void {
    if (liveId === id && liveRows > 0) output.write(`\r\u001B[${liveRows}A\u001B[J`);
  }

  /** Without a terminal nothing can be redrawn: what was added is printed, and the buttons that stay. */
  function append(message: ShownMessage): void {
    const { content } = message;
    const shown = printed.get(message.id);
    printed.set(message.id, content);
    if (shown !== undefined && liveId === message.id && content.startsWith(shown)) {
      if (content !== shown) output.write(`… ${readable(content.slice(shown.length), options)}\n`);
      if (!message.loading && buttonLabels(message).some((label) => label !== 'Stop'))
        output.write(`${buttonsOf(message)}\n`);
    } else {
      output.write(`${render(message, options)}\n`);
    }
    liveId = message.id;
  }

  function print(text: string): void {
    output.write(output.isTTY ? `\r\u001B[J${text}\n` : `${text}\n`);
    liveId = undefined;
    liveRows = 0;
    if (output.isTTY) redrawPrompt();
  }

  /** The person pressed Enter: their line now stands between the live message and the prompt. */
  function entered(line: string): void {
    if (liveRows > 0) liveRows += rowsOf(`> ${line}`, output.columns);
  }

  return { show, print, entered };
}

function render(message: ShownMessage, options: TranscriptOptions): string {
  const { output, nameOfChannel } = options;
  const author = styleText(message.author.bot ? 'cyan' : 'green', message.author.name);
  const marks = [message.ephemeral ? 'only you see this' : '', message.edited ? 'edited' : '']
    .filter(Boolean)
    .join(', ');
  const text = readable(message.content, options);
  const body =
    message.loading && text === ''
      ? styleText('gray', 'is thinking …')
      : text
          .split('\n')
          .flatMap((line) => wrap(line, output.isTTY ? output.columns : Infinity))
          .map((line) => (/^(?:> |-# )/.test(line) ? styleText('gray', line) : line))
          .join('\n');
  const head = `\n${author} ${styleText('gray', `${nameOfChannel(message.channelId)}${marks && ` (${marks})`}`)}`;
  return [head, body, buttonsOf(message)].filter((line) => line !== '').join('\n');
}

/** The text with names and times in the place of what Discord shows as such. */
function readable(content: string, { nameOfPerson }: TranscriptOptions): string {
  return content
    .replaceAll(/<@!?(\d+)>/g, (_mention, id: string) => `@${nameOfPerson(id)}`)
    .replaceAll(/<t:(\d+)(?::\w)?>/g, (_time, seconds: string) => relativeTime(Number(seconds) * 1_000 - Date.now()));
}

/** As Discord writes a moment, which here does not count on by itself. */
function relativeTime(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  const length =
    seconds < 90
      ? `${seconds} s`
      : seconds < 5_400
        ? `${Math.round(seconds / 60)} min`
        : `${Math.round(seconds / 3_600)} h`;
  return ms < 0 ? `${length} ago` : `in ${length}`;
}

/** Breaks a line between words; a word wider than the terminal is left to it. */
function wrap(line: string, columns: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/(?<=\s)(?=\S)/)) {
    if (current !== '' && (current + word).trimEnd().length > columns) {
      lines.push(current.trimEnd());
      current = '';
    }
    current += word;
  }
  return [...lines, current.trimEnd()];
}

function buttonsOf(message: ShownMessage): string {
  const buttons = buttonLabels(message).map((label) => styleText('inverse', `[${label}]`));
  return [...menusOf(message).map(describeMenu), buttons.join(' ')].filter((line) => line !== '').join('\n');
}

function rowsOf(text: string, columns: number): number {
  const width = columns > 0 ? columns : 80;
  return stripVTControlCharacters(text)
    .split('\n')
    .reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / width)), 0);
}
