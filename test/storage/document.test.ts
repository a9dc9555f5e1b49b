import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Document } from '../../src/core/document.ts';
import { UserError } from '../../src/core/errors.ts';
import type { Logger } from '../../src/core/logger.ts';
import { createDocument } from '../../src/storage/document.ts';
import { openStore, type Store } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { collect } from './collect.ts';

const NOW_MS = 1_700_000_000_000;

let store: Store;
let open: (name: string) => Document;
const logged: unknown[] = [];

beforeEach(async () => {
  logged.length = 0;
  const clock = new FakeClock(NOW_MS);
  const note = (facts: object, message: string) => void logged.push([message, facts]);
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  store = await openStore('memory://', { clock });
  open = (name) => createDocument({ store, clock, logger, name });
});

afterEach(() => store.close());

test.each([[null], [0], ['text'], [['a', { b: 1 }]], [{ v: 2, value: 3 }]])(
  'gives back what was written: %j',
  async (value) => {
    await open('models').write(value);
    expect(await open('models').read()).toEqual(value);
    expect(await open('model').read()).toBeUndefined();
    expect(await collect(store.keys(''))).toEqual(['document:models']);
  },
);

test('is undefined before it is written and after undefined is written', async () => {
  const document = open('models');
  expect(await document.read()).toBeUndefined();
  await document.write(1);
  await document.write(undefined);
  expect(await document.read()).toBeUndefined();
  expect(await collect(store.keys(''))).toEqual([]);
});

test('of several writes at once the last stays, and a read comes after those before it', async () => {
  const document = open('models');
  const [, , seen] = await Promise.all([document.write(1), document.write(2), document.read(), document.write(3)]);
  expect([seen, await document.read()]).toEqual([2, 3]);
});

test('one that cannot be read is moved aside, named in the log and counts as not written', async () => {
  await store.setMany([{ key: 'document:models', value: ['what somebody wrote'] }]);
  expect(await open('models').read()).toBeUndefined();
  const aside = `aside:document:models:${NOW_MS}`;
  expect(logged).toEqual([
    [
      'moved aside a record that cannot be read',
      { record: 'document:models', aside, reason: 'v is not valid (object)' },
    ],
  ]);
  expect(await store.get(aside)).toEqual(['what somebody wrote']);
  expect(await collect(store.keys(''))).toEqual([aside]);
});

test('one of a newer release is neither read nor written over', async () => {
  const newer = { v: 2, value: 1 };
  await store.setMany([{ key: 'document:models', value: newer }]);
  const refusal = new UserError(
    'unavailable',
    'What the bot keeps as “models” was written by a newer release. It opens again when the bot is updated.',
  );
  await expect(open('models').read()).rejects.toEqual(refusal);
  await expect(open('models').write(2)).rejects.toEqual(refusal);
  expect(await store.get('document:models')).toEqual(newer);
});
