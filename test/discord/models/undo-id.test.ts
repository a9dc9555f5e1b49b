import { describe, expect, test } from '@jest/globals';
import { modelKey } from '../../../src/discord/models/model-key.ts';
import { readUndoId, type UndoId, writeUndoId } from '../../../src/discord/models/undo-id.ts';

const LONGEST: UndoId = {
  scope: 'server',
  did: 'removed',
  at: 8_640_000_000_000_000,
  personId: '9'.repeat(19),
  previousKey: modelKey('a'.repeat(100)),
};

describe('the id of an Undo', () => {
  test.each([LONGEST, { scope: 'here', did: 'set', at: 0, personId: '1', previousKey: undefined }] satisfies UndoId[])(
    'is read as it was written: %j',
    (undo) => {
      expect(readUndoId(writeUndoId(undo))).toEqual(undo);
    },
  );

  test('is within the 60 characters that a custom id leaves', () => {
    expect(writeUndoId(LONGEST).length).toBeLessThanOrEqual(60);
  });

  test.each([
    '',
    'here',
    'there.set.0.1.',
    'here.set.0.alice.',
    'here.set.0.1.short',
    'here.set.0.1.abcdefghijkl.more',
  ])('is nothing else: %j', (id) => {
    expect(readUndoId(id)).toBe(undefined);
  });
});
