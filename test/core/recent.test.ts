import { expect, test } from '@jest/globals';
import { createRecent } from '../../src/core/recent.ts';

test('what was not used for longest is forgotten first', () => {
  const recent = createRecent<string, number>({ maxSize: 2 });
  recent.set('a', 1);
  recent.set('b', 2);
  expect(recent.get('a')).toBe(1);
  recent.set('c', 3);
  expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([1, undefined, 3]);
  recent.delete('a');
  recent.set('d', 4);
  expect(['a', 'c', 'd'].map((key) => recent.get(key))).toEqual([undefined, 3, 4]);
});

test('what is too heavy together is forgotten, but never the newest', () => {
  const recent = createRecent<string, string>({
    maxSize: 9,
    maxWeight: 10,
    weightOf: (value, key) => key.length + value.length,
  });
  const kept = () => ['a', 'b', 'c', 'd'].filter((key) => recent.get(key) !== undefined);
  recent.set('a', 'xxxx');
  recent.set('b', 'xxxx');
  expect(kept()).toEqual(['a', 'b']);
  recent.set('c', 'x');
  expect(kept()).toEqual(['b', 'c']);
  recent.set('b', 'xxxxxxxx');
  expect(kept()).toEqual(['b']);
  recent.set('d', 'x'.repeat(99));
  expect(kept()).toEqual(['d']);
  recent.delete('d');
  recent.set('a', 'xxxxxxxxx');
  expect(kept()).toEqual(['a']);
});
