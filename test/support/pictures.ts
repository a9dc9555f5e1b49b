/** The beginnings of pictures, as far as it takes to tell what they are and how large. */

const ascii = (text: string) => Buffer.from(text, 'latin1');

function bytesOf(length: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(length);
  write(bytes);
  return bytes;
}

const uint16 = (...values: number[]) =>
  bytesOf(values.length * 2, (bytes) => values.forEach((value, index) => bytes.writeUInt16BE(value, index * 2)));

export function png(width: number, height: number): Buffer {
  const size = bytesOf(8, (bytes) => {
    bytes.writeUInt32BE(width, 0);
    bytes.writeUInt32BE(height, 4);
  });
  return Buffer.concat([ascii('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'), size, ascii('\x08\x02\0\0\0\0\0\0\0')]);
}

/** `segments` stand between the start and the frame, as a camera's notes do. */
export function jpeg(width: number, height: number, segments: Buffer[] = [jpegSegment(0xe0, ascii('JFIF\0'))]): Buffer {
  const frame = Buffer.concat([ascii('\x08'), uint16(height, width), ascii('\x03'), Buffer.alloc(9)]);
  return Buffer.concat([ascii('\xff\xd8'), ...segments, jpegSegment(0xc0, frame), ascii('\xff\xd9')]);
}

export function jpegSegment(marker: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0xff, marker), uint16(content.length + 2), content]);
}

export function gif(width: number, height: number): Buffer {
  const size = bytesOf(4, (bytes) => {
    bytes.writeUInt16LE(width, 0);
    bytes.writeUInt16LE(height, 2);
  });
  return Buffer.concat([ascii('GIF89a'), size, Buffer.alloc(8)]);
}

export function webp(width: number, height: number, form: 'VP8 ' | 'VP8L' | 'VP8X' = 'VP8X'): Buffer {
  const content = bytesOf(20, (bytes) => {
    if (form === 'VP8X') {
      bytes.writeUIntLE(width - 1, 4, 3);
      bytes.writeUIntLE(height - 1, 7, 3);
    } else if (form === 'VP8L') {
      bytes.writeUInt8(0x2f, 0);
      bytes.writeUInt32LE((width - 1) | ((height - 1) << 14), 1);
    } else {
      ascii('\x9d\x01\x2a').copy(bytes, 3);
      bytes.writeUInt16LE(width, 6);
      bytes.writeUInt16LE(height, 8);
    }
  });
  return Buffer.concat([ascii(`RIFF\x24\0\0\0WEBP${form}\x14\0\0\0`), content]);
}

export function dataUrl(mediaType: string, bytes: Uint8Array): string {
  return `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`;
}
