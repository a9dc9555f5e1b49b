/** What the first bytes of a file say that it is; its name and what somebody declared of it say nothing. */
export type FileKind =
  | { kind: 'picture'; mediaType: string; format: PictureFormat }
  /** Neither text nor a picture that models take; `name` follows "is". */
  | { kind: 'other'; name: string };

export type PictureFormat = 'png' | 'jpg' | 'gif' | 'webp';

/** So many bytes decide it. */
export const KIND_BYTES = 16;

/** Bytes as Latin-1 characters, at these offsets. */
type Signature = [offset: number, bytes: string][];

const PICTURES: { format: PictureFormat; mediaType: string; signature: Signature }[] = [
  { format: 'png', mediaType: 'image/png', signature: [[0, '\x89PNG\r\n\x1a\n']] },
  { format: 'jpg', mediaType: 'image/jpeg', signature: [[0, '\xff\xd8\xff']] },
  { format: 'gif', mediaType: 'image/gif', signature: [[0, 'GIF87a']] },
  { format: 'gif', mediaType: 'image/gif', signature: [[0, 'GIF89a']] },
  {
    format: 'webp',
    mediaType: 'image/webp',
    signature: [
      [0, 'RIFF'],
      [8, 'WEBP'],
    ],
  },
];

const OTHER_PICTURE = 'a picture of another format';
const SOUND = 'sound';
const VIDEO = 'a video';
const ARCHIVE = 'an archive';

/** Signatures of letters alone also hold a byte that no text has. */
const OTHERS: [name: string, signature: Signature][] = [
  ['a PDF', [[0, '%PDF-']]],
  ['a ZIP archive or an Office document', [[0, 'PK\x03\x04']]],
  ['a ZIP archive or an Office document', [[0, 'PK\x05\x06']]],
  ['an Office document', [[0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1']]],
  [ARCHIVE, [[0, '\x1f\x8b']]],
  [ARCHIVE, [[0, '7z\xbc\xaf\x27\x1c']]],
  [ARCHIVE, [[0, 'Rar!\x1a']]],
  [OTHER_PICTURE, [[4, 'ftypheic']]],
  [OTHER_PICTURE, [[4, 'ftypmif1']]],
  [OTHER_PICTURE, [[4, 'ftypavif']]],
  [OTHER_PICTURE, [[0, 'II*\0']]],
  [OTHER_PICTURE, [[0, 'MM\0*']]],
  [
    OTHER_PICTURE,
    [
      [0, 'BM'],
      [6, '\0\0\0\0'],
    ],
  ],
  [SOUND, [[0, 'ID3\x02']]],
  [SOUND, [[0, 'ID3\x03']]],
  [SOUND, [[0, 'ID3\x04']]],
  [SOUND, [[0, '\xff\xfb']]],
  [SOUND, [[0, '\xff\xf3']]],
  [SOUND, [[0, '\xff\xf2']]],
  [SOUND, [[0, 'OggS\0']]],
  [SOUND, [[0, 'fLaC\0']]],
  [
    SOUND,
    [
      [0, 'RIFF'],
      [8, 'WAVE'],
    ],
  ],
  [SOUND, [[4, 'ftypM4A']]],
  [VIDEO, [[4, 'ftyp']]],
  [
    VIDEO,
    [
      [0, 'RIFF'],
      [8, 'AVI '],
    ],
  ],
  [VIDEO, [[0, '\x1a\x45\xdf\xa3']]],
];

/** @returns undefined for bytes that begin like nothing known: text, perhaps. */
export function kindOf(start: Buffer): FileKind | undefined {
  const text = start.toString('latin1', 0, KIND_BYTES);
  const isSigned = (signature: Signature) => signature.every(([offset, bytes]) => text.startsWith(bytes, offset));
  const picture = PICTURES.find(({ signature }) => isSigned(signature));
  if (picture) return { kind: 'picture', mediaType: picture.mediaType, format: picture.format };
  const other = OTHERS.find(([, signature]) => isSigned(signature));
  return other && { kind: 'other', name: other[0] };
}
