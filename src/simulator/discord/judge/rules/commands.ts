import type { DiscordError } from '../discord-error.ts';
import { checkCommandName, checkCommandOptions, checkDescription } from './command-options.ts';
import type { FormField, JsonRecord } from './form.ts';
import { asRecord, characters, checkDictionary, checkText, eachRepeated, isMissing } from './form.ts';

const MAX_SIZE = 8_000;
const CHAT_INPUT = 1;
const USER = 2;
const MESSAGE = 3;
const MAX_COUNTS = new Map([
  [CHAT_INPUT, 100],
  [USER, 15],
  [MESSAGE, 15],
]);

/** A command as it is created. */
export function checkCommand(field: FormField, value: unknown): void {
  const command = checkDictionary(field, value, { required: true });
  if (typeOf(command) === CHAT_INPUT) {
    checkCommandName(field.at('name'), command.name);
    checkDescription(field.at('description'), command.description);
    checkCommandOptions(field.at('options'), command.options);
  } else {
    checkText(field.at('name'), command.name, { min: 1, max: 32, required: true });
    checkMenuCommand(field, command);
  }
  checkSize(field, command);
}

/** Changes to a command, whose type is not in the body: what holds for every type. */
export function checkCommandPatch(field: FormField, command: JsonRecord): void {
  checkText(field.at('name'), command.name, { min: 1, max: 32 });
  checkText(field.at('description'), command.description, { max: 100 });
  checkCommandOptions(field.at('options'), command.options);
  checkSize(field, command);
}

/** The list that replaces all commands. */
export function checkCommandList(field: FormField, commands: readonly unknown[]): DiscordError | undefined {
  const records = commands.map((command) => asRecord(command) ?? {});
  for (const [type, max] of MAX_COUNTS) {
    if (records.filter((command) => typeOf(command) === type).length <= max) continue;
    const message = `Maximum number of application commands reached (${max})`;
    return { status: 400, body: { code: 30032, message } };
  }
  for (const [index, command] of commands.entries()) checkCommand(field.at(index), command);
  eachRepeated(
    records.map((command) => JSON.stringify([typeOf(command), command.name])),
    (index) => {
      const message = 'Application command names must be unique';
      field.at(index).at('name').refuse('APPLICATION_COMMANDS_DUPLICATE_NAME', message);
    },
  );
  return undefined;
}

function typeOf({ type }: JsonRecord): unknown {
  return isMissing(type) ? CHAT_INPUT : type;
}

function checkMenuCommand(field: FormField, command: JsonRecord): void {
  if (command.description) {
    const message = 'Context menu commands cannot have a description';
    field.at('description').refuse('APPLICATION_COMMAND_DESCRIPTION_INVALID', message);
  }
  if (Array.isArray(command.options) && command.options.length > 0) {
    const message = 'Context menu commands cannot have options';
    field.at('options').refuse('APPLICATION_COMMAND_OPTIONS_INVALID', message);
  }
}

function checkSize(field: FormField, command: JsonRecord): void {
  if (sizeOf(command) <= MAX_SIZE) return;
  field.refuse('APPLICATION_COMMAND_TOO_LARGE', `Command exceeds maximum size (${MAX_SIZE})`);
}

/** Names, descriptions and values of the command and of all below it; of translations the longest counts. */
function sizeOf(value: unknown): number {
  const {
    name,
    name_localizations,
    description,
    description_localizations,
    value: chosen,
    ...rest
  } = asRecord(value) ?? {};
  const own =
    longest(name, name_localizations) + longest(description, description_localizations) + longest(chosen, undefined);
  const nested = [rest.options, rest.choices].flatMap((list) => (Array.isArray(list) ? list : []));
  return nested.reduce<number>((sum, entry) => sum + sizeOf(entry), own);
}

function longest(text: unknown, translations: unknown): number {
  const texts = [text, ...Object.values(asRecord(translations) ?? {})];
  return Math.max(...texts.map((entry) => (typeof entry === 'string' ? characters(entry) : 0)));
}
