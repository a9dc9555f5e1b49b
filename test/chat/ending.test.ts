import { expect, test } from '@jest/globals';
import { type Ending, endingOf, endingOfStored, notesOf, unsavedEnding, withNotes } from '../../src/chat/ending.ts';
import { TurnStopped } from '../../src/chat/stop.ts';
import { CompletionError } from '../../src/completions/errors.ts';
import { UserError } from '../../src/core/errors.ts';
import { type Logger, silentLogger } from '../../src/core/logger.ts';

const logger = silentLogger;

const failed = (error: unknown) => ({ error, isServerKey: false, logger });

/** Every way in which a reply can end with a text, but for faults of our own. */
const outcomes = [
  { reason: 'stop' as const },
  { reason: 'length' as const },
  { reason: 'filtered' as const },
  failed(new TurnStopped('member')),
  failed(new TurnStopped('shutdown')),
  failed(new TurnStopped('late')),
  failed(new CompletionError('timeout')),
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
  expect(endingOfStored(undefined)).toEqual(endingOf({ reason: 'stop', isEmpty: false }));
});

test('every end without a text says something and offers Retry', () => {
  const silent = outcomes
    .map((outcome) => endingOf({ ...outcome, isEmpty: true }))
    .filter(({ notice, canRetry }) => notice === undefined || !canRetry);
  expect(silent).toEqual([]);
});

const QUESTION_CUT = 'The question was too long for this model: its middle was left out.';
const HISTORY_CUT =
  'The oldest messages of this conversation do not fit into the model’s memory any more: from now on it knows only the newest.';

test.each([
  { isQuestionCut: false, isHistoryCut: false, notes: [] },
  { isQuestionCut: true, isHistoryCut: false, notes: [QUESTION_CUT] },
  { isQuestionCut: true, isHistoryCut: true, notes: [QUESTION_CUT, HISTORY_CUT] },
])('of how the prompt came about readers are told: $notes', ({ notes, ...facts }) => {
  expect(notesOf(facts)).toEqual(notes);
});

test('notes stand behind what is said of the end, and change nothing else of it', () => {
  const whole: Ending = { finish: 'stop', canRetry: false };
  const cut: Ending = { finish: 'cut', notice: 'Cut.', canRetry: true };
  expect([withNotes(whole, []), withNotes(whole, ['A.', 'B.']), withNotes(cut, ['A.'])]).toEqual([
    whole,
    { ...whole, notice: 'A. B.' },
    { ...cut, notice: 'Cut. A.' },
  ]);
});

test('words for members are told as they stand, and logged as nothing', () => {
  const faults: object[] = [];
  const error = new UserError('input', 'This does not fit.');
  const watching: Logger = { ...silentLogger, error: (facts) => void faults.push(facts) };
  expect({ ending: endingOf({ ...failed(error), isEmpty: true, logger: watching }), faults }).toEqual({
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
