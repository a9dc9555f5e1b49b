import { ButtonStyle } from 'discord.js';
import { UserError } from '../../core/errors.ts';
import type { ButtonContext } from '../button.ts';
import { requireRestored } from '../delete-reply.ts';
import { personName } from '../models/words.ts';
import { readShortRef } from '../personas/short-ref.ts';
import { isGone } from '../report-error.ts';
import { noteHandled, requireHandler } from './handled.ts';
import { deleteButton } from './report-view.ts';
import { type ReportedId, readReportedId } from './reported-id.ts';
import { type SwitchedOff, switchOff } from './switch-off.ts';

const TOLD: Record<Exclude<SwitchedOff, 'not-there'>, string> = {
  left: 'The others play on.',
  ended: 'With it the roleplay has ended.',
  off: 'The assistant replies from now on; `/persona use` chooses another persona.',
};

/** Takes the reply off the channel and out of the history. */
export async function deleteReported(context: ButtonContext): Promise<void> {
  requireHandler(context);
  const { id, bot } = context;
  const { what: turnId, ...where } = placeOf(context);
  await bot.stopReplies((one) => one.userMessageId === turnId && one.conversationId === where.channelId);
  const reply = await bot.history.removeReply(where.channelId, turnId);
  if (!reply) throw new UserError('missing', 'This reply is gone already.');
  try {
    await noteHandled(context, 'Reply deleted', [
      { label: 'Undo the deletion', style: ButtonStyle.Secondary, custom_id: `report-restore:${id}` },
    ]);
  } finally {
    await bot.asking.takeDown(where, reply);
  }
}

/** For ten minutes. */
export async function restoreReported(context: ButtonContext): Promise<void> {
  requireHandler(context);
  const { id, bot } = context;
  const { what: turnId, ...where } = placeOf(context);
  const { channelId: conversationId } = where;
  const turn = requireRestored(await bot.history.restoreReply(conversationId, turnId));
  await bot.asking.redraw({ turn, where, conversationId });
  await noteHandled(context, 'Reply brought back', [deleteButton(id)]);
}

/** The persona speaks no more where the reply was; everybody there is told. */
export async function switchReportedOff(context: ButtonContext): Promise<void> {
  requireHandler(context);
  const { bot, person } = context;
  const { what, ...where } = placeOf(context);
  const ref = readShortRef(what);
  if (!ref) throw new UserError('missing', 'This button is from an older version of the bot and does nothing now.');
  const { channelId } = where;
  const loaded = await bot.personas.load(ref);
  const name = loaded ? personName(loaded.name) : 'a persona that was deleted';
  const outcome = await switchOff(bot, { where, ref, person });
  if (outcome === 'not-there') throw new UserError('missing', `There ${name} does not speak any more.`);
  await bot.stopReplies(({ conversationId }) => conversationId === channelId);
  try {
    await bot.post(channelId, { text: `A moderator switched ${name} off here. ${TOLD[outcome]}` });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  await noteHandled(context, `${name} switched off there`, []);
}

export async function markDone(context: ButtonContext): Promise<void> {
  requireHandler(context);
  await noteHandled(context, 'Done', 'no buttons');
}

/** @throws UserError `missing` */
function placeOf({ id, place }: ButtonContext): ReportedId & { guildId: string | undefined } {
  const reported = readReportedId(id);
  if (!reported)
    throw new UserError('missing', 'This button is from an older version of the bot and does nothing now.');
  return { ...reported, guildId: place.guildId };
}
