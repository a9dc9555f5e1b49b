import { createReportRoom, defineAction, defineCommand, REPORT_REASON_MAX_LENGTH } from '../src/discord/command.ts';

const description = 'Tells the moderators of this server about a reply of mine';
const LINK_MAX_LENGTH = 200;

const room = createReportRoom();

export default defineCommand({
  name: 'report',
  description,
  action: defineAction({
    description,
    options: {
      message: {
        type: 'string',
        description: 'Link to the reply; without it, the newest one here',
        maxLength: LINK_MAX_LENGTH,
      },
      reason: { type: 'string', description: 'What is wrong with it', maxLength: REPORT_REASON_MAX_LENGTH },
    },
    isPrivate: true,
    execute: (context) => room.report(context, context.args),
  }),
  buttons: room.buttons,
  modals: room.modals,
});
