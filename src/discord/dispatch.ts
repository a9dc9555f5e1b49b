import {
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
  MessageFlags,
} from 'discord.js';
import { UserError } from '../core/errors.ts';
import { acknowledge } from './acknowledge.ts';
import { answerPrivately } from './answer-privately.ts';
import type { Person } from './bot.ts';
import type { AnsweringAction, Command, CommandAction, CommandContext, Suggest } from './command.ts';
import { type ComponentDispatchOptions, createComponentDispatch } from './dispatch-components.ts';
import { createMenuDispatch } from './dispatch-menus.ts';
import { placeOf } from './here.ts';
import type { MessageMenu } from './message-menu.ts';
import { openModal } from './open-modal.ts';
import { personOf } from './permissions.ts';
import { readArgs } from './read-args.ts';
import { reportError } from './report-error.ts';
import { createShow } from './show-text.ts';

const MAX_SUGGESTIONS = 25;
const SUGGESTION_MAX_LENGTH = 100;

type Used = Omit<CommandContext, 'args' | 'acknowledged' | 'show' | 'showPrivately'> & { args: Record<string, never> };

export interface DispatchOptions extends ComponentDispatchOptions {
  menus?: Iterable<MessageMenu> | undefined;
}

/**
 * Every interaction enters here. It is acknowledged first, without waiting for the answer, and whatever is thrown
 * afterwards is reported in its place.
 */
export function createDispatch(options: DispatchOptions) {
  const { bot, logger } = options;
  const components = createComponentDispatch(options);
  const runMenu = createMenuDispatch(options);

  async function runCommand(interaction: ChatInputCommandInteraction): Promise<void> {
    const { action, args } = readCommand(bot.commands, interaction);
    const used = {
      args,
      bot,
      person: personOf(interaction),
      place: placeOf(interaction),
      conversationId: interaction.channelId,
      interaction,
    };
    if (!action || !('opensModal' in action)) return answer(action, used);
    const name = `command /${interaction.commandName}`;
    await openModal(interaction, (showModal) => action.execute({ ...used, showModal }), { name, logger });
  }

  async function answer(action: AnsweringAction | undefined, used: Used): Promise<void> {
    const { interaction, args, person } = used;
    const isPrivate = action ? isPrivateAnswer(action, args, person) : true;
    const acknowledged = acknowledge(async () => {
      const flags = isPrivate ? { flags: MessageFlags.Ephemeral as const } : {};
      const response = await interaction.deferReply({ withResponse: true, ...flags });
      return response.resource?.message?.id;
    }, logger);
    try {
      if (!action) throw new UserError('missing', 'This command no longer exists. `/help` lists the present ones.');
      await action.execute({
        ...used,
        acknowledged,
        show: createShow(interaction, { acknowledged, isPrivate }),
        async showPrivately(text) {
          await acknowledged;
          await (isPrivate ? interaction.editReply(text) : answerPrivately(interaction, text));
        },
      });
    } catch (error) {
      await reportError(error, { interaction, answers: isPrivate ? 'reply' : 'public reply', acknowledged, logger });
    }
  }

  async function suggest(interaction: AutocompleteInteraction): Promise<void> {
    const { name, value } = interaction.options.getFocused(true);
    const option = actionOf(bot.commands, interaction)?.options[name];
    const values =
      option?.type === 'string' && option.suggest ? await suggestions(option.suggest, value, interaction) : [];
    await interaction.respond(
      values
        // One that is too long would have Discord refuse them all.
        .filter((suggested) => suggested.length <= SUGGESTION_MAX_LENGTH)
        .slice(0, MAX_SUGGESTIONS)
        .map((suggested) => ({ name: suggested, value: suggested })),
    );
  }

  async function suggestions(suggesting: Suggest, typed: string, interaction: AutocompleteInteraction) {
    try {
      return await suggesting(typed, {
        bot,
        place: placeOf(interaction),
        person: personOf(interaction),
        other: (option) => interaction.options.getString(option) ?? undefined,
      });
    } catch (error) {
      if (!(error instanceof UserError)) logger.warn({ err: error }, 'nothing could be suggested');
      return [];
    }
  }

  return async (interaction: Interaction): Promise<void> => {
    try {
      if (interaction.isChatInputCommand()) await runCommand(interaction);
      else if (interaction.isButton()) await components.button(interaction);
      else if (interaction.isStringSelectMenu()) await components.select(interaction);
      else if (interaction.isRoleSelectMenu() || interaction.isChannelSelectMenu())
        await components.select(interaction);
      else if (interaction.isModalSubmit()) await components.modal(interaction);
      else if (interaction.isAutocomplete()) await suggest(interaction);
      else if (interaction.isMessageContextMenuCommand()) await runMenu(interaction);
    } catch (error) {
      logger.warn({ err: error }, 'an interaction was left unanswered');
    }
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

function isPrivateAnswer({ isPrivate }: AnsweringAction, args: Record<string, never>, person: Person): boolean {
  return typeof isPrivate === 'function' ? isPrivate(args, person) : isPrivate;
}
