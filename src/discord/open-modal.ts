import type { ButtonInteraction, ChatInputCommandInteraction, MessageContextMenuCommandInteraction } from 'discord.js';
import type { Logger } from '../core/logger.ts';
import type { Modal, ModalInput } from './modal.ts';
import { toModalBody } from './modal-body.ts';
import { reportError } from './report-error.ts';

type ShowModal = (modal: Modal<ModalInput>) => Promise<void>;

/** Has an interaction answered by a form, which stands before the channel: what goes wrong is told privately. Never throws. */
export async function openModal(
  interaction: ButtonInteraction | ChatInputCommandInteraction | MessageContextMenuCommandInteraction,
  execute: (showModal: ShowModal) => Promise<void>,
  /** What was used, for the log. */
  { name, logger }: { name: string; logger: Logger },
): Promise<void> {
  try {
    await execute(async (modal) => {
      await interaction.showModal(toModalBody(modal));
    });
    if (!interaction.replied) throw new Error(`the ${name} opened no modal`);
  } catch (error) {
    await reportError(error, { interaction, answers: 'modal', acknowledged: Promise.resolve(), logger });
  }
}
