import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import { createTranscript } from '../../src/playground/transcript.ts';
import type { ShownMessage, SimulatorEvent } from '../../src/simulator/discord/index.ts';

const HOUR_MS = 3_600_000;
const moment = (ms: number) => `<t:${Math.round((Date.now() + ms) / 1_000)}:R>`;

/** A transcript whose output is no terminal, and what it has printed. */
function start() {
  const output = new PassThrough();
  const printed: string[] = [];
  output.on('data', (data: Buffer) => printed.push(stripVTControlCharacters(data.toString('utf8'))));
  const transcript = createTranscript({
    output: output as unknown as NodeJS.WriteStream,
    redrawPrompt() {},
    viewerId: () => '1',
    nameOfChannel: () => '#general',
    nameOfPerson: (id) => (id === '1' ? 'Alice' : 'Dramatis'),
  });
  const message = { id: '7', channelId: '5', author: { bot: true, name: 'Dramatis' }, components: [] };
  return {
    printed,
    show(content: string) {
      const shown = { ...message, content } as unknown as ShownMessage;
      transcript.show({ type: 'message-updated', message: shown } as SimulatorEvent);
    },
  };
}

test('what is added to a message without a terminal is shown as the message itself: names and times', () => {
  const { printed, show } = start();
  show(`Your turn comes ${moment(2 * HOUR_MS)}.`);
  show(`Your turn comes ${moment(2 * HOUR_MS)}.\n<@1> asked ${moment(-3 * HOUR_MS)}`);
  expect(printed).toEqual(['\nDramatis #general\nYour turn comes in 2 h.\n', '… \n@Alice asked 3 h ago\n']);
});
