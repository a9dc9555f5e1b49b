import { describe, expect, test } from '@jest/globals';
import { readCase } from '../../../src/cli/prompt/case.ts';
import { lastSpeaker, nextSpeakers } from '../../../src/cli/prompt/next-speakers.ts';
import { caseOf, requestsOf, wren } from './scene.ts';

const cards = ['Wren', 'Moss', 'Mary Ann'].map((name, index) =>
  wren({ name, first_mes: `I am {{char}}.`, extensions: { talkativeness: String(index / 4) } }),
);
const members = ['Wren', 'Moss', 'Mary Ann'];
const by = (name: string, mes: string) => ({ name, is_user: name === 'Robin', mes });

function speakersFor(options: {
  group?: Record<string, unknown>;
  chat?: ReturnType<typeof by>[];
  typed?: string;
  /** Taken one after the other, the last one for ever. */
  chances?: number[];
}): string[] {
  const { group = {}, chat = [by('Robin', 'Hi.')], typed, chances = [0.9] } = options;
  const read = readCase(caseOf({ cards, group: { members, ...group }, chat, steps: [{ op: 'generate' }] }));
  const left = [...chances];
  const random = () => (left.length > 1 ? left.shift() : left[0]) ?? 0;
  if (!read.group || !read.chat) throw new Error('This case has no group.');
  return nextSpeakers({ group: read.group, chat: read.chat, typed, random }).map(({ persona }) => persona.name);
}

describe('in natural order', () => {
  test.each([
    ['in order of mention, by any word of the name', 'mary! moss, Mary', ['Mary Ann', 'Moss']],
    ['whole words only', 'mosses', ['Mary Ann']],
    ['what is typed, not what was said before', 'Wren?', ['Wren']],
  ])('who is mentioned speaks: %s', (_, typed, expected) => {
    expect(speakersFor({ typed, chat: [by('Robin', 'Moss?')] })).toEqual(expected);
  });

  test('others speak if they are talkative enough', () => {
    expect(speakersFor({ chances: [0, 0, 0, 0.3, 0.2, 0.1] })).toEqual(['Moss', 'Mary Ann']);
    expect(speakersFor({ chances: [0, 0, 0, 0, 0.25, 0.5] })).toEqual(members);
  });

  test('one who is not silent speaks if nobody else would', () => {
    expect(speakersFor({ chances: [0.99] })).toEqual(['Mary Ann']);
  });

  test('nobody answers themselves, unless the group wants it', () => {
    const chat = [by('Moss', 'Moss asks Wren.')];
    expect(speakersFor({ chat })).toEqual(['Wren']);
    expect(speakersFor({ chat, group: { allow_self_responses: true } })).toEqual(['Moss', 'Wren']);
  });

  test('muted ones do not speak', () => {
    expect(speakersFor({ typed: 'Moss and Wren', group: { disabled: [1] } })).toEqual(['Wren']);
    expect(speakersFor({ typed: 'Moss and Wren', group: { disabled_members: ['Wren'] } })).toEqual(['Moss']);
  });
});

describe('in other orders', () => {
  test('a list speaks as it stands', () => {
    expect(speakersFor({ group: { activation_strategy: 1, disabled: [1] } })).toEqual(['Wren', 'Mary Ann']);
  });

  test('by hand nobody speaks after the user, and anyone if asked for', () => {
    const group = { activation_strategy: 2 };
    expect(speakersFor({ group, typed: 'Moss?' })).toEqual([]);
    expect(speakersFor({ group, chances: [0.5] })).toEqual(['Moss']);
  });

  test('of a pool one speaks who has not since the user did', () => {
    const group = { activation_strategy: 3 };
    const chat = [by('Wren', 'a'), by('Robin', 'b'), by('Moss', 'c')];
    expect(speakersFor({ group, chat, chances: [0] })).toEqual(['Wren']);
    expect(speakersFor({ group, chat: [...chat, by('Wren', 'd')], chances: [0] })).toEqual(['Mary Ann']);
    expect(speakersFor({ group, chat: [...chat, by('Wren', 'd'), by('Mary Ann', 'e')], chances: [0.9] })).toEqual([
      'Moss',
    ]);
    expect(speakersFor({ group, chat, typed: 'x', chances: [0.4] })).toEqual(['Moss']);
  });

  test('a swipe is for who spoke last', () => {
    const read = readCase(
      caseOf({ cards, group: { members }, chat: [by('Moss', 'a'), by('Robin', 'b')], steps: [{}] }),
    );
    if (!read.group || !read.chat) throw new Error('This case has no group.');
    const speakers = lastSpeaker({ group: read.group, chat: read.chat, random: () => 0 });
    expect(speakers.map(({ persona }) => persona.name)).toEqual(['Moss']);
  });
});

test('a round of a group is made again as a whole', async () => {
  const group = { members, activation_strategy: 1, disabled: [2] };
  const preset = { group_nudge_prompt: '{{char}}!' };
  const greetings = [
    'assistant: Wren: I am Wren.',
    'assistant: Moss: I am Moss.',
    'assistant: Mary Ann: I am Mary Ann.',
  ];
  const steps = [{ op: 'send', text: 'Hi.' }, { op: 'regenerate' }];
  expect(await requestsOf({ cards, group, preset, steps })).toEqual([
    [...greetings, 'user: Hi.', 'system: Wren!'],
    [...greetings, 'user: Hi.', 'assistant: Wren: Golden reply 1.', 'system: Moss!'],
    [...greetings, 'user: Hi.', 'system: Wren!'],
    [...greetings, 'user: Hi.', 'assistant: Wren: Golden reply 3.', 'system: Moss!'],
  ]);
});
