import { inflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { type Card, editCard, exportCard, newCard, personaOf, readCard } from '../../../src/personas/cards/card.ts';
import { readPng } from '../../../src/personas/cards/png.ts';
import { readCardFile } from '../../../src/personas/cards/read-card-file.ts';
import { type WriteRequest, writeCardFile } from '../../../src/personas/cards/write-card-file.ts';
import { openZip } from '../../../src/personas/cards/zip.ts';
import { picture, pngChunk, pngOf, tEXt, v2, v3 } from './files.ts';

const now = 1_700_000_000_500;
const NOW_S = 1_700_000_000;
const EMPTY = {
  name: 'Mara',
  description: '',
  personality: '',
  scenario: '',
  first_mes: '',
  mes_example: '',
};
const EMPTY_DATA = {
  ...EMPTY,
  creator_notes: '',
  system_prompt: '',
  post_history_instructions: '',
  creator: '',
  character_version: '',
  alternate_greetings: [],
  tags: [],
  extensions: {},
};

describe('an exported card', () => {
  test('of V2 repeats the fields of V1 at the root and keeps unknown keys', () => {
    const card = readCard(
      v2(
        { description: 'A smith.', creator_notes: 'By me.', tags: 'a,b', odd: [1], extensions: { fav: true, odd: {} } },
        { fav: true, chat: 'x', description: 'old' },
      ),
    );
    const texts = { ...EMPTY, description: 'A smith.' };
    expect(exportCard(card, 'v2', { now })).toEqual({
      spec: 'chara_card_v2',
      spec_version: '2.0',
      fav: false,
      chat: 'x',
      ...texts,
      creatorcomment: 'By me.',
      tags: ['a', 'b'],
      data: {
        ...EMPTY_DATA,
        ...texts,
        creator_notes: 'By me.',
        tags: ['a', 'b'],
        odd: [1],
        extensions: { fav: false, odd: {} },
      },
    });
  });

  test('of V3 has greetings for groups and the time, in seconds', () => {
    const card = readCard(v3({ creation_date: 1_600_000_000_999 }));
    expect(exportCard(card, 'v3', { now })).toEqual({
      spec: 'chara_card_v3',
      spec_version: '3.0',
      ...EMPTY,
      creatorcomment: '',
      tags: [],
      data: {
        ...EMPTY_DATA,
        group_only_greetings: [],
        creation_date: 1_600_000_000,
        modification_date: NOW_S,
      },
    });
  });

  test('has no decorators in its lore as V2, and has them as V3', () => {
    const content = '@@depth 2\n@@@role user\nIron is dear.\n@@not at the top';
    const book = (text: string, extensions = {}) => ({
      name: 'Lore',
      odd: 1,
      entries: [{ keys: ['iron'], content: text, odd: 2, ...extensions }],
    });
    const card = readCard(v3({ character_book: book(content) }));
    expect(exportCard(card, 'v2', { now })).toMatchObject({
      data: { character_book: book('Iron is dear.\n@@not at the top', { extensions: { position: 4, depth: 2 } }) },
    });
    expect(exportCard(card, 'v3', { now })).toMatchObject({ data: { character_book: book(content) } });
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      '@@depth 3\n@@role assistant\n@@scan_depth 9',
      {},
      { extensions: { own: 1, position: 4, depth: 3, role: 2, scan_depth: 9 } },
    ],
    ['@@position before_desc', {}, { position: 'before_char', extensions: { own: 1, position: 0 } }],
    ['@@position before_desc\n@@depth 1', {}, { extensions: { own: 1, position: 4, depth: 1 } }],
    ['@@position scenario\n@@@depth 5', {}, { extensions: { own: 1, position: 4, depth: 5 } }],
    ['@@depth x', {}, { extensions: { own: 1 } }],
    ['@@activate\n@@is_greeting 1', {}, { constant: true, extensions: { own: 1 } }],
    ['@@dont_activate', {}, { enabled: false, extensions: { own: 1 } }],
    [
      '@@exclude_keys rust, salt',
      {},
      { secondary_keys: ['rust', 'salt'], selective: true, extensions: { own: 1, selectiveLogic: 2 } },
    ],
    ['@@additional_keys rust', { secondary_keys: ['own'] }, { secondary_keys: ['own'], extensions: { own: 1 } }],
  ])('says the decorators %j as V2 can', (decorators, entry, said) => {
    const entries = [{ keys: ['iron'], content: `${decorators}\nIron.`, extensions: { own: 1 }, ...entry }];
    const exported = exportCard(readCard(v3({ character_book: { entries } })), 'v2', { now });
    expect(exported).toMatchObject({ data: { character_book: { entries: [{ content: 'Iron.', ...said }] } } });
  });

  test("of Agnai keeps its own things where Agnai looks for them, and nobody's id", () => {
    const card = readCard({
      kind: 'character',
      _id: '1',
      userId: '2',
      avatar: '/a.png',
      name: 'Mara',
      persona: { kind: 'text', attributes: { text: ['A smith.'] } },
      voice: { service: 'x' },
    });
    expect(exportCard(card, 'v2', { now })).toMatchObject({
      data: {
        description: 'A smith.',
        extensions: {
          agnai: { persona: { kind: 'text', attributes: { text: ['A smith.'] } }, voice: { service: 'x' } },
        },
      },
    });
    expect(Object.keys(exportCard(card, 'v2', { now }))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:kind|_id|userId|avatar|voice)$/)]),
    );
  });
});

describe('an edited card', () => {
  const card = readCard(v2({ description: 'old', odd: 1, extensions: { odd: 2 } }, { odd: 3, description: 'older' }));

  test('is of V3, and keeps what it does not change', () => {
    const edited = editCard(card, { name: ' Nova\n', nickname: 'N', firstMessage: 'Hello.', tags: ['a'] });
    expect(personaOf(edited)).toEqual({
      ...personaOf(card),
      name: 'Nova',
      nickname: 'N',
      firstMessage: 'Hello.',
      tags: ['a'],
    });
    expect(edited).toMatchObject({
      format: 'v3',
      raw: { spec: 'chara_card_v3', odd: 3, data: { odd: 1, extensions: { odd: 2 } } },
    });
    expect(personaOf(readCard(exportCard(edited, 'v3', { now })))).toEqual(personaOf(edited));
  });

  test('loses what is cleared', () => {
    const edited = editCard(editCard(card, { nickname: 'N' }), { nickname: ' ', description: '' });
    expect(personaOf(edited)).toEqual({ ...personaOf(card), description: '' });
  });

  test('does not change the card it came from', () => {
    const before = structuredClone(card);
    editCard(card, { name: 'Nova', description: 'new' });
    expect(card).toEqual(before);
  });

  test.each([() => editCard(card, { name: ' \u0000' }), () => newCard({ name: '' })])('needs a name', (make) => {
    expect(make).toThrow('A persona needs a name.');
  });
});

test('a new card has what it is given, and nothing else', () => {
  const card = newCard({ name: 'Mara', systemPrompt: 'Speak.' });
  expect(card.format).toEqual('v3');
  expect(card.raw).toEqual({
    spec: 'chara_card_v3',
    spec_version: '3.0',
    data: { ...EMPTY_DATA, system_prompt: 'Speak.', group_only_greetings: [] },
  });
});

describe('a written file', () => {
  const write = (as: WriteRequest['as'], card: Card, more: Partial<WriteRequest> = {}) =>
    writeCardFile({ as, card, expressions: {}, otherAssets: {}, now, ...more });
  const card = readCard(v3({ name: 'Mara / the Smith', scenario: 'Grüße' }));
  const png = (bytes: Uint8Array) => ({ mediaType: 'image/png' as const, bytes });

  test('in JSON', async () => {
    const file = await write('json-v2', card);
    expect({ ...file, bytes: JSON.parse(Buffer.from(file.bytes).toString()) }).toEqual({
      name: 'Mara_the_Smith_v2.json',
      mediaType: 'application/json',
      bytes: exportCard(card, 'v2', { now }),
    });
    const third = await write('json-v3', card);
    expect(JSON.parse(Buffer.from(third.bytes).toString())).toEqual(exportCard(card, 'v3', { now }));
  });

  test('in PNG has V2 first, then V3, and no other text', async () => {
    const portrait = png(pngOf(tEXt('Author', 'x'), tEXt('ccv3', 'old'), pngChunk('eXIf', Buffer.from('home'))));
    const file = await write('png', card, { portrait });
    expect([file.name, file.mediaType]).toEqual(['Mara_the_Smith.png', 'image/png']);
    expect(Buffer.from(file.bytes)).toEqual(
      pngOf(
        tEXt('chara', indented(exportCard(card, 'v2', { now }))),
        tEXt('ccv3', indented(exportCard(card, 'v3', { now }))),
      ),
    );
  });

  test.each([undefined, { mediaType: 'image/jpeg' as const, bytes: picture('jpeg') }])(
    'in PNG shows a plain picture if there is no other PNG',
    async (portrait) => {
      const { bytes } = await write('png', card, { portrait });
      const file = Buffer.from(bytes);
      expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([256, 256]);
      const data = file.indexOf('IDAT');
      expect(inflateSync(file.subarray(data + 4, data + 4 + file.readUInt32BE(data - 4)))).toHaveLength(256 * 257);
      expect(readPng(bytes).texts.map(({ keyword }) => keyword)).toEqual(['chara', 'ccv3']);
    },
  );

  test('in CHARX has the pictures, and lists each once', async () => {
    const assets = [
      { type: 'icon', uri: 'ccdefault:', name: 'main', ext: 'png' },
      { type: 'emotion', uri: 'embeded://old/joy.png', name: 'joy', ext: 'png' },
      { type: 'background', uri: '__asset:bg/forge.webp', name: 'forge', ext: 'webp', odd: 1 },
      { type: 'background', uri: 'https://example.com/a.png', name: 'web', ext: 'png' },
    ];
    const withAssets = readCard(v3({ assets }));
    const file = await write('charx', withAssets, {
      portrait: png(picture('png')),
      expressions: {
        joy: { mediaType: 'image/webp', bytes: picture('webp') },
        开心: png(picture('png', 2)),
      },
      otherAssets: {
        'bg/forge.webp': picture('webp', 3),
        '../evil': picture('png'),
        'C:/x': picture('png'),
        'card.json': picture('png'),
      },
    });
    expect([file.name, file.mediaType]).toEqual(['Mara.charx', 'application/zip']);
    const entries = await openZip(file.bytes);
    expect([...entries.keys()]).toEqual([
      'card.json',
      'assets/icon/images/main.png',
      'assets/emotion/images/joy.webp',
      'assets/emotion/images/2.png',
      'bg/forge.webp',
    ]);
    const json = JSON.parse(Buffer.from((await entries.get('card.json')?.read()) ?? []).toString());
    expect(json.data.assets).toEqual([
      { type: 'icon', uri: 'embeded://assets/icon/images/main.png', name: 'main', ext: 'png' },
      { type: 'emotion', uri: 'embeded://assets/emotion/images/joy.webp', name: 'joy', ext: 'webp' },
      { type: 'emotion', uri: 'embeded://assets/emotion/images/2.png', name: '开心', ext: 'png' },
      { type: 'background', uri: 'embeded://bg/forge.webp', name: 'forge', ext: 'webp', odd: 1 },
      { type: 'background', uri: 'https://example.com/a.png', name: 'web', ext: 'png' },
    ]);
    expect((await readCardFile(file.bytes)).expressions).toMatchObject({ joy: {}, 开心: {} });
  });

  test('has a name even if its character has no letters', async () => {
    expect((await write('json-v2', readCard(v2({ name: '✨' })))).name).toEqual('character_v2.json');
  });
});

function indented(json: unknown): string {
  return Buffer.from(JSON.stringify(json, undefined, 2)).toString('base64');
}
