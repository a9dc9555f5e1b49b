import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Logger } from '../../src/core/logger.ts';
import { createHistory } from '../../src/storage/history.ts';
import { openStore } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { collect } from './collect.ts';

const CONVERSATIONS = ['1', '2', 'private:3:4'];
const script = join(import.meta.dirname, '../fixtures/storage/write-turns.ts');

let folder: string;
let url: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crash-'));
  url = `sqlite://${folder}/bot.sqlite`;
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Lets a process write turns, kills it after so many acknowledgements and gives all that it said before it died. */
async function writeUntilKilled(run: string, acknowledgements: number): Promise<string[]> {
  const child = spawn(process.execPath, [script, url, run], { stdio: ['ignore', 'pipe', 'inherit'], env: {} });
  const closed = once(child, 'close');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (said.length === acknowledgements) child.kill('SIGKILL');
  }
  expect(await closed).toEqual([null, 'SIGKILL']);
  return said;
}

function isWhole(content: string): boolean {
  const [hash, text = ''] = content.split('|');
  return hash === createHash('sha256').update(text).digest('hex');
}

test('whatever was acknowledged before a SIGKILL is there, whole and once; the rest is whole or marked', async () => {
  const acknowledged: string[] = [];
  const logged: unknown[] = [];
  const log = (facts: object) => void logged.push(facts);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  for (const [run, count] of [40, 77, 250, 301].entries()) {
    acknowledged.push(...(await writeUntilKilled(`run${run}`, count)));
    const store = await openStore(url);
    const history = createHistory({ store, clock: new FakeClock(1), logger });
    const marked = new Set(await collect(history.interrupted(), ({ inFlight }) => inFlight.userMessageId));
    const seen: string[] = [];
    for (const conversationId of CONVERSATIONS) {
      for await (const { user, reply } of history.newest(conversationId)) {
        seen.push(`${conversationId} begun ${user.id}`);
        if (reply) seen.push(`${conversationId} finished ${user.id}`);
        expect([user, ...(reply ? [reply] : [])].every(({ content }) => isWhole(content))).toBe(true);
        expect(reply !== undefined || marked.has(user.id)).toBe(true);
      }
      const summary = await history.summary(conversationId);
      expect(summary.messages).toBe(seen.filter((line) => line.startsWith(`${conversationId} `)).length);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(acknowledged.filter((line) => !seen.includes(line))).toEqual([]);
    // A write may have arrived whose acknowledgement the kill swallowed: one per conversation and run at most.
    expect(seen.length - acknowledged.length).toBeLessThanOrEqual(CONVERSATIONS.length * (run + 1));
    await store.close();
  }
  expect(logged).toEqual([]);
  const database = new DatabaseSync(join(folder, 'bot.sqlite'));
  expect(database.prepare('PRAGMA integrity_check').all()).toMatchObject([{ integrity_check: 'ok' }]);
  database.close();
}, 60_000);
