import { describe, expect, test } from '@jest/globals';
import { isLorebookRef, isPersonaRef, newRefId, ownerOf, type PersonaRef } from '../../src/core/refs.ts';

const ID = 'aB3_-6789012';

describe('a ref', () => {
  test.each([
    [`guild:123456789012345678:${ID}`, 'guild:123456789012345678', true],
    [`user:1:${ID}`, 'user:1', true],
    ['built-in:old-sailor-2', undefined, false],
  ])('%s belongs to %s', (ref, owner, isBook) => {
    expect([isPersonaRef(ref), isLorebookRef(ref)]).toEqual([true, isBook]);
    expect(ownerOf(ref as PersonaRef)).toBe(owner);
  });

  test.each([
    [''],
    ['self'],
    ['built-in:'],
    ['built-in:A b'],
    ['built-in:x\n'],
    [`built-in:${'x'.repeat(65)}`],
    [`guild:1:${ID}x`],
    [`guild:1:${ID.slice(1)}`],
    [`guild::${ID}`],
    [`guild:1x:${ID}`],
    [`channel:1:${ID}`],
    [`x guild:1:${ID}`],
    [`user:1:${ID}\n`],
    [`user:${'1'.repeat(21)}:${ID}`],
  ])('is not %j', (text) => {
    expect([isPersonaRef(text), isLorebookRef(text), ownerOf(text as PersonaRef)]).toEqual([false, false, undefined]);
  });

  test('of a new id is one, and no other has it', () => {
    const ids = Array.from({ length: 100 }, newRefId);
    expect(ids.every((id) => isLorebookRef(`user:1:${id}`))).toBe(true);
    expect(new Set(ids).size).toBe(100);
  });
});
