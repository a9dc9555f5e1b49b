import { SAMPLING_SETTINGS, type Sampling, type SettingName } from '../../core/sampling.ts';
import { clip } from '../../core/text.ts';
import type { TextInput } from '../modal.ts';
import { grouped } from '../models/words.ts';
import { capitalized } from './scopes.ts';

/** What each setting does, for people who never heard of it. */
const HELP: Record<SettingName, string> = {
  temperature: 'higher is bolder',
  topP: 'lower drops unlikely words',
  topK: 'how many words to choose from',
  minP: 'higher drops unlikely words',
  repetitionPenalty: 'higher repeats less',
  presencePenalty: 'higher brings up new things',
  frequencyPenalty: 'higher varies the words',
  stop: 'where an answer ends',
  maxReplyTokens: 'a token is about ¾ of a word',
};

/** A modal has room for five. */
export const REPLY_FORMS = {
  sampling: { label: 'Temperature, Top P …', names: ['temperature', 'topP', 'topK', 'minP', 'repetitionPenalty'] },
  more: { label: 'Penalties, stop, length', names: ['presencePenalty', 'frequencyPenalty', 'stop', 'maxReplyTokens'] },
} as const satisfies Record<string, { label: string; names: readonly SettingName[] }>;

export const SETTING_NAMES = Object.keys(SAMPLING_SETTINGS) as SettingName[];

const DESCRIPTION_MAX_LENGTH = 100;
const INPUT_MAX_LENGTH = 20;
const STOPS_MAX_LENGTH = 1_000;

/** The value as it is shown; undefined is what was not set. */
export function shownValue(name: SettingName, sampling: Sampling): string | undefined {
  const value = sampling[name];
  if (value === undefined) return undefined;
  if (name === 'maxReplyTokens') return `${grouped(Number(value))} tokens`;
  const written = writeValue(name, sampling);
  if (name !== 'stop') return written;
  const stops = written.split('\n').map((stop) => `\`${stop.replaceAll('`', 'ˋ')}\``);
  return stops.join(' ');
}

export function settingLabel(name: SettingName): string {
  return SAMPLING_SETTINGS[name].label;
}

export function settingHelp(name: SettingName): string {
  return HELP[name];
}

export function settingInput(name: SettingName, sampling: Sampling): TextInput {
  const { label, range, example } = SAMPLING_SETTINGS[name];
  return {
    label,
    description: clip(capitalized(range), DESCRIPTION_MAX_LENGTH),
    value: writeValue(name, sampling),
    placeholder: `for example ${example}; blank: not set`,
    ...(name === 'stop' ? { isLong: true, maxLength: STOPS_MAX_LENGTH } : { maxLength: INPUT_MAX_LENGTH }),
  };
}

/** As it can be typed. */
function writeValue(name: SettingName, sampling: Sampling): string {
  const value = sampling[name];
  // The table pairs each name with the type of its value.
  const write = SAMPLING_SETTINGS[name].write as (value: unknown) => string;
  return value === undefined ? '' : write(value);
}
