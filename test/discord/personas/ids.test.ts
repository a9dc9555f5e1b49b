import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PersonaRef } from '../../../src/core/refs.ts';
import { readShortRef, writeShortRef } from '../../../src/discord/personas/short-ref.ts';
import { createUndos, UNDO_KEPT_MS, type Undo } from '../../../src/discord/personas/undos.ts';
import { readUseUndoId, writeUseUndoId } from '../../../src/discord/personas/use-undo-id.ts';

const snowflake = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n });
const id = fc.stringMatching(/^[\w-]{12}$/);
const ref = fc.oneof(
  fc.tuple(fc.constantFrom('guild', 'user'), snowflake, id).map(([kind, owner, own]) => `${kind}:${owner}:${own}`),
  fc.stringMatching(/^[a-z\d-]{1,24}$/).map((own) => `built-in:${own}`),
) as fc.Arbitrary<PersonaRef>;

describe('short refs', () => {
  test('every ref comes back, and is short enough for an id with four marks beside it', () => {
    fc.assert(
      fc.property(ref, (written) => {
        const short = writeShortRef(written);
        expect(readShortRef(short)).toBe(written);
        expect(short.length).toBeLessThanOrEqual(27);
      }),
    );
  });

  test.each(['', 'x', 'g1', 'g1.short', 'gZZ.abcdefghijkl', 'u.abcdefghijkl', 'bUPPER', 'b', 'g1.abcdefghijkl!'])(
    'nothing is read from %j',
    (text) => {
      expect(readShortRef(text)).toBeUndefined();
    },
  );
});

describe('ids of Undo buttons below a change of who speaks', () => {
  test('every one comes back, within what a custom id holds', () => {
    const undo = fc.record({
      scope: fc.constantFrom('here' as const, 'server' as const),
      at: fc.integer({ min: 0, max: 4_000_000_000_000 }),
      previous: fc.oneof(ref, fc.constant(null), fc.constant(undefined)),
    });
    fc.assert(
      fc.property(undo, (written) => {
        const text = writeUseUndoId(written);
        expect(readUseUndoId(text)).toEqual(written);
        expect(text.length).toBeLessThanOrEqual(60);
      }),
    );
  });

  test.each(['', 'h', 'h.1', 'h.1.x', 'q.1.off', 'h.UP.off'])('nothing is read from %j', (text) => {
    expect(readUseUndoId(text)).toBeUndefined();
  });
});

describe('what can be undone', () => {
  const undo = (sizeBytes: number): Undo => ({ sizeBytes, run: async () => ({ text: String(sizeBytes) }) });
  const MIB = 1024 * 1024;

  test('is given once, for 10 minutes', () => {
    const undos = createUndos();
    const [early, late] = [undos.keep(undo(1), 0) ?? '', undos.keep(undo(2), 0) ?? ''];
    expect(undos.take(early, UNDO_KEPT_MS - 1)?.sizeBytes).toBe(1);
    expect(undos.take(early, UNDO_KEPT_MS - 1)).toBeUndefined();
    expect(undos.take(late, UNDO_KEPT_MS)).toBeUndefined();
  });

  test('the oldest makes room for what is large, and what is too large is not kept', () => {
    const undos = createUndos();
    const ids = [20, 10, 15].map((mib) => undos.keep(undo(mib * MIB), 0) ?? '');
    expect(undos.keep(undo(33 * MIB), 0)).toBeUndefined();
    expect(ids.map((kept) => undos.take(kept, 0)?.sizeBytes)).toEqual([undefined, 10 * MIB, 15 * MIB]);
  });

  test('at most 200 are kept', () => {
    const undos = createUndos();
    const ids = Array.from({ length: 201 }, () => undos.keep(undo(1), 0) ?? '');
    expect(ids.filter((kept) => undos.take(kept, 0)).length).toBe(200);
  });
});
