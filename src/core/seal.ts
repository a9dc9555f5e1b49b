import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Encrypts short texts for the store, so that a copy of the store alone gives nothing away. */
export interface Seal {
  seal(text: string): string;
  /** Undefined for what was sealed under another secret, or tampered with. */
  open(sealed: string): string | undefined;
}

export type Secret = string | Uint8Array;

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM under a key derived from a secret; the result is base64url of iv, tag and ciphertext.
 *
 * @param secrets the first seals, each of them opens
 * @param purpose what was sealed for one purpose does not open for another
 */
export function createSeal(secrets: readonly [Secret, ...Secret[]], purpose: string): Seal {
  const deriveKey = (secret: Secret) => new Uint8Array(hkdfSync('sha256', secret, '', purpose, 32));
  const sealingKey = deriveKey(secrets[0]);
  const keys = [sealingKey, ...secrets.slice(1).map(deriveKey)];
  return {
    seal(text) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealingKey, iv);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < IV_BYTES + TAG_BYTES) return undefined;
      for (const key of keys) {
        const text = openWith(key, bytes);
        if (text !== undefined) return text;
      }
      return undefined;
    },
  };
}

function openWith(key: Uint8Array, bytes: Buffer): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    return text.toString('utf8');
  } catch {
    return undefined;
  }
}
