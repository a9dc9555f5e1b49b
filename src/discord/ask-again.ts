import type { ButtonInteraction, REST } from 'discord.js';
import type { Personas } from '../chat/personas.ts';
import type { Place } from '../chat/place.ts';
import type { TurnKind } from '../chat/turn.ts';
import type { Clock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Seal } from '../core/seal.ts';
import type { GenerationKind } from '../prompt/generation.ts';
import type { History, StoredMessage, Turn } from '../storage/history.ts';
import type { Answering } from './answering.ts';
import type { ReadFile } from './attachments.ts';
import { isEphemeral, isReachedByPressOnly } from './conversation.ts';
import { pictureSource } from './picture-source.ts';
import { interactionPlace } from './place.ts';
import { headingOf, newId } from './question.ts';
import { createRetryPress } from './retry-press.ts';
import type { RunningReplies } from './running.ts';
import { firstShown, type ShownReply, shownAs, shownHeading, speakerOf } from './shown-reply.ts';
import { nameLine, type Speakers } from './speakers.ts';
import type { SpeakingTargets } from './speaking-target.ts';

/**
 * Makes the reply of a stored turn again, adds a version to it or goes on with it, where its messages are.
 *
 * @throws UserError `input` while another reply to the same message is being written
 * @throws UserError `missing` if the persona that spoke was deleted
 * @throws UserError as a turn does; then the reply stands there as before
 */
export type AskAgain = (request: {
  kind: Exclude<TurnKind, 'new'>;
  turn: Turn;
  where: Place;
  conversationId: string;
  /** One that shows the reply, or a try at it; left out where none is at hand. Where none is left it is shown anew. */
  message?: ShownReply | undefined;
  /** The button below it that was pressed; without one a menu was used. */
  press?: { interaction: ButtonInteraction; acknowledged: Promise<unknown> } | undefined;
}) => Promise<void>;

export interface AskAgainOptions {
  answering: Answering;
  speakers: Speakers;
  personas: Pick<Personas, 'load'>;
  targets: SpeakingTargets;
  readFile: ReadFile;
  history: History;
  running: RunningReplies;
  rest: REST;
  interactionRest: REST;
  seal: Seal;
  clock: Clock;
  logger: Logger;
}

const GENERATION: Record<Exclude<TurnKind, 'new'>, GenerationKind> = {
  retry: 'regenerate',
  swipe: 'swipe',
  continue: 'continue',
};

export function createAskAgain(options: AskAgainOptions): AskAgain {
  const {
    answering,
    speakers,
    personas,
    targets,
    readFile,
    history,
    running,
    rest,
    interactionRest,
    seal,
    clock,
    logger,
  } = options;

  /** Only a reply that nobody writes any more can be made again; gives the turn as it is then, and what was opened for it. */
  async function openAfterOthers<T>(conversationId: string, turn: Turn, open: (turn: Turn) => Promise<T>) {
    const { user } = turn;
    for (;;) {
      // Its messages may have become known only a moment ago.
      const reply = (await history.find(conversationId, user.id))?.reply;
      const opened = await open({ user, reply });
      // From this look at what runs to `running.run` nothing may wait, or two presses would both get through.
      const other = running.find((one) => one.userMessageId === user.id && one.conversationId === conversationId);
      if (!other) return { reply, opened };
      const end = running.endOf(other.replyId);
      if (!end) throw new UserError('input', 'A new reply to this is on its way already.');
      await end;
    }
  }

  async function speakingFor(
    where: Place,
    reply: StoredMessage | undefined,
    user: StoredMessage,
    { kind, triedAs }: { kind: GenerationKind; triedAs: string | undefined },
  ) {
    const spoke = reply && speakerOf(reply);
    if (reply && !spoke) return undefined;
    if (!spoke) {
      const { speaking } = await speakers.answering({
        where,
        person: user.author,
        text: user.content,
        triedAs,
      });
      return speaking && { ...speaking, generation: kind };
    }
    const speaker = await personas.load(spoke.ref);
    if (!speaker) {
      throw new UserError(
        'missing',
        `${spoke.name} was deleted, so nobody can say this again. Bring another persona in: \`/persona use\` or \`/roleplay invite\`.`,
      );
    }
    return speakers.playing({ where, speaker, generation: kind });
  }

  return async ({ kind, turn, where, conversationId, press, ...given }) => {
    const arrivedAt = clock.now();
    const speaking = await speakingFor(where, turn.reply, turn.user, {
      kind: GENERATION[kind],
      triedAs: given.message?.author.username,
    });
    const { user } = turn;
    const replyId = newId();
    const interaction = press?.interaction;
    const isPrivate = interaction !== undefined && isEphemeral(interaction);
    const isByInteraction = interaction !== undefined && isReachedByPressOnly(interaction);
    const ended = new AbortController();
    const { reply, opened: place } = await openAfterOthers(conversationId, turn, async (now) => {
      const message = await firstShown(rest, where.channelId, now, given.message);
      if (isByInteraction) return { message };
      const shown = message ? { shown: shownAs(now, message) } : { replyTo: saidBy(now.user) };
      return { message, opened: await targets.open({ where, speaker: speaking?.speaker, replyId, ...shown }) };
    });
    const { message, opened } = place;
    const target =
      opened?.target ??
      answering.lastingTarget(interaction as ButtonInteraction, {
        replyId,
        arrivedAt,
        isPrivate,
        acknowledged: (press?.acknowledged ?? Promise.resolve()).then(() => given.message?.id),
        channel: undefined,
        ended,
      });
    const pressed = press && createRetryPress({ ...press, replyId, interactionRest, logger });
    const { channelId } = where;
    await answering
      .answer({
        conversationId,
        replyId,
        user,
        kind,
        earlier: reply,
        where,
        speaking,
        pictures: (user.pictures ?? []).map((picture) => pictureSource(picture, readFile)),
        ownerId: user.author.id,
        heading: message ? headingFor({ user, reply }, message) : (opened?.heading ?? ''),
        target: pressed?.following(target) ?? target,
        place: {
          ...(opened?.place ?? { channelId, isPrivate }),
          ...(kind === 'swipe' ? { isSwipe: true } : {}),
          ...(interaction ? { interaction: interactionPlace(interaction, seal) } : {}),
        },
        ...(pressed ? { whileRunning: pressed.showDuring } : {}),
      })
      .finally(() => ended.abort());
  };
}

function saidBy({ author, discordMessageIds: [id] }: StoredMessage) {
  return id === undefined ? undefined : { id, authorName: author.name };
}

/** A question that stands nowhere else stands above its reply. */
function headingFor(turn: Turn, message: ShownReply): string {
  const shown = shownHeading(turn, message);
  const { user, reply } = turn;
  if (shown !== '' || user.isCue || user.discordMessageIds.length > 0) return shown;
  return headingOf(user.content) + nameLine(reply && speakerOf(reply));
}
