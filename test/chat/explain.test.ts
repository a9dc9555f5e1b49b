import { describe, expect, test } from '@jest/globals';
import { explainFailure, explainLimit } from '../../src/chat/explain.ts';
import { CompletionError, type CompletionErrorKind } from '../../src/completions/errors.ts';
import { LimitReached } from '../../src/throttle/queue.ts';

/** What is said of the operator's key, and of a server's where that differs. */
const SENTENCES: Record<CompletionErrorKind, [operator: RegExp, server?: RegExp]> = {
  unauthorized: [/key of this bot\. .*`INFERMATIC_API_KEY`/, /this server’s key\. .*Manage Server.*`\/settings`/],
  payment: [
    /plan behind this bot has run out.*infermatic\.ai/,
    /plan behind this server’s key has run out.*`\/settings`/,
  ],
  forbidden: [/plan behind this bot does not include this model/, /plan behind this server’s key does not include/],
  'model-missing': [/no longer serves this model.*`\/models list`/],
  'rate-limited': [/at its limit of requests\. Try again in 7 seconds\.$/],
  'context-overflow': [/too long for the model.*longer context/],
  'system-role-refused': [/refused the form/],
  'roles-must-alternate': [/refused the form/],
  'pictures-refused': [/cannot look at pictures\. Ask without/],
  refused: [/refused this request\. Try other words/],
  unavailable: [/not available right now\. Try again/],
  network: [/could not be reached\. Try again/],
  timeout: [/took too long to answer\. Try again/],
  cut: [/broke off\. Press Retry/],
  empty: [/empty reply\. Press Retry/],
  malformed: [/something unreadable\. Try again/],
};

describe.each(Object.entries(SENTENCES) as [CompletionErrorKind, [RegExp, RegExp?]][])(
  'a completion that fails as %s',
  (kind, [operator, server = operator]) => {
    const cause = new Error('sk-SECRET at http://10.0.0.7');
    const error = new CompletionError(kind, { status: 418, retryAfterMs: 7_000, callId: 'SECRET', cause });

    test.each([
      { key: 'the operator’s', isServerKey: false, sentence: operator },
      { key: 'a server’s', isServerKey: true, sentence: server },
    ])('by $key key is told with what to do, and without a word of the API', ({ isServerKey, sentence }) => {
      const told = explainFailure(error, { isServerKey });
      expect(told).toMatch(sentence);
      expect(told).not.toMatch(/SECRET|10\.0|418|completion failed/);
    });
  },
);

test.each([
  { retryAfterMs: undefined, wait: 'in a minute' },
  { retryAfterMs: 0, wait: 'in 1 second' },
  { retryAfterMs: 1_001, wait: 'in 2 seconds' },
  { retryAfterMs: 89_000, wait: 'in 89 seconds' },
  { retryAfterMs: 90_000, wait: 'in 2 minutes' },
])('a limit of $retryAfterMs ms is told as "$wait"', ({ retryAfterMs, wait }) => {
  const error = new CompletionError('rate-limited', { retryAfterMs });
  expect(explainFailure(error, { isServerKey: false })).toBe(`The API is at its limit of requests. Try again ${wait}.`);
});

test.each([
  {
    facts: { scope: 'person' as const, kind: 'waiting' as const, limit: 1 },
    told: 'You have 1 question waiting already, as many as this server allows each person.',
  },
  {
    facts: { scope: 'person' as const, kind: 'hour' as const, limit: 20 },
    told: 'You have asked 20 questions within the last hour, as many as this server allows each person.',
  },
  {
    facts: { scope: 'server' as const, kind: 'waiting' as const, limit: 5 },
    told: 'This server has 5 questions waiting already, as many as its admins allow.',
  },
  {
    facts: { scope: 'server' as const, kind: 'hour' as const, limit: 1 },
    told: 'This server has asked 1 question within the last hour, as many as its admins allow.',
  },
])('the cap $facts is told with Discord’s own countdown', ({ facts, told }) => {
  const limit = new LimitReached({ ...facts, freeAt: 1_800_000_000_001 });
  expect(explainLimit(limit)).toBe(`${told} It works again <t:1800000001:R>.`);
});
