import { isPersonaRef, type PersonaRef } from '../core/refs.ts';

/** A picture as its address names it. */
export interface NamedPicture {
  ref: PersonaRef;
  name: string;
  /** Of the content: Discord keeps what it has fetched once from an address. */
  sha256: string;
}

const LONGEST_PATH = 2_000;
const PATH = /^\/pictures\/([\da-f]{64})\/([^/?#]+)\/([^/?#]+)$/;

/** Gives the addresses below `publicUrl`, which ends without a slash. */
export function createPublicUrlOf(publicUrl: string) {
  return (ref: PersonaRef, { name, sha256 }: { name: string; sha256: string }): string =>
    `${publicUrl}/pictures/${sha256}/${encodeURIComponent(ref)}/${encodeURIComponent(name)}`;
}

/**
 * Undefined for a path that is no picture's.
 *
 * @param url of a request
 * @param publicUrl whose own path may stand in front, if whatever passes the request on leaves it there
 */
export function readPicturePath(url: string, publicUrl: string): NamedPicture | undefined {
  if (url.length > LONGEST_PATH) return undefined;
  const base = new URL(publicUrl).pathname.replace(/\/$/, '');
  const path = base !== '' && url.startsWith(`${base}/pictures/`) ? url.slice(base.length) : url;
  const [, sha256, writtenRef, writtenName] = PATH.exec(path) ?? [];
  const ref = decoded(writtenRef);
  const name = decoded(writtenName);
  if (sha256 === undefined || name === undefined || ref === undefined || !isPersonaRef(ref)) return undefined;
  return { ref, name, sha256 };
}

function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
