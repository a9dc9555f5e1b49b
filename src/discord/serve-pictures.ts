import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Personas } from '../chat/personas.ts';
import { StartError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { readPicturePath } from './public-pictures.ts';

export interface PictureServerOptions {
  personas: Pick<Personas, 'picture'>;
  publicUrl: string;
  port: number;
  logger: Logger;
}

/** The operator's web server stands in front: it has the certificate, and the public address. */
const HOST = '127.0.0.1';
/** What is shown as a picture, and nothing else that a persona's files may be. */
const MEDIA_TYPES = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif']);
const KEPT_SECONDS = 31_536_000;
const MAX_CONNECTIONS = 100;
/** Each holds its picture in memory until the last byte is taken. */
const MAX_AT_ONCE = 8;
const MAX_HEADER_BYTES = 8 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 15_000;

/**
 * Gives Discord the pictures of personas, by addresses that name their content.
 *
 * @throws StartError if the port is taken
 */
export async function servePictures(options: PictureServerOptions): Promise<{ close(): Promise<void> }> {
  const { personas, publicUrl, port, logger } = options;
  let underWay = 0;

  async function answer({ method, url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const wanted = method === 'GET' ? readPicturePath(url, publicUrl) : undefined;
    if (!wanted) return end(response, 404);
    const picture = await personas.picture(wanted.ref, wanted.name);
    if (picture?.sha256 !== wanted.sha256 || !MEDIA_TYPES.has(picture.mediaType)) return end(response, 404);
    response.writeHead(200, {
      'content-type': picture.mediaType,
      'content-length': picture.bytes.length,
      'cache-control': `public, max-age=${KEPT_SECONDS}, immutable`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    response.end(picture.bytes);
  }

  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: REQUEST_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      if (underWay >= MAX_AT_ONCE) return end(response, 503);
      underWay += 1;
      response.once('close', () => {
        underWay -= 1;
      });
      answer(request, response).catch((error: unknown) => {
        logger.error({ err: error }, 'a picture could not be served');
        end(response, 500);
      });
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(IDLE_TIMEOUT_MS);
  server.listen(port, HOST);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { message } = error as Error;
    throw new StartError(`Pictures cannot be served on port ${port} (${message}). Set PICTURES_PORT to a free one.`);
  }
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function end(response: ServerResponse, status: number): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 503 ? { 'retry-after': '1' } : {}),
  });
  response.end();
}
