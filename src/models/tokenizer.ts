import type { TokenizerName } from './known-models.ts';
import { createMergePairs, SEQUENCE_MAX_LENGTH } from './merge-pairs.ts';
import { loadVocabulary, type Vocabulary } from './vocabulary.ts';

/** Tokens of a text, without those that mark its beginning and end. */
export type CountTokens = (text: string) => number;

/**
 * Strings that mark the parts of a prompt. Servers take them as such, or as text, when a member writes them. `[INST]` is
 * text in all three.
 */
const MARKS: Record<TokenizerName, RegExp> = {
  llama2: /<unk>|<\/?s>/,
  mistral: /<unk>|<\/?s>/,
  llama3:
    /<\|(?:begin_of_text|end_of_text|start_header_id|end_header_id|eot_id|eom_id|python_tag|finetune_right_pad_id|reserved_special_token_\d{1,3})\|>/,
};

/** Parts of a text that Llama 3 encodes on their own, as its `tokenizer.json` has them; no `i`: U+0345 would be a letter. */
const LLAMA3_PARTS =
  /'(?:[sSdDmMtT]|[rR][eE]|[vV][eE]|[lL][lL])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+/gu;

/** For a sequence that is too long for one: its parts may come out shorter than the whole. */
const CUT_TOKENS = 1;
const UTF8_BYTES_PER_UNIT_MAX = 3;
const SPACE = 0x20;
/** Stands for a space in the vocabularies of SentencePiece. */
const LOWER_BLOCK = 0x2581;

/** @throws if the vocabulary cannot be read. Takes 0.1 s for Llama 3, half as long for the others. */
export function createTokenizer(name: TokenizerName): CountTokens {
  const vocabulary = loadVocabulary(name);
  const countText = name === 'llama3' ? createByteLevel(vocabulary) : createSentencePiece(vocabulary);
  return (text) => {
    const asText = countText(text);
    if (!MARKS[name].test(text)) return asText;
    const between = text.split(new RegExp(MARKS[name], 'g'));
    const asMarks = between.reduce((tokens, part) => tokens + countText(part), between.length - 1);
    return Math.max(asText, asMarks);
  };
}

/** Llama 2 and Mistral: by characters, those without a token by bytes; with a space in front of the text. */
function createSentencePiece(vocabulary: Vocabulary): CountTokens {
  const idOfCharacter = createCharacters(vocabulary);
  const spaceId = idOfCharacter.get(LOWER_BLOCK) ?? 0;
  const mergePairs = createMergePairs(vocabulary);
  const ids = new Int32Array(SEQUENCE_MAX_LENGTH);

  return (text) => {
    if (text === '') return 0;
    ids[0] = spaceId;
    let [tokens, length, isAfterSpace] = [0, 1, true];
    const mergeSequence = () => {
      tokens += mergePairs(ids, length);
      length = 0;
    };
    for (let index = 0; index < text.length; index += 1) {
      const code = text.codePointAt(index) as number;
      if (code > 0xffff) index += 1;
      const id = idOfCharacter.get(code === SPACE ? LOWER_BLOCK : code);
      const isSpace = id === spaceId;
      // No token has a space behind another character, and those of bytes are never merged.
      if (id === undefined || (isSpace && !isAfterSpace)) mergeSequence();
      isAfterSpace = isSpace;
      if (id === undefined) {
        tokens += utf8Length(code);
        continue;
      }
      if (length === SEQUENCE_MAX_LENGTH) {
        mergeSequence();
        tokens += CUT_TOKENS;
      }
      ids[length++] = id;
    }
    mergeSequence();
    return tokens;
  };
}

function createCharacters({ size, bytesOf }: Vocabulary): Map<number, number> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const idOfCharacter = new Map<number, number>();
  for (let id = 0; id < size; id += 1) {
    const bytes = bytesOf(id);
    const text = bytes.length > 4 ? '' : decoder.decode(bytes);
    const code = text.codePointAt(0) ?? 0;
    if (text !== '' && text === String.fromCodePoint(code)) idOfCharacter.set(code, id);
  }
  return idOfCharacter;
}

/** Of half a pair too: it becomes the replacement character. */
function utf8Length(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/** Llama 3: part by part; a part that is a token is one, whatever merging would make of it. */
function createByteLevel(vocabulary: Vocabulary): CountTokens {
  const encoder = new TextEncoder();
  const mergePairs = createMergePairs(vocabulary);
  const unitsMax = Math.floor(SEQUENCE_MAX_LENGTH / UTF8_BYTES_PER_UNIT_MAX);
  const bytes = new Uint8Array(SEQUENCE_MAX_LENGTH);
  const ids = new Int32Array(SEQUENCE_MAX_LENGTH);
  const idOfByte = Int32Array.from({ length: 0x100 }, (_, byte) => vocabulary.find(Uint8Array.of(byte), 0, 1));

  const countPart = (part: string): number => {
    const { written: length } = encoder.encodeInto(part, bytes);
    if (vocabulary.find(bytes, 0, length) !== -1) return 1;
    for (let index = 0; index < length; index += 1) ids[index] = idOfByte[bytes[index] as number] as number;
    return mergePairs(ids, length);
  };

  return (text) => {
    let tokens = 0;
    for (const [part] of text.matchAll(LLAMA3_PARTS)) {
      const pieces = part.length <= unitsMax ? [part] : cut(part, unitsMax);
      tokens += pieces.reduce((sum, piece) => sum + countPart(piece), CUT_TOKENS * (pieces.length - 1));
    }
    return tokens;
  };
}

/** Pieces of at most so many UTF-16 units, none of which ends inside a pair. */
function cut(text: string, maxLength: number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(text.length, start + maxLength);
    if (end < text.length && (text.codePointAt(end - 1) ?? 0) > 0xffff) end -= 1;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}
