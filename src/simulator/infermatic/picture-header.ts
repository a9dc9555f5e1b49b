export interface PictureHeader {
  mediaType: string;
  width: number;
  height: number;
}

type ReadSize = (bytes: Buffer) => [width: number, height: number] | undefined;

/** Start of frame: baseline, extended, progressive and the rarer ones, but neither tables (C4, CC) nor the reserved C8. */
const isStartOfFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Segment by segment up to the one that holds the size. */
const readJpeg: ReadSize = (bytes) => {
  let offset = 2;
  while (offset + 9 <= bytes.length) {
    if (bytes[offset] !== 0xff) return undefined;
    const marker = bytes.readUInt8(offset + 1);
    if (isStartOfFrame(marker)) return [bytes.readUInt16BE(offset + 7), bytes.readUInt16BE(offset + 5)];
    offset += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(offset + 2);
  }
  return undefined;
};

const readWebp: ReadSize = (bytes) => {
  if (bytes.length < 30) return undefined;
  const form = bytes.toString('latin1', 12, 16);
  if (form === 'VP8X') return [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1];
  if (form === 'VP8 ') return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
  if (form !== 'VP8L') return undefined;
  const bits = bytes.readUInt32LE(21);
  return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
};

const readPng: ReadSize = (bytes) =>
  bytes.length >= 24 && bytes.toString('latin1', 12, 16) === 'IHDR'
    ? [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
    : undefined;

const readGif: ReadSize = (bytes) => (bytes.length >= 10 ? [bytes.readUInt16LE(6), bytes.readUInt16LE(8)] : undefined);

const FORMATS: { mediaType: string; magic: RegExp; readSize: ReadSize }[] = [
  { mediaType: 'image/png', magic: /^\x89PNG\r\n/, readSize: readPng },
  { mediaType: 'image/jpeg', magic: /^\xff\xd8\xff/, readSize: readJpeg },
  { mediaType: 'image/gif', magic: /^GIF8[79]a/, readSize: readGif },
  { mediaType: 'image/webp', magic: /^RIFF[^]{4}WEBP/, readSize: readWebp },
];

/** What the first bytes of a picture say; undefined if they are not those of a picture that a model can look at. */
export function readPictureHeader(bytes: Buffer): PictureHeader | undefined {
  const start = bytes.toString('latin1', 0, 12);
  const format = FORMATS.find(({ magic }) => magic.test(start));
  const [width = 0, height = 0] = format?.readSize(bytes) ?? [];
  return format && width > 0 && height > 0 ? { mediaType: format.mediaType, width, height } : undefined;
}
