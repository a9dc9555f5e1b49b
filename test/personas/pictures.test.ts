import { expect, test } from '@jest/globals';
import { extensionOf, labelOf, pictureOf } from '../../src/personas/pictures.ts';
import { picture } from './cards/files.ts';

test.each([
  ['png', 'image/png', 'png'],
  ['jpeg', 'image/jpeg', 'jpg'],
  ['webp', 'image/webp', 'webp'],
  ['gif', 'image/gif', 'gif'],
] as const)('a %s is known by its first bytes', (kind, mediaType, extension) => {
  const bytes = picture(kind);
  const found = pictureOf(bytes);
  expect(found).toEqual({ mediaType, bytes });
  expect(found && extensionOf(found)).toEqual(extension);
});

test.each([
  Buffer.alloc(0),
  Buffer.from('PNG'),
  Buffer.from('RIFF1234WAVE'),
  Buffer.from('xxxx1234WEBP'),
  Buffer.from('<svg/>'),
])('other bytes are no picture', (bytes) => {
  expect(pictureOf(bytes)).toEqual(undefined);
});

test.each([
  ['joy.png', 'joy'],
  ['Sprites/Very Happy!.PNG', 'very-happy'],
  ['joy-1.webp', 'joy-1'],
  ['__proto__.png', 'proto'],
  ['开心.gif', '开心'],
  ['a.b.jpeg', 'a-b'],
  ['-.png', ''],
  ['x'.repeat(100), 'x'.repeat(64)],
])('%s has the label %s', (path, label) => {
  expect(labelOf(path)).toEqual(label);
});
