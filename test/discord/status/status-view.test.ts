import { describe, expect, test } from '@jest/globals';
import { budgetBar, lineWords, rateWords, type ThrottleStatus } from '../../../src/discord/status/budget.ts';
import { type StatusFacts, statusText } from '../../../src/discord/status/status-view.ts';
import { GUILD, known, model } from '../models/facts.ts';

const NOW = 1_700_000_000_000;
const IDLE: ThrottleStatus = {
  waiting: 0,
  running: 0,
  requestsPerMinute: 12,
  configuredPerMinute: 12,
  isTold: false,
  maxConcurrent: 8,
  usedInLastMinute: 0,
  startsInMs: 0,
};
const MYTHO = model('MythoMax-L2-13b');

function facts(changes: Partial<StatusFacts> & { throttle?: Partial<ThrottleStatus> } = {}): StatusFacts {
  const { throttle, ...others } = changes;
  return {
    place: GUILD,
    now: NOW,
    answering: known([MYTHO]),
    problem: undefined,
    upstream: {
      isOwnKey: false,
      throttle: { ...IDLE, ...throttle },
      models: [{ id: MYTHO.id, state: 'up', firstTextMs: 800 }],
      listState: 'fresh',
    },
    admin: undefined,
    ...others,
  };
}

describe('the status', () => {
  test('says who answers by whose key, how busy the bot is and that all is well', () => {
    expect(statusText(facts({ throttle: { usedInLastMinute: 3, running: 1 } })).split('\n')).toEqual([
      '`MythoMax-L2-13b` answers in this channel, the default of whoever runs this bot. Its first word comes after about 0.8 s.',
      'Requests here use the API key of whoever runs this bot.',
      '',
      '▰▰▰▱▱▱▱▱▱▱▱▱ 3 of 12 requests in the last minute',
      '**Line**: 1 being answered, nobody waits. A question asked now starts at once.',
      '**Models**: 1 answering',
    ]);
  });

  test('names what is down and since when, without the reason for those who cannot do anything about it', () => {
    const text = statusText(
      facts({
        upstream: {
          isOwnKey: true,
          throttle: { ...IDLE, requestsPerMinute: 30 },
          models: [
            { id: MYTHO.id, state: 'unknown' },
            { id: 'A', state: 'down', failure: 'timeout', since: NOW - 60_000 },
            { id: 'B', state: 'down', failure: 'network' },
          ],
          listState: 'fresh',
        },
      }),
    );
    expect(text.split('\n')).toEqual([
      '`MythoMax-L2-13b` answers in this channel, the default of whoever runs this bot.',
      'Requests here use this server’s API key.',
      '',
      '▱▱▱▱▱▱▱▱▱▱▱▱ 0 of 30 requests in the last minute',
      '-# The API says that it allows 30 per minute.',
      '**Line**: nobody waits. A question asked now starts at once.',
      '**Models**: 0 answering, 2 down, 1 not asked within the last hour',
      '- `A` is down since <t:1699999940:R>',
      '- `B` is down',
    ]);
  });

  test('tells those who manage the server of its key, its limits, the gate, the list and why models fail', () => {
    const by = { id: '7', name: 'Mia' };
    const text = statusText(
      facts({
        admin: {
          key: { hint: 'ab`d', by, at: NOW - 5_000, refusedAt: NOW - 1_000 },
          caps: { personWaiting: 2, serverPerHour: 100 },
        },
        upstream: {
          isOwnKey: true,
          throttle: { ...IDLE, closedUntil: NOW + 30_000 },
          models: [{ id: 'A', state: 'down', failure: 'unavailable' }],
          listState: 'restored',
        },
      }),
    );
    expect(text.split('\n').slice(-7)).toEqual([
      '**For those who manage this server**',
      'API key of this server: ends in `ab d`, entered by **Mia** <t:1699999995:R>; **the API refused it <t:1699999999:R>**',
      'Limits: 2 questions of one person waiting at once, 100 questions of the server in an hour',
      'List of models: the last one that was kept; the API does not tell it at present',
      'At most 8 answers are written at once.',
      'The API asked for a pause: nothing starts before <t:1700000030:R>.',
      '- `A`: it answers with errors',
    ]);
  });

  test('says so when there is no key, no limit and nobody to answer', () => {
    const text = statusText(
      facts({ answering: undefined, problem: 'No key.', upstream: undefined, admin: { key: undefined, caps: {} } }),
    );
    expect(text.split('\n')).toEqual([
      'No key.',
      '',
      '**For those who manage this server**',
      'API key of this server: none',
      'Limits: none',
    ]);
  });

  test('stays one message with a whole list of long names down', () => {
    const models = Array.from({ length: 60 }, (_, index) => ({
      id: `${'x'.repeat(97)}${index}`,
      state: 'down' as const,
      failure: 'timeout',
      since: NOW,
    }));
    const text = statusText(facts({ upstream: { isOwnKey: false, throttle: IDLE, models, listState: 'fresh' } }));
    expect(text.length).toBeLessThan(2_000);
    expect(text).toMatch(/\n- and 52 more$/);
  });
});

test.each([
  [{ personPerHour: 2 }, '2 questions of one person in an hour'],
  [
    { serverWaiting: 1, serverPerHour: 1_000 },
    '1 question of the server waiting at once, 1,000 questions of the server in an hour',
  ],
])('limits are told as questions: %j', (caps, words) => {
  expect(statusText(facts({ admin: { key: undefined, caps } }))).toContain(`\nLimits: ${words}\n`);
});

test('models that nobody asked lately are not said to answer', () => {
  const models = [MYTHO.id, 'B'].map((id) => ({ id, state: 'unknown' as const }));
  const text = statusText(facts({ upstream: { isOwnKey: false, throttle: IDLE, models, listState: 'fresh' } }));
  expect(text).toMatch(/\n\*\*Models\*\*: none asked within the last hour$/);
});

describe('the bar of the budget', () => {
  test.each([
    [0, 12, '▱▱▱▱▱▱▱▱▱▱▱▱'],
    [1, 1_000, '▰▱▱▱▱▱▱▱▱▱▱▱'],
    [6, 12, '▰▰▰▰▰▰▱▱▱▱▱▱'],
    [999, 1_000, '▰▰▰▰▰▰▰▰▰▰▰▱'],
    [12, 12, '▰▰▰▰▰▰▰▰▰▰▰▰'],
    [20, 12, '▰▰▰▰▰▰▰▰▰▰▰▰'],
  ])('%d of %d', (used, of, bar) => {
    expect(budgetBar(used, of)).toBe(bar);
  });
});

test.each([
  [{}, 'nobody waits. A question asked now starts at once.'],
  [{ running: 3 }, '3 being answered, nobody waits. A question asked now starts at once.'],
  [
    { running: 3, waiting: 9, startsInMs: 4_200 },
    '3 being answered, 9 waiting. A question asked now starts in about 5 seconds.',
  ],
  [{ running: 8, startsInMs: 900 }, '8 being answered, nobody waits. A question asked now starts in about 1 second.'],
  [{ running: 8 }, '8 being answered, nobody waits. A question asked now starts in a moment.'],
  [{ startsInMs: 200_000 }, 'nobody waits. A question asked now starts in about 4 minutes.'],
])('the line and the wait of a question asked now: %j', (status, words) => {
  expect(lineWords({ ...IDLE, ...status })).toBe(words);
});

const UNTOLD = 'The API has not said yet how many requests this key allows; until it does, 12 per minute count.';
test.each([
  [{ requestsPerMinute: 12, isTold: true }, { isOwnKey: true }, ''],
  [{ requestsPerMinute: 12, isTold: false }, { isOwnKey: true }, UNTOLD],
  [{ requestsPerMinute: 12, isTold: false }, { isOwnKey: false }, ''],
  [{ requestsPerMinute: 30, isTold: true }, { isOwnKey: true }, 'The API says that it allows 30 per minute.'],
  [
    { requestsPerMinute: 9, isTold: false },
    { isOwnKey: true },
    'The API allows fewer than the 12 per minute that are set.',
  ],
])('where the rate comes from: %j, %j', (rate, key, words) => {
  expect(rateWords({ ...IDLE, ...rate }, key)).toBe(words);
});
