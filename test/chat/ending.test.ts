import { expect, test } from '@jest/globals';
import { type Ending, endingOf, endingOfStored, unsavedEnding } from '../../src/chat/ending.ts';
import { explainFailure } from '../../src/chat/explain.ts';
import { TurnStopped } from '../../src/chat/stop.ts';
import { CompletionError } from '../../src/completions/errors.ts';
import { UserError } from '../../src/core/errors.ts';
import { type Logger, silentLogger } from '../../src/core/logger.ts';

const logger = silentLogger;

/** Every way in which a reply can end with a text, but for faults of our own. */
const outcomes = [
  { reason: 'stop' as const, isQuestionCut: false },
  { reason: 'length' as const, isQuestionCut: false },
  { reason: 'filtered' as const, isQuestionCut: false },
  { error: new TurnStopped('member'), logger },
  { error: new TurnStopped('shutdown'), logger },
  { error: new CompletionError('timeout'), logger },
];

test('a stored reply ends the same way when it is told again, but for the cause of a cut', () => {
  const told = outcomes.map((outcome) => endingOf({ ...outcome, isEmpty: false }));
  const again = told.map(({ finish }) => endingOfStored(finish));
  const general = endingOfStored('cut');
  expect(general).toEqual({
    finish: 'cut',
    notice: 'The reply was cut here. Press Retry for a new one.',
    canRetry: true,
  });
  expect(again).toEqual(told.map((ending) => (ending.finish === 'cut' ? general : ending)));
  expect(endingOfStored(undefined)).toEqual(endingOf({ reason: 'stop', isQuestionCut: false, isEmpty: false }));
});

test('every end without a text says something and offers Retry', () => {
  const silent = outcomes
    .map((outcome) => endingOf({ ...outcome, isEmpty: true }))
    .filter(({ notice, canRetry }) => notice === undefined || !canRetry);
  expect(silent).toEqual([]);
});

const QUESTION_CUT = 'The question was too long for this model: its middle was left out.';
test.each([
  { reason: 'stop' as const, notice: QUESTION_CUT },
  { reason: 'length' as const, notice: `The reply reached its maximum length. ${QUESTION_CUT}` },
])('a whole reply to a part of the question says so, when it ended with $reason', ({ reason, notice }) => {
  expect(endingOf({ reason, isQuestionCut: true, isEmpty: false })).toEqual({
    finish: reason,
    notice,
    canRetry: false,
  });
});

test.each([
  { reason: 'filtered' as const, isEmpty: false },
  { reason: 'filtered' as const, isEmpty: true },
  { reason: 'stop' as const, isEmpty: true },
])('a reply that did not end well says nothing of the question: %j', (outcome) => {
  expect(endingOf({ ...outcome, isQuestionCut: true })).toEqual(endingOf({ ...outcome, isQuestionCut: false }));
});

test('words for members are told as they stand, and logged as nothing', () => {
  const faults: object[] = [];
  const error = new UserError('input', 'This does not fit.');
  const watching: Logger = { ...silentLogger, error: (facts) => void faults.push(facts) };
  expect({ ending: endingOf({ error, isEmpty: true, logger: watching }), faults }).toEqual({
    ending: { finish: 'cut', notice: 'This does not fit.', canRetry: true },
    faults: [],
  });
});

test('a reply that could not be stored keeps what is said of its end', () => {
  const stopped: Ending = { finish: 'stopped', notice: 'Stopped.', canRetry: true };
  expect(unsavedEnding(stopped, new UserError('unavailable', 'Full.'), logger)).toEqual({
    finish: 'stopped',
    notice: 'Stopped. This reply could not be stored: the next ones will not know of it. Full.',
    canRetry: true,
  });
});

test.each([
  { retryAfterMs: undefined, wait: 'in a minute' },
  { retryAfterMs: 0, wait: 'in 1 second' },
  { retryAfterMs: 1_001, wait: 'in 2 seconds' },
  { retryAfterMs: 89_000, wait: 'in 89 seconds' },
  { retryAfterMs: 90_000, wait: 'in 2 minutes' },
])('a limit of $retryAfterMs ms is told as "$wait"', ({ retryAfterMs, wait }) => {
  expect(explainFailure(new CompletionError('rate-limited', { retryAfterMs }))).toBe(
    `The API is at its limit of requests. Try again ${wait}.`,
  );
});
