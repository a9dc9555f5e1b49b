import type { OfferedCommand, OptionValue } from '../simulator/discord/index.ts';
import type { Directory, Named } from './directory.ts';
import { fileAt } from './files.ts';

type OptionType = OfferedCommand['options'][number]['type'];

const NAMED: Partial<Record<OptionType, readonly Named[]>> = {
  user: ['user'],
  role: ['role'],
  channel: ['channel'],
  mentionable: ['user', 'role'],
};

/**
 * What was typed as the values of options, in the types that the command asks for: a file by its path, people, roles and channels by name.
 *
 * @throws Error for a path or a name that there is not
 */
export async function optionValues(
  typed: Readonly<Record<string, string>>,
  options: OfferedCommand['options'],
  directory: Directory,
): Promise<Record<string, OptionValue>> {
  const types = new Map(options.map(({ name, type }) => [name, type]));
  const entries = Object.entries(typed).map(
    async ([name, text]) => [name, await valueOf(types.get(name) ?? 'string', text, directory)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function valueOf(type: OptionType, text: string, directory: Directory): Promise<OptionValue> {
  const named = NAMED[type];
  if (named) return { id: directory.idOf(named, text) };
  if (type === 'boolean') return /^(true|yes|y|1)$/i.test(text);
  if (type === 'attachment') return fileAt(text);
  // What is no number is left as it stands, for the client to refuse.
  const isNumber = (type === 'integer' || type === 'number') && text.trim() !== '' && !Number.isNaN(Number(text));
  return isNumber ? Number(text) : text;
}
