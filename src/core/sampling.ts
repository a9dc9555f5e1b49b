import { UserError } from './errors.ts';

/** How a reply is drawn from the model. What is left out is the server's own choice. */
export interface Sampling {
  temperature?: number | undefined;
  topP?: number | undefined;
  topK?: number | undefined;
  minP?: number | undefined;
  repetitionPenalty?: number | undefined;
  presencePenalty?: number | undefined;
  frequencyPenalty?: number | undefined;
  stop?: string[] | undefined;
  /** The most that a reply may have, its reasoning included. */
  maxReplyTokens?: number | undefined;
}

type Values = { [Name in keyof Sampling]-?: NonNullable<Sampling[Name]> };
export type SettingName = keyof Values;

/** The values that Infermatic's documentation recommends, with a reply that leaves a small model room for its prompt. */
export const DEFAULT_SAMPLING = Object.freeze({
  temperature: 0.7,
  topK: 40,
  repetitionPenalty: 1.2,
  maxReplyTokens: 2_000,
}) satisfies Sampling;

/** One setting, as people see it and as the engine checks it. */
export interface Setting<Value> {
  label: string;
  /** What may be typed, in words that follow "must be". */
  range: string;
  example: string;
  /** @returns undefined for a text that is no value of this setting. */
  read(text: string): Value | undefined;
  /** What `read` makes the same value of. */
  write(value: Value): string;
}

type Settings = { [Name in keyof Values]: Setting<Values[Name]> };

const TOP_K_OFF = -1;
const STOPS_MAX = 4;
const STOP_MAX_LENGTH = 64;
const DECIMAL = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/;

/** In the order in which people look for them. */
export const SAMPLING_SETTINGS: Settings = {
  temperature: {
    label: 'Temperature',
    range: 'a number from 0 (always the likeliest word) to 5',
    example: '0.7',
    ...decimal((value) => value >= 0 && value <= 5),
  },
  topP: {
    label: 'Top P',
    range: 'a number above 0, up to 1 (off)',
    example: '0.9',
    ...decimal((value) => value > 0 && value <= 1),
  },
  topK: {
    label: 'Top K',
    range: 'a whole number from 1 to 100000, or -1 (off)',
    example: '40',
    read(text) {
      const value = readDecimal(text);
      // The engine refuses 0, which most other programs take for off.
      if (value === 0 || value === TOP_K_OFF) return TOP_K_OFF;
      return isWholeWithin(value, 1, 100_000) ? value : undefined;
    },
    write: String,
  },
  minP: {
    label: 'Min P',
    range: 'a number from 0 (off) to 1',
    example: '0.05',
    ...decimal((value) => value >= 0 && value <= 1),
  },
  repetitionPenalty: {
    label: 'Repetition penalty',
    range: 'a number from 1 (off) to 3',
    example: '1.2',
    ...decimal((value) => value >= 1 && value <= 3),
  },
  presencePenalty: { label: 'Presence penalty', ...penalty() },
  frequencyPenalty: { label: 'Frequency penalty', ...penalty() },
  stop: {
    label: 'Stop strings',
    range: `up to ${STOPS_MAX} lines of at most ${STOP_MAX_LENGTH} characters, where \\n stands for a line break`,
    example: '\\nUser:',
    read(text) {
      const stops = text
        .split(/\r?\n/)
        .filter((line) => line.trim() !== '')
        .map(unescapeLine);
      return stops.length <= STOPS_MAX && stops.every(isShort) ? stops : undefined;
    },
    write: (stops) => stops.map(escapeLine).join('\n'),
  },
  maxReplyTokens: {
    label: 'Longest answer',
    range: 'a whole number of tokens from 16 to 32768',
    example: '2000',
    read(text) {
      const value = readDecimal(text);
      return isWholeWithin(value, 16, 32_768) ? value : undefined;
    },
    write: String,
  },
};

/**
 * Reads what a person typed for a setting; decimal commas are taken, and nothing but white space unsets it.
 *
 * @throws UserError `input` with the range and an example
 */
export function parseSetting<Name extends SettingName>(name: Name, text: string): Values[Name] | undefined {
  if (text.trim() === '') return undefined;
  const setting: Setting<Values[Name]> = SAMPLING_SETTINGS[name];
  const value = setting.read(text);
  if (value !== undefined) return value;
  throw new UserError('input', `${setting.label} must be ${setting.range}, for example \`${setting.example}\`.`);
}

function decimal(isWithin: (value: number) => boolean): Pick<Setting<number>, 'read' | 'write'> {
  return {
    read(text) {
      const value = readDecimal(text);
      return value !== undefined && isWithin(value) ? value : undefined;
    },
    write: String,
  };
}

function penalty(): Omit<Setting<number>, 'label'> {
  return {
    range: 'a number from -2 to 2 (0 is off)',
    example: '0.5',
    ...decimal((value) => value >= -2 && value <= 2),
  };
}

function readDecimal(text: string): number | undefined {
  // Keyboards of phones offer the true minus sign.
  const typed = text.trim().replace('−', '-');
  // Adding 0 makes 0 of -0.
  return DECIMAL.test(typed) ? Number(typed.replace(',', '.')) + 0 : undefined;
}

function isWholeWithin(value: number | undefined, min: number, max: number): value is number {
  return value !== undefined && Number.isInteger(value) && value >= min && value <= max;
}

function isShort(stop: string): boolean {
  return Array.from(stop).length <= STOP_MAX_LENGTH;
}

function escapeLine(stop: string): string {
  return stop.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function unescapeLine(line: string): string {
  return line.replaceAll(/\\([n\\])/g, (_, character: string) => (character === 'n' ? '\n' : '\\'));
}
