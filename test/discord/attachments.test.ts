import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/core/errors.ts';
import { createReadFile } from '../../src/discord/attachments.ts';
import { type HttpServer, type Script, startHttpServer, status } from '../support/http-server.ts';

const MAX_BYTES = 512 * 1024;
const PICTURE_MAX_BYTES = 8 * 1024 * 1024;
const TOO_LARGE = 'The file “notes.txt” is too large: at most 512 KiB of text can be read.';
const TOO_LARGE_ANYWAY =
  'The file “notes.txt” is too large: at most 512 KiB of text or 8 MiB of a picture can be read.';
const NOT_TEXT = 'The file “notes.txt” is not text. Attach a text file (UTF-8), such as .txt, .md or code.';
const NOT_LOADED = 'The file “notes.txt” could not be loaded from Discord. Please attach it again.';
const NOT_DISCORD = 'Only files uploaded to Discord can be read.';

let server: HttpServer;

beforeEach(async () => {
  server = await startHttpServer();
});
afterEach(() => server.close());

const bytes = (...content: (string | Uint8Array)[]): Script => {
  const body = Buffer.concat(content.map((part) => Buffer.from(part)));
  return (response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end(body);
};

/** Reads a file of the local server; for a refusal, its kind and words. */
async function read({ path = '/notes.txt', sizeBytes = 10 } = {}): Promise<unknown> {
  const readFile = createReadFile({ apiUrl: `${server.url}/api` });
  try {
    return await readFile({ name: 'notes.txt', url: `${server.url}${path}`, sizeBytes });
  } catch (error) {
    if (error instanceof UserError) return [error.kind, error.message];
    throw error;
  }
}

describe('a file', () => {
  test.each([
    ['short text', ['Grüße, 世界 👋\n'], 'Grüße, 世界 👋\n'],
    ['a byte order mark in front', [[0xef, 0xbb, 0xbf], 'from Notepad'], 'from Notepad'],
    ['UTF-16 of Windows', [Buffer.from('\ufeffGrüße 👋', 'utf16le')], 'Grüße 👋'],
    ['UTF-16 of the other order', [Buffer.from('\ufeffGrüße 👋', 'utf16le').swap16()], 'Grüße 👋'],
    ['letters that begin like a picture', ['GIF images: BM, PK, ID3, MZ, RIFF'], 'GIF images: BM, PK, ID3, MZ, RIFF'],
    ['a picture in words', ['<svg xmlns="http://www.w3.org/2000/svg"/>'], '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['exactly as much as is read', ['x'.repeat(MAX_BYTES)], 'x'.repeat(MAX_BYTES)],
  ] as [string, (string | number[] | Buffer)[], string][])('with %s is read', async (_, content, expected) => {
    server.script(bytes(...content.map((part) => (typeof part === 'string' ? part : Uint8Array.from(part)))));
    expect(await read()).toEqual({ kind: 'text', text: expected });
  });

  test.each([
    ['zeros in it', Buffer.from('text\0text')],
    ['UTF-16 without a mark', Buffer.from('text', 'utf16le')],
    ['UTF-16 with half a pair', Buffer.from('\ufefftext\ud83d', 'utf16le')],
    ['UTF-16 with half a unit', Buffer.from('\ufefftext', 'utf16le').subarray(0, -1)],
    ['UTF-32', Buffer.from('\ufeff\0t\0e\0x\0t\0', 'utf16le')],
    ['Latin-1', Buffer.from('Grüße', 'latin1')],
    ['half a character at its end', Buffer.from('Grüße 👋').subarray(0, -1)],
  ])('that is %s is no text', async (_, content) => {
    server.script(bytes(content));
    expect(await read()).toEqual(['input', NOT_TEXT]);
  });

  test.each([
    ['without a byte', []],
    ['of a byte order mark alone', [Uint8Array.of(0xef, 0xbb, 0xbf)]],
    ['of another byte order mark alone', [Uint8Array.of(0xff, 0xfe)]],
  ])('%s is empty', async (_, content) => {
    server.script(bytes(...content));
    expect(await read()).toEqual(['input', 'The file “notes.txt” is empty.']);
  });

  test('that says it is too large for anything is not even asked for', async () => {
    expect(await read({ sizeBytes: PICTURE_MAX_BYTES + 1 })).toEqual(['input', TOO_LARGE_ANYWAY]);
    expect(server.requests).toEqual([]);
  });

  test('that says it is too large for text is broken off once it does not begin like a picture', async () => {
    server.script((response) => {
      response.writeHead(200, { 'content-type': 'image/png' });
      response.write('x'.repeat(100));
    });
    expect(await read({ sizeBytes: MAX_BYTES + 1 })).toEqual(['input', TOO_LARGE]);
    expect(await server.requests[0]?.closed).toEqual({ wasComplete: false });
  });

  test('that is larger than it says is broken off', async () => {
    server.script((response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const writeOn = () => {
        while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
      };
      response.on('drain', writeOn);
      writeOn();
    });
    expect(await read({ sizeBytes: 10 })).toEqual(['input', TOO_LARGE]);
    expect(await server.requests[0]?.closed).toEqual({ wasComplete: false });
  });

  test('that is packed counts with what it unpacks to', async () => {
    const { gzipSync } = await import('node:zlib');
    const packed = gzipSync(Buffer.alloc(MAX_BYTES + 1, 'x'));
    server.script(
      (response) =>
        void response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed),
    );
    expect(await read()).toEqual(['input', TOO_LARGE]);
  });

  test.each([403, 404, 500])('that Discord answers with status %d is not there', async (code) => {
    server.script(status(code, 'This content is no longer available.'));
    expect(await read()).toEqual(['upstream', NOT_LOADED]);
  });

  test('whose download breaks off is not taken for a shorter one', async () => {
    server.script((response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '1000' });
      response.write('the beginning', () => response.destroy());
    });
    expect(await read()).toEqual(['upstream', NOT_LOADED]);
  });
});

describe('the address of a file', () => {
  test('may not lead to another one', async () => {
    server.script(status(302, '', { location: '/elsewhere' }), bytes('secret'));
    expect(await read()).toEqual(['upstream', NOT_LOADED]);
    expect(server.requests.map(({ path }) => path)).toEqual(['/notes.txt']);
  });

  const fetched: string[] = [];
  const fetchNothing: typeof fetch = async (url) => {
    fetched.push(url instanceof Request ? url.url : url.toString());
    return new Response('text');
  };

  async function isAsked(apiUrl: string, url: string): Promise<boolean> {
    fetched.length = 0;
    const readFile = createReadFile({ apiUrl, fetch: fetchNothing });
    const outcome = await readFile({ name: 'notes.txt', url, sizeBytes: 10 }).catch((error: unknown) => error);
    if (fetched.length > 0) {
      expect([outcome, fetched]).toEqual([{ kind: 'text', text: 'text' }, [url]]);
      return true;
    }
    expect(outcome).toEqual(new UserError('input', NOT_DISCORD));
    return false;
  }

  test.each([
    'https://cdn.discordapp.com/attachments/1/2/notes.txt?ex=1&is=2&hm=3',
    'https://media.discordapp.net/attachments/1/2/notes.txt',
  ])('is one of Discord’s: %s', async (url) => {
    expect(await isAsked('https://discord.com/api', url)).toBe(true);
  });

  test.each([
    'http://cdn.discordapp.com/attachments/1/2/notes.txt',
    'https://cdn.discordapp.com:8443/notes.txt',
    'https://cdn.discordapp.com.evil.com/notes.txt',
    'https://cdn.discordapp.com@evil.com/notes.txt',
    'https://discord.com/api/notes.txt',
    'https://127.0.0.1/notes.txt',
    'http://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    'data:text/plain,hello',
  ])('is never another one: %s', async (url) => {
    expect(await isAsked('https://discord.com/api', url)).toBe(false);
  });

  test.each([
    ['http://127.0.0.1:8080/files/notes.txt', true],
    ['http://127.0.0.1:8081/files/notes.txt', false],
    ['http://localhost:8080/files/notes.txt', false],
    ['https://127.0.0.1:8080/files/notes.txt', false],
    ['https://cdn.discordapp.com/attachments/1/2/notes.txt', false],
  ])('is on this machine when Discord’s API is: %s -> %s', async (url, expected) => {
    expect(await isAsked('http://127.0.0.1:8080/api', url)).toBe(expected);
  });
});
