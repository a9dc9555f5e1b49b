import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { arrangeRoles, type PromptMessage } from '../../src/prompt/roles.ts';

const system = (content: string): PromptMessage => ({ role: 'system', content });
const user = (content: string): PromptMessage => ({ role: 'user', content });
const assistant = (content: string): PromptMessage => ({ role: 'assistant', content });

const withSystem = { system: true };
const withoutSystem = { system: false };

describe('arranging roles', () => {
  test.each([
    ['leaves what is in order', withSystem, [system('S'), user('a'), assistant('b'), user('c')], undefined],
    [
      'joins neighbours of one role by a blank line',
      withSystem,
      [user('a'), user('b'), assistant('c'), assistant('d')],
      [user('a\n\nb'), assistant('c\n\nd')],
    ],
    [
      'joins several system texts in front',
      withSystem,
      [system('S'), system('T'), user('a')],
      [system('S\n\nT'), user('a')],
    ],
    [
      'leaves blank messages out and joins what meets then',
      withSystem,
      [system(' '), user('a'), assistant('\n'), user('b')],
      [user('a\n\nb')],
    ],
    [
      'makes a late system message a user message',
      withSystem,
      [user('a'), assistant('b'), system('note'), user('c')],
      [user('a'), assistant('b'), user('note\n\nc')],
    ],
    [
      'lets a user open a conversation that begins with the assistant',
      withSystem,
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
    ['makes nothing of nothing', withSystem, [], []],
  ])('%s', (_behaviour, roles, messages, expected) => {
    expect(arrangeRoles(messages, roles)).toEqual(expected ?? messages);
  });

  test('always alternates from a user on, emits nothing blank and loses no words', () => {
    const message = fc.record({
      role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const),
      content: fc.oneof(fc.constantFrom('', ' ', '\n\n'), fc.string({ minLength: 1, maxLength: 5 })),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), fc.boolean(), (messages, takesSystem) => {
        const arranged = arrangeRoles(messages, { system: takesSystem });
        const conversation = arranged[0]?.role === 'system' ? arranged.slice(1) : arranged;
        if (!takesSystem) expect(arranged.map(({ role }) => role)).not.toContain('system');
        expect(conversation.map(({ role }) => role)).toEqual(
          conversation.map((_, index) => (index % 2 === 0 ? 'user' : 'assistant')),
        );
        expect(arranged.filter(({ content }) => content.trim() === '')).toEqual([]);
        const words = (list: PromptMessage[]) =>
          list
            .map(({ content }) => content)
            .filter((content) => content.trim() !== '')
            .join('\n\n');
        expect(words(arranged).replace(/(^|\n\n)Let's get started\.\n\n/, '$1')).toBe(words(messages));
      }),
    );
  });
});
