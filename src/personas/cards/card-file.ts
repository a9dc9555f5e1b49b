import type { Card } from './card.ts';

export interface Picture {
  mediaType: 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif';
  bytes: Uint8Array;
}

/** What a file gives. */
export interface CardFile {
  container: 'png' | 'apng' | 'json' | 'charx';
  card: Card;
  /** The picture that stands for the persona: the PNG without its texts, or the main icon among the card's assets. */
  portrait?: Picture | undefined;
  /** Emotion pictures by label (see `labelOf`). A label may be a name that every object has, such as `constructor`. */
  expressions: Record<string, Picture>;
  /** Assets that are neither, kept for the export: by path, 16 MiB at most. */
  otherAssets: Record<string, Uint8Array>;
  /** Sentences for the report. */
  warnings: string[];
}
