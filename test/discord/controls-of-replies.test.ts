import { expect, test } from '@jest/globals';
import type { ReplyControl } from '../../src/chat/reply-target.ts';
import { parseCustomId, toComponents } from '../../src/discord/controls.ts';

const control = (action: ReplyControl['action'], label?: string): ReplyControl => ({ action, id: 'x', label });

test('pages stand in a row of their own, the others below in rows of five', () => {
  const actions = ['again', 'continue', 'edit', 'delete', 'reasoning', 'retry'] as const;
  const rows = toComponents([
    control('swipe-back'),
    control('swipe-count', '2/3'),
    control('swipe-on'),
    ...actions.map((action) => control(action)),
  ]);
  expect(rows.map(({ components }) => components.map(({ custom_id: id }) => id))).toEqual([
    ['swipe-back:x', 'swipe-count:x', 'swipe-on:x'],
    ['again:x', 'continue:x', 'edit:x', 'delete:x', 'reasoning:x'],
    ['retry:x'],
  ]);
  expect(rows[0]?.components[1]).toMatchObject({ label: '2/3', disabled: true });
});

test('no buttons are no rows', () => {
  expect(toComponents([])).toEqual([]);
});

test.each([
  ['swipe-back:abc', { action: 'swipe-back', id: 'abc' }],
  ['edit:a:b', { action: 'edit', id: 'a:b' }],
  ['edit:', undefined],
  [':x', undefined],
  ['Edit:x', undefined],
  [`edit:${'x'.repeat(61)}`, undefined],
])('%s is read as %p', (customId, expected) => {
  expect(parseCustomId(customId)).toEqual(expected);
});
