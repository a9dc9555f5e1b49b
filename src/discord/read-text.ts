import { isUtf8 } from 'node:buffer';

/** @returns the text without its byte order mark; undefined for bytes that are not UTF-8, nor UTF-16 with such a mark. */
export function readText(bytes: Buffer): string | undefined {
  const encoding = encodingOf(bytes);
  if (!encoding) return undefined;
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

function encodingOf(bytes: Buffer): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return isUtf8(bytes) ? 'utf-8' : undefined;
}
