/** As many as every server takes. */
const MAX_STOP_STRINGS = 4;
/** In UTF-16 units. A longer name is left out: half of one could stop a sentence. */
const STOP_MAX_LENGTH = 64;

/**
 * What ends a completion before it writes another speaker's line: the configured strings, then `\nName:` of the
 * participants, as many as there is room for. The speaker's own label is never among them.
 */
export function stopStringsOf(options: {
  /** Whose reply it is, by the name that stands in the prompt. */
  speaker: string;
  /** Names as they stand in the prompt, who spoke last first. */
  participants: readonly string[];
  /** Configured stop strings. */
  own: readonly string[];
  max?: number | undefined;
}): string[] {
  const { speaker, participants, own, max = MAX_STOP_STRINGS } = options;
  const ownLabel = labelOf(speaker).toLowerCase();
  const labels = participants.filter((name) => name.trim() !== '').map(labelOf);
  const usable = [...own.filter(isTelling), ...labels].filter(
    (stop) => stop.length <= STOP_MAX_LENGTH && `\n${stop.trim().toLowerCase()}` !== ownLabel,
  );
  return [...new Set(usable)].slice(0, max);
}

function labelOf(name: string): string {
  return `\n${name.replaceAll(/\s+/g, ' ').trim()}:`;
}

/** A line break is a stop that people mean; other blanks would end every reply after its first word. */
function isTelling(stop: string): boolean {
  return stop.trim() !== '' || stop.includes('\n');
}
