import { afterEach, describe, expect, test } from '@jest/globals';
import { type Logger, silentLogger } from '../../src/core/logger.ts';
import {
  createRegexGuard,
  type RegexGuard,
  type RegexGuardOptions,
  type RegexPattern,
} from '../../src/prompt/regex-guard.ts';
import { FakeClock } from '../support/fake-clock.ts';

const guards: RegexGuard[] = [];
const guardWith = (options: Partial<RegexGuardOptions> = {}) => {
  const guard = createRegexGuard({ clock: new FakeClock(), logger: silentLogger, ...options });
  guards.push(guard);
  return guard;
};
const matcherWith = (options: Partial<RegexGuardOptions> = {}) => guardWith(options).of('home');
const plain = (source: string, flags = ''): RegexPattern => ({ source, flags });
/** Takes for ever on a text of many a's. */
const BOMB = plain('^(a+)+$');
const BOMBED = `${'a'.repeat(64)}!`;

function recordingLogger(): { logger: Logger; warnings: object[] } {
  const warnings: object[] = [];
  return { logger: { ...silentLogger, warn: (facts) => warnings.push(facts) }, warnings };
}

afterEach(async () => {
  await Promise.all(guards.splice(0).map((guard) => guard.close()));
});

test('tells of each pattern whether it matches', async () => {
  const patterns = [plain('l.mp'), plain('LAMP'), plain('LAMP', 'i'), plain('oil$'), plain('^the', 'm')];
  const answers = await matcherWith().test(patterns, 'red oil\nthe lamp');
  expect(answers).toEqual([true, false, true, false, true]);
});

test.each([
  ['not valid', plain('(')],
  ['of unknown flags', plain('a', 'q')],
  ['longer than 500 characters', plain('a?'.repeat(251))],
])('a pattern that is %s does not match, the others do', async (_, pattern) => {
  expect(await matcherWith().test([plain('a'), pattern, plain('a')], 'aaa')).toEqual([true, false, true]);
});

test('a global pattern matches each time it is asked', async () => {
  const matcher = matcherWith();
  const ask = () => matcher.test([plain('a', 'g'), plain('a', 'gy')], 'a');
  expect([await ask(), await ask()]).toEqual([
    [true, true],
    [true, true],
  ]);
});

test('what stands behind the first 64 KiB is not seen', async () => {
  const text = `${'-'.repeat(64 * 1024 - 1)}xy`;
  expect(await matcherWith().test([plain('x'), plain('y')], text)).toEqual([true, false]);
});

test('a pattern that hangs does not match and is not tried again; those around it are answered', async () => {
  const { logger, warnings } = recordingLogger();
  const matcher = matcherWith({ logger, timeoutMs: 50 });
  const patterns = [plain('a'), BOMB, plain('!'), plain('b')];
  const expected = [true, false, true, false];
  expect(await matcher.test(patterns, BOMBED)).toEqual(expected);
  expect(await matcher.test(patterns, BOMBED)).toEqual(expected);
  expect(warnings).toEqual([{ ended: 'hung', timeoutMs: 50, length: BOMB.source.length }]);
});

test('several that hang cost only themselves', async () => {
  const { logger, warnings } = recordingLogger();
  const bombs = [plain('^(a+)+$', 'i'), plain('^(a|a)*$'), plain('^(a|aa)+$')];
  const patterns = bombs.flatMap((bomb) => [bomb, plain('a!')]);
  const answers = await matcherWith({ logger, timeoutMs: 50 }).test(patterns, BOMBED);
  expect(answers).toEqual([false, true, false, true, false, true]);
  expect(warnings).toHaveLength(3);
});

test('texts that are asked at once do not mix', async () => {
  const matcher = matcherWith();
  const ask = (text: string) => matcher.test([plain('one'), plain('two')], text);
  expect(await Promise.all([ask('one'), ask('two'), ask('one two')])).toEqual([
    [true, false],
    [false, true],
    [true, true],
  ]);
});

test('works again after the thread was ended for want of work', async () => {
  const matcher = matcherWith({ idleMs: 0 });
  const answers: boolean[][] = [];
  for (let round = 0; round < 5; round += 1) {
    answers.push(await matcher.test([plain('a')], 'a'));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(answers).toEqual(Array.from({ length: 5 }, () => [true]));
});

test('once closed nothing matches, and what is awaited ends', async () => {
  const guard = guardWith({ timeoutMs: 60_000 });
  const matcher = guard.of('home');
  const awaited = matcher.test([BOMB], BOMBED);
  await new Promise((resolve) => setImmediate(resolve));
  await guard.close();
  expect([await awaited, await matcher.test([plain('a')], 'a')]).toEqual([[false], [false]]);
});

describe('of several owners', () => {
  const bombsOf = (count: number) =>
    Array.from({ length: count }, (_, index) => plain(`^(a+)+${'$'.repeat(index + 1)}`));

  test('each waits for one pattern of the others, however many these have', async () => {
    const guard = guardWith({ timeoutMs: 50, maxMsPerMinute: 60_000 });
    const ended: string[] = [];
    const ask = async (owner: string, patterns: RegexPattern[]) => {
      const answers = await guard.of(owner).test(patterns, BOMBED);
      ended.push(owner);
      return answers;
    };
    const hostile = [ask('hostile', bombsOf(4)), ask('hostile', bombsOf(4))];
    expect(await Promise.all([ask('one', [plain('a')]), ask('two', [plain('b')])])).toEqual([[true], [false]]);
    expect(ended).toEqual(['one', 'two']);
    await Promise.all(hostile);
  });

  test('none takes more than its time of a minute, which is logged once', async () => {
    const { logger, warnings } = recordingLogger();
    const clock = new FakeClock();
    const guard = guardWith({ clock, logger, timeoutMs: 50, maxMsPerMinute: 100 });
    const ask = (owner: string) => guard.of(owner).test([plain('a')], 'a');
    await guard.of('hostile').test(bombsOf(3), BOMBED);
    expect([await ask('hostile'), await ask('hostile'), await ask('other')]).toEqual([[false], [false], [true]]);
    const hang = { ended: 'hung', timeoutMs: 50, length: 7 };
    expect(warnings).toEqual([{ ownerId: 'hostile', maxMsPerMinute: 100 }, hang]);
    await clock.advance(60_000);
    expect(await ask('hostile')).toEqual([true]);
  });

  test('a pattern that hangs by one’s text is tried for another', async () => {
    const guard = guardWith({ timeoutMs: 50 });
    expect(await guard.of('hostile').test([BOMB], BOMBED)).toEqual([false]);
    expect([await guard.of('hostile').test([BOMB], 'aaa'), await guard.of('other').test([BOMB], 'aaa')]).toEqual([
      [false],
      [true],
    ]);
  });
});
