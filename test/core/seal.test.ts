import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSeal } from '../../src/core/seal.ts';

const seal = createSeal(['secret'], 'tokens');

test('what is sealed opens again, in another process too', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(createSeal(['secret'], 'tokens').open(seal.seal(text))).toBe(text);
    }),
  );
});

test('two seals of one text have nothing in common', () => {
  const [one, other] = [seal.seal('token'), seal.seal('token')];
  expect([one === other, one.slice(0, 16) === other.slice(0, 16), one.includes('token')]).toEqual([
    false,
    false,
    false,
  ]);
});

test.each([
  { name: 'another secret', open: () => createSeal(['other'], 'tokens').open(seal.seal('text')) },
  { name: 'another purpose', open: () => createSeal(['secret'], 'keys').open(seal.seal('text')) },
  { name: 'nothing', open: () => seal.open('') },
  { name: 'a text that is no seal', open: () => seal.open('not sealed at all, only long enough') },
  { name: 'the tag alone', open: () => seal.open(seal.seal('text').slice(0, 37)) },
])('with $name nothing opens', ({ open }) => {
  expect(open()).toBeUndefined();
});

test('one bit changed anywhere opens nothing', () => {
  const bytes = Buffer.from(seal.seal('some text'), 'base64url');
  const opened = Array.from(bytes.keys(), (index) => {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(bytes.readUInt8(index) ^ 1, index);
    return seal.open(changed.toString('base64url'));
  });
  expect(opened).toEqual(Array.from(bytes, () => undefined));
});

test('after a change of secrets the older one still opens, and does not seal', () => {
  const changed = createSeal(['newer', 'secret'], 'tokens');
  expect(changed.open(seal.seal('token'))).toBe('token');
  expect(seal.open(changed.seal('token'))).toBe(undefined);
  expect(createSeal(['newer'], 'tokens').open(changed.seal('token'))).toBe('token');
});
