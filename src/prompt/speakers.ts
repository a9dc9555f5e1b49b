import { JOINT } from './roles.ts';
import { speakerName } from './speaker.ts';

export interface Speakers {
  /** What stands before the words of whoever has this name. */
  prefix(name: string): string;
  /** Counts the prefixes that are new, all at once. */
  meet(names: Iterable<string>): Promise<void>;
  /** Raw tokens of a prefix that was met. */
  tokens(name: string): number;
}

/** Knows the speakers of one prompt. */
export function createSpeakers(options: {
  assistantName: string | undefined;
  count: (texts: readonly string[]) => Promise<number[]>;
}): Speakers {
  const { assistantName, count } = options;
  const prefixes = new Map<string, string>();
  const counts = new Map<string, number>();

  const prefix = (name: string): string => {
    const known = prefixes.get(name);
    if (known !== undefined) return known;
    const made = `${speakerName(name, assistantName)}: `;
    prefixes.set(name, made);
    return made;
  };

  return {
    prefix,
    async meet(names) {
      const met = [...new Set(Array.from(names, prefix))].filter((text) => !counts.has(text));
      if (met.length === 0) return;
      const [joint = 0, ...tokens] = await count([JOINT, ...met.flatMap((text) => [text, JOINT + text])]);
      for (const [index, text] of met.entries()) {
        // SentencePiece takes a word at the start of a text for one after a space, which a word after a line break is not.
        const afterJoint = (tokens[2 * index + 1] ?? 0) - joint;
        counts.set(text, Math.max(tokens[2 * index] ?? 0, afterJoint));
      }
    },
    tokens(name) {
      const known = counts.get(prefix(name));
      if (known === undefined) throw new Error('A speaker was not met.');
      return known;
    },
  };
}
