import { styleText } from 'node:util';
import type { ShownMessage, SimulatorEvent } from '../simulator/discord/index.ts';
import { buttonLabels } from './buttons.ts';
import { type Names, readable } from './readable.ts';
import { type Rendering, render, renderButtons, renderExtras, rowsOf } from './render.ts';

export interface TranscriptOptions extends Names {
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
export function createTranscript(options: TranscriptOptions) {
  const { output, redrawPrompt, viewerId } = options;
  /** What was printed of each message, as Discord has it. */
  const printed = new Map<string, { content: string; extras: string }>();
  let liveId: string | undefined;
  let liveRows = 0;

  function show(event: SimulatorEvent): void {
    if (event.type === 'interaction-failed') return print(styleText('red', 'The application did not respond'));
    if (event.type === 'message-deleted')
      return print(styleText('gray', `(${event.message.author.name}’s message was deleted)`));
    if (event.type === 'thread-created') {
      return print(styleText('gray', `(The thread “${event.name}” opens; \`:in ${event.name}\` leads there.)`));
    }
    if (event.type !== 'message-created' && event.type !== 'message-updated') return;
    if (event.visibleTo !== undefined && event.visibleTo !== viewerId()) return;
    draw(event.message);
  }

  /** What stands in a place already, for somebody who comes there. */
  function showStanding(messages: readonly ShownMessage[]): void {
    for (const message of messages) {
      forgetLive();
      draw(message);
    }
  }

  function draw(message: ShownMessage): void {
    if (output.isTTY) redraw(message);
    else append(message);
  }

  function redraw(message: ShownMessage): void {
    eraseLive(message.id);
    const text = render(message, rendering());
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
    const extras = renderExtras(message, rendering());
    const shown = printed.get(message.id);
    printed.set(message.id, { content, extras });
    if (shown !== undefined && liveId === message.id && content.startsWith(shown.content)) {
      if (content !== shown.content) output.write(`… ${readable(content.slice(shown.content.length), options)}\n`);
      if (extras !== shown.extras) output.write(`${extras}\n`);
      if (!message.loading && buttonLabels(message).some((label) => label !== 'Stop'))
        output.write(`${renderButtons(message)}\n`);
    } else {
      output.write(`${render(message, rendering())}\n`);
    }
    liveId = message.id;
  }

  function rendering(): Rendering {
    return { ...options, columns: output.isTTY ? output.columns : Infinity };
  }

  function print(text: string): void {
    output.write(output.isTTY ? `\r\u001B[J${text}\n` : `${text}\n`);
    forgetLive();
    if (output.isTTY) redrawPrompt();
  }

  function forgetLive(): void {
    liveId = undefined;
    liveRows = 0;
  }

  /** The person pressed Enter: their line now stands between the live message and the prompt. */
  function entered(line: string): void {
    if (liveRows > 0) liveRows += rowsOf(`> ${line}`, output.columns);
  }

  return { show, showStanding, print, entered };
}
