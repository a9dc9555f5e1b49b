import type { ChatInputCommandInteraction } from 'discord.js';
import type { Place } from '../chat/choices.ts';
import type { Bot, Person } from './bot.ts';
import type { ButtonAction } from './button.ts';
import type { ModalAction } from './modal.ts';
import type { SelectAction } from './select.ts';
import type { Show } from './view.ts';

export { clip } from '../core/text.ts';
export { privateConversation } from './conversation.ts';
export type { Modal, TextInput } from './modal.ts';
export * from './models/index.ts';
export { settingsPanel } from './settings-panel/panel.ts';
export { showStatus } from './status/read-status.ts';
export type { Row, SelectMenu, Show, TextButton, View } from './view.ts';

/** Suggests values while a person types, from memory: Discord waits 3 s. What is typed is accepted as well. */
export type Suggest = (
  typed: string,
  asked: { bot: Bot; place: Place; person: Person },
) => string[] | Promise<string[]>;

interface OptionBase {
  description: string;
  required?: boolean;
}
interface StringOption extends OptionBase {
  type: 'string';
  maxLength?: number;
  suggest?: Suggest;
}
interface BooleanOption extends OptionBase {
  type: 'boolean';
}
interface AttachmentOption extends OptionBase {
  type: 'attachment';
}
export type CommandOption = StringOption | BooleanOption | AttachmentOption;
export type CommandOptions = Record<string, CommandOption>;

/** A file that a member attached: what Discord says of it. */
export interface AttachedFile {
  name: string;
  url: string;
  sizeBytes: number;
}

interface ValueTypes {
  string: string;
  boolean: boolean;
  attachment: AttachedFile;
}
type ValueOf<O extends CommandOption> = O['required'] extends true
  ? ValueTypes[O['type']]
  : ValueTypes[O['type']] | undefined;

/** What `execute` gets: the option's values under the names that `options` gives them. */
export type ArgsOf<O extends CommandOptions> = { [Name in keyof O]: ValueOf<O[Name]> };

export interface CommandContext<O extends CommandOptions = CommandOptions> {
  args: ArgsOf<O>;
  bot: Bot;
  person: Person;
  /** Where the command was typed: what the settings of channels and servers go by. */
  place: Place;
  /** The conversation of the channel, thread or DM in which the command was typed. */
  conversationId: string;
  interaction: ChatInputCommandInteraction;
  /**
   * Settles when Discord has the acknowledgement, which left before `execute` began, with the id of the message that
   * stands for the answer.
   */
  acknowledged: Promise<string | undefined>;
  /** Answers with text of any length, buttons and select menus below its end. */
  show: Show;
  /** Answers with one message that nobody else sees, also where the command's answers are for all. */
  showPrivately: (text: string) => Promise<void>;
}

/** One thing a person can type: a command without sub-commands, or one of its sub-commands. */
export interface CommandAction<O extends CommandOptions = CommandOptions> {
  description: string;
  options: O;
  /** Whether only the person who typed it sees the answer; part of the acknowledgement, so known from the options and the person alone. */
  isPrivate: boolean | ((args: ArgsOf<O>, person: Person) => boolean);
  execute: (context: CommandContext<O>) => Promise<void>;
}

/** A slash command; with sub-commands it cannot be typed alone. */
export type Command = {
  name: string;
  description: string;
  /** Not offered in direct messages. */
  isGuildOnly?: true;
  /** Offered to those who may manage the server only; the server's admins can change that, so rights are checked again. */
  isForAdmins?: true;
  /** The buttons that its answers carry, by the first word of their custom ids; these words are unique over all commands. */
  buttons?: Record<string, ButtonAction>;
  selects?: Record<string, SelectAction>;
  modals?: Record<string, ModalAction>;
} & ({ action: CommandAction } | { subcommands: Record<string, CommandAction> });

/** Describes one action; its options are typed from their description. */
export function defineAction<const O extends CommandOptions>(action: CommandAction<O>): CommandAction {
  // The dispatcher reads the values by this very description, so they have the types that it states.
  return action as unknown as CommandAction;
}

/** What a file in `commands/` exports by default: the data of a slash command and one function for each thing it does. */
export function defineCommand(command: Command): Command {
  return command;
}
