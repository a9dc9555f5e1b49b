import type { ChatInputCommandInteraction } from 'discord.js';
import type { CommandAction, CommandOption, ValueTypes } from './command.ts';
import { toAttachedFile } from './modal-body.ts';

type Options = ChatInputCommandInteraction['options'];

const READERS: { [T in CommandOption['type']]: (options: Options, name: string) => ValueTypes[T] | null } = {
  string: (options, name) => options.getString(name),
  boolean: (options, name) => options.getBoolean(name),
  integer: (options, name) => options.getInteger(name),
  attachment(options, name) {
    const file = options.getAttachment(name);
    return file && toAttachedFile(file);
  },
  channel: (options, name) => named(options.getChannel(name)),
  role: (options, name) => named(options.getRole(name)),
  user(options, name) {
    const user = options.getUser(name);
    return user && { id: user.id, name: user.displayName, isBot: user.bot };
  },
};

/**
 * The values of a command's options, by their names.
 *
 * @throws what discord.js throws if an option has another type than the action says.
 */
export function readArgs(action: CommandAction, { options }: ChatInputCommandInteraction): Record<string, never> {
  const entries = Object.entries(action.options).map(([name, { type }]) => [
    name,
    READERS[type](options, name) ?? undefined,
  ]);
  return Object.fromEntries(entries) as Record<string, never>;
}

/** A channel that the bot cannot look into may come without a name. */
function named(entity: { id: string; name?: string | null } | null) {
  return entity && { id: entity.id, name: entity.name ?? '' };
}
