import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createKeyedMutex } from '../../src/storage/mutex.ts';
import { settle } from '../support/fake-clock.ts';

function gate() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { promise, open: resolve, fail: reject };
}

test('tasks of one key run one after another, those of another key meanwhile', async () => {
  const mutex = createKeyedMutex();
  const log: string[] = [];
  const first = gate();
  const one = mutex.run('a', async () => {
    log.push('a1 begins');
    await first.promise;
    log.push('a1 ends');
  });
  const two = mutex.run('a', async () => log.push('a2'));
  await mutex.run('b', async () => log.push('b1'));
  expect(log).toEqual(['a1 begins', 'b1']);
  first.open('');
  await Promise.all([one, two]);
  expect(log).toEqual(['a1 begins', 'b1', 'a1 ends', 'a2']);
});

test('a caller gets what its own task gave', async () => {
  const mutex = createKeyedMutex();
  const results = await Promise.all([1, 2, 3].map((value) => mutex.run('a', async () => value * 10)));
  expect(results).toEqual([10, 20, 30]);
});

test('a failure reaches its own caller alone, and the next task runs', async () => {
  const mutex = createKeyedMutex();
  const failing = gate();
  const failed = mutex.run('a', () => failing.promise);
  const next = mutex.run('a', async () => 'ran');
  const thrown = mutex.run('a', () => {
    throw new Error('at once');
  });
  const last = mutex.run('a', async () => 'ran too');
  failing.fail(new Error('later'));
  await expect(failed).rejects.toThrow('later');
  expect(await next).toBe('ran');
  await expect(thrown).rejects.toThrow('at once');
  expect(await last).toBe('ran too');
});

test('a key is freed when its last task has settled, and not before', async () => {
  const mutex = createKeyedMutex();
  const gates = [gate(), gate()];
  const tasks = gates.map(({ promise }) => mutex.run('a', () => promise));
  const other = mutex.run('b', async () => {});
  expect(mutex.size).toBe(2);
  await other;
  gates[0]?.open('');
  await settle();
  expect(mutex.size).toBe(1);
  gates[1]?.fail(new Error('no'));
  await Promise.allSettled(tasks);
  await settle();
  expect(mutex.size).toBe(0);
});

test('a task that is added by a settled one still runs', async () => {
  const mutex = createKeyedMutex();
  const inner = await mutex.run('a', async () => 1).then((value) => mutex.run('a', async () => value + 1));
  expect(inner).toBe(2);
});

test('whatever order tasks end in, no two of a key overlap and each key keeps its order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 20 }),
      async (scheduler, keys) => {
        const mutex = createKeyedMutex();
        const running = new Set<string>();
        const order: string[] = [];
        const tasks = keys.map((key, index) =>
          mutex.run(key, async () => {
            expect(running.has(key)).toBe(false);
            running.add(key);
            await scheduler.schedule(Promise.resolve(), `${key}${index}`);
            running.delete(key);
            order.push(`${key}${index}`);
          }),
        );
        await scheduler.waitFor(Promise.all(tasks));
        for (const key of ['a', 'b', 'c']) {
          const expected = keys.flatMap((other, index) => (other === key ? [`${key}${index}`] : []));
          expect(order.filter((name) => name.startsWith(key))).toEqual(expected);
        }
        await settle();
        expect(mutex.size).toBe(0);
      },
    ),
    { numRuns: 50 },
  );
});
