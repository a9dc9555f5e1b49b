import { describe, expect, test } from '@jest/globals';
import { type HistoryMessage, layOut } from '../../../src/prompt/layout.ts';
import type { PromptPlan } from '../../../src/prompt/plan.ts';
import { DEFAULT_PRESET, type Preset } from '../../../src/prompt/preset.ts';

const PLAN: PromptPlan = {
  slots: [{ kind: 'text', name: 'main prompt', message: { role: 'system', content: 'Main.' } }, { kind: 'history' }],
  injections: [],
  newChat: '[New]',
  historyEnd: [],
  tail: [],
};
const bot = (content: string, name = 'Wren'): HistoryMessage => ({ role: 'assistant', name, content });
const robin = (content: string): HistoryMessage => ({ role: 'user', name: 'Robin', content });
const narrator = (content: string): HistoryMessage => ({ role: 'system', name: 'System', content });
const HISTORY = [bot('Welcome.'), robin('Hi.'), bot('Well.')];

function linesOf(options: {
  plan?: Partial<PromptPlan>;
  history?: HistoryMessage[];
  preset?: Partial<Preset>;
  isGroup?: boolean;
}): string[] {
  const { plan, history = HISTORY, preset, isGroup = false } = options;
  return layOut({
    plan: { ...PLAN, ...plan },
    history,
    preset: { ...DEFAULT_PRESET, ...preset },
    userName: 'Robin',
    isGroup,
  }).map(({ role, name, content }) => `${role}${name === undefined ? '' : ` (${name})`}: ${content}`);
}

const at = (depth: number, content: string) => ({ depth, message: { role: 'system' as const, content } });
const IN_FRONT = ['system: Main.', 'system: [New]'];

describe('the history in a prompt', () => {
  test('stands behind the mark of its beginning; texts are as they were but for carriage returns', () => {
    const history = [bot(' {{user}}\r\n '), robin('')];
    expect(linesOf({ history })).toEqual([...IN_FRONT, 'assistant:  {{user}}\n ']);
  });

  test('has what is injected before its newest messages, empty ones counted', () => {
    const injections = [at(9, 'nine'), at(8, 'eight'), at(2, 'two'), at(0, 'zero')];
    const history = [...HISTORY, robin('')];
    expect(linesOf({ plan: { injections }, history })).toEqual([
      ...IN_FRONT,
      'system: nine',
      'system: eight',
      'assistant: Welcome.',
      'user: Hi.',
      'system: two',
      'assistant: Well.',
      'system: zero',
    ]);
  });

  test('with a nudge its newest message moves behind all, and depths count it', () => {
    const plan = {
      continuation: 'nudge' as const,
      injections: [at(1, 'one'), at(0, 'zero')],
      historyEnd: [{ role: 'system' as const, content: 'Group.' }],
      slots: [
        ...PLAN.slots,
        { kind: 'text' as const, name: 'phi', message: { role: 'system' as const, content: 'PHI.' } },
      ],
      tail: [{ role: 'system' as const, content: 'Go on.' }],
    };
    const before = [...IN_FRONT, 'assistant: Welcome.', 'user: Hi.'];
    expect(linesOf({ plan })).toEqual([
      ...before,
      'system: one',
      'system: zero',
      'system: Group.',
      'system: PHI.',
      'assistant: Well.',
      'system: Go on.',
    ]);
    expect(linesOf({ plan: { ...plan, continuation: 'prefill', tail: [] } })).toEqual([
      ...before.slice(0, -1),
      'system: one',
      'user: Hi.',
      'system: zero',
      'system: Group.',
      'system: PHI.',
      'assistant: Well.',
    ]);
  });

  test('may be empty', () => {
    expect(linesOf({ history: [], plan: { continuation: 'nudge', injections: [at(3, 'three')] } })).toEqual([
      ...IN_FRONT,
      'system: three',
    ]);
  });
});

describe('where the assistant would speak twice', () => {
  const preset = { texts: { ...DEFAULT_PRESET.texts, sendIfEmpty: '[go on]' } };
  const user = 'user: [go on]';

  test('the user says the text of the preset', () => {
    expect(linesOf({ preset }).at(-1)).toBe(user);
  });

  test.each([
    ['the user spoke last', { history: [...HISTORY, robin('Yes.')] }],
    ['something is injected behind it', { plan: { injections: [at(0, 'zero')] } }],
    ['it is what goes on', { plan: { continuation: 'nudge' as const } }],
  ])('but not if %s', (_, options) => {
    expect(linesOf({ preset, ...options })).not.toContain(user);
  });
});

describe('names', () => {
  const history = [bot('a', 'Dr. Zoë 𝄞'), narrator('b'), { ...bot('c', 'X'), isByAnother: true }, robin('d')];

  test.each([
    [-1, false, ['assistant: a', 'system: b', 'assistant: c', 'user: d']],
    [0, false, ['assistant: a', 'system: b', 'assistant: X: c', 'user: d']],
    [0, true, ['assistant: Dr. Zoë 𝄞: a', 'system: System: b', 'assistant: X: c', 'user: d']],
    [1, false, ['assistant (Dr__Zo____): a', 'system (System): b', 'assistant (X): c', 'user (Robin): d']],
    [2, false, ['assistant: Dr. Zoë 𝄞: a', 'system: b', 'assistant: X: c', 'user: Robin: d']],
  ] as const)('with names_behavior %d, in a group: %p', (namesBehavior, isGroup, expected) => {
    expect(linesOf({ history, preset: { namesBehavior }, isGroup }).slice(2)).toEqual(expected);
  });

  test('are 64 characters long at most, and there is none where it would be empty', () => {
    const long = [bot('a', 'A'.repeat(70)), bot('b', '')];
    expect(linesOf({ history: long, preset: { namesBehavior: 1 } }).slice(2)).toEqual([
      `assistant (${'A'.repeat(64)}): a`,
      'assistant: b',
    ]);
  });

  test('a message that goes on keeps its name only as a prefill', () => {
    const preset = { namesBehavior: 1 as const };
    expect(linesOf({ preset, plan: { continuation: 'nudge' } }).at(-1)).toBe('assistant: Well.');
    expect(linesOf({ preset, plan: { continuation: 'prefill' } }).at(-1)).toBe('assistant (Wren): Well.');
  });
});

test('squashing joins neighbouring system messages, but no marks and no named ones', () => {
  const system = (content: string, name?: string) => ({ role: 'system' as const, content, name });
  const plan: Partial<PromptPlan> = {
    slots: [
      { kind: 'text', name: 'a', message: system('One.') },
      { kind: 'text', name: 'b', message: system('Two.') },
      { kind: 'examples', blocks: [[system('[Example]'), system('q', 'example_user')], [system('[Example]')]] },
      { kind: 'history' },
      { kind: 'text', name: 'c', message: system('PHI.') },
    ],
    injections: [at(0, 'zero')],
    historyEnd: [system('Group.')],
    tail: [system('Go on.')],
  };
  expect(linesOf({ plan, preset: { squashesSystem: true }, history: [robin('Hi.'), narrator('Bell.')] })).toEqual([
    'system: One.\nTwo.',
    'system: [Example]',
    'system (example_user): q',
    'system: [Example]',
    'system: [New]',
    'user: Hi.',
    'system: Bell.\nzero',
    'system: Group.',
    'system: PHI.\nGo on.',
  ]);
});
