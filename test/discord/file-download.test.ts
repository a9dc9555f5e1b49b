import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/core/errors.ts';
import { createDownload } from '../../src/discord/file-download.ts';
import { type HttpServer, type Script, startHttpServer, status } from '../support/http-server.ts';

const MAX_BYTES = 3 * 1024 * 1024;
const TOO_LARGE = new UserError('input', 'The file “card.png” is too large: at most 3 MiB can be read.');
const NOT_LOADED = new UserError(
  'upstream',
  'The file “card.png” could not be loaded from Discord. Please attach it again.',
);
const NOT_DISCORD = new UserError('input', 'Only files uploaded to Discord can be read.');

let server: HttpServer;

beforeEach(async () => {
  server = await startHttpServer();
});
afterEach(() => server.close());

const bytes =
  (content: Buffer): Script =>
  (response) =>
    void response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(content);

function load({ sizeBytes = 10, maxBytes = MAX_BYTES, url = `${server.url}/card.png` } = {}): Promise<Buffer> {
  return createDownload({ apiUrl: `${server.url}/api` })({ name: 'card.png', url, sizeBytes }, { maxBytes });
}

test('a file is loaded whole, whatever it is', async () => {
  const content = Buffer.alloc(MAX_BYTES, Uint8Array.from([0, 255, 13, 10]));
  server.script(bytes(content));
  expect((await load()).equals(content)).toBe(true);
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /card.png']);
});

describe('a file over the limit', () => {
  test('is not even asked for if it says so', async () => {
    await expect(load({ sizeBytes: MAX_BYTES + 1 })).rejects.toEqual(TOO_LARGE);
    expect(server.requests).toEqual([]);
  });

  test('is broken off if it does not', async () => {
    server.script((response) => {
      response.writeHead(200);
      const writeOn = () => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
      };
      response.on('drain', writeOn);
      writeOn();
    });
    await expect(load()).rejects.toEqual(TOO_LARGE);
    expect(await server.requests[0]?.closed).toEqual({ wasComplete: false });
  });

  test('is told its limit in the unit that fits', async () => {
    await expect(load({ sizeBytes: 2_000, maxBytes: 1_024 })).rejects.toEqual(
      new UserError('input', 'The file “card.png” is too large: at most 1 KiB can be read.'),
    );
  });
});

test.each([
  ['is gone', status(404, 'gone')],
  ['leads elsewhere', status(302, '', { location: '/elsewhere' })],
  [
    'breaks off',
    ((response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('the beginning', () => response.destroy());
    }) satisfies Script,
  ],
] as [string, Script][])('a file that %s is not loaded', async (_, answer) => {
  server.script(answer, bytes(Buffer.from('secret')));
  await expect(load()).rejects.toEqual(NOT_LOADED);
  expect(server.requests.map(({ path }) => path)).toEqual(['/card.png']);
});

test.each(['http://169.254.169.254/latest', 'https://cdn.discordapp.com/a.png', 'file:///etc/passwd'])(
  'no address but Discord’s is asked: %s',
  async (url) => {
    await expect(load({ url })).rejects.toEqual(NOT_DISCORD);
    expect(server.requests).toEqual([]);
  },
);
