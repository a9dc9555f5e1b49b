import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits,
  type REST,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
  type RESTPostAPIContextMenuApplicationCommandsJSONBody,
  type RESTPutAPIApplicationCommandsJSONBody,
  Routes,
} from 'discord.js';
import { StartError } from '../core/errors.ts';
import type { Command, CommandAction, CommandOption } from './command.ts';
import type { MessageMenu } from './message-menu.ts';

type CommandBody = Extract<
  RESTPutAPIApplicationCommandsJSONBody[number],
  RESTPostAPIChatInputApplicationCommandsJSONBody
>;

const OPTION_TYPES = {
  string: ApplicationCommandOptionType.String,
  boolean: ApplicationCommandOptionType.Boolean,
  integer: ApplicationCommandOptionType.Integer,
  attachment: ApplicationCommandOptionType.Attachment,
  channel: ApplicationCommandOptionType.Channel,
  role: ApplicationCommandOptionType.Role,
  user: ApplicationCommandOptionType.User,
} as const satisfies Record<CommandOption['type'], ApplicationCommandOptionType>;

/**
 * Imports every file of the folder as one command.
 *
 * @throws StartError that names the file which exports no command, one whose name is not the file's, or one that exists already.
 */
export async function loadCommands(folder: URL): Promise<Map<string, Command>> {
  const commands = new Map<string, Command>();
  for (const file of (await readdir(folder)).filter((name) => /\.[jt]s$/.test(name)).sort()) {
    const address = new URL(file, folder);
    const { default: command } = (await import(address.href)) as { default?: unknown };
    if (!isCommand(command)) {
      throw new StartError(`${fileURLToPath(address)} does not export a command by default (see defineCommand).`);
    }
    const expected = basename(file).replace(/\.[jt]s$/, '');
    if (command.name !== expected) {
      throw new StartError(`${fileURLToPath(address)} defines /${command.name}; a command has the name of its file.`);
    }
    if (commands.has(command.name)) throw new StartError(`${fileURLToPath(address)} defines /${command.name} again.`);
    commands.set(command.name, command);
  }
  return commands;
}

/** Publishes the commands and menus when they differ from what Discord has, and tells whether they did. */
export async function publishCommands(
  rest: REST,
  applicationId: string,
  commands: Iterable<Command>,
  menus: Iterable<MessageMenu> = [],
): Promise<{ changed: boolean; count: number }> {
  const route = Routes.applicationCommands(applicationId);
  const wanted = [...[...commands].map(toBody), ...[...menus].map(toMenuBody)];
  const published = (await rest.get(route)) as object[];
  const changed = fingerprint(published) !== fingerprint(wanted);
  if (changed) await rest.put(route, { body: wanted });
  return { changed, count: wanted.length };
}

function isCommand(value: unknown): value is Command {
  if (typeof value !== 'object' || value === null) return false;
  const { name, description, action, subcommands } = value as Record<string, unknown>;
  return typeof name === 'string' && typeof description === 'string' && (action ?? subcommands) !== undefined;
}

function toBody(command: Command): CommandBody {
  return {
    type: ApplicationCommandType.ChatInput,
    name: command.name,
    description: command.description,
    contexts: [InteractionContextType.Guild, ...(command.isGuildOnly ? [] : [InteractionContextType.BotDM])],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    ...(command.isForAdmins ? { default_member_permissions: String(PermissionFlagsBits.ManageGuild) } : {}),
    options:
      'action' in command
        ? optionBodies(command.action)
        : Object.entries(command.subcommands).map(([name, action]) => ({
            type: ApplicationCommandOptionType.Subcommand as const,
            name,
            description: action.description,
            options: optionBodies(action),
          })),
  };
}

function toMenuBody({ name }: MessageMenu): RESTPostAPIContextMenuApplicationCommandsJSONBody {
  return {
    type: ApplicationCommandType.Message,
    name,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  };
}

function optionBodies(action: CommandAction) {
  return Object.entries(action.options).map(([name, option]) => ({
    type: OPTION_TYPES[option.type],
    name,
    description: option.description,
    required: option.required ?? false,
    ...(option.type === 'string' && option.maxLength ? { max_length: option.maxLength } : {}),
    ...(option.type === 'string' && option.suggest ? { autocomplete: true } : {}),
    ...(option.type === 'integer' && option.min !== undefined ? { min_value: option.min } : {}),
    ...(option.type === 'integer' && option.max !== undefined ? { max_value: option.max } : {}),
    ...(option.type === 'channel' && option.channelTypes ? { channel_types: option.channelTypes } : {}),
  })) as Extract<NonNullable<CommandBody['options']>[number], { type: ApplicationCommandOptionType.String }>[];
}

/** Discord adds ids, versions and nulls to what was published, and leaves out what is false or empty. */
function fingerprint(bodies: readonly object[]): string {
  // Not `localeCompare`, which would load 2 MiB.
  const nameOf = (body: Record<string, unknown>) => `${String(body['type'])} ${String(body['name'])}`;
  return JSON.stringify(bodies.map(essential).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)));
}

const ESSENTIAL_KEYS = [
  'type',
  'name',
  'description',
  'contexts',
  'integration_types',
  'default_member_permissions',
  'options',
  'required',
  'max_length',
  'min_value',
  'max_value',
  'channel_types',
  'autocomplete',
];

function essential(body: object): Record<string, unknown> {
  const entries = ESSENTIAL_KEYS.flatMap((key): [string, unknown][] => {
    const value = (body as Record<string, unknown>)[key];
    if (value === undefined || value === null || value === false || value === '') return [];
    if (!Array.isArray(value)) return [[key, value]];
    if (value.length === 0) return [];
    return [[key, key === 'options' ? value.map(essential) : [...value].sort()]];
  });
  return Object.fromEntries(entries);
}
