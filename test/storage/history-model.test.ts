import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { silentLogger } from '../../src/core/logger.ts';
import { type Cut, createHistory, type History, type StoredMessage, type Turn } from '../../src/storage/history.ts';
import { CLEARED_KEPT_MS } from '../../src/storage/history-clearing.ts';
import { openStore, type Store } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { collect } from './collect.ts';
import { finishTurn, inFlight, replyTo, userMessage } from './messages.ts';

const CONVERSATION = 'private:12:3';

interface ModelMessage {
  id: string;
  bytes: number;
  tokens: Record<string, number>;
}

interface ModelTurn extends ModelMessage {
  authorId: string;
  reply?: ModelMessage;
}

interface Notes {
  cut?: Cut | undefined;
  told: string[];
}

/** What the history should be, kept in the simplest way. */
interface Model {
  turns: ModelTurn[];
  cleared: { turns: ModelTurn[]; until: number; notes: Notes }[];
  inFlight: { replyId: string; userMessageId: string }[];
  notes: Notes;
}

interface World {
  clock: FakeClock;
  store: Store;
  history: History;
  model: Model;
  nextId: () => string;
  cacheMaxBytes: number;
  /** Lets every write fail until it is called again. */
  breakDisk: (isBroken: boolean) => void;
}

const size = fc.constantFrom(1, 1, 1, 1, 500, 2_000, 5_000, 17_000);
const author = fc.constantFrom('ada', 'eve');
const any = fc.nat({ max: 1_000 });
// Nothing, two or three pages, everything.
const cacheMaxBytes = fc.constantFrom(0, 100_000, 10_000_000);

const operation = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('say' as const), author, size }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('begin' as const), author, size }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('finish' as const), any, size, isWithReply: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('retry' as const), any }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('amend' as const), any, size }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('count' as const), from: any, name: fc.constantFrom('a', 'b') }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remember' as const), any, isCut: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fail' as const), any, size }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('undo' as const), author: fc.option(author, { nil: undefined }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restore' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 200_000, CLEARED_KEPT_MS) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);

type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

function pick<T>(from: T[], at: number): T | undefined {
  return from[at % from.length];
}

const lettersOf = (count: number) => 'ö'.repeat(Math.ceil(count / 2));

async function begin({ history, model, nextId }: World, authorId: string, bytes: number): Promise<string> {
  const id = nextId();
  const message = userMessage(id, { author: { id: authorId, name: authorId }, content: lettersOf(bytes) });
  await history.beginTurn(CONVERSATION, { message, inFlight: inFlight(id) });
  model.turns.push({ id, authorId, bytes, tokens: {} });
  model.inFlight.push({ replyId: `r-${id}`, userMessageId: id });
  return id;
}

async function finish({ history, model }: World, replyId: string, bytes: number | undefined): Promise<void> {
  const mark = model.inFlight.find((other) => other.replyId === replyId);
  model.inFlight = model.inFlight.filter((other) => other !== mark);
  const turn = model.turns.find(({ id }) => id === mark?.userMessageId);
  const reply = replyTo(mark?.userMessageId ?? '', { id: replyId, content: lettersOf(bytes ?? 0) });
  const outcome = await finishTurn(history, CONVERSATION, replyId, ...(bytes === undefined ? [] : [reply]));
  expect(outcome).toBe(turn || bytes === undefined ? 'stored' : 'gone');
  if (turn && bytes !== undefined) turn.reply = { id: replyId, bytes, tokens: {} };
}

async function undo({ history, model }: World, authorId: string | undefined): Promise<void> {
  const at = model.turns.findLastIndex((turn) => authorId === undefined || turn.authorId === authorId);
  const [expected] = at < 0 ? [] : model.turns.splice(at, 1);
  const removed = await history.undo(CONVERSATION, { authorId });
  expect(removed && asModelled(removed)).toEqual(expected);
}

async function clear({ history, model, clock }: World): Promise<void> {
  expect(await history.clear(CONVERSATION)).toEqual({ messages: countOf(model) });
  const { turns, notes } = model;
  if (turns.length > 0) model.cleared.push({ turns, notes, until: clock.now() + CLEARED_KEPT_MS });
  model.turns = [];
  model.notes = { told: [] };
}

async function restore({ history, model, clock }: World): Promise<void> {
  const newest = model.cleared.at(-1);
  const isKept = newest !== undefined && newest.until > clock.now();
  expect(await history.restore(CONVERSATION)).toBe(isKept);
  if (!isKept) return;
  model.cleared.pop();
  model.turns = [...newest.turns, ...model.turns];
  model.notes = { ...newest.notes, told: [...new Set([...newest.notes.told, ...model.notes.told])] };
}

async function amend({ history, model }: World, any: number, bytes: number): Promise<void> {
  const reply = pick(model.turns, any)?.reply;
  const isAmended = await history.amendReply(CONVERSATION, reply?.id ?? 'none', { content: lettersOf(bytes) });
  expect(isAmended).toBe(reply !== undefined);
  if (!reply || lettersOf(reply.bytes) === lettersOf(bytes)) return;
  Object.assign(reply, { bytes, tokens: {} });
}

/** All messages from some turn on, and one that was never there. */
async function count({ history, model, nextId }: World, from: number, name: string): Promise<void> {
  const turns = model.turns.slice(from % (model.turns.length + 1));
  const messages: ModelMessage[] = turns.flatMap((turn) => (turn.reply ? [turn, turn.reply] : [turn]));
  const counts = new Map(messages.map(({ id, bytes }) => [id, bytes]));
  await history.setTokens(CONVERSATION, name, counts.set(nextId(), 1));
  for (const message of messages) message.tokens = { ...message.tokens, [name]: message.bytes };
}

async function remember({ history, model }: World, any: number, isCut: boolean): Promise<void> {
  const turnId = pick(model.turns, any)?.id;
  const cut = isCut && turnId !== undefined ? { turnId, budget: any } : undefined;
  const told = `fact ${any % 7}`;
  await history.remember(CONVERSATION, { cut: cut ?? null, told });
  model.notes = { ...(cut ? { cut } : {}), told: [...new Set([...model.notes.told, told])] };
}

/** Every kind of write, on a disk that takes none. */
async function fail({ history, model, nextId, breakDisk }: World, any: number, bytes: number): Promise<void> {
  const turn = pick(model.turns, any);
  const id = nextId();
  breakDisk(true);
  const content = lettersOf(bytes);
  const writes = [history.beginTurn(CONVERSATION, { message: userMessage(id, { content }), inFlight: inFlight(id) })];
  if (turn) {
    writes.push(history.storeReply(CONVERSATION, replyTo(turn.id, { id, content })).then(() => undefined));
    writes.push(history.undo(CONVERSATION).then(() => undefined));
    writes.push(history.clear(CONVERSATION).then(() => undefined));
  }
  const outcomes = await Promise.allSettled(writes);
  await history.setTokens(CONVERSATION, 'failed', new Map([[turn?.id ?? id, 1]]));
  breakDisk(false);
  expect(outcomes.map(({ status }) => status)).toEqual(writes.map(() => 'rejected'));
}

async function perform(world: World, step: Operation): Promise<void> {
  const { model, history, clock, store, nextId, cacheMaxBytes } = world;
  switch (step.do) {
    case 'say':
      return finish(world, `r-${await begin(world, step.author, step.size)}`, step.size);
    case 'begin':
      return void (await begin(world, step.author, step.size));
    case 'finish': {
      const mark = pick(model.inFlight, step.any);
      return mark && finish(world, mark.replyId, step.isWithReply ? step.size : undefined);
    }
    case 'retry': {
      const turn = pick(model.turns, step.any);
      if (!turn) return;
      const mark = { replyId: nextId(), userMessageId: turn.id };
      model.inFlight.push(mark);
      return history.beginTurn(CONVERSATION, { inFlight: inFlight(mark.userMessageId, mark.replyId) });
    }
    case 'amend':
      return amend(world, step.any, step.size);
    case 'count':
      return count(world, step.from, step.name);
    case 'remember':
      return remember(world, step.any, step.isCut);
    case 'fail':
      return fail(world, step.any, step.size);
    case 'undo':
      return undo(world, step.author);
    case 'clear':
      return clear(world);
    case 'restore':
      return restore(world);
    case 'wait':
      return clock.advance(step.ms);
    case 'sweep':
      return void (await history.sweepCleared());
    case 'restart':
      world.history = createHistory({ store, clock, logger: silentLogger, cacheMaxBytes });
  }
}

const countOf = ({ turns }: Model) => turns.length + turns.filter(({ reply }) => reply !== undefined).length;

function asModelled({ user, reply }: Turn): ModelTurn {
  const message = ({ id, content, tokens = {} }: StoredMessage) => ({ id, bytes: sizeOf(content), tokens });
  return { ...message(user), authorId: user.author.id, ...(reply ? { reply: message(reply) } : {}) };
}

/** The size that was asked for. */
function sizeOf(content: string): number {
  return [1, 500, 2_000, 5_000, 17_000, 0].find((bytes) => lettersOf(bytes) === content) ?? Number.NaN;
}

async function compare({ history, model, store, clock }: World): Promise<void> {
  const turns = await collect(history.newest(CONVERSATION));
  expect(turns.map(asModelled)).toEqual(model.turns.toReversed());
  const fromDisk = createHistory({ store, clock, logger: silentLogger });
  expect(JSON.stringify(turns)).toBe(JSON.stringify(await collect(fromDisk.newest(CONVERSATION))));
  expect(await history.recall(CONVERSATION)).toEqual(model.notes);
  const summary = await history.summary(CONVERSATION);
  expect(summary.messages).toBe(countOf(model));
  expect(summary.inFlight.map(({ replyId }) => replyId)).toEqual(model.inFlight.map(({ replyId }) => replyId));
  const index = await collect(store.keys('history-in-flight:'));
  expect(index).toHaveLength(model.inFlight.length > 0 ? 1 : 0);
}

async function checkPages({ store }: World): Promise<void> {
  for await (const key of store.keys('history:private%3A12%3A3:')) {
    const { v, messages } = (await store.get(key)) as { v: number; messages: object[] };
    expect(messages.length).toBeLessThanOrEqual(32);
    const uncounted = { v, messages: messages.map((message) => ({ ...message, tokens: undefined })) };
    if (messages.length > 1) expect(Buffer.byteLength(JSON.stringify(uncounted))).toBeLessThanOrEqual(16_384);
  }
}

async function openWorld(cacheMaxBytes: number): Promise<World> {
  const clock = new FakeClock(1_700_000_000_000);
  const inner = await openStore('memory://', { clock });
  let isBroken = false;
  const store: Store = {
    ...inner,
    setMany: (entries) => (isBroken ? Promise.reject(new Error('disk full')) : inner.setMany(entries)),
  };
  const history = createHistory({ store, clock, logger: silentLogger, cacheMaxBytes });
  let ids = 0;
  return {
    clock,
    store,
    history,
    cacheMaxBytes,
    model: { turns: [], cleared: [], inFlight: [], notes: { told: [] } },
    nextId: () => `m${ids++}`,
    breakDisk(broken) {
      isBroken = broken;
    },
  };
}

test('whatever is done to a conversation, it holds what it should and its pages keep their limits', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 120, size: 'max' }), cacheMaxBytes, async (steps, maxBytes) => {
      const world = await openWorld(maxBytes);
      for (const step of steps) {
        await perform(world, step);
        await compare(world);
      }
      await checkPages(world);
      await world.store.close();
    }),
    { numRuns: 40 },
  );
}, 60_000);

test('what many do to a conversation at once leaves it whole', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ author, size }), { minLength: 1, maxLength: 30 }),
      cacheMaxBytes,
      async (turns, maxBytes) => {
        const world = await openWorld(maxBytes);
        await Promise.all(
          turns.map(async ({ author, size }) => {
            const id = await begin(world, author, size);
            await world.history.setTokens(CONVERSATION, 'a', new Map([[id, size]]));
            const turn = world.model.turns.find((other) => other.id === id);
            if (turn) turn.tokens = { a: size };
            await finish(world, `r-${id}`, size);
          }),
        );
        await compare(world);
        await checkPages(world);
        await world.store.close();
      },
    ),
    { numRuns: 30 },
  );
});
