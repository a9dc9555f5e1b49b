import { ButtonStyle } from 'discord.js';
import { UserError } from '../../core/errors.ts';
import type { ButtonContext } from '../button.ts';
import type { CommandContext } from '../command.ts';
import { personName } from '../models/words.ts';
import { isGone } from '../report-error.ts';
import type { TextButton } from '../view.ts';
import { mayLead, type OnScene, requireLeader, requirePlaying, requireScene } from './scene-of.ts';
import { transcriptOf } from './transcript.ts';

const FILE_NAME_MAX_LENGTH = 60;
const TRANSCRIPT_MAX_BYTES = 8 * 1024 * 1024;
const resumeButton: TextButton = { label: 'Resume', style: ButtonStyle.Success, custom_id: 'scene-resume:here' };
const transcriptButton: TextButton = {
  label: 'Transcript',
  style: ButtonStyle.Secondary,
  custom_id: 'scene-transcript:here',
};

/** Asks whether it shall end; of one that has ended it offers what can be done then. */
export async function askToEnd(context: Pick<CommandContext, keyof OnScene | 'show'>): Promise<void> {
  const scene = await requireScene(context);
  requireLeader(scene, context, 'end it');
  if (scene.endedAt !== undefined) {
    return context.show('This roleplay has ended already.', [resumeButton, transcriptButton]);
  }
  const what = context.place.parentId === undefined ? 'I reply here as before then' : 'The thread is archived then';
  await context.show(`End this roleplay? ${what}; nothing is forgotten, and it can be resumed.`, [
    { label: 'End it', style: ButtonStyle.Danger, custom_id: 'scene-end:here' },
    transcriptButton,
  ]);
}

/** Stops what is being written, says so to all, and closes the thread. */
export async function end(context: ButtonContext): Promise<void> {
  const { bot, person, place, show } = context;
  requireLeader(await requirePlaying(context), context, 'end it');
  const { channelId } = place;
  await bot.scenes.update(channelId, (scene) => scene && { ...scene, endedAt: bot.clock.now() });
  await bot.stopReplies(({ conversationId }) => conversationId === channelId);
  const text = `${personName(person.name)} ended the roleplay. **Resume** goes on where it stopped.`;
  try {
    await show('The roleplay has ended.', [transcriptButton]);
    await bot.post(channelId, { text, rows: [[resumeButton, transcriptButton]] });
  } catch (error) {
    // It has ended all the same.
    if (!isGone(error)) throw error;
  } finally {
    if (place.parentId !== undefined) await bot.threads.archive(channelId);
  }
}

/** Opens the thread again; the story goes on where it stopped. */
export async function resume(context: ButtonContext): Promise<void> {
  const { bot, person, place, show } = context;
  const scene = await requireScene(context);
  requireLeader(scene, context, 'resume it');
  if (place.parentId !== undefined && !(await bot.threads.reopen(place.channelId))) {
    throw new UserError('permission', 'A moderator has locked this thread. When it is unlocked, press Resume again.');
  }
  if (scene.endedAt === undefined) return show('This roleplay goes on already.');
  await bot.scenes.update(place.channelId, (current) => {
    const { endedAt: _, ...open } = current ?? scene;
    return open;
  });
  await show(`${personName(person.name)} resumed the roleplay: write on.`);
}

/** The story as a file, for those who played and for moderators. */
export async function sendTranscript(context: ButtonContext): Promise<void> {
  const { bot, person, place, show } = context;
  const scene = await requireScene(context);
  const { channel } = context.interaction;
  const title = (channel?.isThread() ? channel.name : scene.title) ?? 'Roleplay';
  const { bytes, playerIds, isCut } = await transcriptOf(
    { history: bot.history, conversationId: place.channelId },
    { title, startedBy: scene.startedBy?.name, maxBytes: TRANSCRIPT_MAX_BYTES },
  );
  if (!mayLead(scene, context) && !playerIds.has(person.id)) {
    throw new UserError('permission', 'The transcript is for those who played along, and for moderators.');
  }
  if (bytes.byteLength === 0) return show('Nothing was said yet, so there is no transcript.');
  const text = isCut ? 'The newest part of the story; all of it is too large for a file.' : 'The story so far:';
  await show({ text, files: [{ name: `${fileNameOf(title)}.md`, bytes }] });
}

function fileNameOf(title: string): string {
  const words = title.split(/[^\p{L}\p{M}\p{N}_-]+/u).filter((word) => word !== '');
  return (
    words
      .join('_')
      .slice(0, FILE_NAME_MAX_LENGTH)
      .replace(/[\uD800-\uDBFF]$/, '') || 'transcript'
  );
}
