import { type Fence, readLines } from './markdown-lines.ts';
import { type LabelReading, readSpeakerLabel } from './speaker-label.ts';

/** By which templates call the member, whatever their name. */
const MEMBER_LABELS = ['User', 'Human', '{{user}}'];
const OWN_LABELS = ['{{char}}'];
/** `"Mira: come here!"` is speech to Mira, `**Mira: I come!**` is Mira's. */
const EMPHASIS = /^[*_]*$/;

/** Passes on a reply as it is written, without the lines of anybody but its speaker. */
export interface LineGuard {
  /** Takes what was written and returns what may be shown of it, and of what was held back before. */
  push(text: string): string;
  /** Nothing follows: returns the rest. */
  end(): string;
  /** Another's line began; nothing more is shown. */
  readonly isOver: boolean;
}

interface NamedReading {
  isOwn: boolean;
  reading: LabelReading;
}

/**
 * Cuts a reply before the first line that begins as another participant's (`Name:`, see {@link readSpeakerLabel}), and
 * takes the speaker's own label from the beginnings of lines. Code blocks stay as they are. What may become a label, and
 * blank lines before it, are held back. The same text gives the same result in whatever pieces it comes, in linear time.
 */
export function createLineGuard(options: {
  /** Who speaks, and what else the speaker is called. */
  speaker: string | readonly string[];
  /** Everybody else, as their names stand in the prompt. */
  others: readonly string[];
}): LineGuard {
  const own = named([options.speaker, OWN_LABELS].flat());
  const isOwn = (name: string) => own.some((ownName) => ownName.toLowerCase() === name.toLowerCase());
  const others = named([...options.others, ...MEMBER_LABELS]).filter((name) => !isOwn(name));
  // The longest first: whose label it is does not hang on the order of the names.
  const names = [...own, ...others].sort((a, b) => b.length - a.length);

  let phase: 'line-start' | 'behind-label' | 'line' | 'over' = 'line-start';
  /** What came and is not decided. */
  let pending = '';
  /** Blank text since the last that was shown. */
  let held = '';
  /** The current line as it is shown. */
  let line = '';
  let fence: Fence | undefined;
  let shown = '';
  let hasShown = false;

  function show(text: string) {
    if (text === '') return;
    shown += text;
    hasShown = true;
  }

  function takeBlank(): string {
    const blank = pending.slice(0, pending.length - pending.trimStart().length);
    pending = pending.slice(blank.length);
    return blank;
  }

  /** Shows what was held back, without the blanks that a reply may begin with. */
  function beginLine(start: string) {
    line = held.slice(held.lastIndexOf('\n') + 1) + start;
    show(hasShown ? held + start : start);
    held = '';
    phase = 'line';
  }

  function isCode(): boolean {
    // A block in a quote ends with the quote.
    return fence !== undefined && (!fence.prefix.includes('>') || pending.startsWith('>'));
  }

  function readLabel(isFinal: boolean): NamedReading {
    const readings = names.map((name) => {
      const reading = readSpeakerLabel(pending, name, isFinal);
      const isLabel = own.includes(name) || !reading || EMPHASIS.test(reading.open);
      return { isOwn: own.includes(name), reading: isLabel ? reading : false };
    });
    const undecided = readings.find(({ reading }) => reading === undefined);
    return undecided ?? readings.find(({ reading }) => reading !== false) ?? { isOwn: false, reading: false };
  }

  /** False: more text is needed. */
  function startLine(isFinal: boolean): boolean {
    held += takeBlank();
    if (pending === '') return false;
    if (isCode()) {
      beginLine('');
      return true;
    }
    const { isOwn: isOwnLabel, reading } = readLabel(isFinal);
    if (reading === undefined) return false;
    if (reading === false) {
      beginLine('');
    } else if (isOwnLabel) {
      pending = pending.slice(reading.end);
      beginLine(reading.open);
      phase = 'behind-label';
    } else {
      phase = 'over';
    }
    return true;
  }

  function passBlanks(): boolean {
    const blank = takeBlank();
    const newline = blank.indexOf('\n');
    if (newline !== -1) {
      held = blank.slice(newline);
      phase = 'line-start';
      return true;
    }
    if (pending === '') return false;
    phase = 'line';
    return true;
  }

  function passLine(): boolean {
    const newline = pending.indexOf('\n');
    const text = newline === -1 ? pending : pending.slice(0, newline);
    line += text;
    show(text);
    pending = pending.slice(text.length);
    if (newline === -1) return false;
    fence = fenceAfter(line, fence);
    line = '';
    phase = 'line-start';
    return true;
  }

  function step(isFinal: boolean): boolean {
    if (phase === 'over') return false;
    if (phase === 'line') return passLine();
    return phase === 'behind-label' ? passBlanks() : startLine(isFinal);
  }

  function take(text: string, isFinal: boolean): string {
    pending += text;
    while (step(isFinal));
    const taken = shown;
    shown = '';
    return taken;
  }

  return {
    push: (text) => take(text, false),
    end() {
      const rest = take('', true);
      const blank = phase === 'line-start' && hasShown ? held : '';
      held = '';
      return rest + blank;
    },
    get isOver() {
      return phase === 'over';
    },
  };
}

function named(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.trim()))].filter((name) => name !== '');
}

/** The code block that is open behind a line. */
function fenceAfter(line: string, before: Fence | undefined): Fence | undefined {
  const lines = readLines(line, 0, line.length, before);
  for (let next = lines.next(); ; next = lines.next()) if (next.done) return next.value;
}
