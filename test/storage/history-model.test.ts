import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { silentLogger } from '../../src/core/logger.ts';
import { createHistory, type History } from '../../src/storage/history.ts';
import { CLEARED_KEPT_MS } from '../../src/storage/history-clearing.ts';
import { openStore, type Store } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { collect } from './collect.ts';
import { finishTurn, inFlight, namesOf, replyTo, userMessage } from './messages.ts';

const CONVERSATION = 'private:12:3';

interface ModelTurn {
  id: string;
  authorId: string;
  reply?: string;
}

/** What the history should be, kept in the simplest way. */
interface Model {
  turns: ModelTurn[];
  cleared: { turns: ModelTurn[]; until: number }[];
  inFlight: { replyId: string; userMessageId: string }[];
}

interface World {
  clock: FakeClock;
  store: Store;
  history: History;
  model: Model;
  nextId: () => string;
}

const size = fc.constantFrom(1, 1, 1, 1, 500, 2_000, 5_000, 17_000);
const author = fc.constantFrom('ada', 'eve');
const any = fc.nat({ max: 1_000 });

const operation = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('say' as const), author, size }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('begin' as const), author, size }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('finish' as const), any, size, isWithReply: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('retry' as const), any }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('amend' as const), any, size }) },
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
  model.turns.push({ id, authorId });
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
  if (turn && bytes !== undefined) turn.reply = replyId;
}

async function undo({ history, model }: World, authorId: string | undefined): Promise<void> {
  const at = model.turns.findLastIndex((turn) => authorId === undefined || turn.authorId === authorId);
  const [expected] = at < 0 ? [] : model.turns.splice(at, 1);
  const removed = await history.undo(CONVERSATION, { authorId });
  expect(removed && namesOf(removed)).toEqual(expected && nameOf(expected));
}

async function clear({ history, model, clock }: World): Promise<void> {
  expect(await history.clear(CONVERSATION)).toEqual({ messages: countOf(model) });
  if (model.turns.length > 0) model.cleared.push({ turns: model.turns, until: clock.now() + CLEARED_KEPT_MS });
  model.turns = [];
}

async function restore({ history, model, clock }: World): Promise<void> {
  const newest = model.cleared.at(-1);
  const isKept = newest !== undefined && newest.until > clock.now();
  expect(await history.restore(CONVERSATION)).toBe(isKept);
  if (!isKept) return;
  model.cleared.pop();
  model.turns = [...newest.turns, ...model.turns];
}

async function perform(world: World, step: Operation): Promise<void> {
  const { model, history, clock, store, nextId } = world;
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
    case 'amend': {
      const reply = pick(model.turns, step.any)?.reply;
      const isAmended = await history.amendReply(CONVERSATION, reply ?? 'none', { content: lettersOf(step.size) });
      return expect(isAmended).toBe(reply !== undefined);
    }
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
      world.history = createHistory({ store, clock, logger: silentLogger });
  }
}

const nameOf = ({ id, reply }: ModelTurn) => (reply === undefined ? id : `${id} ${reply}`);
const countOf = ({ turns }: Model) => turns.length + turns.filter(({ reply }) => reply !== undefined).length;

async function compare({ history, model, store }: World): Promise<void> {
  expect(await collect(history.newest(CONVERSATION), namesOf)).toEqual(model.turns.map(nameOf).toReversed());
  const summary = await history.summary(CONVERSATION);
  expect(summary.messages).toBe(countOf(model));
  expect(summary.inFlight.map(({ replyId }) => replyId)).toEqual(model.inFlight.map(({ replyId }) => replyId));
  const index = await collect(store.keys('history-in-flight:'));
  expect(index).toHaveLength(model.inFlight.length > 0 ? 1 : 0);
}

async function checkPages({ store }: World): Promise<void> {
  for await (const key of store.keys('history:private%3A12%3A3:')) {
    const page = (await store.get(key)) as { messages: unknown[] };
    expect(page.messages.length).toBeLessThanOrEqual(32);
    if (page.messages.length > 1) expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThanOrEqual(16_384);
  }
}

test('whatever is done to a conversation, it holds what it should and its pages keep their limits', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 120, size: 'max' }), async (steps) => {
      const clock = new FakeClock(1_700_000_000_000);
      const store = await openStore('memory://', { clock });
      const history = createHistory({ store, clock, logger: silentLogger });
      let ids = 0;
      const model: Model = { turns: [], cleared: [], inFlight: [] };
      const world: World = { clock, store, history, model, nextId: () => `m${ids++}` };
      for (const step of steps) {
        await perform(world, step);
        await compare(world);
      }
      await checkPages(world);
      await store.close();
    }),
    { numRuns: 40 },
  );
}, 60_000);

test('what many do to a conversation at once leaves it whole', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ author, size }), { minLength: 1, maxLength: 30 }), async (turns) => {
      const clock = new FakeClock(1_700_000_000_000);
      const store = await openStore('memory://', { clock });
      const history = createHistory({ store, clock, logger: silentLogger });
      let ids = 0;
      const model: Model = { turns: [], cleared: [], inFlight: [] };
      const world: World = { clock, store, history, model, nextId: () => `m${ids++}` };
      await Promise.all(
        turns.map(async ({ author, size }) => finish(world, `r-${await begin(world, author, size)}`, size)),
      );
      await compare(world);
      await checkPages(world);
      await store.close();
    }),
    { numRuns: 30 },
  );
});
