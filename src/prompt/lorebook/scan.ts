import type { LoreScanField } from '../../personas/lorebook.ts';
import type { LoreRequest } from '../lorebook.ts';
import { REGEX_TEXT_MAX_LENGTH } from '../regex-limits.ts';
import type { Candidate } from './candidate.ts';
import { createTextIndex, type Effort, type TextIndex } from './text-index.ts';

/** The texts in which keys are searched; they grow while entries become active. */
export interface Scan {
  readonly effort: Effort;
  /** How many of the newest messages an entry without a depth of its own looks at. */
  readonly depth: number;
  deepen(): void;
  /** How many messages there are to look at. */
  readonly messageCount: number;
  addRecursion(text: string): void;
  readonly hasRecursion: boolean;
  /** Whether the contents of active entries are looked at now. */
  setRecursionSeen(isSeen: boolean): void;
  /** False for an entry that looks at no message: it looks at nothing else then. */
  hasText(candidate: Candidate): boolean;
  /** @param search Of this entry only. */
  finds(candidate: Candidate, search: Search): boolean;
  /** The same text as one, for regular expressions. */
  textFor(candidate: Candidate): string;
  /** Entries of one name have one text. */
  textName(candidate: Candidate): string;
}

const SCANNED_MESSAGES_MAX = 1_000;
const SCANNED_LENGTH_MAX = 1024 * 1024;
/** About 0.1 s; 10,000 honest entries take half of it. */
const EFFORT = 2 ** 26;
/** Before each text, so that patterns can tell where one begins; no key can reach over it. */
const MARK = '\x01';
const JOINER = `\n${MARK}`;

/** A text with an index for each of the two ways to look at it. */
interface Chunk {
  text: string;
  index(isCaseSensitive: boolean): TextIndex;
}

/** Messages from `start`, newest first; `ends` are offsets behind each of them. */
interface MessageChunk extends Chunk {
  start: number;
  ends: number[];
}

/** A key to search for. */
export interface Search {
  /** In lower case unless the case counts. */
  text: string;
  isCaseSensitive: boolean;
  isWhole: boolean;
  /** Kept by the scan. */
  found?: Found | undefined;
}

/** What is known of a key, so that each text is searched for it once only. */
interface Found {
  /** Of the scan that knows it: keys live longer. */
  effort: Effort;
  /** Newest message that it stands in, of the chunks searched. */
  messageIndex: number;
  chunksSearched: number;
  isInRecursion: boolean;
  recursionSearched: number;
  isElsewhere?: boolean;
}

export function createScan({
  settings,
  messages,
  fields,
  injectedTexts,
}: Pick<LoreRequest, 'settings' | 'messages' | 'fields' | 'injectedTexts'>): Scan {
  const effort = { left: EFFORT };
  const messageCount = Math.min(messages.length, SCANNED_MESSAGES_MAX);
  const history: MessageChunk[] = [];
  const injected = injectedTexts.filter((text) => text !== '').map(chunkOf);
  const fieldChunks = new Map<LoreScanField, Chunk>();
  const recursion: Chunk[] = [];
  let depth = settings.depth;
  let isRecursionSeen = true;
  let readCount = 0;
  let readLength = 0;

  const depthOf = ({ scanDepth }: Candidate) => Math.min(scanDepth ?? depth, SCANNED_MESSAGES_MAX);
  const textOf = ({ name, content }: { name: string; content: string }) =>
    (settings.includeNames ? `${name}: ${content}` : content).slice(0, SCANNED_LENGTH_MAX);

  /** Chunks double in size, so that shallow entries do not pay for deep ones. */
  function readTo(wanted: number): void {
    while (readCount < Math.min(wanted, messageCount) && readLength < SCANNED_LENGTH_MAX) {
      const texts: string[] = [];
      const ends: number[] = [];
      const size = Math.max(1, settings.depth, readCount);
      let length = 0;
      for (const message of messages.slice(readCount, Math.min(readCount + size, messageCount))) {
        if (length >= SCANNED_LENGTH_MAX) break;
        const text = textOf(message);
        texts.push(text);
        length += text.length + (texts.length > 1 ? JOINER.length : 0);
        ends.push(length);
      }
      history.push({ ...chunkOf(texts.join(JOINER)), start: readCount, ends });
      readCount += texts.length;
      readLength += length;
    }
  }

  /** What an entry looks at beside messages and recursion. */
  function othersOf({ entry }: Candidate): Chunk[] {
    const own = entry.alsoScans.flatMap((field) => {
      const text = fields[field];
      if (text === undefined || text === '') return [];
      const chunk = fieldChunks.get(field) ?? chunkOf(text);
      fieldChunks.set(field, chunk);
      return [chunk];
    });
    return [...own, ...injected];
  }

  function standsInMessages(found: Found, wanted: number, search: Search): boolean {
    if (readCount < wanted) readTo(wanted);
    while (found.messageIndex === Number.POSITIVE_INFINITY) {
      const chunk = history[found.chunksSearched];
      if (!chunk || chunk.start >= wanted) return false;
      const offset = find(chunk, search);
      if (offset >= 0) found.messageIndex = chunk.start + chunk.ends.findIndex((end) => offset < end);
      found.chunksSearched += 1;
    }
    return found.messageIndex < wanted;
  }

  function standsInRecursion(found: Found, search: Search): boolean {
    for (; !found.isInRecursion && found.recursionSearched < recursion.length; found.recursionSearched += 1) {
      const chunk = recursion[found.recursionSearched];
      found.isInRecursion = chunk !== undefined && find(chunk, search) >= 0;
    }
    return found.isInRecursion;
  }

  const find = (chunk: Chunk, { text, isCaseSensitive, isWhole }: Search) =>
    chunk.index(isCaseSensitive).find(text, isWhole, effort);

  return {
    effort,
    messageCount,
    get depth() {
      return depth;
    },
    deepen() {
      depth += 1;
    },
    addRecursion(text) {
      recursion.push(chunkOf(text));
    },
    get hasRecursion() {
      return recursion.length > 0;
    },
    setRecursionSeen(isSeen) {
      isRecursionSeen = isSeen;
    },
    hasText: (candidate) => depthOf(candidate) > 0,
    finds(candidate, search) {
      const wanted = depthOf(candidate);
      if (wanted <= 0) return false;
      const found = search.found?.effort === effort ? search.found : newFound(effort);
      search.found = found;
      if (standsInMessages(found, wanted, search)) return true;
      found.isElsewhere ??= othersOf(candidate).some((chunk) => find(chunk, search) >= 0);
      return found.isElsewhere || (isRecursionSeen && standsInRecursion(found, search));
    },
    textFor(candidate) {
      const wanted = depthOf(candidate);
      readTo(wanted);
      const seen = messages.slice(0, Math.min(wanted, readCount)).map(textOf).join(JOINER);
      const chunks = [...othersOf(candidate), ...(isRecursionSeen ? recursion : [])];
      const extras = chunks.map((chunk) => JOINER + chunk.text).join('');
      const room = Math.max(REGEX_TEXT_MAX_LENGTH - extras.length - MARK.length, REGEX_TEXT_MAX_LENGTH / 2);
      return (MARK + seen.slice(0, room) + extras).slice(0, REGEX_TEXT_MAX_LENGTH);
    },
    textName(candidate) {
      const chunks = isRecursionSeen ? recursion.length : 0;
      return `${depthOf(candidate)} ${chunks} ${candidate.entry.alsoScans.toSorted().join()}`;
    },
  };
}

function newFound(effort: Effort): Found {
  const messageIndex = Number.POSITIVE_INFINITY;
  return { effort, messageIndex, chunksSearched: 0, isInRecursion: false, recursionSearched: 0 };
}

function chunkOf(text: string): Chunk {
  let exact: TextIndex | undefined;
  let lower: TextIndex | undefined;
  return {
    text,
    index(isCaseSensitive) {
      if (isCaseSensitive) return (exact ??= createTextIndex(text));
      return (lower ??= createTextIndex(text.toLowerCase()));
    },
  };
}
