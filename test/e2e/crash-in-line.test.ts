import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Here } from '../../src/simulator/discord/index.ts';
import { type LineWorld, press, shows, startLine, WINDOW_MS } from './in-line.ts';
import { ask, buttonsOf, finished, growing, isFinished, lastPrompt, use } from './scene.ts';

const INTERRUPTED = 'Interrupted by a restart of the bot. Press Retry for a new reply.';
const GRACE = { fromMs: 20_000, toMs: 20_000 };

let folder: string;
let line: LineWorld;
let here: Here;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
  line = await startLine({ configured: 1, env: { STORE_URL: storeUrl('first') } });
  here = line.home.mia.in(line.home.newChannel());
  await ask(line.room(), 'one');
});
afterEach(async () => {
  await line.close();
  await rm(folder, { recursive: true });
});

const storeUrl = (life: string) => `sqlite://${join(folder, life, 'store.sqlite')}`;

/** The next life finds what is stored now; what this one still does reaches neither Discord nor that store. */
async function crash(): Promise<void> {
  for (let round = 0; round < 2; round++) await use(line.room(), 'history show');
  await cp(join(folder, 'first'), join(folder, 'second'), { recursive: true });
  line.discord.faults.add({
    path: /messages/,
    effect: { status: 404, body: { message: 'Unknown Message', code: 10_008 } },
  });
  const stopped = line.stop();
  await line.clock.skipWait(GRACE);
  await stopped;
  line.discord.faults.clear();
  await line.restart({ STORE_URL: storeUrl('second') });
}

test('a question in line is told that it was interrupted; its place is no reply', async () => {
  const waiting = await line.askInLine(here, 'two');
  await crash();
  await shows(here, INTERRUPTED);
  const reply = await finished(waiting);
  expect([reply.content, buttonsOf(reply)]).toEqual([`> two\n${INTERRUPTED}`, ['Retry']]);

  line.clock.skip(WINDOW_MS);
  line.api.next('Second.', 'Third.');
  await press(here, reply, 'Retry');
  await here.waitFor((messages) => messages.find(({ content }) => content === '> two\nSecond.'));
  line.clock.skip(WINDOW_MS);
  await ask(here, 'three');
  expect(lastPrompt(line.api)).toEqual(['user: Mia: two', 'assistant: Second.', 'user: Mia: three']);
});

test('text that took the place of such a notice is kept', async () => {
  const waiting = await line.askInLine(here, 'two');
  line.api.next({ reply: ['Once ', 'upon'], hang: { afterTokens: 1 } }, 'Third.');
  line.clock.skip(WINDOW_MS);
  await growing(waiting, 'Once');
  await crash();
  await shows(here, INTERRUPTED);
  expect((await finished(waiting)).content).toBe(`> two\nOnce\n\n-# ${INTERRUPTED}`);
  line.clock.skip(WINDOW_MS);
  await ask(here, 'three');
  expect(lastPrompt(line.api)).toEqual(['user: Mia: two', 'assistant: Once', 'user: Mia: three']);
});

test('a question that had moved out of its command is told so where its answer would have come', async () => {
  await line.askInLine(line.home.bob.in(line.home.newChannel()), 'before it');
  const waiting = await line.askInLine(here, 'two');
  line.clock.skip(14 * 60_000);
  await shows(waiting, 'This takes longer');
  line.clock.skip(10_000);
  const moved = await shows(here, 'You are next');
  await crash();
  await shows(here, INTERRUPTED);
  const shownThere = here.messages().map(({ id, content }) => [id === moved.id, content]);
  expect(shownThere).toEqual([
    [false, expect.stringMatching(/^> two\n-# This takes longer/)],
    [true, `> two\n${INTERRUPTED}`],
  ]);
  expect(here.messages().every(isFinished)).toBe(true);
});
