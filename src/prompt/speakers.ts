import { JOINT } from './roles.ts';
import { speakerName } from './speaker.ts';

export interface Speakers {
  /** What stands before the words of whoever has this name. */
  prefix(name: string): string;
  /** Counts the prefixes that are new, all at once; `ready` ones are not made of members' names. */
  meet(names: Iterable<string>, ready?: readonly string[]): Promise<void>;
  /** Raw tokens of the prefix of a name that was met. */
  tokens(name: string): number;
  /** Raw tokens of a ready prefix that was met. */
  tokensOf(prefix: string): number;
}

/** Knows the speakers of one prompt. */
export function createSpeakers(options: {
  /** The names that members may not speak under. */
  ownNames: readonly string[];
  count: (texts: readonly string[]) => Promise<number[]>;
}): Speakers {
  const { ownNames, count } = options;
  const prefixes = new Map<string, string>();
  const counts = new Map<string, number>();

  const prefix = (name: string): string => {
    const known = prefixes.get(name);
    if (known !== undefined) return known;
    const made = `${speakerName(name, ownNames)}: `;
    prefixes.set(name, made);
    return made;
  };

  const tokensOf = (met: string): number => {
    const known = counts.get(met);
    if (known === undefined) throw new Error('A speaker was not met.');
    return known;
  };

  return {
    prefix,
    async meet(names, ready = []) {
      const met = [...new Set([...Array.from(names, prefix), ...ready])].filter((text) => !counts.has(text));
      if (met.length === 0) return;
      const [joint = 0, ...tokens] = await count([JOINT, ...met.flatMap((text) => [text, JOINT + text])]);
      for (const [index, text] of met.entries()) {
        // SentencePiece takes a word at the start of a text for one after a space, which a word after a line break is not.
        const afterJoint = (tokens[2 * index + 1] ?? 0) - joint;
        counts.set(text, Math.max(tokens[2 * index] ?? 0, afterJoint));
      }
    },
    tokens: (name) => tokensOf(prefix(name)),
    tokensOf,
  };
}
