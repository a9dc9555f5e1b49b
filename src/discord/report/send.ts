import { UserError } from '../../core/errors.ts';
import type { CommandContext } from '../command.ts';
import type { ModalContext } from '../modal.ts';
import { isGone } from '../report-error.ts';
import { findReported, type Reported, reportedMessage } from './find-reported.ts';
import type { ReportLimit } from './report-limit.ts';
import { reportView } from './report-view.ts';
import { requireReportChannel } from './rights.ts';

const NOT_DELIVERED =
  'I may not write in the channel for reports, so the moderators did not get this. Tell one of them yourself. ' +
  'An admin can let me see it, send messages and embed links there, or choose another channel in `/settings`.';

type Reporting = Pick<CommandContext, 'bot' | 'person' | 'place' | 'conversationId' | 'show'>;

/** `message` is a link or an id, as it was typed. @throws UserError */
export async function reportByCommand(
  context: Reporting,
  { message, reason = '' }: { message: string | undefined; reason: string | undefined },
  limit: ReportLimit,
): Promise<void> {
  await requireReportChannel(context);
  await send(context, { reported: await findReported(context, message), reason, limit });
}

/** The form that the menu of a message has opened; its id is that of the message. @throws UserError */
export async function reportByForm(context: ModalContext, limit: ReportLimit): Promise<void> {
  const { id, fields } = context;
  if (!/^\d{15,20}$/.test(id)) throw new UserError('missing', 'This form is from an older version of the bot.');
  await send(context, { reported: await reportedMessage(context, id), reason: fields['reason'] ?? '', limit });
}

async function send(
  context: Reporting,
  { reported, reason, limit }: { reported: Reported; reason: string; limit: ReportLimit },
): Promise<void> {
  const { bot, person, place, show } = context;
  const channelId = await requireReportChannel(context);
  const takeBack = limit.take(person.id, bot.clock.now());
  try {
    await bot.post(channelId, reportView({ reported, reporter: person, reason, where: place }));
  } catch (error) {
    takeBack();
    if (isGone(error)) throw new UserError('unavailable', NOT_DELIVERED, { cause: error });
    throw error;
  }
  await show('Reported: the moderators of this server see it now. Thank you.');
}
