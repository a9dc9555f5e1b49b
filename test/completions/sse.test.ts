import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readEventData } from '../../src/completions/sse.ts';

async function dataOf(parts: Uint8Array[]): Promise<string[]> {
  async function* body() {
    yield* parts;
  }
  const batches: string[][] = [];
  for await (const batch of readEventData(body())) batches.push(batch);
  return batches.flat();
}

test('the same events come out, however the bytes were cut and the lines were ended', async () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, ' '));
  const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(line),
      fc.constantFrom('\n', '\r\n', '\r'),
      cuts,
      fc.boolean(),
      async (lines, end, at, hasMark) => {
        const stream = lines.map((data) => `: ping${end}${end}data: ${data}${end}${end}`).join('');
        const bytes = new TextEncoder().encode((hasMark ? '\uFEFF' : '') + stream);
        const edges = [0, ...at.filter((edge) => edge < bytes.length).sort((a, b) => a - b), bytes.length];
        const parts = edges.slice(1).map((edge, index) => bytes.slice(edges[index], edge));
        expect(await dataOf(parts)).toEqual(lines);
      },
    ),
  );
});

test('one batch holds what one network chunk held', async () => {
  async function* body() {
    yield new TextEncoder().encode('data: a\n\ndata: b\n\ndata:');
    yield new TextEncoder().encode(' c\n\n');
  }
  const batches: string[][] = [];
  for await (const batch of readEventData(body())) batches.push(batch);
  expect(batches).toEqual([['a', 'b'], ['c'], []]);
});
