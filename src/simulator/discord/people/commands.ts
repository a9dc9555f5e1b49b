import { hasPermission, Permission } from '../judge/permissions.ts';
import type { Channel, Command, Json, User } from '../model.ts';
import { canView, rightsIn } from '../rights.ts';
import type { Simulation } from '../simulation.ts';
import { GLOBAL_COMMANDS, isAgeRestricted } from '../world.ts';

const CONTEXT_GUILD = 0;
const CONTEXT_BOT_DM = 1;
const CHAT_INPUT = 1;
const SUB_COMMAND_GROUP = 2;

/** The command as the person's client offers it here; throws the reason why it does not. */
export function offeredCommand(
  simulation: Simulation,
  user: User,
  channel: Channel,
  name: string,
  type: number,
): Command {
  const known = knownCommands(simulation, channel).filter((candidate) => candidate.type === type);
  const command = known.find((candidate) => candidate.name === name);
  if (!command) {
    const names = known.map((candidate) => candidate.name).join(', ');
    throw new Error(`no command "${name}" is registered here; there are: ${names || 'none'}`);
  }
  const reason = reasonToHide(simulation, user, channel, command);
  if (reason !== undefined) throw new Error(`${user.username} is not offered "${name}" here: ${reason}`);
  return command;
}

/** A server's own commands stand before the global ones of the same name. */
function knownCommands({ world: { commands } }: Simulation, { guildId }: Channel): Command[] {
  const ofGuild = guildId === undefined ? undefined : commands.get(guildId);
  return [...(ofGuild?.values() ?? []), ...(commands.get(GLOBAL_COMMANDS)?.values() ?? [])];
}

function reasonToHide(simulation: Simulation, user: User, channel: Channel, command: Command): string | undefined {
  const { world } = simulation;
  if (!canView(world, channel, user.id)) return 'the channel is hidden from them';
  if (channel.thread?.archived === true) return 'the thread is archived';
  const context = channel.guildId === undefined ? CONTEXT_BOT_DM : CONTEXT_GUILD;
  if (Array.isArray(command.contexts) && !command.contexts.includes(context)) {
    return context === CONTEXT_GUILD ? 'it is not for servers' : 'it is not for direct messages';
  }
  if (context === CONTEXT_BOT_DM && command.dm_permission === false && !Array.isArray(command.contexts)) {
    return 'it is not for direct messages';
  }
  if (command.nsfw === true && context === CONTEXT_GUILD && !isAgeRestricted(world, channel)) {
    return 'it is for age-restricted channels';
  }
  const rights = rightsIn(world, channel, user.id);
  if (!hasPermission(rights, Permission.UseApplicationCommands)) return 'they may not use commands in this channel';
  const needed = command.default_member_permissions;
  if (context === CONTEXT_BOT_DM || typeof needed !== 'string') return undefined;
  const isAdministrator = hasPermission(rights, Permission.Administrator);
  // "0" leaves the command to administrators.
  const allowed = needed === '0' ? isAdministrator : hasPermission(rights, BigInt(needed));
  return allowed ? undefined : `it needs the permissions ${needed}`;
}

/** A chat command (with its sub-command's name) as the client lists it. */
export interface OfferedCommand {
  name: string;
  description: string;
  options: {
    name: string;
    description: string;
    type: keyof typeof OPTION_TYPES;
    required: boolean;
    autocomplete: boolean;
    choices: { name: string; value: string | number }[];
  }[];
}

const OPTION_TYPES = {
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
} as const;

/** The chat commands that the person is offered in the channel, one entry for each sub-command. */
export function offeredCommands(simulation: Simulation, user: User, channel: Channel): OfferedCommand[] {
  return knownCommands(simulation, channel)
    .filter((command) => command.type === CHAT_INPUT && reasonToHide(simulation, user, channel, command) === undefined)
    .flatMap((command) => unfold(command, ''));
}

/** The names of the menu entries of that type that the person is offered in the channel. */
export function offeredMenus(simulation: Simulation, user: User, channel: Channel, type: number): string[] {
  return knownCommands(simulation, channel)
    .filter((command) => command.type === type && reasonToHide(simulation, user, channel, command) === undefined)
    .map(({ name }) => name);
}

function unfold(definition: Json, prefix: string): OfferedCommand[] {
  const name = `${prefix}${String(definition.name)}`;
  const options = (definition.options as Json[] | undefined) ?? [];
  const nested = options.filter(({ type }) => Number(type) <= SUB_COMMAND_GROUP);
  if (nested.length > 0) return nested.flatMap((option) => unfold(option, `${name} `));
  return [{ name, description: String(definition.description), options: options.map(describeOption) }];
}

function describeOption(option: Json): OfferedCommand['options'][number] {
  const types = Object.keys(OPTION_TYPES) as (keyof typeof OPTION_TYPES)[];
  return {
    name: String(option.name),
    description: String(option.description),
    type: types.find((type) => OPTION_TYPES[type] === option.type) ?? 'string',
    required: option.required === true,
    autocomplete: option.autocomplete === true,
    choices: (option.choices as { name: string; value: string | number }[] | undefined) ?? [],
  };
}
