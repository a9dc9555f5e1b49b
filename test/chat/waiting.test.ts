import { expect, test } from '@jest/globals';
import { tellPlace } from '../../src/chat/waiting.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** What a person in line is told, by the second at which they are, while the line says this of them. */
async function told(line: (second: number) => { place: number; startsInMs: number }, forMs: number): Promise<string[]> {
  const clock = new FakeClock(0);
  const log: string[] = [];
  const over = new AbortController();
  const seconds = () => clock.now() / 1_000;
  const telling = tellPlace(
    { place: () => line(seconds()) },
    { show: (notice) => void log.push(`${seconds()} ${notice}`), clock, signal: over.signal },
  );
  await clock.advance(forMs);
  over.abort();
  await telling;
  await clock.advance(60_000);
  return log;
}

test('who waits is told their place after two seconds, and again when it changes', async () => {
  const line = (second: number) => ({ place: second < 20 ? 3 : 1, startsInMs: (40 - second) * 1_000 });
  expect(await told(line, 35_000)).toEqual([
    '2 -# You are number 3 in line: your answer should begin <t:40:R>.',
    '22 -# You are next: your answer should begin <t:40:R>.',
  ]);
});

test('a place that stays is told again only when the expected time does not hold', async () => {
  const line = (second: number) => ({ place: 2, startsInMs: ((second < 30 ? 40 : 60) - second) * 1_000 });
  expect(await told(line, 50_000)).toEqual([
    '2 -# You are number 2 in line: your answer should begin <t:40:R>.',
    '32 -# You are number 2 in line: your answer should begin <t:60:R>.',
  ]);
});

test('a short wait is not worth a word', async () => {
  expect(await told(() => ({ place: 1, startsInMs: 1_000 }), 1_900)).toEqual([]);
});
