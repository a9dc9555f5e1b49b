import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countedTurns, withTokens } from '../src/chat/counted-turns.ts';
import type { LoadedPersona } from '../src/chat/personas.ts';
import { createScenePrompts, type ScenePrompts } from '../src/chat/scene-prompt.ts';
import { createTextCounts } from '../src/chat/text-counts.ts';
import { systemClock as clock } from '../src/core/clock.ts';
import { silentLogger as logger } from '../src/core/logger.ts';
import { DEFAULT_SAMPLING } from '../src/core/sampling.ts';
import { describeModel } from '../src/models/model.ts';
import { createTokenizers, type TokenCounter } from '../src/models/tokens.ts';
import { newCard, personaOf } from '../src/personas/cards/card.ts';
import { readLorebook } from '../src/personas/lorebooks/read-lorebook.ts';
import { assemblePrompt } from '../src/prompt/assemble.ts';
import { createRegexGuard } from '../src/prompt/regex-guard.ts';
import { createSceneStore } from '../src/storage/scenes.ts';
import { openStore } from '../src/storage/store.ts';
import { type LongConversation, openLongConversation } from './support/long-conversation.ts';
import { type Benchmark, type Row, summarize } from './support/row.ts';

const MODEL = describeModel({ id: 'Sao10K-L3.3-70B-Euryale-v2.3' });
const ENTRIES = 500;
const MESSAGES = 10_000;
const SHAPE = {
  name: 'persona turns',
  user: { characters: 200, tokens: 50 },
  reply: { characters: 1_600, tokens: 400 },
};
const WARM_UP_TURNS = 800;
const BLOCKS = 20;
const TURNS_PER_BLOCK = 20;
const REF = 'guild:1:abcdefghijkl';

export const personaCost: Benchmark = {
  name: 'persona-cost',
  about: `own CPU of a persona's turn: a card with ${ENTRIES} lore entries, ${MESSAGES} messages of history`,
  async run() {
    const tokenizers = createTokenizers({ logger });
    await tokenizers.load(MODEL.tokenizer);
    const counter = tokenizers.counterFor(MODEL.tokenizer);
    const folder = await mkdtemp(join(tmpdir(), 'dramatis-bench-'));
    const conversation = await openLongConversation({ folder, shape: SHAPE, messages: MESSAGES });
    const store = await openStore(`sqlite://${join(folder, 'scene.sqlite')}`);
    const regex = createRegexGuard({ clock, logger });
    const speaker = speakerWithLore();
    const scenePrompts = createScenePrompts({
      history: conversation.history,
      scenes: createSceneStore({ store, clock, logger }),
      lorebooks: {
        sources: async () => [
          { id: REF, kind: 'character', book: speaker.persona.lorebook ?? { name: '', description: '', entries: [] } },
        ],
      },
      players: { describe: async () => 'Ada: an explorer.' },
      regex,
      clock,
      random: Math.random,
      safetyPrompt: 'Stay kind.',
      textCounts,
    });
    const take = () => takeTurn(conversation, { counter, scenePrompts, speaker });
    let active = 0;
    for (let turn = 0; turn < WARM_UP_TURNS; turn++) active = await take();
    const samples: number[] = [];
    for (let block = 0; block < BLOCKS; block++) samples.push(await costOf(take));
    await Promise.all([conversation.close(), store.close(), regex.close(), tokenizers.close()]);
    await rm(folder, { recursive: true });
    const row: Row = {
      what: `own CPU of a persona's turn, ${ENTRIES} lore entries, ${MESSAGES.toLocaleString('en')} messages`,
      rival: '-',
      unit: 'ms',
      target: 5,
      judged: 'median',
      samples,
    };
    const { median } = summarize(row);
    return { rows: [row], notes: [`${active} entries active, ${median.toFixed(2)} ms per turn, storing included`] };
  },
};

function speakerWithLore(): LoadedPersona {
  const entries = Array.from({ length: ENTRIES }, (_, uid) => ({
    uid,
    key: [uid % 50 === 0 ? 'moon' : `place number ${uid}`, `name${uid}`],
    keysecondary: uid % 10 === 1 ? ['tide', 'lamp'] : [],
    content: `Entry ${uid}: {{char}} knows that the house at corner ${uid} belongs to {{user}}'s aunt, who keeps bees.`,
    order: uid % 200,
    position: uid % 5,
    sticky: uid % 25 === 0 ? 3 : 0,
    cooldown: uid % 40 === 0 ? 2 : 0,
    probability: uid % 30 === 0 ? 50 : 100,
  }));
  const { book } = readLorebook({ entries }, 'Town');
  const card = newCard({
    name: 'Mara',
    description: `{{char}} lives in the town. ${'She remembers every street. '.repeat(60)}`,
    personality: 'curious',
    scenario: '{{user}} visits {{char}}.',
    exampleDialogue: '<START>\n{{user}}: Hello\n{{char}}: *waves* Come in!',
  });
  const persona = { ...personaOf(card), lorebook: book };
  return { ref: REF, name: 'Mara', persona, isAdult: false, expressions: {} };
}

const textCounts = createTextCounts();

/** All that the bot itself does for one turn, from the member's message to the stored reply; gives how many entries were active. */
async function takeTurn(
  { id, history, nextTurn }: LongConversation,
  { counter, scenePrompts, speaker }: { counter: TokenCounter; scenePrompts: ScenePrompts; speaker: LoadedPersona },
): Promise<number> {
  const { user, reply } = nextTurn();
  const asked = await withTokens({ ...user, tokens: undefined }, counter);
  const place = { channelId: id, messageIds: reply.discordMessageIds };
  await history.beginTurn(id, {
    message: asked,
    inFlight: { replyId: reply.id, userMessageId: user.id, startedAt: user.at, place },
  });
  const { cut } = await history.recall(id);
  const scene = await scenePrompts.prepare({
    conversationId: id,
    place: { channelId: id, guildId: '1' },
    speaking: { speaker, members: [speaker], generation: 'normal' },
    user: asked,
    choice: {
      model: MODEL,
      origin: 'first',
      sampling: { ...DEFAULT_SAMPLING },
      samplingOrigins: {},
      caps: {},
    },
    counter,
  });
  const prompt = await assemblePrompt({
    ...scene.frame,
    turns: countedTurns(history.newest(id), { counter, newCounts: new Map() }),
    current: { name: user.author.name, content: user.content },
    contextLength: MODEL.contextLength,
    maxReplyTokens: DEFAULT_SAMPLING.maxReplyTokens,
    count: textCounts.of(counter),
    scale: { ratio: 1, extra: 0 },
    overhead: MODEL.overhead,
    roles: MODEL.roles,
    ownNames: scene.ownNames,
    cut,
  });
  await history.remember(id, { cut: prompt.cut ?? null });
  await scene.settle();
  await history.storeReply(id, await withTokens({ ...reply, tokens: undefined }, counter));
  await history.endTurn(id, reply.id, { discordMessageIds: reply.discordMessageIds });
  return scene.lore.report.filter(({ outcome }) => outcome === 'active').length;
}

/** Milliseconds of CPU per turn. */
async function costOf(take: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let turn = 0; turn < TURNS_PER_BLOCK; turn++) await take();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / TURNS_PER_BLOCK / 1_000;
}
