import {
  type ButtonInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
  type StringSelectMenuInteraction,
} from 'discord.js';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { acknowledge } from './acknowledge.ts';
import type { Bot } from './bot.ts';
import type { ButtonAction, ComponentContext, ComponentInteraction } from './button.ts';
import type { Components } from './components.ts';
import { parseCustomId } from './controls.ts';
import { conversationOf } from './conversation.ts';
import { placeOf } from './here.ts';
import { readFields, toModalBody } from './modal-body.ts';
import { personOf } from './permissions.ts';
import { reportError } from './report-error.ts';
import { createShow } from './show-text.ts';

export interface ComponentDispatchOptions extends Components {
  bot: Bot;
  logger: Logger;
}

type OpeningAction = Extract<ButtonAction, { answers: 'modal' }>;

/** An action that answers after its acknowledgement, with what its kind of component gives it. */
interface Answering<I extends ComponentInteraction> {
  answers: 'update' | 'private';
  execute: (context: ComponentContext<I>) => Promise<void>;
}

/** Presses, choices and submitted modals: acknowledged first, unless a modal is the answer. */
export function createComponentDispatch({ bot, buttons, selects, modals, logger }: ComponentDispatchOptions) {
  async function answer<I extends ComponentInteraction>(
    interaction: I,
    found: { action: Answering<I> | undefined; id: string; kind: string },
  ): Promise<void> {
    const { action, id, kind } = found;
    const answers = action?.answers === 'private' || !interaction.message ? 'reply' : 'update';
    const acknowledged = acknowledge(async () => {
      await (answers === 'update'
        ? interaction.deferUpdate()
        : interaction.deferReply({ flags: MessageFlags.Ephemeral }));
    }, logger);
    try {
      if (!action) throw outdated(kind);
      const show = createShow(interaction, { acknowledged, isPrivate: true });
      await action.execute({ ...contextOf(interaction, id), acknowledged, show });
    } catch (error) {
      await reportError(error, { interaction, answers, acknowledged, logger });
    }
  }

  async function open(interaction: ButtonInteraction, action: OpeningAction, id: string): Promise<void> {
    try {
      await action.execute({
        ...contextOf(interaction, id),
        async showModal(modal) {
          await interaction.showModal(toModalBody(modal));
        },
      });
      if (!interaction.replied) throw new Error(`the button ${interaction.customId} opened no modal`);
    } catch (error) {
      await reportError(error, { interaction, answers: 'modal', acknowledged: Promise.resolve(), logger });
    }
  }

  function contextOf<I extends ComponentInteraction>(interaction: I, id: string) {
    const { channelId, guildId, channel, message, user } = interaction;
    if (channelId === null) throw new Error(`the interaction ${interaction.customId} came without its channel`);
    return {
      id,
      bot,
      person: personOf(interaction),
      place: placeOf({ channelId, guildId, channel }),
      conversationId: conversationOf({ message, user, channelId }),
      interaction,
    };
  }

  return {
    async button(interaction: ButtonInteraction): Promise<void> {
      const { action, id } = find(buttons, interaction);
      if (action?.answers === 'modal') await open(interaction, action, id);
      else await answer(interaction, { action, id, kind: 'button' });
    },

    async select(interaction: StringSelectMenuInteraction): Promise<void> {
      const { action, id } = find(selects, interaction);
      const { values } = interaction;
      const answering = action && {
        ...action,
        execute: (context: ComponentContext<StringSelectMenuInteraction>) => action.execute({ ...context, values }),
      };
      await answer(interaction, { action: answering, id, kind: 'menu' });
    },

    async modal(interaction: ModalSubmitInteraction): Promise<void> {
      const { action, id } = find(modals, interaction);
      const answering = action && {
        ...action,
        execute: (context: ComponentContext<ModalSubmitInteraction>) =>
          action.execute({ ...context, fields: readFields(interaction) }),
      };
      await answer(interaction, { action: answering, id, kind: 'form' });
    },
  };
}

function find<T>(actions: ReadonlyMap<string, T>, { customId }: ComponentInteraction) {
  const parsed = parseCustomId(customId);
  return { action: parsed && actions.get(parsed.action), id: parsed?.id ?? '' };
}

function outdated(kind: string): UserError {
  return new UserError('missing', `This ${kind} is from an older version of the bot and does nothing now.`);
}
