import { expect, test } from '@jest/globals';
import { createDirectory } from '../../src/playground/directory.ts';
import { describeMenu, findMenu, menusOf } from '../../src/playground/menus.ts';
import type { ShownMessage } from '../../src/simulator/discord/index.ts';

const option = (label: string, isChosen = false) => ({
  label,
  value: `id-${label}`,
  ...(isChosen ? { default: true } : {}),
});
const row = (customId: string, options: object[]) => ({
  type: 1,
  components: [{ type: 3, custom_id: customId, placeholder: 'Models', options }],
});
const message = (id: string, components: object[]) => ({ id, components }) as unknown as ShownMessage;

const older = message('older', [row('menu:1', [option('Miqu'), option('Mixtral', true)])]);
const newer = message('newer', [
  { type: 1, components: [{ type: 2, label: 'Next' }] },
  row('menu:2', [option('Miqu')]),
]);

const directory = createDirectory({
  user: () => [{ id: '10', name: 'Alice' }],
  role: () => [{ id: '30', name: 'Admins' }],
  channel: () => [],
});

test('a menu is described by its options and those chosen', () => {
  expect(menusOf(older).map(describeMenu)).toEqual(['{Models: ○ Miqu  ● Mixtral}']);
});

test.each([
  { labels: ['miqu'], expected: { message: newer, customId: 'menu:2', values: ['id-Miqu'] } },
  { labels: ['Miqu', 'Mixtral'], expected: { message: older, customId: 'menu:1', values: ['id-Miqu', 'id-Mixtral'] } },
  { labels: [], expected: { message: newer, customId: 'menu:2', values: [] } },
  { labels: ['Qwen'], expected: undefined },
])('$labels is chosen from the newest menu that offers it', ({ labels, expected }) => {
  expect(findMenu([older, newer], labels, directory)).toEqual(expected);
});

test('a menu of roles is described as such, and a role is chosen from it by name', () => {
  const roles = message('roles', [{ type: 1, components: [{ type: 6, custom_id: 'menu:3' }] }]);
  expect(menusOf(roles).map(describeMenu)).toEqual(['{choose: (a role)}']);
  expect(findMenu([roles, older], ['@adm'], directory)).toEqual({ message: roles, customId: 'menu:3', values: ['30'] });
});
