import { randomBytes } from 'node:crypto';

/** Whom personas and lorebooks belong to: a server or a person. */
export type Owner = `guild:${string}` | `user:${string}`;

export type LorebookRef = `guild:${string}:${string}` | `user:${string}:${string}`;

/** A persona that comes with the bot, or one of an owner. */
export type PersonaRef = `built-in:${string}` | LorebookRef;

const OWNED = /^((?:guild|user):\d{1,20}):[\w-]{12}$/;
const BUILT_IN = /^built-in:[a-z\d-]{1,64}$/;

const REF_ID_BYTES = 9;

/** 12 characters that no other ref of any owner has. */
export function newRefId(): string {
  return randomBytes(REF_ID_BYTES).toString('base64url');
}

export function isLorebookRef(text: string): text is LorebookRef {
  return OWNED.test(text);
}

export function isPersonaRef(text: string): text is PersonaRef {
  return OWNED.test(text) || BUILT_IN.test(text);
}

/** Undefined for what comes with the bot. */
export function ownerOf(ref: PersonaRef): Owner | undefined {
  return OWNED.exec(ref)?.[1] as Owner | undefined;
}
