import { expect, test } from '@jest/globals';
import { controlsOf, type FinishedControls } from '../../src/chat/reply-controls.ts';

const plain: FinishedControls = {
  userMessageId: 'u',
  replyId: 'r',
  hasText: true,
  hasReasoning: false,
  canRetry: false,
  isPersona: false,
  isPrivate: false,
  swipe: { index: 0, count: 1 },
};

test.each<[string, Partial<FinishedControls>, string[]]>([
  ['the assistant', {}, []],
  ['the assistant that failed', { canRetry: true, hasText: false }, ['retry u']],
  ['the assistant that was cut', { canRetry: true, hasReasoning: true }, ['retry u', 'reasoning r']],
  ['nobody’s words but thoughts', { hasText: false, hasReasoning: true, canRetry: true }, ['retry u']],
  [
    'the assistant with several versions',
    { swipe: { index: 1, count: 3 } },
    ['swipe-back u', 'swipe-count u 2/3', 'swipe-on u'],
  ],
  ['a persona', { isPersona: true }, ['again u', 'continue u', 'edit u', 'delete u']],
  ['a persona that was cut', { isPersona: true, canRetry: true }, ['again u', 'continue u', 'edit u', 'delete u']],
  ['a persona that failed', { isPersona: true, canRetry: true, hasText: false }, ['retry u']],
  ['a persona in private', { isPersona: true, isPrivate: true }, ['again u', 'continue u']],
  [
    'a persona that thought, with several versions',
    { isPersona: true, hasReasoning: true, swipe: { index: 0, count: 2 } },
    ['swipe-back u', 'swipe-count u 1/2', 'swipe-on u', 'again u', 'continue u', 'edit u', 'delete u', 'reasoning r'],
  ],
])('below the reply of %s', (_, more, expected) => {
  const controls = controlsOf({ ...plain, ...more });
  expect(controls.map(({ action, id, label }) => [action, id, label].filter(Boolean).join(' '))).toEqual(expected);
});
