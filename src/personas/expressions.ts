/** Amica's emotions, and which of SillyTavern's expressions shows the same. */
const AMICA_TO_SILLYTAVERN: Readonly<Record<string, string>> = {
  neutral: 'neutral',
  happy: 'joy',
  angry: 'anger',
  sad: 'sadness',
  relaxed: 'relief',
  surprised: 'surprise',
  shy: 'embarrassment',
  jealous: 'annoyance',
  bored: 'disapproval',
  serious: 'realization',
  suspicious: 'confusion',
  victory: 'pride',
  sleep: 'neutral',
  love: 'love',
};

export const AMICA_EMOTIONS: readonly string[] = Object.keys(AMICA_TO_SILLYTAVERN);
export const SILLYTAVERN_EXPRESSIONS: readonly string[] = (
  'admiration amusement anger annoyance approval caring confusion curiosity desire disappointment disapproval disgust ' +
  'embarrassment excitement fear gratitude grief joy love nervousness optimism pride realization relief remorse sadness ' +
  'surprise neutral'
).split(' ');

const NEUTRAL = 'neutral';
const LABEL_MAX_LENGTH = 32;
/** A label that can be told to a model and recognised in its answer. Others are file names at most. */
const LABEL = /^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}_' -]*$/u;
/** `joy-1` and `joy-2` are pictures of one expression. */
const VARIANT_NUMBER = /[-_. ]\d{1,3}$/;
const MAX_INSTRUCTED_LABELS = 40;

/**
 * Which of the pictures shows an emotion: the one of that name, else the one of the same emotion in Amica's or
 * SillyTavern's words, else the neutral one; undefined if there is none of them.
 */
export function pictureLabelFor(emotion: string, available: readonly string[]): string | undefined {
  const wanted = folded(emotion);
  const names = [wanted, ...sameEmotion(wanted), NEUTRAL];
  for (const name of names) {
    const found =
      available.find((label) => folded(label) === name) ?? available.find((label) => expressionOf(label) === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

export interface EmotionTag {
  /** Lower case. */
  emotion?: string | undefined;
  /** Without the tag; '' while it is not decided whether the text begins with one. */
  text: string;
  isUndecided: boolean;
}

/** Parts a leading `[emotion]` from a text. Only labels that are known, or among the `available` ones, are tags. */
export function splitEmotionTag(
  text: string,
  options: { finished: boolean; available?: readonly string[] | undefined },
): EmotionTag {
  const plain = text.trimStart();
  const asText = { text, isUndecided: false };
  if (!options.finished && plain === '') return { text: '', isUndecided: true };
  if (!plain.startsWith('[')) return asText;
  const head = plain.slice(1, LABEL_MAX_LENGTH + 4);
  const end = head.indexOf(']');
  const labels = new Set([
    ...AMICA_EMOTIONS,
    ...SILLYTAVERN_EXPRESSIONS,
    ...(options.available ?? []).flatMap((label) => [folded(label), expressionOf(label)]),
  ]);
  if (end === -1) {
    const begun = head.trimStart().toLowerCase();
    const isBeginning = [...labels].some((label) => label.startsWith(begun.trimEnd()));
    return !options.finished && isBeginning && head.length === plain.length - 1
      ? { text: '', isUndecided: true }
      : asText;
  }
  const emotion = folded(head.slice(0, end));
  return labels.has(emotion) && LABEL.test(emotion)
    ? { emotion, text: plain.slice(end + 2).trimStart(), isUndecided: false }
    : asText;
}

/** Asks a model for the tag that {@link splitEmotionTag} reads; '' if there is nothing to choose from. */
export function emotionInstruction(labels: readonly string[]): string {
  const expressions = [...new Set(labels.map(expressionOf))].filter(isLabel).slice(0, MAX_INSTRUCTED_LABELS);
  const [example] = expressions;
  if (example === undefined) return '';
  return (
    `Begin the reply with one tag in square brackets that names how {{char}} feels, such as [${example}], and use no ` +
    `other tags. Choose from: ${expressions.join(', ')}.`
  );
}

function isLabel(label: string): boolean {
  return label.length <= LABEL_MAX_LENGTH && LABEL.test(label);
}

function folded(label: string): string {
  return label.trim().toLowerCase();
}

function expressionOf(label: string): string {
  return folded(label).replace(VARIANT_NUMBER, '');
}

function sameEmotion(emotion: string): string[] {
  const pairs = Object.entries(AMICA_TO_SILLYTAVERN).filter(([, sillyTavern]) => sillyTavern !== NEUTRAL);
  return pairs.filter((pair) => pair.includes(emotion)).flatMap((pair) => pair.filter((other) => other !== emotion));
}
