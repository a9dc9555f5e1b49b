import { describe, expect, test } from '@jest/globals';
import { personaOf } from '../../../src/personas/cards/card.ts';
import { readCardFile } from '../../../src/personas/cards/read-card-file.ts';
import {
  base64,
  iTXt,
  jsonFile,
  picture,
  pngChunk,
  pngOf,
  renamedInZip,
  tEXt,
  v2,
  v3,
  withoutPngEnd,
  zipOf,
  zTXt,
} from './files.ts';

const DAMAGED_CARD =
  'The character card in this image is damaged. Download the original PNG again, and send it as a file.';
const TOO_LARGE_TEXT = 'The text in this PNG file is too large: at most 8 MiB of it are read.';
const DAMAGED_ZIP = 'This ZIP archive is damaged, or has parts that are not allowed. Export it again.';
const MIB = 1024 * 1024;

const mara = base64(v2({ scenario: 'Grüße 日本' }));

async function nameIn(bytes: Buffer): Promise<string> {
  return personaOf((await readCardFile(bytes)).card).name;
}

describe('a card in a PNG', () => {
  test.each<[string, Buffer]>([
    ['a text', pngOf(tEXt('chara', mara))],
    ['a text before others', pngOf(tEXt('Title', 'x'), zTXt('Author', 'y'), tEXt('chara', mara))],
    ['a keyword in capitals', pngOf(tEXt('Chara', mara))],
    ['white space in the base64', pngOf(tEXt('chara', ` ${mara.replaceAll(/(.{40})/g, '$1\r\n')}\n`))],
    ['JSON without base64', pngOf(tEXt('chara', JSON.stringify(v2({ scenario: 'Gr\u00fc\u00dfe' }))))],
    ['a byte order mark', pngOf(tEXt('chara', Buffer.from(`\uFEFF${JSON.stringify(v2())}`).toString('base64')))],
    ['a compressed text', pngOf(zTXt('chara', mara))],
    ['an international text', pngOf(iTXt('chara', mara, false))],
    ['a compressed international text', pngOf(iTXt('chara', mara, true))],
    ['no end', withoutPngEnd(pngOf(tEXt('chara', mara)))],
    ['bytes behind its end', Buffer.concat([pngOf(tEXt('chara', mara)), Buffer.from('more')])],
    ['V3 under the keyword of V2', pngOf(tEXt('chara', base64(v3())))],
    ['V3 alone', pngOf(tEXt('ccv3', base64(v3())))],
  ])('with %s', async (_name, bytes) => {
    expect(await nameIn(bytes)).toEqual('Mara');
  });

  test('with a wrong checksum', async () => {
    const chunk = tEXt('chara', mara);
    chunk.writeUInt32BE(0, chunk.length - 4);
    expect(personaOf((await readCardFile(pngOf(chunk))).card).scenario).toEqual('Grüße 日本');
  });

  test('of two versions is that of V3, unless that one is damaged', async () => {
    const two = (third: string) => readCardFile(pngOf(tEXt('chara', mara), tEXt('ccv3', third)));
    const read = async (third: string) => {
      const { card, warnings } = await two(third);
      return [card.format, personaOf(card).name, warnings];
    };
    expect(await read(base64(v3({ name: 'Nova' })))).toEqual(['v3', 'Nova', []]);
    expect(await read('bm90IEpTT04=')).toEqual([
      'v2',
      'Mara',
      ['The image holds several cards, and the first is damaged: the next was read.'],
    ]);
  });

  test('shows the picture without its texts', async () => {
    const file = await readCardFile(
      Buffer.concat([
        pngOf(tEXt('chara', mara), pngChunk('eXIf', Buffer.from('home')), zTXt('Author', 'y')),
        Buffer.from('z'),
      ]),
    );
    expect(file.container).toEqual('png');
    expect(file.portrait?.mediaType).toEqual('image/png');
    expect(Buffer.from(file.portrait?.bytes ?? [])).toEqual(pngOf());
  });

  test('may be animated', async () => {
    expect((await readCardFile(pngOf(pngChunk('acTL', Buffer.alloc(8)), tEXt('chara', mara)))).container).toEqual(
      'apng',
    );
  });

  test('with pictures in further texts', async () => {
    const card = v3({
      assets: [
        { type: 'emotion', uri: '__asset:1', name: 'Joy', ext: 'png' },
        { type: 'background', uri: '__asset:b/2', name: 'x', ext: 'webp' },
      ],
    });
    const joy = picture('webp', 1);
    const back = picture('jpeg', 2);
    const file = await readCardFile(
      pngOf(
        tEXt('ccv3', base64(card)),
        tEXt('chara-ext-asset_:1', joy.toString('base64')),
        tEXt('chara-ext-asset_b/2', back.toString('base64')),
        pngChunk('zTXt', Buffer.from('chara-ext-asset_:3\0\0broken')),
      ),
    );
    expect(file.expressions).toEqual({ joy: { mediaType: 'image/webp', bytes: new Uint8Array(joy) } });
    expect(file.otherAssets).toEqual({ 'b/2': new Uint8Array(back) });
    expect(file.warnings).toEqual(['Files of the card that are too large or damaged were left out: 1.']);
  });

  const lying = pngOf();
  const longText = Buffer.alloc(9 * MIB, 'x');
  test.each<[string, Buffer, string | RegExp]>([
    ['no card', pngOf(), /^This image has no character card in it\. Send the original PNG as a file/],
    ['texts of its own', pngOf(tEXt('name', 'Mara'), tEXt('personality', 'x')), /^This image has no character card/],
    ['nothing but its first bytes', lying.subarray(0, 8), /^This image has no character card/],
    ['a card that is cut off', pngOf(tEXt('chara', mara)).subarray(0, -60), DAMAGED_CARD],
    ['a card that is no JSON', pngOf(tEXt('chara', base64('x').slice(0, 2))), DAMAGED_CARD],
    ['a damaged compression', pngOf(pngChunk('zTXt', Buffer.from('chara\0\0zzzz'))), /^This PNG file is damaged/],
    ['a text of 9 MiB', pngOf(tEXt('chara', longText.toString())), TOO_LARGE_TEXT],
    ['a small text that grows to 9 MiB', pngOf(zTXt('chara', longText)), TOO_LARGE_TEXT],
    ['a lorebook for a card', pngOf(tEXt('chara', base64({ entries: {} }))), /^This is a lorebook/],
    [
      'chunks without end',
      pngOf(Buffer.concat(Array.from({ length: 50_001 }, () => pngChunk('teSt')))),
      /^This PNG file is damaged/,
    ],
  ])('with %s is refused', async (_name, bytes, message) => {
    await expect(readCardFile(bytes)).rejects.toThrow(message);
  });

  test('of 565 bytes that states a length of 4 GiB is refused', async () => {
    const length = Buffer.from([0xff, 0xff, 0xff, 0xff]);
    const bytes = Buffer.concat([withoutPngEnd(pngOf()), length, Buffer.from('tEXtchara\0'), Buffer.alloc(565)]);
    await expect(readCardFile(bytes.subarray(0, 565))).rejects.toThrow(DAMAGED_CARD);
  });
});

describe('a card in JSON', () => {
  test('may begin with a byte order mark, and warns of a newer version', async () => {
    const file = await readCardFile(Buffer.from(`\uFEFF${JSON.stringify(v3({}, { spec_version: '3.1' }))}`));
    expect(file).toEqual({
      container: 'json',
      card: { format: 'v3', raw: v3({}, { spec_version: '3.1' }) },
      portrait: undefined,
      expressions: {},
      otherAssets: {},
      warnings: ['The card is of version 3.1, which is newer than 3.0: some of it may not be used.'],
    });
  });

  test('has pictures in it, and none from the web', async () => {
    const png = picture('png');
    const data = (bytes: Buffer) => `data:image/png;base64,${bytes.toString('base64')}`;
    const file = await readCardFile(
      jsonFile(
        v3({
          assets: [
            { type: 'icon', uri: 'https://tracker.example/a.png', name: 'main', ext: 'png' },
            { type: 'icon', uri: data(png), name: 'other', ext: 'png' },
            { type: 'emotion', uri: data(picture('gif')), name: 'very happy', ext: 'png' },
            { type: 'emotion', uri: data(Buffer.from('<svg/>')), name: 'sad', ext: 'png' },
            { type: 'x_music', uri: 'embeded://a.mp3', name: 'x', ext: 'mp3' },
          ],
        }),
      ),
    );
    expect(file.portrait).toEqual({ mediaType: 'image/png', bytes: new Uint8Array(png) });
    expect(file.expressions).toEqual({
      'very-happy': { mediaType: 'image/gif', bytes: new Uint8Array(picture('gif')) },
    });
    expect(file.warnings).toEqual([
      'Assets that the card keeps on web sites were not downloaded: 1.',
      'Assets that the card lists are missing in the file, or too large: 1.',
    ]);
  });

  test('changes nothing that objects inherit', async () => {
    const bytes = Buffer.from(
      '{"spec":"chara_card_v2","__proto__":{"a":1},"data":{"name":"Mara","__proto__":{"a":1},"tags":[{"__proto__":{"a":1}}]}}',
    );
    const { raw } = (await readCardFile(bytes)).card;
    expect(raw).toEqual({ spec: 'chara_card_v2', data: { name: 'Mara', tags: [{}] } });
    expect(JSON.stringify(raw)).not.toContain('__proto__');
  });

  const nested = (depth: number) =>
    Buffer.from(`{"spec":"chara_card_v2","data":{"name":"Mara","x":${'['.repeat(depth)}${']'.repeat(depth)}}}`);
  test('may be nested 60 levels deep', async () => {
    expect(await nameIn(nested(60))).toEqual('Mara');
  });

  const tooLarge =
    'The text in this file is too large: at most 8 MiB and 200,000 values are read. Split its lorebook into several.';
  test.each<[string, Buffer, string | RegExp]>([
    ['nested deeper', nested(63), 'This file is nested too deeply. Export it again.'],
    ['nested a million levels deep', nested(1_000_000), 'This file is nested too deeply. Export it again.'],
    ['of more values', jsonFile(v2({ x: Array.from({ length: 200_000 }, () => 1) })), tooLarge],
    ['of more empty objects', jsonFile(v2({ x: Array.from({ length: 150_000 }, () => ({})) })), tooLarge],
    ['of 30 MiB', jsonFile(v2({ description: 'x'.repeat(30 * MIB) })), tooLarge],
    ['of more than 32 MiB', Buffer.alloc(32 * MIB + 1), 'This file is too large: at most 32 MiB can be read.'],
    ['that is empty', Buffer.alloc(0), 'This file is empty. Export it again.'],
    ['that is cut off', jsonFile(v2()).subarray(0, -4), /^The JSON in this file is damaged or cut off/],
    ['that is text', Buffer.from('Once upon a time'), /^This file is not a character card/],
    [
      'that is YAML',
      Buffer.from('name: Mara\ngreeting: Hello.\ncontext: |-\n  A smith.\n'),
      /^This is a character of text-generation-webui/,
    ],
    [
      'that is a chat, line by line',
      Buffer.from('{"user_name":"x","character_name":"y"}\n{"mes":"z"}\n'),
      /^This is a chat/,
    ],
  ])('%s is refused', async (_name, bytes, message) => {
    await expect(readCardFile(bytes)).rejects.toThrow(message);
  });
});

describe('a card in CHARX', () => {
  const assets = [
    { type: 'icon', uri: 'embeded://assets/icon/images/side.png', name: 'side', ext: 'png' },
    { type: 'icon', uri: 'embedded://assets/icon/images/front.png', name: 'main', ext: 'png' },
    { type: 'emotion', uri: 'embeded://assets/emotion/images/1.png', name: 'Very Happy!', ext: 'png' },
    { type: 'background', uri: 'embeded://assets/background/images/forge.webp', name: 'forge', ext: 'webp' },
    { type: 'icon', uri: 'http://127.0.0.1/x.png', name: 'x', ext: 'png' },
  ];
  const files = {
    'card.json': JSON.stringify(v3({ assets })),
    'assets/icon/images/side.png': picture('png', 1),
    'assets/icon/images/front.png': picture('webp', 2),
    'assets/emotion/images/1.png': picture('png', 3),
    'assets/emotions/sad.png': picture('gif', 4),
    'assets/background/images/forge.webp': picture('webp', 5),
    'module.risum': 'skipped',
    'x_meta/1.json': 'skipped',
  };
  const expected = {
    container: 'charx',
    card: { format: 'v3', raw: v3({ assets }) },
    portrait: { mediaType: 'image/webp', bytes: new Uint8Array(picture('webp', 2)) },
    expressions: {
      'very-happy': { mediaType: 'image/png', bytes: new Uint8Array(picture('png', 3)) },
      sad: { mediaType: 'image/gif', bytes: new Uint8Array(picture('gif', 4)) },
    },
    otherAssets: {
      'assets/icon/images/side.png': new Uint8Array(picture('png', 1)),
      'assets/background/images/forge.webp': new Uint8Array(picture('webp', 5)),
    },
    warnings: ['Assets that the card keeps on web sites were not downloaded: 1.'],
  };

  test.each<[string, (zip: Buffer) => Buffer, boolean]>([
    ['alone', (zip) => zip, false],
    ['in the long form', (zip) => zip, true],
    ['behind a JPEG', (zip) => Buffer.concat([picture('jpeg'), Buffer.alloc(1000), zip]), false],
    ['in the long form, behind a program', (zip) => Buffer.concat([Buffer.from('MZ code'), zip]), true],
    ['before some bytes', (zip) => Buffer.concat([zip, Buffer.from('more')]), false],
  ])('is read %s', async (_name, wrap, isZip64) => {
    expect(await readCardFile(wrap(await zipOf(files, { isZip64 })))).toEqual(expected);
  });

  const minimal = { 'card.json': JSON.stringify(v3()) };
  test('leaves out what is too large', async () => {
    const big = {
      'assets/a.bin': Buffer.alloc(16 * MIB + 1),
      'assets/b.bin': Buffer.alloc(9 * MIB),
      'assets/c.bin': Buffer.alloc(9 * MIB),
    };
    const file = await readCardFile(await zipOf({ ...minimal, ...big }));
    expect(Object.keys(file.otherAssets)).toEqual(['assets/b.bin']);
    expect(file.warnings).toEqual(['Files of the card that are too large or damaged were left out: 2.']);
  });

  test.each(['../../x', '/assets/', 'assets\\x', 'C:/asset'])('with the path %s is refused', async (path) => {
    const zip = await zipOf({ ...minimal, ['a'.repeat(path.length)]: 'x' });
    await expect(readCardFile(renamedInZip(zip, 'a'.repeat(path.length), path))).rejects.toThrow(DAMAGED_ZIP);
  });

  test.each<[string, () => Promise<Buffer>, string | RegExp]>([
    ['no card', () => zipOf({ 'readme.txt': 'x' }), /^This ZIP archive is not a CHARX card: it has no card\.json/],
    [
      'a card that says no version',
      () => zipOf({ 'card.json': JSON.stringify({ data: { name: 'x' } }) }),
      /which version of cards/,
    ],
    ['a card of 9 MiB', () => zipOf({ 'card.json': Buffer.alloc(9 * MIB) }), /larger than 8 MiB/],
    ['a broken card', () => zipOf({ 'card.json': '{' }), /^The JSON in this file is damaged/],
    [
      '2,001 entries',
      () => zipOf(Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`assets/${index}`, 'x']))),
      'This ZIP archive holds too many files: at most 2,000 are read.',
    ],
    ['no end', async () => (await zipOf(minimal)).subarray(0, -30), DAMAGED_ZIP],
    ['nothing', async () => Buffer.from('PK\x03\x04'), DAMAGED_ZIP],
  ])('with %s is refused', async (_name, make, message) => {
    await expect(readCardFile(await make())).rejects.toThrow(message);
  });

  test('whose entry is larger than it says is refused', async () => {
    const zip = await zipOf({ 'card.json': JSON.stringify(v3({ description: 'x'.repeat(5000) })) });
    const directory = zip.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
    zip.writeUInt32LE(10, directory + 24);
    await expect(readCardFile(zip)).rejects.toThrow(DAMAGED_ZIP);
  });
});

test.each<[string, Buffer, RegExp]>([
  ['JPEG', picture('jpeg'), /^Character cards in WEBP and JPEG pictures cannot be read\. Export/],
  ['WEBP', picture('webp'), /^Character cards in WEBP and JPEG pictures cannot be read\. Export/],
  ['GIF', picture('gif'), /^This image has no character card in it\. Export/],
])('a %s is refused', async (_name, bytes, message) => {
  await expect(readCardFile(bytes)).rejects.toThrow(message);
});
