import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countedTurns, withTokens } from '../src/chat/counted-turns.ts';
import { silentLogger as logger } from '../src/core/logger.ts';
import { knownModel } from '../src/models/known-models.ts';
import { createTokenizers, type TokenCounter } from '../src/models/tokens.ts';
import { assemblePrompt } from '../src/prompt/assemble.ts';
import type { StoredMessage } from '../src/storage/history.ts';
import { type LongConversation, openLongConversation, type Shape } from './support/long-conversation.ts';
import { type Benchmark, type Row, summarize } from './support/row.ts';

const MODEL = knownModel('Sao10K-L3.3-70B-Euryale-v2.3');
const MAX_REPLY_TOKENS = 2_000;
const INSTRUCTIONS = 'You are Dramatis, a helpful assistant in a Discord chat. Answer the newest message.';
/** A prompt with less than this is no full window; a cut may have left up to a quarter of it free. */
const FULL_SHARE = 0.65;
const SHAPES: Shape[] = [
  { name: '450-token turns', user: { characters: 200, tokens: 50 }, reply: { characters: 1_600, tokens: 400 } },
  { name: '100-token turns', user: { characters: 200, tokens: 50 }, reply: { characters: 200, tokens: 50 } },
];
const [FEW, MANY] = [1_000, 100_000];
const WARM_UP_TURNS = 40;
const BLOCKS = 20;
const TURNS_PER_BLOCK = 20;

export const turnCost: Benchmark = {
  name: 'turn-cost',
  about:
    'own CPU of a turn (count, assemble, store) at a full window of 32,000 tokens, in short and in long conversations',
  async run() {
    const tokenizers = createTokenizers({ logger });
    await tokenizers.load(MODEL.tokenizer);
    const counter = tokenizers.counterFor(MODEL.tokenizer);
    const folder = await mkdtemp(join(tmpdir(), 'dramatis-bench-'));
    const rows: Row[] = [];
    const notes: string[] = [];
    for (const shape of SHAPES) {
      const few = await openLongConversation({ folder, shape, messages: FEW });
      const many = await openLongConversation({ folder, shape, messages: MANY });
      const found = await measure(few, many, counter);
      for (const { close } of [few, many]) await close();
      rows.push(...rowsOf(shape, found));
      notes.push(noteOf(shape, FEW, found.few), noteOf(shape, MANY, found.many));
    }
    await tokenizers.close();
    await rm(folder, { recursive: true });
    return { rows, notes };
  },
};

/** All that the bot itself does for one turn, from the member's message to the shown reply. */
async function takeTurn({ id, history, nextTurn }: LongConversation, counter: TokenCounter): Promise<void> {
  const { user, reply } = nextTurn();
  const asked = await withTokens(uncounted(user), counter);
  const place = { channelId: id, messageIds: reply.discordMessageIds };
  const mark = { replyId: reply.id, userMessageId: user.id, startedAt: user.at, place };
  await history.beginTurn(id, { message: asked, inFlight: mark });
  const { cut } = await history.recall(id);
  const prompt = await assemblePrompt({
    mandatory: [{ name: 'instructions', content: INSTRUCTIONS }],
    turns: countedTurns(history.newest(id), { counter, newCounts: new Map() }),
    current: { name: user.author.name, content: user.content },
    contextLength: MODEL.contextLength,
    maxReplyTokens: MAX_REPLY_TOKENS,
    count: counter.count,
    scale: { ratio: 1, extra: 0 },
    overhead: MODEL.overhead,
    roles: MODEL.roles,
    cut,
  });
  if (prompt.promptTokens < MODEL.contextLength * FULL_SHARE) throw new Error(`only ${prompt.promptTokens} tokens`);
  await history.remember(id, { cut: prompt.cut ?? null });
  await history.updateInFlight(id, reply.id, { ...place, parts: 1 });
  await history.storeReply(id, await withTokens(uncounted(reply), counter));
  await history.endTurn(id, reply.id, { discordMessageIds: reply.discordMessageIds });
}

const uncounted = (message: StoredMessage): StoredMessage => ({ ...message, tokens: undefined });

/** Milliseconds of CPU time per turn, waits for the disk not among them. */
interface Cost {
  user: number;
  system: number;
}

interface Costs {
  /** Of the first turn after a start, which reads everything from the disk. */
  first: Cost;
  blocks: Cost[];
}

/** Block by block in turns, so that whatever else the machine does slows both alike. */
async function measure(
  few: LongConversation,
  many: LongConversation,
  counter: TokenCounter,
): Promise<{ few: Costs; many: Costs }> {
  const costs = {
    few: { first: await costOf(few, counter, 1), blocks: [] as Cost[] },
    many: { first: await costOf(many, counter, 1), blocks: [] as Cost[] },
  };
  for (const conversation of [few, many]) await costOf(conversation, counter, WARM_UP_TURNS);
  for (let block = 0; block < BLOCKS; block++) {
    costs.few.blocks.push(await costOf(few, counter, TURNS_PER_BLOCK));
    costs.many.blocks.push(await costOf(many, counter, TURNS_PER_BLOCK));
  }
  return costs;
}

async function costOf(conversation: LongConversation, counter: TokenCounter, turns: number): Promise<Cost> {
  const before = process.cpuUsage();
  for (let turn = 0; turn < turns; turn++) await takeTurn(conversation, counter);
  const { user, system } = process.cpuUsage(before);
  return { user: user / turns / 1_000, system: system / turns / 1_000 };
}

const total = ({ user, system }: Cost) => user + system;

function rowsOf({ name }: Shape, { few, many }: { few: Costs; many: Costs }): Row[] {
  const costRow = (messages: number, { blocks }: Costs): Row => ({
    what: `own CPU per turn at a full 32K history, ${name}, ${messages.toLocaleString('en')} messages`,
    rival: '-',
    unit: 'ms',
    target: 3,
    judged: 'median',
    samples: blocks.map(total),
  });
  const ratio: Row = {
    what: `the same, ${MANY.toLocaleString('en')} messages : ${FEW.toLocaleString('en')} messages`,
    rival: '-',
    unit: '',
    target: 1.2,
    judged: 'median',
    samples: many.blocks.map((cost, block) => total(cost) / total(few.blocks[block] ?? cost)),
  };
  return [costRow(FEW, few), costRow(MANY, many), ratio];
}

function noteOf({ name }: Shape, messages: number, { first, blocks }: Costs): string {
  const medianOf = (samples: number[]) => summarize({ samples, target: 0, judged: 'median' } as Row).median.toFixed(2);
  const own = medianOf(blocks.map(({ user }) => user));
  const kernel = medianOf(blocks.map(({ system }) => system));
  return `${name}, ${messages.toLocaleString('en')} messages: ${own} ms of user time and ${kernel} ms of system time per turn; the first turn after a start ${total(first).toFixed(1)} ms`;
}
