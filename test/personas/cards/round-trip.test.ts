import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Card, exportCard, type JsonObject, personaOf, readCard } from '../../../src/personas/cards/card.ts';
import type { CardFile } from '../../../src/personas/cards/card-file.ts';
import { parseJson } from '../../../src/personas/cards/json.ts';
import { readCardFile } from '../../../src/personas/cards/read-card-file.ts';
import { type WriteRequest, writeCardFile } from '../../../src/personas/cards/write-card-file.ts';
import { jsonFile, picture, pngOf } from './files.ts';

const now = 1_700_000_000_000;

const anything = fc.jsonValue({ maxDepth: 3 });
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constant(null), fc.integer());
const name = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).map((end) => `M${end}`);
const texts = fc.oneof(fc.array(text, { maxLength: 3 }), text);
// Decorators, which begin with @@, are not taken along to V2.
const lore = fc.string().map((end) => `lore${end}`);
// `odd` in the names keeps them apart from the names that cards know.
const oddKeys = fc.dictionary(
  fc.string({ maxLength: 5 }).map((end) => `odd${end}`),
  anything,
  { maxKeys: 4 },
);
const v1Fields = {
  description: text,
  personality: text,
  scenario: text,
  first_mes: text,
  mes_example: text,
  tags: texts,
};
const dataFields = {
  ...v1Fields,
  creator_notes: text,
  system_prompt: text,
  post_history_instructions: text,
  alternate_greetings: texts,
  group_only_greetings: texts,
  creator: text,
  nickname: text,
  creation_date: fc.nat({ max: 2e12 }),
  source: texts,
  extensions: fc.record(
    {
      talkativeness: fc.oneof(text, fc.double({ noNaN: true })),
      fav: fc.boolean(),
      depth_prompt: fc.record({ prompt: text, depth: text }),
      odd: anything,
    },
    { requiredKeys: [] },
  ),
  character_book: fc.oneof(
    fc.record({
      name: text,
      odd: anything,
      entries: fc.array(fc.record({ keys: fc.array(fc.string(), { maxLength: 2 }), content: lore, odd: anything }), {
        maxLength: 3,
      }),
    }),
    anything,
  ),
};
const record = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc
    .tuple(name, fc.record(fields, { requiredKeys: [] }), oddKeys)
    .map(([name, known, odd]): JsonObject => ({ ...odd, ...known, name }));

const layered = fc
  .tuple(fc.constantFrom('chara_card_v2', 'chara_card_v3', undefined), record(dataFields), record(v1Fields))
  .map(
    ([spec, data, root]): JsonObject => ({ ...root, ...(spec ? { spec, spec_version: spec.slice(-1) } : {}), data }),
  );
const flat = fc
  .tuple(record(dataFields), fc.boolean())
  .map(
    ([root, isHybrid]): JsonObject => ({ description: '', ...root, ...(isHybrid ? { spec: 'chara_card_v2' } : {}) }),
  );
// As files have it: without -0, and without `__proto__`.
const raws = fc.oneof(layered, flat).map((raw) => parseJson(jsonFile(raw)));

const odd = (object: unknown) =>
  Object.fromEntries(Object.entries(object as object).filter(([key]) => key.startsWith('odd')));

function assertSame(again: Card, card: Card): void {
  expect(personaOf(again)).toEqual(personaOf(card));
  const exported = exportCard(card, 'v3', { now });
  expect(exportCard(again, 'v3', { now })).toEqual(exported);
  expect(odd(exported)).toEqual(odd(card.raw));
  const isLayered = typeof card.raw['data'] === 'object';
  expect(odd(exported['data'])).toEqual(isLayered ? odd(card.raw['data']) : {});
}

test.each(['v2', 'v3'] as const)('a card read, exported as %s and read again is the same', (as) => {
  fc.assert(
    fc.property(raws, (raw) => {
      const card = readCard(raw);
      assertSame(readCard(JSON.parse(JSON.stringify(exportCard(card, as, { now })))), card);
    }),
  );
});

const portraits = { png: pngOf(), webp: picture('webp') };

async function written(as: WriteRequest['as'], file: CardFile): Promise<CardFile> {
  const { bytes } = await writeCardFile({ as, now, ...file });
  return readCardFile(bytes);
}

test.each(['json-v3', 'png', 'charx'] as const)('a card written as %s and read again is the same', async (as) => {
  await fc.assert(
    fc.asyncProperty(raws, async (raw) => {
      const card = readCard(raw);
      const bytes = as === 'png' ? portraits.png : portraits.webp;
      const portrait = { mediaType: as === 'png' ? 'image/png' : 'image/webp', bytes } as const;
      const joy = { mediaType: 'image/gif', bytes: picture('gif') } as const;
      const otherAssets = { 'assets/background/images/a.bin': Buffer.from('abc') };
      const again = await written(as, {
        container: 'json',
        card,
        portrait,
        expressions: { joy },
        otherAssets,
        warnings: [],
      });
      expect(personaOf(again.card)).toEqual(personaOf(card));
      if (as !== 'charx') return assertSame(again.card, card);
      expect(again.portrait).toEqual({ ...portrait, bytes: new Uint8Array(bytes) });
      expect(again.expressions).toEqual({ joy: { ...joy, bytes: new Uint8Array(joy.bytes) } });
      expect(again.otherAssets).toEqual({ 'assets/background/images/a.bin': new Uint8Array(Buffer.from('abc')) });
      const twice = await written(as, again);
      expect(exportCard(twice.card, 'v3', { now })).toEqual(exportCard(again.card, 'v3', { now }));
    }),
    { numRuns: 40 },
  );
});
