import type { ApplicationCommandOptionAllowedChannelTypes, ChatInputCommandInteraction } from 'discord.js';
import type { Place } from '../chat/choices.ts';
import type { Bot, Person } from './bot.ts';
import type { ButtonAction } from './button.ts';
import type { Modal, ModalAction, ModalInput } from './modal.ts';
import type { SelectAction } from './select.ts';
import type { Show } from './view.ts';

export { ASSISTANT_ID } from '../chat/generate.ts';
export { escapeText } from '../core/escape-text.ts';
export { clip } from '../core/text.ts';
export { privateConversation } from './conversation.ts';
export { createFormDrafts } from './form-drafts.ts';
export { createTestLimit, lorebookRoom } from './lorebooks/index.ts';
export type { MessageMenu } from './message-menu.ts';
export type { ChoiceInput, FileInput, Modal, ModalInput, TextInput } from './modal.ts';
export * from './models/index.ts';
export * from './personas/index.ts';
export * from './report/index.ts';
export { roleplayRoom } from './roleplay/index.ts';
export { settingsPanel } from './settings-panel/index.ts';
export { showStatus } from './status/index.ts';
export type { ChannelMenu, RoleMenu, Row, SelectMenu, Show, TextButton, View, ViewFile } from './view.ts';

/** Suggests values while a person types, from memory: Discord waits 3 s. What is typed is accepted as well. */
export type Suggest = (
  typed: string,
  asked: {
    bot: Bot;
    place: Place;
    person: Person;
    /** What stands in another option at that moment. */
    other?: (option: string) => string | undefined;
  },
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
interface IntegerOption extends OptionBase {
  type: 'integer';
  min?: number;
  max?: number;
}
interface AttachmentOption extends OptionBase {
  type: 'attachment';
}
interface ChannelOption extends OptionBase {
  type: 'channel';
  /** Which kinds are offered; all of them without it. */
  channelTypes?: ApplicationCommandOptionAllowedChannelTypes[];
}
interface RoleOption extends OptionBase {
  type: 'role';
}
interface UserOption extends OptionBase {
  type: 'user';
}
export type CommandOption =
  | StringOption
  | BooleanOption
  | IntegerOption
  | AttachmentOption
  | ChannelOption
  | RoleOption
  | UserOption;
export type CommandOptions = Record<string, CommandOption>;

/** A file that a member attached: what Discord says of it. */
export interface AttachedFile {
  name: string;
  url: string;
  sizeBytes: number;
}

/** A channel, role or user that was named in an option. */
export interface Named {
  id: string;
  name: string;
}

export interface NamedUser extends Named {
  isBot: boolean;
}

export interface ValueTypes {
  string: string;
  boolean: boolean;
  integer: number;
  attachment: AttachedFile;
  channel: Named;
  role: Named;
  user: NamedUser;
}
type ValueOf<O extends CommandOption> = O['required'] extends true
  ? ValueTypes[O['type']]
  : ValueTypes[O['type']] | undefined;

/** What `execute` gets: the option's values under the names that `options` gives them. */
export type ArgsOf<O extends CommandOptions> = { [Name in keyof O]: ValueOf<O[Name]> };

interface Used<O extends CommandOptions> {
  args: ArgsOf<O>;
  bot: Bot;
  person: Person;
  /** Where the command was typed: what the settings of channels and servers go by. */
  place: Place;
  /** The conversation of the channel, thread or DM in which the command was typed. */
  conversationId: string;
  interaction: ChatInputCommandInteraction;
}

export interface CommandContext<O extends CommandOptions = CommandOptions> extends Used<O> {
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

export interface OpeningCommandContext<O extends CommandOptions = CommandOptions> extends Used<O> {
  /** Opens a form. Discord takes it as the first answer only, within 3 s. */
  showModal: (modal: Modal<ModalInput>) => Promise<void>;
}

/** One thing a person can type: a command without sub-commands, or one of its sub-commands. */
export type CommandAction<O extends CommandOptions = CommandOptions> = AnsweringAction<O> | OpeningAction<O>;

export interface AnsweringAction<O extends CommandOptions = CommandOptions> {
  description: string;
  options: O;
  /** Whether only the person who typed it sees the answer; part of the acknowledgement, so known from the options and the person alone. */
  isPrivate: boolean | ((args: ArgsOf<O>, person: Person) => boolean);
  execute: (context: CommandContext<O>) => Promise<void>;
}

/** Nothing is acknowledged before: `execute` opens a modal, after one read of the store at most. */
export interface OpeningAction<O extends CommandOptions = CommandOptions> {
  description: string;
  options: O;
  opensModal: true;
  execute: (context: OpeningCommandContext<O>) => Promise<void>;
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
export function defineAction<const O extends CommandOptions>(action: AnsweringAction<O>): CommandAction {
  // The dispatcher reads the values by this very description, so they have the types that it states.
  return action as unknown as CommandAction;
}

/** The same for one that opens a form. */
export function defineOpeningAction<const O extends CommandOptions>(action: OpeningAction<O>): CommandAction {
  return action as unknown as CommandAction;
}

/** What a file in `commands/` exports by default: the data of a slash command and one function for each thing it does. */
export function defineCommand(command: Command): Command {
  return command;
}
