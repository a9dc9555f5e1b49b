import { type ButtonInteraction, ComponentType, MessageFlags, type ModalSubmitInteraction } from 'discord.js';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { acknowledge } from './acknowledge.ts';
import type { Bot } from './bot.ts';
import type { ComponentContext, ComponentInteraction, OpeningContext } from './button.ts';
import type { Components } from './components.ts';
import { parseCustomId } from './controls.ts';
import { conversationOf } from './conversation.ts';
import { placeOf } from './here.ts';
import { readSubmitted } from './modal-body.ts';
import { openModal } from './open-modal.ts';
import { personOf } from './permissions.ts';
import { reportError } from './report-error.ts';
import type { SelectAction, SelectInteraction } from './select.ts';
import { createShow } from './show-text.ts';

export interface ComponentDispatchOptions extends Components {
  bot: Bot;
  logger: Logger;
}

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
      if (action?.answers !== 'modal') return answer(interaction, { action, id, kind: 'button' });
      const execute = (showModal: OpeningContext['showModal']) =>
        action.execute({ ...contextOf(interaction, id), showModal });
      await openModal(interaction, execute, { name: `button ${interaction.customId}`, logger });
    },

    async select(interaction: SelectInteraction): Promise<void> {
      const { action, id } = find(selects, interaction);
      await answer(interaction, { action: action && selecting(action, interaction), id, kind: 'menu' });
    },

    async modal(interaction: ModalSubmitInteraction): Promise<void> {
      const { action, id } = find(modals, interaction);
      const answering = action && {
        ...action,
        execute: (context: ComponentContext<ModalSubmitInteraction>) =>
          action.execute({ ...context, ...readSubmitted(interaction) }),
      };
      await answer(interaction, { action: answering, id, kind: 'form' });
    },
  };
}

const MENU_TYPES = {
  options: ComponentType.StringSelect,
  roles: ComponentType.RoleSelect,
  channels: ComponentType.ChannelSelect,
} as const;

/** No action for a menu of another kind than the action is for. */
function selecting(action: SelectAction, { componentType, values }: SelectInteraction) {
  if (componentType !== MENU_TYPES[action.chooses ?? 'options']) return undefined;
  // The kind was compared just now.
  const execute = action.execute as (
    context: ComponentContext<SelectInteraction> & { values: string[] },
  ) => Promise<void>;
  return {
    answers: action.answers,
    execute: (context: ComponentContext<SelectInteraction>) => execute({ ...context, values }),
  };
}

function find<T>(actions: ReadonlyMap<string, T>, { customId }: ComponentInteraction) {
  const parsed = parseCustomId(customId);
  return { action: parsed && actions.get(parsed.action), id: parsed?.id ?? '' };
}

function outdated(kind: string): UserError {
  return new UserError('missing', `This ${kind} is from an older version of the bot and does nothing now.`);
}
