import { expect, test } from '@jest/globals';
import type { StoppedBy } from '../../src/chat/stop.ts';
import { CompletionError } from '../../src/completions/errors.ts';
import { conversationOf, createScene, STOP, type Step } from './scene.ts';

interface EndCase {
  name: string;
  steps: Step[];
  stop?: { atMs: number; by: StoppedBy };
  shown: string;
  buttons: string[];
  stored: string[];
}

const RETRY = 'retry u1';
const ended: EndCase[] = [
  { name: 'a whole reply', steps: ['Yes.', STOP], shown: 'Yes.', buttons: [], stored: ['-> Yes. (stop)'] },
  {
    name: 'a reply with reasoning',
    steps: [{ type: 'reasoning', text: 'Hmm' }, 'Yes.', STOP],
    shown: 'Yes.',
    buttons: ['reasoning r1'],
    stored: ['-> Yes. (stop)'],
  },
  {
    name: 'the maximum length',
    steps: ['Yes', { type: 'finish', reason: 'length' }],
    shown: 'Yes\n\n-# The reply reached its maximum length.',
    buttons: [],
    stored: ['-> Yes (length)'],
  },
  {
    name: 'the filter behind a text',
    steps: ['Yes', { type: 'finish', reason: 'filtered' }],
    shown: 'Yes\n\n-# The API’s filter ended the reply here.',
    buttons: [RETRY],
    stored: ['-> Yes (cut)'],
  },
  {
    name: 'the filter before any text',
    steps: [{ type: 'finish', reason: 'filtered' }],
    shown: 'The API’s filter withheld the reply. Try other words or another model: `/models list` shows them.',
    buttons: [RETRY],
    stored: [],
  },
  {
    name: 'a reply of reasoning alone',
    steps: ['<think>Hm', STOP],
    shown: 'The model gave an empty reply. Press Retry, or put the question in other words.',
    buttons: [RETRY],
    stored: [],
  },
  {
    name: 'a reply of invisible characters',
    steps: ['\u200b', STOP],
    shown: 'The model gave an empty reply. Press Retry, or put the question in other words.',
    buttons: [RETRY],
    stored: [],
  },
  {
    name: 'a cut behind a text',
    steps: ['<think>Hm</think>Yes and', 500, new CompletionError('cut')],
    shown: 'Yes and\n\n-# The reply was cut here. The connection to the model broke off. Press Retry for a new reply.',
    buttons: [RETRY, 'reasoning r1'],
    stored: ['-> Yes and (cut)'],
  },
  {
    name: 'a member’s stop before any text',
    steps: [5_000, 'Yes', STOP],
    stop: { atMs: 100, by: 'member' },
    shown: 'Stopped before the first word.',
    buttons: [RETRY],
    stored: [],
  },
  {
    name: 'a member’s stop while the text grows',
    steps: ['Yes', 100, ' and', 10_000, ' no', STOP],
    stop: { atMs: 3_000, by: 'member' },
    shown: 'Yes and\n\n-# Stopped.',
    buttons: [RETRY],
    stored: ['-> Yes and (stopped)'],
  },
  {
    name: 'a shutdown before any text',
    steps: [5_000, 'Yes', STOP],
    stop: { atMs: 100, by: 'shutdown' },
    shown: 'Interrupted by a restart of the bot. Press Retry for a new reply.',
    buttons: [RETRY],
    stored: [],
  },
  {
    name: 'a shutdown while the text grows',
    steps: ['Yes', 10_000, ' no', STOP],
    stop: { atMs: 3_000, by: 'shutdown' },
    shown: 'Yes\n\n-# Interrupted by a restart of the bot. Press Retry for a new reply.',
    buttons: [RETRY],
    stored: ['-> Yes (interrupted)'],
  },
  {
    name: 'the end of its interaction before any text',
    steps: [900_000, 'Yes', STOP],
    stop: { atMs: 840_000, by: 'late' },
    shown:
      'The wait was longer than the 15 minutes for which Discord keeps a command open. Press Retry to stand in line again.',
    buttons: [RETRY],
    stored: [],
  },
  {
    name: 'the end of its interaction while the text grows',
    steps: ['Yes', 900_000, ' no', STOP],
    stop: { atMs: 840_000, by: 'late' },
    shown:
      'Yes\n\n-# The reply was cut here: Discord keeps a command open for no longer than 15 minutes. Press Retry for a new one.',
    buttons: [RETRY],
    stored: ['-> Yes (cut)'],
  },
  {
    name: 'a stop behind the finish',
    steps: ['Yes.', STOP, 5_000, { type: 'usage', promptTokens: 1, completionTokens: 1 }],
    stop: { atMs: 1_000, by: 'member' },
    shown: 'Yes.',
    buttons: [],
    stored: ['-> Yes. (stop)'],
  },
];

test.each(ended)('$name: shown and stored as what it is', async ({ steps, stop, shown, buttons, stored }) => {
  const scene = await createScene({ answers: [steps] });
  const asked = scene.ask('Yes?');
  if (stop) {
    await scene.clock.advance(stop.atMs);
    asked.stop(stop.by);
  }
  await scene.finish(asked);
  const [part] = asked.target.shown;
  expect({
    shown: part?.content,
    buttons: part?.controls.map(({ action, id }) => `${action} ${id}`),
    stored: await conversationOf(scene.history),
    marks: (await scene.history.summary('c')).inFlight,
    running: scene.running(),
    faults: scene.faults,
  }).toEqual({ shown, buttons, stored: ['Ann: Yes?', ...stored], marks: [], running: 0, faults: [] });
});

test('a completion that fails is told in its place, with Retry and without a word of the API', async () => {
  const cause = new Error('sk-SECRET at http://10.0.0.7');
  const failure = new CompletionError('refused', { status: 418, callId: 'SECRET', cause });
  const scene = await createScene({ answers: [[failure]] });
  const asked = scene.ask('Yes?');
  await scene.finish(asked);
  const content = 'The API refused this request. Try other words or another model: `/models list` shows them.';
  expect(asked.target.shown).toEqual([{ content, controls: [{ action: 'retry', id: 'u1' }] }]);
  expect(await conversationOf(scene.history)).toEqual(['Ann: Yes?']);
});

test('a fault is told by a code that is in the log, and by nothing else', async () => {
  const scene = await createScene({ answers: [['Yes', 100, new TypeError('secret of the code')]] });
  const asked = scene.ask('Yes?');
  await scene.finish(asked);
  const [, id] = /\n\n-# Something went wrong \((\w{8})\)/.exec(asked.target.shown[0]?.content ?? '') ?? [];
  expect(scene.faults).toEqual([{ id, err: new TypeError('secret of the code') }]);
  expect(asked.target.shown[0]?.content).not.toContain('secret');
  expect(await conversationOf(scene.history)).toEqual(['Ann: Yes?', '-> Yes (cut)']);
});
