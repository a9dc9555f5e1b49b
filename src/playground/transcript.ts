import { styleText } from 'node:util';
import type { ShownMessage, SimulatorEvent } from '../simulator/discord/index.ts';

export interface TranscriptOptions {
  output: NodeJS.WriteStream;
  /** Puts the prompt back below what was written. */
  redrawPrompt: () => void;
  /** The person who looks; ephemeral messages of others are not shown. */
  viewerId: () => string;
  nameOfChannel: (channelId: string) => string;
}

/**
 * Shows a channel in a terminal as it happens. On a terminal the message being written is redrawn in place; elsewhere
 * each change prints what was added.
 */
export function createTranscript({ output, redrawPrompt, viewerId, nameOfChannel }: TranscriptOptions) {
  const printed = new Map<string, string>();
  let liveId: string | undefined;
  let liveRows = 0;

  function show(event: SimulatorEvent): void {
    if (event.type === 'interaction-failed') return print(styleText('red', 'The application did not respond'));
    if (event.type === 'message-deleted') return print(styleText('gray', `(${event.message.author.name}’s message was deleted)`));
    if (event.type !== 'message-created' && event.type !== 'message-updated') return;
    if (event.visibleTo !== undefined && event.visibleTo !== viewerId()) return;
    const { message } = event;
    if (output.isTTY) redraw(message);
    else append(message);
  }

  function redraw(message: ShownMessage): void {
    eraseLive(message.id);
    const text = render(message, nameOfChannel(message.channelId));
    output.write(`\r\u001B[J${text}\n`);
    liveId = message.id;
    liveRows = rowsOf(text, output.columns);
    redrawPrompt();
  }

  /** Only the message shown last can be redrawn where it stands; an older one is shown again below. */
  function eraseLive(id: string): void {
    if (liveId === id && liveRows > 0) output.write(`\r\u001B[${liveRows}A\u001B[J`);
  }

  function append(message: ShownMessage): void {
    const before = printed.get(message.id) ?? '';
    const text = render(message, nameOfChannel(message.channelId));
    if (text === before) return;
    printed.set(message.id, text);
    const isGrown = before !== '' && liveId === message.id && text.startsWith(before);
    output.write(isGrown ? `${text.slice(before.length)}\n` : `${text}\n`);
    liveId = message.id;
  }

  function print(text: string): void {
    output.write(output.isTTY ? `\r\u001B[J${text}\n` : `${text}\n`);
    liveId = undefined;
    liveRows = 0;
    if (output.isTTY) redrawPrompt();
  }

  return { show, print };
}

function render(message: ShownMessage, channelName: string): string {
  const author = styleText(message.author.bot ? 'cyan' : 'green', message.author.name);
  const marks = [message.ephemeral ? 'only you see this' : '', message.edited ? 'edited' : ''].filter(Boolean).join(', ');
  const body = message.loading && message.content === '' ? styleText('gray', 'is thinking …') : message.content;
  const buttons = buttonLabels(message)
    .map((label) => styleText('inverse', ` ${label} `))
    .join(' ');
  const head = `${author} ${styleText('gray', `${channelName}${marks && ` (${marks})`}`)}`;
  return [head, body, buttons].filter((line) => line !== '').join('\n');
}

/** The labels of the buttons that can be pressed below a message. */
export function buttonLabels({ components }: Pick<ShownMessage, 'components'>): string[] {
  return components.flatMap((row) => {
    const inside = (row['components'] ?? []) as { label?: string }[];
    return inside.flatMap(({ label }) => (label ? [label] : []));
  });
}

const ANSI_CODES = new RegExp('\\u001B\\[[0-9;]*m', 'g');

function rowsOf(text: string, columns: number): number {
  const width = columns > 0 ? columns : 80;
  return text
    .replaceAll(ANSI_CODES, '')
    .split('\n')
    .reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / width)), 0);
}
