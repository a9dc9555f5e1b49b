import { checkFileTypes } from './file-types.ts';
import type { FormField, JsonRecord } from './form.ts';
import {
  asRecord,
  checkChoice,
  checkDictionary,
  checkList,
  checkNumber,
  checkText,
  eachRepeated,
  isMissing,
  refuseType,
  required,
} from './form.ts';

const MAX_OPTIONS = 25;
const MAX_CHOICES = 25;
const Option = { Subcommand: 1, Group: 2, String: 3, Integer: 4, Channel: 7, Number: 10, Attachment: 11 } as const;
const SUBCOMMANDS: readonly number[] = [Option.Subcommand, Option.Group];
const VALUES: readonly number[] = [3, 4, 5, 6, 7, 8, 9, 10, 11];
const WITH_CHOICES: readonly number[] = [Option.String, Option.Integer, Option.Number];
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

/** The name of a chat input command or of an option: letters of any script, in lower case where there is one. */
export function checkCommandName(field: FormField, value: unknown): void {
  const name = checkText(field, value, { min: 1, max: 32, required: true });
  if (!name) return;
  const matches = NAME.test(name);
  if (!matches) field.refuse('STRING_TYPE_REGEX', 'String value did not match validation regex.');
  if (!matches || name !== name.toLowerCase()) {
    field.refuse('APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid');
  }
}

export function checkDescription(field: FormField, value: unknown): void {
  checkText(field, value, { min: 1, max: 100, required: true });
}

/** Options of a command: sub-commands and groups, or values, never both. */
export function checkCommandOptions(field: FormField, value: unknown): void {
  checkOptionList(field, value, [...SUBCOMMANDS, ...VALUES]);
}

/** Choices of an option, or those that answer an autocompletion; `kind` is the type of the option where it is known. */
export function checkChoiceList(field: FormField, value: unknown, kind?: unknown): void {
  const choices = checkList(field, value, { max: MAX_CHOICES });
  for (const [index, choice] of choices.entries()) {
    const place = field.at(index);
    const { name, value: chosen } = checkDictionary(place, choice, { required: true });
    checkText(place.at('name'), name, { min: 1, max: 100, required: true });
    checkChoiceValue(place.at('value'), chosen, kind);
  }
  const names = choices.map((choice) => asRecord(choice)?.name);
  if (kind === undefined) return;
  eachRepeated(names, (index) => {
    const message = 'Option choice name already exists';
    field.at(index).at('name').refuse('APPLICATION_COMMAND_OPTION_CHOICES_NAME_ALREADY_EXISTS', message);
  });
}

function checkChoiceValue(field: FormField, value: unknown, kind: unknown): void {
  if (isMissing(value)) required(field);
  else if (kind === Option.String || (kind === undefined && typeof value !== 'number')) {
    checkText(field, value, { min: 1, max: 100 });
  } else if (typeof value !== 'number' || (kind === Option.Integer && !Number.isInteger(value))) {
    const name = kind === Option.Integer ? 'int' : 'float';
    field.refuse('NUMBER_TYPE_COERCE', `Value "${JSON.stringify(value)}" is not ${name}.`);
  }
}

function checkOptionList(field: FormField, value: unknown, allowedTypes: readonly number[]): void {
  const options = checkList(field, value, { max: MAX_OPTIONS });
  for (const [index, entry] of options.entries()) {
    const option = checkDictionary(field.at(index), entry, { required: true });
    if (allowedTypes.includes(option.type as number)) checkOption(field.at(index), option);
    else refuseType(field.at(index), allowedTypes);
  }
  const records = options.map((option) => asRecord(option) ?? {});
  const nested = records.filter(({ type }) => SUBCOMMANDS.includes(type as number));
  if (nested.length > 0 && nested.length < records.length) {
    const message = 'Sub-command and sub-command group option types are mutually exclusive to all other types';
    field.refuse('APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', message);
  }
  checkOrder(field, records);
  eachRepeated(
    records.map(({ name }) => name),
    (index) => {
      field
        .at(index)
        .at('name')
        .refuse('APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS', 'Option name already exists');
    },
  );
}

function checkOrder(field: FormField, options: readonly JsonRecord[]): void {
  const firstOptional = options.findIndex((option) => option.required !== true);
  for (const [index, option] of options.entries()) {
    if (option.required !== true || firstOptional === -1 || index < firstOptional) continue;
    const message = 'Required options must be placed before non-required options';
    field.at(index).refuse('APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID', message);
  }
}

function checkOption(field: FormField, option: JsonRecord): void {
  checkCommandName(field.at('name'), option.name);
  checkDescription(field.at('description'), option.description);
  if (option.type === Option.Group) checkOptionList(field.at('options'), option.options, [Option.Subcommand]);
  else if (option.type === Option.Subcommand) checkOptionList(field.at('options'), option.options, VALUES);
  else if (!isMissing(option.options)) refuseUnsuited(field.at('options'), 'options');
  checkSuggestions(field, option);
  checkBounds(field, option);
}

function checkSuggestions(field: FormField, option: JsonRecord): void {
  const hasChoices = Array.isArray(option.choices) && option.choices.length > 0;
  if (!WITH_CHOICES.includes(option.type as number)) {
    if (hasChoices) refuseUnsuited(field.at('choices'), 'choices');
    if (option.autocomplete === true) refuseUnsuited(field.at('autocomplete'), 'autocomplete');
    return;
  }
  checkChoiceList(field.at('choices'), option.choices, option.type);
  if (!hasChoices || option.autocomplete !== true) return;
  const message = 'Options with choices cannot be autocompleted';
  field.refuse('APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_CHOICES_INVALID', message);
}

function checkBounds(field: FormField, option: JsonRecord): void {
  if (option.type === Option.String) {
    checkNumber(field.at('min_length'), option.min_length, { max: 6_000 });
    checkNumber(field.at('max_length'), option.max_length, { min: 1, max: 6_000 });
  }
  const suited: Record<string, readonly number[]> = {
    min_length: [Option.String],
    max_length: [Option.String],
    min_value: [Option.Integer, Option.Number],
    max_value: [Option.Integer, Option.Number],
    channel_types: [Option.Channel],
    file_types: [Option.Attachment],
  };
  for (const [key, types] of Object.entries(suited)) {
    if (!isMissing(option[key]) && !types.includes(option.type as number)) refuseUnsuited(field.at(key), key);
  }
  checkFileTypes(field.at('file_types'), option.file_types);
  for (const [index, type] of checkList(field.at('channel_types'), option.channel_types, { max: 20 }).entries()) {
    checkChoice(field.at('channel_types').at(index), type, [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16]);
  }
}

function refuseUnsuited(field: FormField, key: string): void {
  field.refuse('APPLICATION_COMMAND_OPTION_FIELD_INVALID', `An option of this type cannot have ${key}`);
}
