import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { exportCard, personaOf } from '../../../src/personas/cards/card.ts';
import type { CardFile } from '../../../src/personas/cards/card-file.ts';
import { readCardFile } from '../../../src/personas/cards/read-card-file.ts';
import { writeCardFile } from '../../../src/personas/cards/write-card-file.ts';
import { reportOf } from '../../../src/personas/import-report.ts';

// Cards by other people, which are too large to be kept in this repository.
const folder = fileURLToPath(new URL('../../../../shared/data/formats/', import.meta.url));
const index = join(folder, 'INDEX.tsv');
const isThere = existsSync(index);

interface Row {
  file: string;
  kind: string;
  expected: string;
}

const rows: Row[] = (isThere ? readFileSync(index, 'utf8').trim().split('\n').slice(1) : []).map((line) => {
  const [file = '', , kind = '', , , expected = ''] = line.split('\t');
  return { file, kind, expected };
});
const cards = rows.filter(({ kind, expected }) => kind.startsWith('card-') && !expected.startsWith('REJECT'));
const others = rows.filter(
  ({ kind, expected }) => !kind.startsWith('amica') && (!kind.startsWith('card-') || expected.startsWith('REJECT')),
);
const now = 1_700_000_000_000;
const FORMATS: Record<string, string> = { v1: 'v1', chara_card_v2: 'v2', chara_card_v3: 'v3' };

/** `fmt=v1; name=Gloria, PA; greetings=1` */
function factsIn(expected: string): Record<string, string> {
  const parts = expected.replace('REPAIR as V2: ', 'fmt=chara_card_v2; ').split('; ');
  return Object.fromEntries(parts.map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]));
}

if (!isThere)
  test.each([folder])('no real files are read: %s is not there', (path) => expect(existsSync(path)).toBe(false));
else
  describe('real files', () => {
    test.each(cards)('$file', async ({ file, expected }) => {
      const read = await readCardFile(readFileSync(join(folder, file)));
      const persona = personaOf(read.card);
      const report = reportOf(read);
      const facts = factsIn(expected);
      const numbers: Record<string, number> = {
        greetings: report.greetings,
        book: report.loreEntries,
        on: report.loreEntries - report.loreDisabled,
        depth: persona.depthPrompt ? 1 : 0,
        sys: report.overrides.includes('main prompt') ? 1 : 0,
        phi: report.overrides.includes('post-history instructions') ? 1 : 0,
      };
      const stated = Object.keys(numbers).filter((key) => facts[key] !== undefined);
      expect({ format: read.card.format, name: report.name, ...only(numbers, stated) }).toEqual({
        format: FORMATS[facts['fmt'] ?? ''],
        name: facts['name'],
        ...Object.fromEntries(stated.map((key) => [key, Number(facts[key])])),
      });
    });

    test.each(cards)('$file, written in each form and read again, is the same', async ({ file }) => {
      const read = await readCardFile(readFileSync(join(folder, file)));
      const exported = exportCard(read.card, 'v3', { now });
      for (const as of ['json-v2', 'json-v3', 'png', 'charx'] as const) {
        const again = await readCardFile((await writeCardFile({ as, now, ...read })).bytes);
        expect(personaOf(again.card)).toEqual(personaOf(read.card));
        if (as !== 'charx') expect(exportCard(again.card, 'v3', { now })).toEqual(exported);
        else expect(picturesIn(again)).toEqual(picturesIn(read));
      }
    });

    test.each(others)('$file is told not to be a card', async ({ file }) => {
      await expect(readCardFile(readFileSync(join(folder, file)))).rejects.toThrow(
        expect.objectContaining({ name: 'UserError', kind: 'input' }),
      );
    });
  });

function only(numbers: Record<string, number>, keys: string[]): Record<string, number | undefined> {
  return Object.fromEntries(keys.map((key) => [key, numbers[key]]));
}

/** Comparing the bytes themselves takes jest seconds for each picture. */
function picturesIn({ portrait, expressions, otherAssets }: CardFile): unknown {
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  return {
    portrait: portrait && { ...portrait, bytes: digest(portrait.bytes) },
    expressions: Object.entries(expressions).map(([label, picture]) => [label, digest(picture.bytes)]),
    otherAssets: Object.entries(otherAssets).map(([path, bytes]) => [path, digest(bytes)]),
  };
}
