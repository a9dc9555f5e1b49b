import { describe, expect, test } from '@jest/globals';
import { frameOf, withCue } from '../../src/chat/frame-of-plan.ts';
import type { PlannedMessage, PromptPlan } from '../../src/prompt/plan.ts';

const system = (content: string): PlannedMessage => ({ role: 'system', content });
const plan: PromptPlan = {
  slots: [
    { kind: 'text', name: 'main prompt', message: system('Main.') },
    {
      kind: 'examples',
      blocks: [
        [
          { role: 'system', content: 'Hi', name: 'example_user' },
          { role: 'system', content: 'Ahoy', name: 'example_assistant' },
        ],
        [{ role: 'system', content: 'Otto: Aye', name: 'example_assistant' }],
      ],
    },
    { kind: 'text', name: 'description', message: system('A sailor.') },
    { kind: 'history' },
    { kind: 'text', name: 'post-history', message: system('Stay short.') },
  ],
  injections: [{ depth: 4, message: system('A note.') }],
  newChat: '[Start]',
  historyEnd: [system('Write as Mira.')],
  tail: [system('Go on.')],
};
const options = {
  names: { user: 'Ann', char: 'Mira', members: ['Mira', 'Otto'] },
  safetyPrompt: 'Safe.',
  continued: undefined,
  extra: [{ name: 'emotions', content: 'Feel.' }],
};

describe('a plan as a frame', () => {
  test('has the safety prompt before all that a card says, and everything at its place', () => {
    expect(frameOf(plan, options)).toEqual({
      mandatory: [
        { name: 'safety', content: 'Safe.' },
        { name: 'main prompt', role: 'system', content: 'Main.' },
        { name: 'description', role: 'system', content: 'A sailor.' },
        { name: 'emotions', content: 'Feel.' },
      ],
      examples: [
        [
          { role: 'system', content: 'Ann: Hi' },
          { role: 'system', content: 'Mira: Ahoy' },
        ],
        [{ role: 'system', content: 'Otto: Aye' }],
      ],
      start: { name: 'start', content: '[Start]' },
      injections: [{ depth: 4, message: { role: 'system', content: 'A note.' } }],
      closing: [
        { name: 'group', role: 'system', content: 'Write as Mira.' },
        { name: 'post-history', role: 'system', content: 'Stay short.' },
      ],
      continued: undefined,
      ending: [{ name: 'ending', role: 'system', content: 'Go on.' }],
    });
  });

  test('without a history has all its texts in front, and no start if there is none', () => {
    const slots = plan.slots.filter(({ kind }) => kind !== 'history');
    const frame = frameOf({ ...plan, slots, newChat: '' }, options);
    expect(frame.mandatory.map(({ name }) => name)).toEqual([
      'safety',
      'main prompt',
      'description',
      'post-history',
      'emotions',
    ]);
    expect([frame.start, frame.closing]).toEqual([undefined, [expect.objectContaining({ name: 'group' })]]);
  });

  test('keeps examples that stand behind the history', () => {
    const [main, examples, , history] = plan.slots as [never, never, never, never];
    const frame = frameOf({ ...plan, slots: [main, history, examples] }, options);
    expect(frame.examples).toEqual([]);
    expect(frame.closing?.map(({ content }) => content)).toEqual([
      'Write as Mira.',
      'Ann: Hi',
      'Mira: Ahoy',
      'Otto: Aye',
    ]);
  });
});

test('a cue is given where nothing else says what to write', () => {
  const frame = frameOf(plan, options);
  expect(withCue(frame, 'Speak.')).toBe(frame);
  const silent = { ...frame, closing: [], ending: [] };
  expect(withCue(silent, 'Speak.').ending).toEqual([{ name: 'ending', content: 'Speak.' }]);
});
