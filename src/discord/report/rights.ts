import type { Place } from '../../chat/place.ts';
import { UserError } from '../../core/errors.ts';
import type { Bot } from '../bot.ts';

/** Where the reports of a server go. @throws UserError that says whom to tell instead */
export async function requireReportChannel({ bot, place }: { bot: Bot; place: Place }): Promise<string> {
  const { guildId } = place;
  if (guildId === undefined) {
    throw new UserError(
      'input',
      'Reports go to the moderators of a server, and direct messages have none. Delete the reply with the button ' +
        'below it, and tell whoever runs this bot what it said.',
    );
  }
  const { reportChannel } = await bot.settings.read({ guildId });
  if (reportChannel !== undefined) return reportChannel;
  throw new UserError(
    'unavailable',
    'This server has no channel for reports yet. Tell a moderator of the server yourself, with a link to the reply. ' +
      'An admin can choose the channel in `/settings`, under Personas.',
  );
}
