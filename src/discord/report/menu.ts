import { UserError } from '../../core/errors.ts';
import type { MessageMenu } from '../message-menu.ts';
import { requireReportChannel } from './rights.ts';

/** What members can say of a reply. */
export const REASON_MAX_LENGTH = 400;

/** "Report" in the menu of every message; what is typed goes to `reportByForm`. */
export const reportMenu: MessageMenu = {
  name: 'Report',
  answers: 'modal',
  async execute(context) {
    const { message, interaction, showModal } = context;
    const isOwn =
      message.applicationId === interaction.applicationId || message.author.id === interaction.client.user.id;
    if (!isOwn) {
      throw new UserError('input', 'I did not write this message. Tell a moderator, or use Discord’s own **Report**.');
    }
    await requireReportChannel(context);
    await showModal({
      custom_id: `report-send:${message.id}`,
      title: 'Report this reply',
      inputs: {
        reason: {
          label: 'What is wrong with it?',
          description: 'The moderators of this server read this, and see who reported it.',
          isLong: true,
          maxLength: REASON_MAX_LENGTH,
        },
      },
    });
  },
};
