import { type APIMessage, type Message, type MessageContextMenuCommandInteraction, MessageFlags } from 'discord.js';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { acknowledge } from './acknowledge.ts';
import type { Bot } from './bot.ts';
import { privateConversation } from './conversation.ts';
import { placeOf } from './here.ts';
import type { MessageMenu, OpeningMenuContext, TargetMessage } from './message-menu.ts';
import { openModal } from './open-modal.ts';
import { personOf } from './permissions.ts';
import { reportError } from './report-error.ts';
import { createShow } from './show-text.ts';

interface MenuDispatchOptions {
  bot: Bot;
  menus?: Iterable<MessageMenu> | undefined;
  logger: Logger;
}

type PrivateMenu = Extract<MessageMenu, { answers: 'private' }>;

/** Menus of messages: acknowledged first, unless a modal is the answer. */
export function createMenuDispatch({ bot, menus = [], logger }: MenuDispatchOptions) {
  const byName = new Map([...menus].map((menu) => [menu.name, menu]));

  async function answer(interaction: MessageContextMenuCommandInteraction, menu: PrivateMenu | undefined) {
    const acknowledged = acknowledge(async () => {
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    }, logger);
    try {
      if (!menu) throw new UserError('missing', 'This menu is from an older version of the bot and does nothing now.');
      const show = createShow(interaction, { acknowledged, isPrivate: true });
      await menu.execute({ ...contextOf(interaction), acknowledged, show });
    } catch (error) {
      await reportError(error, { interaction, answers: 'reply', acknowledged, logger });
    }
  }

  function contextOf(interaction: MessageContextMenuCommandInteraction) {
    const { user, channelId, targetMessage } = interaction;
    const message = targetOf(targetMessage, channelId);
    return {
      bot,
      person: personOf(interaction),
      place: placeOf(interaction),
      conversationId: message.isEphemeral ? privateConversation(user.id) : channelId,
      message: message.target,
      interaction,
    };
  }

  return async (interaction: MessageContextMenuCommandInteraction): Promise<void> => {
    const menu = byName.get(interaction.commandName);
    if (menu?.answers !== 'modal') return answer(interaction, menu);
    const execute = (showModal: OpeningMenuContext['showModal']) =>
      menu.execute({ ...contextOf(interaction), showModal });
    await openModal(interaction, execute, { name: `menu ${menu.name}`, logger });
  };
}

/** discord.js gives the raw message where it does not know the channel. */
function targetOf(message: Message | APIMessage, channelId: string): { target: TargetMessage; isEphemeral: boolean } {
  const { id, content, author } = message;
  const name = 'displayName' in author ? author.displayName : (author.global_name ?? author.username);
  const [webhookId, applicationId, flags] =
    'webhook_id' in message || 'channel_id' in message
      ? [message.webhook_id, message.application_id, message.flags ?? 0]
      : [message.webhookId, message.applicationId, message.flags.bitfield];
  return {
    target: {
      id,
      channelId,
      content,
      author: { id: author.id, name, isBot: author.bot ?? false },
      webhookId: webhookId ?? undefined,
      applicationId: applicationId ?? undefined,
    },
    isEphemeral: (flags & MessageFlags.Ephemeral) !== 0,
  };
}
