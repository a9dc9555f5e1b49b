import { ButtonStyle } from 'discord.js';
import type { LoadedPersona } from '../../chat/personas.ts';
import { UserError } from '../../core/errors.ts';
import { clip } from '../../core/text.ts';
import type { Turn } from '../../storage/history.ts';
import type { ButtonContext } from '../button.ts';
import type { CommandContext } from '../command.ts';
import { personName } from '../models/words.ts';
import { requireChangeable } from '../reply-actions.ts';
import type { SelectContext } from '../select.ts';
import type { SelectMenu } from '../view.ts';
import { COMPANY_MAX } from './company.ts';
import { type OnScene, playerOf, requirePlaying } from './scene-of.ts';

type Context = Pick<CommandContext, 'bot' | 'person' | 'place' | 'show'> & {
  interaction: CommandContext['interaction'] | ButtonContext['interaction'];
};

const LABEL_MAX_LENGTH = 100;

/** Lets the persona go on; of several, the person says who. */
export async function askWhoGoesOn(context: Context): Promise<void> {
  const members = await requireMembers(context);
  if (members.length === 1) return continueNewest(context);
  const turn = await newestTurn(context);
  const newest = turn?.reply
    ? [[{ label: 'Continue the last reply', style: ButtonStyle.Secondary as const, custom_id: 'scene-continue:here' }]]
    : [];
  await context.show({ text: 'Who speaks next?', rows: [speakerMenu(members), ...newest] });
}

/** Goes on with the newest reply, or makes the one that the newest message waits for. */
export async function continueNewest(context: Context): Promise<void> {
  const { bot, person, place, show } = context;
  const { channelId, guildId } = place;
  const [first] = await requireMembers(context);
  // Looked at before the turn is read: only at its end a reply knows its messages.
  const { inFlight } = await bot.history.summary(channelId);
  const turn = await newestTurn(context);
  if (!turn) return first && speak(context, first);
  // A menu that only one person sees belongs to no conversation of its own.
  await requireChangeable({ bot, person, guildId, conversationId: channelId }, turn, 'continue');
  const { reply, user } = turn;
  if (inFlight.some(({ userMessageId }) => userMessageId === user.id)) {
    throw new UserError('input', 'The newest reply is being written. When it has ended, try again.');
  }
  await show(reply ? `${personName(reply.author.name)} goes on.` : 'A reply is on its way.');
  await bot.asking.again({ kind: reply ? 'continue' : 'retry', turn, where: place, conversationId: channelId });
}

/** Offers those who play, to let one of them speak. */
export async function offerSpeakers(context: ButtonContext): Promise<void> {
  const members = await requireMembers(context);
  await context.show({ text: 'Who speaks next?', rows: [speakerMenu(members)] });
}

/** Lets the chosen one speak. */
export async function speakNext(context: SelectContext): Promise<void> {
  const members = await requireMembers(context);
  const chosen = members.find(({ ref }) => context.values.includes(ref));
  if (!chosen) throw new UserError('missing', 'This persona does not play here any more. Choose another one.');
  await speak(context, chosen);
}

async function speak(context: Pick<Context, 'bot' | 'person' | 'place' | 'show'>, speaker: LoadedPersona) {
  const { bot, place, show } = context;
  const { members } = await bot.casting.of(place);
  await show(`${personName(speaker.name)} speaks.`);
  await bot.asking.unasked({ where: place, person: await playerOf(context), speaker, members });
}

async function requireMembers(on: OnScene): Promise<LoadedPersona[]> {
  await requirePlaying(on);
  const { members } = await on.bot.casting.of(on.place);
  if (members.length > 0) return members;
  throw new UserError(
    'missing',
    'The personas of this roleplay were deleted. Bring another one in with `/roleplay invite`; the story stays.',
  );
}

function speakerMenu(members: readonly LoadedPersona[]): SelectMenu {
  return {
    custom_id: 'scene-speak:here',
    placeholder: 'Who speaks next',
    options: members
      .slice(0, COMPANY_MAX)
      .map(({ ref, name }) => ({ label: clip(name, LABEL_MAX_LENGTH), value: ref })),
  };
}

async function newestTurn({ bot, place }: Pick<Context, 'bot' | 'place'>): Promise<Turn | undefined> {
  for await (const turn of bot.history.newest(place.channelId)) return turn;
  return undefined;
}
