import { createHash } from 'node:crypto';
import { decodeImageData } from './judge/rules/images.ts';
import type { Simulation } from './simulation.ts';

const EXTENSION = /^\/avatars\/(\d+)\/((a_)?[0-9a-f]{32})\.(png|jpe?g|webp|gif)$/;

/** Keeps a picture, given as a data URI that has passed the judge; returns its hash, or null for no picture. */
export function storeAvatar({ world }: Simulation, ownerId: string, dataUri: unknown): string | null {
  const image = typeof dataUri === 'string' ? decodeImageData(dataUri) : undefined;
  if (!image) return null;
  const { data, contentType } = image;
  const digest = createHash('md5').update(data).digest('hex');
  // Discord marks what may be animated, without looking whether it is.
  const hash = contentType === 'image/gif' ? `a_${digest}` : digest;
  world.avatars.set(`${ownerId}/${hash}`, { data, contentType });
  return hash;
}

export function avatarUrl({ origin }: Simulation, ownerId: string, hash: string | null): string | undefined {
  return hash === null ? undefined : `${origin}/avatars/${ownerId}/${hash}.png`;
}

/** The hash under which Discord shows its own copy of a picture from elsewhere. */
export function hashOfUrl(url: string): string {
  return createHash('md5').update(url).digest('hex');
}

/** The picture at a path of the CDN; the real one also converts it, and refuses `.gif` for what is not animated. */
export function avatarAt({ world }: Simulation, pathname: string): { data: Buffer; contentType: string } | undefined {
  const [, ownerId, hash, isAnimated, extension] = EXTENSION.exec(pathname) ?? [];
  if (extension === 'gif' && isAnimated === undefined) return undefined;
  return world.avatars.get(`${ownerId}/${hash}`);
}
