import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ReplyControl } from '../../src/chat/reply-target.ts';
import { parseCustomId, toComponents } from '../../src/discord/controls.ts';

test('buttons stand in one row, with the words and colours of what they do', () => {
  const controls: ReplyControl[] = [
    { action: 'stop', id: 'a1' },
    { action: 'retry', id: 'b2' },
    { action: 'reasoning', id: 'c3' },
  ];
  expect(toComponents(controls)).toEqual([
    {
      type: 1,
      components: [
        { type: 2, custom_id: 'stop:a1', label: 'Stop', style: 2 },
        { type: 2, custom_id: 'retry:b2', label: 'Retry', style: 1 },
        { type: 2, custom_id: 'reasoning:c3', label: 'Reasoning', style: 2 },
      ],
    },
  ]);
});

test('without controls there is no row, which removes the earlier buttons of a message', () => {
  expect(toComponents([])).toEqual([]);
});

describe('custom ids', () => {
  test('are read back as they were written', () => {
    const control = fc.record({
      action: fc.constantFrom<ReplyControl['action']>('stop', 'retry', 'reasoning'),
      id: fc.stringMatching(/^[\w:-]{1,60}$/),
    });
    fc.assert(
      fc.property(control, (given) => {
        const customId = toComponents([given])[0]?.components[0]?.custom_id ?? '';
        expect(parseCustomId(customId)).toEqual(given);
      }),
    );
  });

  test('keep the colons of an id', () => {
    expect(parseCustomId('clear:private:123456789012345678')).toEqual({
      action: 'clear',
      id: 'private:123456789012345678',
    });
  });

  test.each([
    '',
    ':',
    'stop',
    'stop:',
    ':a1',
    'Stop:a1',
    'st op:a1',
    'stop1:a1',
    ' stop:a1',
    'stop:a1\nretry:b2',
    `${'s'.repeat(31)}:a1`,
    `stop:${'a'.repeat(61)}`,
    '{"action":"stop"}',
  ])('that are not ours are ignored: %j', (customId) => {
    expect(parseCustomId(customId)).toEqual(undefined);
  });
});
