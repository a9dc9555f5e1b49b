import type { Choice } from '../../src/chat/choices.ts';
import type { LoadedPersona } from '../../src/chat/personas.ts';
import { createPlayers } from '../../src/chat/players.ts';
import { createScenePrompts, type PreparedScene } from '../../src/chat/scene-prompt.ts';
import { createTextCounts } from '../../src/chat/text-counts.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { describeModel } from '../../src/models/model.ts';
import { newCard, type PersonaEdits, personaOf } from '../../src/personas/cards/card.ts';
import type { PromptFrame } from '../../src/prompt/assemble.ts';
import type { GenerationKind } from '../../src/prompt/generation.ts';
import { createHistory, type StoredMessage } from '../../src/storage/history.ts';
import { createSceneStore, type Scene } from '../../src/storage/scenes.ts';
import { openStore } from '../../src/storage/store.ts';
import { directRegex, type EntryFacts, sourceOf } from '../prompt/lorebook/support.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { replyMessage, userMessage } from './scene.ts';

const PLACE = { channelId: 'c', guildId: '7' };
const NOBODY_TOLD = { read: async () => ({}) };

/** Prompts of one persona in one conversation, over a history and a scene in memory. */
export async function createPrompting({
  card = {},
  entries = [],
  users = NOBODY_TOLD,
}: {
  card?: PersonaEdits;
  entries?: EntryFacts[];
  users?: Parameters<typeof createPlayers>[0]['users'];
} = {}) {
  const clock = new FakeClock();
  const stored = { store: await openStore('memory://', { clock }), clock, logger: silentLogger };
  const history = createHistory(stored);
  const scenes = createSceneStore(stored);
  const speaker: LoadedPersona = {
    ref: 'built-in:mira',
    name: 'Mira',
    persona: personaOf(newCard({ ...card, name: 'Mira' })),
    isAdult: false,
    expressions: {},
  };
  const prompts = createScenePrompts({
    history,
    scenes,
    lorebooks: { sources: async () => [sourceOf(entries)] },
    players: createPlayers({ users }),
    regex: { of: () => directRegex },
    clock,
    random: () => 0.5,
    safetyPrompt: 'Be kind.',
    textCounts: createTextCounts(),
  });
  const choice = {
    model: { ...describeModel({ id: 'Sao10K-L3.3-70B-Euryale-v2.3' }), contextLength: 1_000_000 },
    sampling: { maxReplyTokens: 100 },
  } as Choice;

  return {
    scenes,
    set: (scene: Partial<Scene>) =>
      scenes.update('c', () => ({ isRoleplay: false, personas: [], speaking: 'natural', at: 0, ...scene })),
    async say(id: string, text: string, author = 'Ann'): Promise<StoredMessage> {
      const message = userMessage(id, text, author);
      const inFlight = { replyId: `r${id}`, userMessageId: message.id, startedAt: 0, place: null };
      await history.beginTurn('c', { message, inFlight });
      return message;
    },
    async reply(id: string, text = 'Yes.'): Promise<StoredMessage> {
      const reply = replyMessage(id, text);
      await history.storeReply('c', reply);
      await history.endTurn('c', reply.id);
      return reply;
    },
    prepare: (
      user: StoredMessage,
      { generation = 'normal', continued }: { generation?: GenerationKind; continued?: StoredMessage } = {},
    ): Promise<PreparedScene> =>
      prompts.prepare({
        conversationId: 'c',
        place: PLACE,
        speaking: { speaker, members: [speaker], generation },
        user,
        continued,
        choice,
        counter: { storeAs: undefined, count: async (texts) => texts.map(() => 1) },
      }),
  };
}

/** All that stands around the conversation. */
export function framedTexts({ mandatory, examples = [], injections = [], closing = [], ending = [] }: PromptFrame) {
  return [...mandatory, ...examples.flat(), ...injections.map(({ message }) => message), ...closing, ...ending].map(
    ({ content }) => content,
  );
}
