import { describe, expect, test } from '@jest/globals';
import { planPrompt } from '../../../src/prompt/plan.ts';
import { DEFAULT_PRESET } from '../../../src/prompt/preset.ts';
import { persona, planRequest } from './scene.ts';

const texts = {
  ...DEFAULT_PRESET.texts,
  continueNudge: 'Go on after {{lastChatMessage}}, {{char}}!',
  impersonation: 'Be {{user}}.',
};
const preset = { ...DEFAULT_PRESET, texts };
const [wren, moss] = [persona(), persona({ name: 'Moss' })];
const group = { members: [wren, moss], muted: [], mode: 'swap', joinPrefix: '', joinSuffix: '' } as const;

function endOf(changes: Parameters<typeof planRequest>[0]) {
  const { newChat, historyEnd, tail, continuation } = planPrompt(
    planRequest({ preset, ...changes }, { group: 'Wren, Moss' }),
  );
  const contents = (messages: typeof tail) => messages.map(({ role, content }) => `${role}: ${content}`);
  return { newChat, historyEnd: contents(historyEnd), tail: contents(tail), continuation };
}

const ALONE = { newChat: '[Start a new Chat]', historyEnd: [], tail: [], continuation: undefined };
const AMONG = {
  newChat: '[Start a new group chat. Group members: Wren, Moss]',
  historyEnd: ['system: [Write the next reply only as Wren.]'],
};

describe('what a reply is for stands at the end', () => {
  test.each(['normal', 'swipe', 'regenerate'] as const)('nothing for %s', (generation) => {
    expect(endOf({ generation })).toEqual(ALONE);
  });

  test('a continue quotes the message as it is, macros in it too', () => {
    expect(endOf({ generation: 'continue', continuedText: ' $& {{user}} ' })).toEqual({
      ...ALONE,
      continuation: 'nudge',
      tail: ['system: Go on after $& {{user}}, Wren!'],
    });
  });

  test('a continue with prefill has no nudge', () => {
    const prefilled = { ...preset, continuePrefill: true };
    expect(endOf({ generation: 'continue', preset: prefilled })).toEqual({ ...ALONE, continuation: 'prefill' });
  });

  test('a continue without a history has none either', () => {
    expect(endOf({ generation: 'continue', preset: { ...preset, order: [] } })).toEqual({ ...ALONE, newChat: '' });
  });

  test('impersonation', () => {
    expect(endOf({ generation: 'impersonate' })).toEqual({ ...ALONE, tail: ['system: Be Robin.'] });
  });

  test('a quiet prompt', () => {
    const quietPrompt = 'The weather for {{user}}?';
    expect(endOf({ generation: 'quiet', quietPrompt })).toEqual({ ...ALONE, tail: ['system: The weather for Robin?'] });
  });

  test('a group is told who speaks, unless it is the user', () => {
    expect(endOf({ group: { ...group, members: [...group.members], muted: [] } })).toEqual({ ...ALONE, ...AMONG });
    expect(endOf({ group: { ...group, members: [...group.members], muted: [] }, generation: 'impersonate' })).toEqual({
      ...ALONE,
      ...AMONG,
      historyEnd: [],
      tail: ['system: Be Robin.'],
    });
  });
});
