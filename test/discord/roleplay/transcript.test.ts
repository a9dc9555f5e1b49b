import { expect, test } from '@jest/globals';
import { transcriptOf } from '../../../src/discord/roleplay/transcript.ts';
import type { StoredMessage, Turn } from '../../../src/storage/history.ts';

const AT = Date.UTC(2026, 10, 22, 14, 3, 59);

function message(role: 'user' | 'assistant', name: string, content: string, more: Partial<StoredMessage> = {}) {
  return { id: content, role, author: { id: `id of ${name}`, name }, content, discordMessageIds: [], at: AT, ...more };
}

/** Newest first, as the history gives them. */
const TURNS: Turn[] = [
  { user: message('user', 'Bob', 'And I.'), reply: undefined },
  { user: message('user', 'Alice', 'I lost\nmy hat.'), reply: message('assistant', 'Ottilie', ' On the sill. ') },
  { user: message('user', 'Carol', '', { isCue: true }), reply: message('assistant', 'Ottilie', 'In, pet.') },
];

const write = (turns: readonly Turn[], more: { startedBy?: string; maxBytes?: number } = {}) =>
  transcriptOf(
    {
      conversationId: '1',
      history: {
        async *newest() {
          yield* turns;
        },
      },
    },
    { title: 'Ebb Rock', startedBy: more.startedBy, maxBytes: more.maxBytes ?? 10_000 },
  );

const HEAD = '# Ebb Rock\n\nTimes are in UTC.\n';
const entry = (name: string, text: string) => `\n**${name}** · 2026-11-22 14:03\n\n${text}\n`;
const textOf = ({ bytes }: { bytes: Uint8Array }) => Buffer.from(bytes).toString();

test('has every line in order under its name and time; a cue has none', async () => {
  const transcript = await write(TURNS);
  expect(textOf(transcript)).toBe(
    HEAD +
      entry('Ottilie', 'In, pet.') +
      entry('Alice', 'I lost\nmy hat.') +
      entry('Ottilie', 'On the sill.') +
      entry('Bob', 'And I.'),
  );
  expect(transcript.isCut).toBe(false);
});

test('tells who wrote, not who only started it', async () => {
  const { playerIds } = await write(TURNS);
  expect([...playerIds]).toEqual(['id of Bob', 'id of Alice']);
});

test('names the starter', async () => {
  expect(textOf(await write(TURNS, { startedBy: 'Carol' }))).toMatch(/^# Ebb Rock\n\nStarted by Carol\. Times/);
});

test('keeps the newest part of one that is too large, whole lines of it', async () => {
  const transcript = await write(TURNS, { maxBytes: 100 });
  expect(textOf(transcript)).toBe(HEAD + entry('Ottilie', 'On the sill.') + entry('Bob', 'And I.'));
  expect(transcript.isCut).toBe(true);
});

test('of nothing is nothing', async () => {
  expect(await write([])).toEqual({ bytes: new Uint8Array(), playerIds: new Set(), isCut: false });
});
