import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import { createTranscript } from '../../src/playground/transcript.ts';
import type { ShownMessage, SimulatorEvent } from '../../src/simulator/discord/index.ts';

const HOUR_MS = 3_600_000;
const moment = (ms: number) => `<t:${Math.round((Date.now() + ms) / 1_000)}:R>`;

/** A transcript whose output is no terminal, and what it has printed. */
function start(columns?: number) {
  const output = Object.assign(new PassThrough(), columns === undefined ? {} : { isTTY: true, columns });
  const printed: string[] = [];
  output.on('data', (data: Buffer) => printed.push(stripVTControlCharacters(data.toString('utf8'))));
  const transcript = createTranscript({
    output: output as unknown as NodeJS.WriteStream,
    redrawPrompt() {},
    viewerId: () => '1',
    nameOfChannel: () => '#general',
    mentionOfChannel: (id) => (id === '8' ? '“The tavern” (`:in The tavern`)' : '#general'),
    nameOfPerson: (id) => (id === '1' ? 'Alice' : 'Dramatis'),
  });
  const message = {
    id: '7',
    channelId: '5',
    author: { bot: true, name: 'Dramatis' },
    components: [],
    embeds: [],
    attachments: [],
  };
  return {
    printed,
    transcript,
    message: message as unknown as ShownMessage,
    show(content: string, more: object = {}) {
      const shown = { ...message, content, ...more } as unknown as ShownMessage;
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

test('a persona is shown under its name, with its embeds and files, and new ones when they change', () => {
  const { printed, show } = start();
  const author = { bot: true, name: 'Mira' };
  const file = { filename: 'mira.json', size: 2_100, description: 'her card' };
  const embeds = (picture: string) => [
    {
      author: { name: 'Act 1' },
      title: 'The tavern',
      description: 'It rains.\nIt pours.',
      fields: [{ name: 'Mood', value: 'grim' }],
      thumbnail: { url: `http://127.0.0.1:1/attachments/1/2/${picture}?ex=1` },
      footer: { text: 'to be continued' },
    },
  ];
  show('Hail', { author, embeds: embeds('joy.png'), attachments: [file] });
  const lines = (picture: string) =>
    ['│ Act 1: The tavern', '│ It rains.', '│ It pours.', '│ Mood: grim', `│ 🖼 ${picture}`, '│ to be continued'].join(
      '\n',
    );
  show('Hail', { author, embeds: embeds('grief.png'), attachments: [] });
  expect(printed).toEqual([
    `\nMira #general\nHail\n${lines('joy.png')}\n📎 mira.json (2 KiB) – her card\n`,
    `${lines('grief.png')}\n`,
  ]);
});

test('a thread that opens is told with the way into it', () => {
  const { printed, transcript } = start();
  transcript.show({ type: 'thread-created', at: 0, channelId: '8', parentId: '5', name: 'The tavern' });
  expect(printed).toEqual(['(The thread “The tavern” opens; `:in The tavern` leads there.)\n']);
});

test('channels, people and times are readable in the text and in embeds', () => {
  const { printed, show } = start();
  show('In <#8>, not <#5>', { embeds: [{ description: `<@1> left <#8>, back ${moment(2 * HOUR_MS)}` }] });
  expect(printed).toEqual([
    '\nDramatis #general\nIn “The tavern” (`:in The tavern`), not #general\n' +
      '│ @Alice left “The tavern” (`:in The tavern`), back in 2 h\n',
  ]);
});

test('an embed is shown whole, its lines broken between words', () => {
  const { printed, show } = start(40);
  show('', { embeds: [{ description: 'and so on '.repeat(100) }] });
  const lines = printed
    .join('')
    .split('\n')
    .filter((line) => line.startsWith('│'));
  expect(Math.max(...lines.map(({ length }) => length))).toBe(38);
  expect(lines.map((line) => line.slice('│ '.length)).join(' ')).toBe('and so on '.repeat(100).trim());
});

test('what stands in a place already is shown to whoever comes, whether or not it was shown before', () => {
  const { printed, transcript, message, show } = start();
  show('Hail');
  transcript.showStanding([
    { ...message, id: '6', content: 'Before' },
    { ...message, content: 'Hail' },
  ]);
  show('Hail, friend');
  expect(printed).toEqual([
    '\nDramatis #general\nHail\n',
    '\nDramatis #general\nBefore\n',
    '\nDramatis #general\nHail\n',
    '… , friend\n',
  ]);
});
