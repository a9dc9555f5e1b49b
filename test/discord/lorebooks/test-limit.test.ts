import { expect, test } from '@jest/globals';
import { createTestLimit } from '../../../src/discord/lorebooks/test-limit.ts';

test('two tests run at once, a third is told to wait, also when one before it has failed', async () => {
  const limit = createTestLimit();
  const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const running = [limit.run(() => first.promise), limit.run(() => second.promise)];
  const refused = {
    name: 'UserError',
    kind: 'unavailable',
    message: 'Other lorebooks are being tested right now. Try again in a few seconds.',
  };
  await expect(limit.run(async () => 'third')).rejects.toMatchObject(refused);
  first.reject(new Error('deleted'));
  await expect(running[0]).rejects.toThrow('deleted');
  expect(await limit.run(async () => 'third')).toBe('third');
  second.resolve('done');
  expect(await running[1]).toBe('done');
});
