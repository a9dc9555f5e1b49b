export interface SceneMember {
  ref: string;
  name: string;
  /** 0 to 1: how likely to speak without being named. */
  talkativeness: number;
  isMuted?: boolean | undefined;
}

/** Words of names that say nothing of who is meant. */
const FILLER_WORDS = new Set(
  'a an and as at by da das de del der des di die du el en for from het in la le les of on the to und van von with y'.split(
    ' ',
  ),
);
const WORDS = /[\p{L}\p{M}\p{N}]+/gu;
/** Scripts that write their words without spaces: there a name counts wherever it stands. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/**
 * Who answers a message of a scene, in order (the group order of SillyTavern 1.18). Nobody answers what no member wrote,
 * so personas never keep each other talking.
 *
 * `natural`: those who are named, in order of mention, then others by chance of their talkativeness; if that gives nobody,
 * one at random, of those who talk at all if there are any. `list`: all. `manual`: nobody.
 */
export function nextSpeakers(request: {
  personas: readonly SceneMember[];
  speaking: 'natural' | 'list' | 'manual';
  text: string;
  isByMember: boolean;
  /** 0 to below 1. */
  random: () => number;
}): string[] {
  const { personas, speaking, text, isByMember, random } = request;
  const present = personas.filter(({ isMuted }) => isMuted !== true);
  if (!isByMember || speaking === 'manual') return [];
  if (speaking === 'list') return present.map(({ ref }) => ref);
  const named = inOrderOfMention(present, text);
  const unasked = shuffled(
    present.filter((persona) => !named.includes(persona)),
    random,
  ).filter(({ talkativeness }) => random() < talkativeness);
  const speakers = [...named, ...unasked];
  return (speakers.length > 0 ? speakers : anyOne(present, random)).map(({ ref }) => ref);
}

function inOrderOfMention(personas: readonly SceneMember[], text: string): SceneMember[] {
  const folded = fold(text);
  const positions = new Map<string, number>();
  for (const match of folded.matchAll(WORDS)) if (!positions.has(match[0])) positions.set(match[0], match.index);
  const positionOf = (word: string) => (UNSPACED.test(word) ? folded.indexOf(word) : (positions.get(word) ?? -1));
  return personas
    .map((persona) => {
      const mentions = namingWords(persona.name)
        .map(positionOf)
        .filter((position) => position >= 0);
      return { persona, position: Math.min(...mentions) };
    })
    .filter(({ position }) => position !== Number.POSITIVE_INFINITY)
    .sort((a, b) => a.position - b.position)
    .map(({ persona }) => persona);
}

/** The words of a name that call its owner; all of them if there are no telling ones. */
function namingWords(name: string): string[] {
  const words = (fold(name).match(WORDS) ?? []).filter((word) => Array.from(word).length > 1);
  const telling = words.filter((word) => !FILLER_WORDS.has(word));
  return telling.length > 0 ? telling : words;
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

function anyOne(personas: readonly SceneMember[], random: () => number): SceneMember[] {
  const talking = personas.filter(({ talkativeness }) => talkativeness > 0);
  const pool = talking.length > 0 ? talking : personas;
  const chosen = pool[Math.floor(random() * pool.length)];
  return chosen ? [chosen] : [];
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const left = [...items];
  const drawn: T[] = [];
  while (left.length > 0) drawn.push(...left.splice(Math.floor(random() * left.length), 1));
  return drawn;
}
