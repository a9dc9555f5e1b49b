import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { arrangeRoles, type PromptMessage } from '../../src/prompt/roles.ts';

const system = (content: string): PromptMessage => ({ role: 'system', content });
const user = (content: string): PromptMessage => ({ role: 'user', content });
const assistant = (content: string): PromptMessage => ({ role: 'assistant', content });

const merge = { mode: 'merge', system: true } as const;
const semi = { mode: 'semi', system: true } as const;
const strict = { mode: 'strict', system: true } as const;
const withoutSystem = { mode: 'strict', system: false } as const;
const mergeWithoutSystem = { mode: 'merge', system: false } as const;

describe('arranging roles', () => {
  test.each([
    ['leaves what is in order', strict, [system('S'), user('a'), assistant('b'), user('c')], undefined],
    [
      'joins neighbours of one role by a blank line',
      strict,
      [user('a'), user('b'), assistant('c'), assistant('d')],
      [user('a\n\nb'), assistant('c\n\nd')],
    ],
    [
      'joins several system texts in front',
      strict,
      [system('S'), system('T'), user('a')],
      [system('S\n\nT'), user('a')],
    ],
    [
      'leaves blank messages out and joins what meets then',
      strict,
      [system(' '), user('a'), assistant('\n'), user('b')],
      [user('a\n\nb')],
    ],
    [
      'makes a late system message a user message',
      strict,
      [user('a'), assistant('b'), system('note'), user('c')],
      [user('a'), assistant('b'), user('note\n\nc')],
    ],
    [
      'lets a user open a conversation that begins with the assistant',
      strict,
      [system('S'), assistant('greeting'), user('a')],
      [system('S'), user("Let's get started."), assistant('greeting'), user('a')],
    ],
    [
      'folds the system text into the first user message',
      withoutSystem,
      [system('S'), user('a'), assistant('b')],
      [user('S\n\na'), assistant('b')],
    ],
    [
      'folds the system text before a greeting',
      withoutSystem,
      [system('S'), assistant('greeting'), user('a')],
      [user('S'), assistant('greeting'), user('a')],
    ],
    [
      'makes a system text alone a user message where no system role is taken',
      withoutSystem,
      [system('S')],
      [user('S')],
    ],
    ['lets a user follow a system text alone', strict, [system('S')], [system('S'), user("Let's get started.")]],
    ['makes nothing of nothing', strict, [], []],
    [
      'lets the assistant begin where the template does',
      semi,
      [system('S'), assistant('greeting'), user('a')],
      undefined,
    ],
    [
      'makes a late system message a user message where only the first is taken',
      semi,
      [system('S'), user('a'), system('note'), assistant('b')],
      [system('S'), user('a\n\nnote'), assistant('b')],
    ],
    [
      'leaves late system messages where they are taken, and joins them',
      merge,
      [system('S'), user('a'), system('note'), system('more'), assistant('b'), user('c')],
      [system('S'), user('a'), system('note\n\nmore'), assistant('b'), user('c')],
    ],
    [
      'makes late system messages the user’s where none is taken',
      mergeWithoutSystem,
      [system('S'), user('a'), assistant('b'), system('note'), user('c')],
      [user('S\n\na'), assistant('b'), user('note\n\nc')],
    ],
  ])('%s', (_behaviour, roles, messages, expected) => {
    expect(arrangeRoles(messages, roles)).toEqual(expected ?? messages);
  });

  const message = fc.record({
    role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const),
    content: fc.oneof(fc.constantFrom('', ' ', '\n\n'), fc.string({ minLength: 1, maxLength: 5 })),
  });
  const conversation = fc.array(message, { maxLength: 12 });
  const anyRoles = fc.record({ mode: fc.constantFrom('merge', 'semi', 'strict'), system: fc.boolean() });
  const textOf = (messages: readonly PromptMessage[]) =>
    messages
      .map(({ content }) => content)
      .filter((content) => content.trim() !== '')
      .join('\n\n');

  test('emits nothing blank, no neighbours of one role, no refused system, and loses no words', () => {
    fc.assert(
      fc.property(conversation, anyRoles, (messages, roles) => {
        const arranged = arrangeRoles(messages, roles);
        const speakers = arranged.map(({ role }) => role);
        expect(speakers.filter((role, index) => role === speakers[index - 1])).toEqual([]);
        expect(arranged.filter(({ content }) => content.trim() === '')).toEqual([]);
        if (!roles.system) expect(speakers).not.toContain('system');
        if (roles.mode !== 'merge') expect(speakers.slice(1)).not.toContain('system');
        expect(textOf(arranged).replace(/(^|\n\n)Let's get started\.(\n\n|$)/, '$1')).toBe(
          textOf(messages) + (textOf(arranged).endsWith("Let's get started.") ? '\n\n' : ''),
        );
      }),
    );
  });

  test('strictly: user and assistant take turns from a user on', () => {
    fc.assert(
      fc.property(conversation, fc.boolean(), (messages, takesSystem) => {
        const arranged = arrangeRoles(messages, { mode: 'strict', system: takesSystem });
        const spoken = arranged[0]?.role === 'system' ? arranged.slice(1) : arranged;
        expect(spoken.map(({ role }) => role)).toEqual(
          spoken.map((_, index) => (index % 2 === 0 ? 'user' : 'assistant')),
        );
      }),
    );
  });

  test('what comes later changes nothing that stands before', () => {
    const asText = (messages: readonly PromptMessage[]) =>
      messages.map(({ role, content }) => `<${role}>${content}`).join('');
    fc.assert(
      fc.property(conversation, conversation, anyRoles, (messages, later, roles) => {
        const begun = [...messages, user('a')];
        const [before, after] = [arrangeRoles(begun, roles), arrangeRoles([...begun, ...later], roles)];
        expect(asText(after).startsWith(asText(before))).toBe(true);
      }),
    );
  });
});
