import { UserError } from '../core/errors.ts';
import { clip } from '../core/text.ts';
import { type EncodedFile, encodeFile } from './persona-files.ts';
import {
  ABOUT_MAX_LENGTH,
  type CardSummary,
  FILE_NAME_MAX_LENGTH,
  type FileContent,
  type FileInfo,
  NAME_MAX_LENGTH,
  type PersonaItem,
  TAG_MAX_LENGTH,
  TAGS_MAX,
} from './persona-record.ts';

/** A file to be stored, or one of the same persona that is kept as it is. */
export type NewFile = { mediaType: string; bytes: Uint8Array } | FileInfo;

export interface DraftFiles {
  portrait?: NewFile | undefined;
  expressions: Record<string, NewFile>;
  otherAssets: Record<string, NewFile>;
}

type StoredFiles = Pick<PersonaItem, 'portrait' | 'expressions' | 'otherAssets'>;

/** What becomes of a persona's files. */
export interface FilesChange extends StoredFiles, Pick<PersonaItem, 'contents' | 'nextChunk'> {
  added: { from: number; file: EncodedFile }[];
  dropped: FileContent[];
}

const FILES_MAX = 1_000;
/** Of one persona. */
const FILES_MAX_BYTES = 64 * 1024 * 1024;

/**
 * Encodes the new ones.
 *
 * @throws UserError ('input') if there are too many, or they are too large
 */
export async function encodeFiles(files: DraftFiles): Promise<Map<NewFile, EncodedFile>> {
  const all = allOf(files);
  const isNameTooLong = all.some(({ name }) => name.length > FILE_NAME_MAX_LENGTH);
  if (all.length > FILES_MAX || isNameTooLong) {
    throw new UserError(
      'input',
      `A persona can have ${FILES_MAX} files, with names of ${FILE_NAME_MAX_LENGTH} characters. Take some out, then try again.`,
    );
  }
  const fresh = all.flatMap(({ file }) => ('bytes' in file ? [file] : []));
  requireSize(fresh.reduce((sum, { bytes }) => sum + bytes.length, 0));
  const encoded = new Map<NewFile, EncodedFile>();
  for (const file of fresh) encoded.set(file, await encodeFile(file.bytes));
  return encoded;
}

/**
 * Files of equal content are kept once.
 *
 * @throws UserError ('missing') if one that is to be kept is not there any more, ('input') if they are too large together
 */
export function changeFiles(
  earlier: Pick<PersonaItem, 'contents' | 'nextChunk'> | undefined,
  files: DraftFiles,
  encoded: ReadonlyMap<NewFile, EncodedFile>,
): FilesChange {
  const stored = new Map(Object.entries(earlier?.contents ?? {}));
  const contents = new Map<string, FileContent>();
  const added: FilesChange['added'] = [];
  let nextChunk = earlier?.nextChunk ?? 0;

  function infoOf(name: string, file: NewFile): FileInfo {
    const fresh = encoded.get(file);
    const sha256 = 'sha256' in file ? file.sha256 : (fresh?.sha256 ?? '');
    let content = contents.get(sha256) ?? stored.get(sha256);
    if (!content) {
      if (!fresh) {
        throw new UserError(
          'missing',
          'A picture of this persona was replaced meanwhile, so nothing was saved. Open the persona again, then repeat it.',
        );
      }
      content = { from: nextChunk, count: fresh.chunks.length, sizeBytes: fresh.sizeBytes };
      added.push({ from: nextChunk, file: fresh });
      nextChunk += fresh.chunks.length;
    }
    contents.set(sha256, content);
    return { name, mediaType: file.mediaType, sha256, sizeBytes: content.sizeBytes };
  }

  const infos = allOf(files).map(({ place, label, name, file }) => ({ place, label, info: infoOf(name, file) }));
  requireSize([...contents.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  const placed = (place: keyof DraftFiles) =>
    Object.fromEntries(infos.filter((file) => file.place === place).map(({ label, info }) => [label, info]));
  return {
    portrait: infos.find(({ place }) => place === 'portrait')?.info,
    expressions: placed('expressions'),
    otherAssets: placed('otherAssets'),
    contents: Object.fromEntries(contents),
    nextChunk,
    added,
    dropped: [...stored].filter(([sha256]) => !contents.has(sha256)).map(([, content]) => content),
  };
}

/** With parts that are too long cut: a list shows what it can. */
export function cutSummary({ name, spoken, tags, about, hasLorebook, greetings }: CardSummary): CardSummary {
  return {
    name: clip(name, NAME_MAX_LENGTH),
    ...(spoken === undefined ? {} : { spoken: clip(spoken, NAME_MAX_LENGTH) }),
    tags: tags.slice(0, TAGS_MAX).map((tag) => clip(tag, TAG_MAX_LENGTH)),
    about: clip(about, ABOUT_MAX_LENGTH),
    hasLorebook,
    greetings,
  };
}

function allOf({ portrait, expressions, otherAssets }: DraftFiles) {
  const named = (place: 'expressions' | 'otherAssets', kind: string) =>
    Object.entries({ expressions, otherAssets }[place]).map(([label, file]) => ({
      place,
      label,
      name: `${kind}:${label}`,
      file,
    }));
  return [
    ...(portrait ? [{ place: 'portrait' as const, label: '', name: 'portrait', file: portrait }] : []),
    ...named('expressions', 'expression'),
    ...named('otherAssets', 'asset'),
  ];
}

function requireSize(sizeBytes: number): void {
  if (sizeBytes <= FILES_MAX_BYTES) return;
  throw new UserError(
    'input',
    'The pictures and other files of this persona have more than 64 MiB together. Take some out, then try again.',
  );
}
