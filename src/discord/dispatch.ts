import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
  MessageFlags,
  type RepliableInteraction,
} from 'discord.js';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Bot } from './bot.ts';
import type { ButtonAction } from './button.ts';
import type { AttachedFile, Command, CommandAction, Show } from './command.ts';
import { parseCustomId } from './controls.ts';
import { conversationOf } from './conversation.ts';
import { personOf } from './permissions.ts';
import { reportError } from './report-error.ts';
import { showText } from './show-text.ts';

export interface DispatchOptions {
  bot: Bot;
  buttons: ReadonlyMap<string, ButtonAction>;
  logger: Logger;
}

const MAX_SUGGESTIONS = 25;

/**
 * Every interaction enters here. It is acknowledged first, without waiting for the answer, and whatever is thrown
 * afterwards is reported in its place.
 */
export function createDispatch({ bot, buttons, logger }: DispatchOptions) {
  async function runCommand(interaction: ChatInputCommandInteraction): Promise<void> {
    const { action, args } = readCommand(bot.commands, interaction);
    const isPrivate = action ? isPrivateAnswer(action, args) : true;
    const acknowledged = acknowledge(() =>
      interaction.deferReply({ withResponse: true, ...(isPrivate ? { flags: MessageFlags.Ephemeral } : {}) }),
    ).then((response) => response.resource?.message?.id);
    acknowledged.catch(() => {});
    try {
      if (!action) throw new UserError('missing', 'This command no longer exists. `/help` lists the present ones.');
      const person = personOf(interaction);
      const conversationId = interaction.channelId;
      const show = showAfter(acknowledged, interaction, isPrivate);
      await action.execute({ args, bot, person, conversationId, interaction, acknowledged, show });
    } catch (error) {
      await reportError(error, { interaction, answers: 'reply', acknowledged, logger });
    }
  }

  async function runButton(interaction: ButtonInteraction): Promise<void> {
    const parsed = parseCustomId(interaction.customId);
    const action = parsed && buttons.get(parsed.action);
    const answers = action?.answers === 'private' ? 'reply' : 'update';
    const acknowledged = acknowledge(async () => {
      await (answers === 'update'
        ? interaction.deferUpdate()
        : interaction.deferReply({ flags: MessageFlags.Ephemeral }));
    });
    acknowledged.catch(() => {});
    try {
      if (!action)
        throw new UserError('missing', 'This button is from an older version of the bot and does nothing now.');
      const conversationId = conversationOf(interaction);
      const person = personOf(interaction);
      const show = showAfter(acknowledged, interaction, true);
      await action.execute({ id: parsed.id, bot, person, conversationId, interaction, acknowledged, show });
    } catch (error) {
      await reportError(error, { interaction, answers, acknowledged, logger });
    }
  }

  async function suggest(interaction: AutocompleteInteraction): Promise<void> {
    const { name, value } = interaction.options.getFocused(true);
    const option = actionOf(bot.commands, interaction)?.options[name];
    const values = option?.type === 'string' && option.suggest ? option.suggest(value, bot) : [];
    await interaction.respond(
      values.slice(0, MAX_SUGGESTIONS).map((suggested) => ({ name: suggested, value: suggested })),
    );
  }

  /** The promise of an acknowledgement under way; a throw before it left counts as its failure. */
  async function acknowledge<T>(send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      logger.warn({ err: error }, 'an interaction could not be acknowledged');
      throw error;
    }
  }

  return async (interaction: Interaction): Promise<void> => {
    try {
      if (interaction.isChatInputCommand()) await runCommand(interaction);
      else if (interaction.isButton()) await runButton(interaction);
      else if (interaction.isAutocomplete()) await suggest(interaction);
    } catch (error) {
      logger.warn({ err: error }, 'an interaction was left unanswered');
    }
  };
}

function showAfter(acknowledged: Promise<unknown>, interaction: RepliableInteraction, isPrivate: boolean): Show {
  return async (text, buttons = []) => {
    await acknowledged;
    await showText(interaction, text, { buttons, isPrivate });
  };
}

function actionOf(
  commands: ReadonlyMap<string, Command>,
  interaction: ChatInputCommandInteraction | AutocompleteInteraction,
): CommandAction | undefined {
  const command = commands.get(interaction.commandName);
  if (!command) return undefined;
  return 'action' in command ? command.action : command.subcommands[interaction.options.getSubcommand(false) ?? ''];
}

/** No action for a command that was published by an older version and is gone or has other options now. */
function readCommand(commands: ReadonlyMap<string, Command>, interaction: ChatInputCommandInteraction) {
  const action = actionOf(commands, interaction);
  try {
    return { action, args: action ? readArgs(action, interaction) : {} };
  } catch {
    return { action: undefined, args: {} };
  }
}

function readArgs(action: CommandAction, { options }: ChatInputCommandInteraction): Record<string, never> {
  const args: Record<string, string | boolean | AttachedFile | undefined> = {};
  for (const [name, { type }] of Object.entries(action.options)) {
    if (type === 'string') args[name] = options.getString(name) ?? undefined;
    else if (type === 'boolean') args[name] = options.getBoolean(name) ?? undefined;
    else {
      const file = options.getAttachment(name);
      args[name] = file ? { name: file.name, url: file.url, sizeBytes: file.size } : undefined;
    }
  }
  return args as Record<string, never>;
}

function isPrivateAnswer(action: CommandAction, args: Record<string, never>): boolean {
  return typeof action.isPrivate === 'function' ? action.isPrivate(args) : action.isPrivate;
}
