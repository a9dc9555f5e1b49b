import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { personaInSlices, personaOf, readCard } from '../../../src/personas/cards/card.ts';
import { readLorebook, readLorebookInSlices } from '../../../src/personas/lorebooks/read-lorebook.ts';

const ENTRIES = 2_100;
const entries = Array.from({ length: ENTRIES }, (_, index) => ({ keys: [`word${index}`], content: `Fact ${index}.` }));
const card = readCard({ spec: 'chara_card_v3', data: { name: 'Mara', character_book: { entries } } });

/** How often others had their turn while something was done. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  while ((await Promise.race([work, setImmediate('turn')])) === 'turn') turns += 1;
  return turns;
}

test.each([
  ['a lorebook', () => readLorebookInSlices({ entries }, 'Isle'), () => readLorebook({ entries }, 'Isle')],
  ['that of a card', () => personaInSlices(card), () => personaOf(card)],
])('%s is read in slices, between which others have their turn, as it is at once', async (_, inSlices, atOnce) => {
  const work: Promise<unknown> = inSlices();
  expect(await turnsDuring(work)).toBeGreaterThanOrEqual(3);
  expect(await work).toEqual(atOnce());
});

test('what is no lorebook is refused in slices too', async () => {
  await expect(readLorebookInSlices({ temperature: 1, prompts: [] }, 'x')).rejects.toThrow('a preset, not a lorebook');
});
