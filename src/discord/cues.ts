import type { LoadedPersona } from '../chat/personas.ts';
import type { Place } from '../chat/place.ts';
import type { ReplyTarget } from '../chat/reply-target.ts';
import type { ScenePrompts } from '../chat/scene-prompt.ts';
import type { Speaking } from '../chat/turn.ts';
import type { Clock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';
import { escapeText } from '../core/escape-text.ts';
import type { Logger } from '../core/logger.ts';
import type { History, StoredMessage } from '../storage/history.ts';
import type { Answering } from './answering.ts';
import { messageOf, newId } from './question.ts';
import type { ShowStored } from './show-stored.ts';
import type { Speakers } from './speakers.ts';
import type { SpeakingTargets } from './speaking-target.ts';

type Author = { id: string; name: string };

interface Speech {
  where: Place;
  person: Author;
  speaker: LoadedPersona;
  members: readonly LoadedPersona[];
}

/** How a roleplay goes on. */
export interface Cues {
  /** A member's words in a roleplay: stored, and answered by whoever's turn it is. */
  inScene(said: { where: Place; person: Author; text: string; discordMessageIds: string[] }): Promise<void>;
  /** A persona speaks without a member's words. */
  unasked(speech: Speech): Promise<void>;
  /**
   * Words that no model wrote, such as a greeting: stored as a turn of the persona with these versions, and shown.
   * Resolves to the id of the turn.
   */
  recite(speech: Speech & { versions: readonly string[]; index: number }): Promise<string>;
}

export interface CuesOptions {
  answering: Answering;
  speakers: Speakers;
  targets: SpeakingTargets;
  showStored: ShowStored;
  scenePrompts: Pick<ScenePrompts, 'expand'>;
  history: History;
  clock: Clock;
  logger: Logger;
}

export function createCues(options: CuesOptions): Cues {
  const { answering, speakers, targets, showStored, scenePrompts, history, clock, logger } = options;

  /** @param source the member's words that it is about */
  async function speak(where: Place, speaking: Speaking, user: StoredMessage, source = user) {
    const replyId = newId();
    const { target, heading, place } = await targets.open({ where, speaker: speaking.speaker, replyId });
    return answering.answer({
      conversationId: where.channelId,
      replyId,
      user,
      where,
      speaking,
      ownerId: user.author.id,
      ...(source.discordMessageIds[0] === undefined ? {} : { sourceMessageId: source.discordMessageIds[0] }),
      heading,
      target,
      place,
    });
  }

  const cueOf = ({ id, name }: Author): StoredMessage => ({
    id: newId(),
    role: 'user',
    author: { id, name },
    content: '',
    discordMessageIds: [],
    at: clock.now(),
    isCue: true,
  });

  /** Words that their author deleted are empty, or gone with their turn. */
  async function isStillSaid({ channelId }: Place, user: StoredMessage): Promise<boolean> {
    return ((await history.find(channelId, user.id))?.user.content ?? '') !== '';
  }

  /** Without this its mark would say until the next start that it is being written. */
  async function takeBack(
    conversationId: string,
    { userMessageId, replyId }: { userMessageId: string; replyId: string },
    target: ReplyTarget,
  ): Promise<void> {
    await history.removeTurn(conversationId, userMessageId);
    await history.endTurn(conversationId, replyId);
    // What refused a message may refuse this as well.
    for (const index of [...target.messageIds.keys()].toReversed()) await target.remove(index).catch(() => {});
  }

  return {
    async inScene({ where, person, text, discordMessageIds }) {
      const { cast, speakers: chosen, author } = await speakers.inScene({ where, person, text });
      if (cast.members.length === 0) throw nobodyLeft();
      const user = { ...messageOf({ author, text, at: clock.now() }), discordMessageIds };
      const [first, ...others] = chosen;
      if (!first) return history.addMessage(where.channelId, user);
      let { wasStopped } = await speak(where, first, user);
      for (const { speaker } of others) {
        if (wasStopped || !(await isStillSaid(where, user))) return;
        const speaking = await speakers.laterInScene({ where, speaker });
        if (speaking === 'over') return;
        if (speaking !== 'left') ({ wasStopped } = await speak(where, speaking, cueOf(author), user));
      }
    },

    async unasked({ where, person, speaker, members }) {
      const speaking = await speakers.speakingOf({ where, speaker, members, generation: 'normal' });
      await speak(where, speaking, cueOf(person));
    },

    async recite({ where, person, speaker, members, versions, index }) {
      const conversationId = where.channelId;
      const user = cueOf(person);
      const replyId = newId();
      const at = clock.now();
      const speaking = await speakers.speakingOf({ where, speaker, members, generation: 'normal' });
      const contents = await scenePrompts.expand({ conversationId, speaking, user }, versions);
      const { target, place, heading } = await targets.open({ where, speaker, replyId });
      const inFlight = {
        replyId,
        userMessageId: user.id,
        startedAt: at,
        place: { ...place, heading, messageIds: [], partsShown: 0 },
      };
      await history.beginTurn(conversationId, { message: user, inFlight });
      const reply: StoredMessage = {
        id: replyId,
        role: 'assistant',
        author: { id: speaker.ref, name: speaker.name },
        content: contents[index] ?? '',
        discordMessageIds: [],
        at,
        replyTo: user.id,
        finish: 'stop',
        ...(contents.length > 1 ? { swipes: contents.map((content) => ({ content, at })), swipe: index } : {}),
      };
      try {
        await history.storeReply(conversationId, reply);
        await showStored({ turn: { user, reply }, conversationId, target, heading });
      } catch (error) {
        logger.warn({ err: error, conversationId }, 'words that no model wrote could not be shown');
        await takeBack(conversationId, { userMessageId: user.id, replyId }, target);
        throw error instanceof UserError ? error : notShown(speaker, error);
      }
      await history.endTurn(conversationId, replyId, { discordMessageIds: [...target.messageIds] });
      return user.id;
    },
  };
}

function notShown({ name }: LoadedPersona, cause: unknown): UserError {
  const text = `Discord did not take the greeting of ${escapeText(name)}. Write on, or type \`/roleplay continue\`: the story begins without it.`;
  return new UserError('unavailable', text, { cause });
}

function nobodyLeft(): UserError {
  return new UserError(
    'missing',
    'The persona of this roleplay was deleted. Bring another one in with `/roleplay invite`; the story stays.',
  );
}
