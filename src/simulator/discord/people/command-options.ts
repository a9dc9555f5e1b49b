import { type PersonFile, storeFile } from '../attachments.ts';
import { fitsTypes } from '../file-types.ts';
import { type Channel, type Command, type Json, type User } from '../model.ts';
import { serializeAttachment } from '../serialize/messages.ts';
import type { Simulation } from '../simulation.ts';
import { guildOf } from '../world.ts';
import { createResolved, type Resolved } from './resolved.ts';

const STRING_MAX_LENGTH = 6_000;

export const OptionType = {
  SubCommand: 1,
  SubCommandGroup: 2,
  String: 3,
  Integer: 4,
  Boolean: 5,
  User: 6,
  Channel: 7,
  Role: 8,
  Mentionable: 9,
  Number: 10,
  Attachment: 11,
} as const;

/** A person or anything else with an id stands for a user, channel or role option. */
export type OptionValue = string | number | boolean | { id: string } | PersonFile;

interface Definition extends Json {
  name: string;
  type: number;
  required?: boolean;
  options?: Definition[];
  choices?: { name: string; value: string | number }[];
  autocomplete?: boolean;
}

export interface ChosenCommand {
  command: Command;
  /** Sub-command group and sub-command, outermost first. */
  path: Definition[];
  definitions: Definition[];
}

/** Finds the sub-command that the words after the command's name mean. */
export function choosePath(command: Command, words: readonly string[]): ChosenCommand {
  const path: Definition[] = [];
  let definitions = (command.options as Definition[] | undefined) ?? [];
  for (const word of words) {
    const next = definitions.find(({ name, type }) => name === word && type <= OptionType.SubCommandGroup);
    if (!next) throw new Error(`/${command.name} has no sub-command "${word}"; it has: ${namesOf(definitions)}`);
    path.push(next);
    definitions = next.options ?? [];
  }
  if (definitions.some(({ type }) => type <= OptionType.SubCommandGroup)) {
    throw new Error(`/${[command.name, ...words].join(' ')} needs a sub-command: ${namesOf(definitions)}`);
  }
  return { command, path, definitions };
}

const namesOf = (definitions: readonly Definition[]): string =>
  definitions.map(({ name }) => name).join(', ') || 'none';

interface Filling {
  simulation: Simulation;
  channel: Channel;
  user: User;
  chosen: ChosenCommand;
  values: Record<string, OptionValue | undefined>;
  /** While a person types: that option may hold anything, and required ones may be missing. */
  focused?: string | undefined;
}

/** The options as the interaction carries them; throws what the client would not let a person send. */
export function fillOptions(filling: Filling): { options: Json[]; resolved: Json | undefined } {
  const { chosen, values, focused, simulation } = filling;
  const resolved = createResolved(simulation, guildOf(simulation.world, filling.channel));
  const unknown = Object.keys(values).find(
    (name) => !chosen.definitions.some((definition) => definition.name === name),
  );
  if (unknown !== undefined) {
    throw new Error(`/${chosen.command.name} has no option "${unknown}"; it has: ${namesOf(chosen.definitions)}`);
  }
  const options = chosen.definitions.flatMap((definition) => {
    const value = values[definition.name];
    if (value === undefined) {
      if (definition.required === true && focused === undefined)
        throw new Error(`option "${definition.name}" is required`);
      return [];
    }
    const isFocused = focused === definition.name;
    const sent = isFocused ? value : checkValue(filling, definition, value, resolved);
    return [{ name: definition.name, type: definition.type, value: sent, ...(isFocused ? { focused: true } : {}) }];
  });
  return { options: wrap(chosen.path, options), resolved: resolved.toJson() };
}

function wrap(path: readonly Definition[], options: Json[]): Json[] {
  return path.reduceRight<Json[]>((inner, { name, type }) => [{ name, type, options: inner }], options);
}

function checkValue(filling: Filling, definition: Definition, value: OptionValue, resolved: Resolved): unknown {
  const fail = (what: string) => new Error(`option "${definition.name}": ${what}, got ${JSON.stringify(value)}`);
  switch (definition.type) {
    case OptionType.String:
      if (typeof value !== 'string') throw fail('must be text');
      return definition.choices ? choice(definition, value, fail) : checkLength(definition, value, fail);
    case OptionType.Integer:
    case OptionType.Number:
      if (definition.choices) return choice(definition, value, fail);
      return checkNumber(definition, value, fail);
    case OptionType.Boolean:
      if (typeof value !== 'boolean') throw fail('must be true or false');
      return value;
    case OptionType.Attachment:
      return attach(filling, definition, value, resolved, fail);
    default:
      return refer(definition, idOf(value), resolved, fail);
  }
}

type Fail = (what: string) => Error;

function choice({ choices = [] }: Definition, value: unknown, fail: Fail): string | number {
  const found = choices.find((candidate) => candidate.value === value || candidate.name === value);
  if (!found) throw fail(`must be one of ${choices.map(({ name }) => name).join(', ')}`);
  return found.value;
}

function checkLength({ min_length: min, max_length: max }: Definition, value: string, fail: Fail): string {
  const longest = typeof max === 'number' ? max : STRING_MAX_LENGTH;
  const shortest = typeof min === 'number' ? min : 1;
  if (value.length > longest) throw fail(`must have at most ${longest} characters`);
  if (value.length < shortest) throw fail(`must have at least ${shortest} characters`);
  return value;
}

function checkNumber({ type, min_value: min, max_value: max }: Definition, value: unknown, fail: Fail): number {
  if (typeof value !== 'number' || (type === OptionType.Integer && !Number.isInteger(value))) {
    throw fail(type === OptionType.Integer ? 'must be a whole number' : 'must be a number');
  }
  if (typeof min === 'number' && value < min) throw fail(`must be at least ${min}`);
  if (typeof max === 'number' && value > max) throw fail(`must be at most ${max}`);
  return value;
}

export function isPersonFile(value: unknown): value is PersonFile {
  return typeof value === 'object' && value !== null && 'data' in value && 'name' in value;
}

function attach(
  { simulation, channel }: Filling,
  definition: Definition,
  value: OptionValue,
  resolved: Resolved,
  fail: Fail,
): string {
  if (!isPersonFile(value)) throw fail('must be a file { name, type, data }');
  const types = Array.isArray(definition.file_types) ? definition.file_types.map(String) : undefined;
  if (types && !fitsTypes(value.name, types)) throw fail(`must be one of ${types.join(', ')}`);
  const attachment = storeFile(simulation, channel.id, { ...value, ephemeral: true });
  resolved.add('attachments', attachment.id, serializeAttachment(attachment));
  return attachment.id;
}

function idOf(value: OptionValue): string {
  if (typeof value === 'object') return 'id' in value ? value.id : value.name;
  return String(value);
}

function refer(definition: Definition, id: string, resolved: Resolved, fail: Fail): string {
  const kinds: Record<number, ('user' | 'channel' | 'role')[]> = {
    [OptionType.User]: ['user'],
    [OptionType.Channel]: ['channel'],
    [OptionType.Role]: ['role'],
    [OptionType.Mentionable]: ['user', 'role'],
  };
  const allowedTypes = Array.isArray(definition.channel_types) ? (definition.channel_types as number[]) : undefined;
  const found = (kinds[definition.type] ?? []).some((kind) => resolved.refer(kind, id, allowedTypes));
  if (!found) throw fail('must name something that exists here');
  return id;
}
