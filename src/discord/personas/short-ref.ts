import { isPersonaRef, type PersonaRef } from '../../core/refs.ts';

const BUILT_IN = 'built-in:';
const OWNED = /^(guild|user):(\d+):(.+)$/;
const SHORT = /^([gu])([\da-z]{1,14})\.([\w-]{12})$/;
const RADIX = 36;

/** A ref in at most 27 characters, of which a custom id has room for other things beside it; a built-in one in its own length. */
export function writeShortRef(ref: PersonaRef): string {
  const [, kind = '', ownerId = '', id = ''] = OWNED.exec(ref) ?? [];
  if (kind === '') return `b${ref.slice(BUILT_IN.length)}`;
  return `${kind.charAt(0)}${BigInt(ownerId).toString(RADIX)}.${id}`;
}

/** Undefined for what {@link writeShortRef} did not write. */
export function readShortRef(short: string): PersonaRef | undefined {
  const [, kind, ownerId = '', id = ''] = SHORT.exec(short) ?? [];
  const ref = kind
    ? `${kind === 'g' ? 'guild' : 'user'}:${fromBase36(ownerId)}:${id}`
    : `${BUILT_IN}${short.startsWith('b') ? short.slice(1) : ''}`;
  return isPersonaRef(ref) ? ref : undefined;
}

/** Exact, as numbers of this length are not. */
function fromBase36(digits: string): bigint {
  return Array.from(digits).reduce((sum, digit) => sum * BigInt(RADIX) + BigInt(Number.parseInt(digit, RADIX)), 0n);
}
