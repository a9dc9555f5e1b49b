import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { StartError } from '../../src/core/errors.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { PersonaRef } from '../../src/core/refs.ts';
import { createPublicUrlOf, readPicturePath } from '../../src/discord/public-pictures.ts';
import { servePictures } from '../../src/discord/serve-pictures.ts';
import { freePort } from '../support/free-port.ts';

const REF: PersonaRef = 'guild:123:AbCd-_123456';
const PNG = Buffer.from('a picture');
const HTML = Buffer.from('<script>');
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const FILES: Record<string, { mediaType: string; bytes: Buffer }> = {
  'joy / ü%.png': { mediaType: 'image/png', bytes: PNG },
  'page.html': { mediaType: 'text/html', bytes: HTML },
};
const JOY = 'joy / ü%.png';
const path = createPublicUrlOf('');
const joyPath = path(REF, { name: JOY, sha256: hashOf(PNG) });

let port: number;
let served: Awaited<ReturnType<typeof servePictures>>;
const asked: [string, string | undefined][] = [];
const log: unknown[] = [];
let held: Promise<void> | undefined;

beforeAll(async () => {
  port = await freePort();
  served = await servePictures({
    personas: {
      async picture(ref, name) {
        asked.push([ref, name]);
        await held;
        if (name === 'broken.png') throw new Error('the store is down');
        const file = ref === REF && name !== undefined ? FILES[name] : undefined;
        return file && { ...file, sha256: hashOf(file.bytes) };
      },
    },
    publicUrl: 'https://pictures.example.org/bot',
    port,
    logger: { ...silentLogger, error: (facts, message) => void log.push([message, Object.keys(facts)]) },
  });
});
afterAll(() => served.close());
afterEach(() => {
  asked.length = 0;
  log.length = 0;
});

/** As it stands: `fetch` would tidy the path up. */
async function get(target: string, method = 'GET') {
  const request = httpRequest({ host: '127.0.0.1', port, path: target, method, agent: false }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return { status: response.statusCode, headers: response.headers, bytes: Buffer.concat(parts) };
}

describe('the address of a picture', () => {
  test('names the content, the persona and the file', () => {
    expect(createPublicUrlOf('https://a.example/b')('built-in:x', { name: 'a/b ü.png', sha256: 'f0' })).toBe(
      'https://a.example/b/pictures/f0/built-in%3Ax/a%2Fb%20%C3%BC.png',
    );
  });

  test.each(['https://a.example', 'https://a.example/bot'])('is read back below %s', (publicUrl) => {
    const picture = { name: 'a/../b%2F ü.png', sha256: hashOf(PNG) };
    const url = new URL(createPublicUrlOf(publicUrl)(REF, picture));
    expect(readPicturePath(url.pathname, publicUrl)).toEqual({ ref: REF, ...picture });
  });
});

describe('a picture', () => {
  test.each([
    ['as it is', joyPath],
    ['below the path of the public address', `/bot${joyPath}`],
  ])('is given %s, to be kept for long and taken for nothing else', async (_, target) => {
    const { status, headers, bytes } = await get(target);
    expect([status, bytes.toString()]).toEqual([200, 'a picture']);
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'content-length': '9',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
  });

  test('is not given when the store fails, and the log does not say what was asked', async () => {
    expect((await get(path(REF, { name: 'broken.png', sha256: hashOf(PNG) }))).status).toBe(500);
    expect(log).toEqual([['a picture could not be served', ['err']]]);
  });
});

describe('nothing is given', () => {
  const readNothing: [string, string, string][] = [
    ['for the root', '/', 'GET'],
    ['for the folder', '/pictures/', 'GET'],
    ['for a persona', joyPath.slice(0, joyPath.lastIndexOf('/')), 'GET'],
    ['for a slash at the end', `${joyPath}/`, 'GET'],
    ['for a query', `${joyPath}?x=1`, 'GET'],
    ['for a way out of the folder', `/pictures/${hashOf(PNG)}/../../etc/passwd`, 'GET'],
    ['for another folder in front', `/other${joyPath}`, 'GET'],
    ['for a hash that is none', joyPath.replace(hashOf(PNG), 'f0'), 'GET'],
    ['for a ref that is none', joyPath.replace(encodeURIComponent(REF), 'guild%3A1'), 'GET'],
    ['for a broken escape', `${joyPath}%E0%A4`, 'GET'],
    ['for a path without end', `/pictures/${hashOf(PNG)}/${encodeURIComponent(REF)}/${'a'.repeat(2_000)}`, 'GET'],
    ['by POST', joyPath, 'POST'],
    ['by HEAD', joyPath, 'HEAD'],
    ['by DELETE', joyPath, 'DELETE'],
  ];

  test.each(readNothing)('%s, and the store is not asked', async (_, target, method) => {
    const { status, headers, bytes } = await get(target, method);
    expect([status, bytes.length, headers['cache-control']]).toEqual([404, 0, 'no-store']);
    expect(asked).toEqual([]);
  });

  test.each([
    ['for the hash of other content', path(REF, { name: JOY, sha256: hashOf(HTML) })],
    ['for a file that there is none of', path(REF, { name: 'gone.png', sha256: hashOf(PNG) })],
    ['for another’s persona', path('user:1:AbCd-_123456', { name: JOY, sha256: hashOf(PNG) })],
    ['for a file that is no picture', path(REF, { name: 'page.html', sha256: hashOf(HTML) })],
  ])('%s', async (_, target) => {
    expect(await get(target)).toMatchObject({ status: 404, bytes: Buffer.alloc(0) });
    expect(asked).toHaveLength(1);
  });
});

describe('the server', () => {
  test('gives at most eight pictures at once, and says when to come again', async () => {
    let release = () => {};
    held = new Promise((resolve) => {
      release = resolve;
    });
    const waiting = Array.from({ length: 8 }, () => get(joyPath));
    while (asked.length < 8) await new Promise(setImmediate);
    expect(await get(joyPath)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    release();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(8).fill(200));
    held = undefined;
    expect((await get(joyPath)).status).toBe(200);
  });

  test('closes while somebody holds a connection', async () => {
    const ownPort = await freePort();
    const other = await servePictures({
      personas: { picture: async () => undefined },
      publicUrl: 'https://a.example',
      port: ownPort,
      logger: silentLogger,
    });
    const socket = connect(ownPort, '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    await other.close();
    await closed;
  });

  test('says which variable to change when its port is taken', async () => {
    const options = {
      personas: { picture: async () => undefined },
      publicUrl: 'https://a.example',
      port,
      logger: silentLogger,
    };
    await expect(servePictures(options)).rejects.toThrow(StartError);
    await expect(servePictures(options)).rejects.toThrow(
      /^Pictures cannot be served on port \d+ \(listen EADDRINUSE.*\)\. Set PICTURES_PORT to a free one\.$/,
    );
  });
});
