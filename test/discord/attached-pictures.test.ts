import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../src/core/errors.ts';
import { createReadFile } from '../../src/discord/attachments.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';
import { dataUrl, gif, jpeg, jpegSegment, png, webp } from '../support/pictures.ts';

const MEBIBYTE = 1024 * 1024;
const DAMAGED = ['input', 'The picture “it” is damaged. Save or export it again, and attach the new file.'];
const TOO_LARGE = ['input', 'The file “it” is too large: at most 8 MiB of a picture can be read.'];
const tooManyPixels = (size: string) => [
  'input',
  `The picture “it” has ${size} pixels, too many to look at. Attach a smaller one, of at most 12 million pixels, such as 4000 × 3000.`,
];
const isOther = (name: string) => [
  'input',
  `The file “it” is ${name}, not text or a picture. Attach a text file, such as .txt, .md or code, or a PNG, JPEG, GIF or WebP picture.`,
];

let server: HttpServer;
beforeEach(async () => {
  server = await startHttpServer();
});
afterEach(() => server.close());

/** What becomes of these bytes when Discord calls them plain text; for a refusal, its kind and words. */
async function read(bytes: Uint8Array): Promise<unknown> {
  server.script((response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(bytes));
  return refusalOf(readFile({ name: 'it', url: `${server.url}/it.txt`, sizeBytes: bytes.length }));
}
const readFile: ReturnType<typeof createReadFile> = (file) => createReadFile({ apiUrl: `${server.url}/api` })(file);

async function refusalOf(reading: Promise<unknown>): Promise<unknown> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof UserError) return [error.kind, error.message];
    throw error;
  }
}

/** A camera writes so much before the size. */
const NOTES = [
  jpegSegment(0xe1, Buffer.concat([Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01'), Buffer.alloc(60_000, 0x20)])),
  ...Array.from({ length: 4 }, () => jpegSegment(0xe2, Buffer.alloc(60_000, 0xff))),
];

describe('a picture is known by its content, and counts a token for every square of 28 pixels', () => {
  test.each<[string, string, Buffer, number, number, number]>([
    ['a PNG', 'image/png', png(1000, 600), 1000, 600, 36 * 22],
    ['a JPEG', 'image/jpeg', jpeg(1000, 600), 1000, 600, 36 * 22],
    ['a JPEG with a camera’s notes', 'image/jpeg', jpeg(4032, 3024, NOTES), 4032, 3024, 144 * 108],
    ['a GIF', 'image/gif', gif(320, 240), 320, 240, 12 * 9],
    ['an extended WebP', 'image/webp', webp(1000, 600), 1000, 600, 36 * 22],
    ['a lossy WebP', 'image/webp', webp(1000, 600, 'VP8 '), 1000, 600, 36 * 22],
    ['a lossless WebP', 'image/webp', webp(1000, 600, 'VP8L'), 1000, 600, 36 * 22],
    ['one of a single pixel', 'image/png', png(1, 1), 1, 1, 4],
    ['one of as many pixels as a model may look at', 'image/png', png(28 * 128, 28 * 128), 3584, 3584, 16_384],
  ])('%s', async (_name, mediaType, bytes, width, height, tokens) => {
    expect(await read(bytes)).toEqual({ kind: 'picture', dataUrl: dataUrl(mediaType, bytes), tokens, width, height });
  });
});

describe('a picture that no model should get', () => {
  test.each<[string, Buffer, unknown[]]>([
    ['has one column of squares too many', png(28 * 128 + 1, 28 * 128), tooManyPixels('3585 × 3584')],
    ['claims to be as large as can be', png(0xffffffff, 0xffffffff), tooManyPixels('4294967295 × 4294967295')],
    ['ends after its first bytes', png(9, 9).subarray(0, 8), DAMAGED],
    ['ends before its height', png(9, 9).subarray(0, 20), DAMAGED],
    ['has no width', png(0, 9), DAMAGED],
    [
      'is a PNG that begins with another chunk',
      Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIDATxxxxxxxxxx', 'latin1'),
      DAMAGED,
    ],
    ['is a JPEG without a frame', jpeg(9, 9).subarray(0, 12), DAMAGED],
    ['is a JPEG whose segment ends behind its end', Buffer.of(0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff, 0, 0, 0, 0), DAMAGED],
    ['is a GIF of its name alone', Buffer.from('GIF89a'), DAMAGED],
    ['is a WebP of no known form', Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBPALPH'), Buffer.alloc(30)]), DAMAGED],
    ['is a WebP that ends early', webp(9, 9).subarray(0, 24), DAMAGED],
  ])('%s', async (_name, bytes, refusal) => {
    expect(await read(bytes)).toEqual(refusal);
  });

  test('is larger than 8 MiB, whatever it says of itself', async () => {
    const fits = Buffer.concat([png(9, 9), Buffer.alloc(8 * MEBIBYTE - png(9, 9).length)]);
    expect(await read(fits)).toMatchObject({ kind: 'picture', width: 9 });
    server.script((response) => {
      response.writeHead(200);
      response.write(Buffer.concat([fits, Buffer.of(0)]));
    });
    expect(await refusalOf(readFile({ name: 'it', url: `${server.url}/it.png`, sizeBytes: 10 }))).toEqual(TOO_LARGE);
    expect(await server.requests.at(-1)?.closed).toEqual({ wasComplete: false });
  });
});

test('whatever follows the first bytes of a picture, it is a picture of a plausible size or refused in words', async () => {
  const starts = [png(9, 9), jpeg(9, 9), gif(9, 9), webp(9, 9)].map((bytes) => bytes.subarray(0, 12));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 80 }), async (start, rest) => {
      const content = await read(Buffer.concat([start, rest]));
      if (Array.isArray(content)) expect(content).toEqual(['input', expect.any(String)]);
      else expect((content as { tokens: number }).tokens).toBeLessThanOrEqual(16_384);
    }),
    { numRuns: 60 },
  );
});

describe('what is neither text nor a picture is named', () => {
  const archive = 'a ZIP archive or an Office document';
  const other = 'a picture of another format';
  test.each<[string, string]>([
    ['%PDF-1.7\n', 'a PDF'],
    ['PK\x03\x04\x14\0\x06\0', archive],
    ['PK\x05\x06', archive],
    ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'an Office document'],
    ['\x1f\x8b\x08\0', 'an archive'],
    ['7z\xbc\xaf\x27\x1c', 'an archive'],
    ['Rar!\x1a\x07', 'an archive'],
    ['\0\0\0\x18ftypheic', other],
    ['\0\0\0\x1cftypavif', other],
    ['BM\x36\0\x0c\0\0\0\0\0\x36\0', other],
    ['II*\0\x08\0\0\0', other],
    ['ID3\x03\0', 'sound'],
    ['\xff\xfb\x90\x44', 'sound'],
    ['OggS\0\x02', 'sound'],
    ['fLaC\0\0\0\x22', 'sound'],
    ['RIFF\x24\0\0\0WAVEfmt ', 'sound'],
    ['\0\0\0\x20ftypM4A ', 'sound'],
    ['\0\0\0\x20ftypisom', 'a video'],
    ['RIFF\x24\0\0\0AVI LIST', 'a video'],
    ['\x1a\x45\xdf\xa3\x9f', 'a video'],
  ])('%j is %s', async (start, name) => {
    expect(await read(Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(40)]))).toEqual(isOther(name));
  });

  test('before the rest of it is loaded', async () => {
    server.script((response) => {
      response.writeHead(200);
      response.write('%PDF-1.7\n%âãÏÓ\n1 0 obj');
    });
    const large = { name: 'it', url: `${server.url}/it`, sizeBytes: 7 * MEBIBYTE };
    expect(await refusalOf(readFile(large))).toEqual(isOther('a PDF'));
    expect(await server.requests.at(-1)?.closed).toEqual({ wasComplete: false });
  });
});
