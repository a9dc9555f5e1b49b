import type { ShownMessage } from '../simulator/discord/index.ts';
import { wrap } from './wrap.ts';

type Json = Record<string, unknown>;

export interface ExtrasOptions {
  /** Longer lines are broken. */
  columns: number;
  /** Puts names and times in the place of what Discord shows as such. */
  readable: (text: string) => string;
}

const EDGE = '│ ';

/** What a message shows beside its text, line by line: its embeds with the names of their pictures, and its files. */
export function describeExtras(
  { embeds, attachments }: Pick<ShownMessage, 'embeds' | 'attachments'>,
  { columns, readable }: ExtrasOptions,
): string[] {
  const lines = embeds
    .flatMap((embed) => embedTexts(embed).map(readable))
    .flatMap((text) => text.split('\n'))
    .flatMap((line) => wrap(line, columns - EDGE.length));
  const files = attachments.map(
    ({ filename, size, description }) => `📎 ${filename} (${sizeOf(size)})${description ? ` – ${description}` : ''}`,
  );
  return [...lines.map((line) => `${EDGE}${line}`), ...files];
}

function embedTexts(embed: Json): string[] {
  const author = textOf((embed['author'] as Json | undefined)?.['name']);
  const title = textOf(embed['title']);
  const heading = [author, title].filter(Boolean).join(': ');
  const fields = ((embed['fields'] ?? []) as Json[]).map(
    (field) => `${textOf(field['name'])}: ${textOf(field['value'])}`,
  );
  const pictures = ['thumbnail', 'image'].flatMap((key) => {
    const url = (embed[key] as Json | undefined)?.['url'];
    return typeof url === 'string' ? [`🖼 ${fileNameOf(url)}`] : [];
  });
  const footer = textOf((embed['footer'] as Json | undefined)?.['text']);
  return [heading, textOf(embed['description']), ...fields, ...pictures, footer].filter((text) => text !== '');
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function fileNameOf(url: string): string {
  return URL.canParse(url) ? (new URL(url).pathname.split('/').at(-1) ?? url) : url;
}

function sizeOf(bytes: number): string {
  return bytes < 1_024 ? `${bytes} B` : `${Math.round(bytes / 1_024)} KiB`;
}
