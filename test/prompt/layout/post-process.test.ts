import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type PostProcessing, postProcess } from '../../../src/prompt/layout/post-process.ts';
import type { PlannedMessage } from '../../../src/prompt/plan.ts';

const NAMES = { characterName: 'Wren', userName: 'Robin', groupNames: ['Wren', 'Moss'] };
const MESSAGES: PlannedMessage[] = [
  { role: 'system', content: 'Main.' },
  { role: 'system', content: 'Any visitors?', name: 'example_user' },
  { role: 'system', content: 'You.', name: 'example_assistant' },
  { role: 'system', content: 'Moss: Me.', name: 'example_assistant' },
  { role: 'assistant', content: 'Hello.', name: 'Wren_Two' },
  { role: 'user', content: 'Robin: Hi.', name: 'Robin' },
  { role: 'system', content: 'A bell.', name: 'System' },
  { role: 'assistant', content: 'Moss: Hm.' },
  { role: 'user', content: 'Yes.' },
];
const OPENING = 'system: Main.\n\nRobin: Any visitors?\n\nWren: You.\n\nMoss: Me.';

const linesOf = (messages: readonly PlannedMessage[], mode: PostProcessing) =>
  postProcess(messages, mode, NAMES).map(({ role, content }) => `${role}: ${content}`);

describe('for picky endpoints', () => {
  test('nothing changes with `none`', () => {
    expect(postProcess(MESSAGES, 'none', NAMES)).toEqual(MESSAGES);
  });

  test.each(['merge', 'merge_tools'] as const)(
    '%s joins neighbours of a role and puts names into the texts',
    (mode) => {
      expect(linesOf(MESSAGES, mode)).toEqual([
        OPENING,
        'assistant: Wren_Two: Hello.',
        'user: Robin: Hi.',
        'system: A bell.',
        'assistant: Moss: Hm.',
        'user: Yes.',
      ]);
    },
  );

  test.each(['semi', 'semi_tools'] as const)('%s lets the user say later system messages', (mode) => {
    expect(linesOf(MESSAGES, mode)).toEqual([
      OPENING,
      'assistant: Wren_Two: Hello.',
      'user: Robin: Hi.\n\nA bell.',
      'assistant: Moss: Hm.',
      'user: Yes.',
    ]);
  });

  test.each(['strict', 'strict_tools'] as const)('%s lets the user speak first', (mode) => {
    const start = 'user: [Start a new chat]';
    expect(linesOf(MESSAGES, mode).slice(0, 3)).toEqual([OPENING, start, 'assistant: Wren_Two: Hello.']);
    expect(linesOf(MESSAGES.slice(4), mode).slice(0, 2)).toEqual([start, 'assistant: Wren_Two: Hello.']);
    expect(linesOf(MESSAGES.slice(0, 1), mode)).toEqual(['system: Main.', start]);
    expect(linesOf(MESSAGES.slice(5), mode)[0]).toBe('user: Robin: Hi.\n\nA bell.');
  });

  test('`single` lets the user say all, in the names of those who said it', () => {
    expect(
      linesOf([...MESSAGES.slice(0, 2), ...MESSAGES.slice(5), { role: 'assistant', content: 'End.' }], 'single'),
    ).toEqual([
      'user: Main.\n\nRobin: Any visitors?\n\nRobin: Hi.\n\nA bell.\n\nMoss: Hm.\n\nRobin: Yes.\n\nWren: End.',
    ]);
  });

  test.each(['merge', 'semi', 'strict', 'single'] as const)(
    'an empty list gets a message of the user with %s',
    (mode) => {
      expect(linesOf([], mode)).toEqual(['user: [Start a new chat]']);
    },
  );

  test('whatever comes in: strict begins with the user, alternates, and loses nothing', () => {
    const message = fc.record({
      role: fc.constantFrom('system', 'user', 'assistant'),
      content: fc.string({ minLength: 1 }),
    }) as fc.Arbitrary<PlannedMessage>;
    fc.assert(
      fc.property(fc.array(message, { minLength: 1 }), (messages) => {
        const processed = postProcess(messages, 'strict', NAMES);
        const roles = processed.map(({ role }) => role);
        const spoken = roles[0] === 'system' ? roles.slice(1) : roles;
        expect(spoken).toEqual(spoken.map((_, index) => (index % 2 === 0 ? 'user' : 'assistant')));
        const all = processed.map(({ content }) => content).join('\n\n');
        for (const { content } of messages) expect(all).toContain(content);
      }),
    );
  });
});
