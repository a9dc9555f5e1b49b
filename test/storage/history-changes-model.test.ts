import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { silentLogger } from '../../src/core/logger.ts';
import { createHistory, type History, type StoredMessage, SWIPES_MAX, type Turn } from '../../src/storage/history.ts';
import { CLEARED_KEPT_MS } from '../../src/storage/history-clearing.ts';
import { openStore, type Store } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { collect } from './collect.ts';
import { inFlight, replyTo, userMessage } from './messages.ts';

const CONVERSATION = 'c:1';

interface ModelReply {
  id: string;
  versions: string[];
  shown: number;
}

interface ModelTurn {
  id: string;
  author: string;
  content: string;
  reply?: ModelReply | undefined;
}

interface ModelRemoval {
  undoId: string;
  turns: ModelTurn[];
  /** Of the turn whose user's message stayed. */
  reply?: ModelReply | undefined;
  keepsUser: boolean;
  newestId: string | undefined;
  until: number;
}

interface World {
  url: string;
  clock: FakeClock;
  store: Store;
  history: History;
  turns: ModelTurn[];
  cleared: { turns: ModelTurn[]; until: number }[];
  removals: ModelRemoval[];
  inFlight: { replyId: string; userMessageId: string }[];
  ids: number;
}

const any = fc.nat({ max: 1_000 });
const size = fc.constantFrom(1, 1, 1, 300, 2_000, 5_000, 17_000);
const author = fc.constantFrom('ada', 'eve', 'cue');
const step = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('begin' as const), author, size }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('finish' as const), any, size, keeps: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('retry' as const), any }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('choose' as const), any, index: fc.nat({ max: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('amend' as const), any, size }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('edit' as const), any, size }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('count' as const), any }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('removeTurn' as const), any }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('removeReply' as const), any }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('removeFrom' as const), any, keepsUser: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('restoreRemoved' as const), any }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undo' as const), author: fc.constantFrom('ada', undefined) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restore' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('copy' as const), any }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 200_000, CLEARED_KEPT_MS) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const folder = mkdtempSync(join(tmpdir(), 'changes-'));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true }));

const pick = <T>(from: readonly T[], at: number): T | undefined => from[at % from.length];
const text = (id: string, size: number) => `${id} ${'ö'.repeat(size / 2)}`;
const copyOf = (turn: ModelTurn): ModelTurn => structuredClone(turn);

async function begin(world: World, author: string, size: number): Promise<void> {
  const id = `m${world.ids++}`;
  const content = author === 'cue' ? '' : text(id, size);
  const more = author === 'cue' ? { isCue: true as const } : {};
  const message = userMessage(id, { author: { id: author, name: author }, content, ...more });
  await world.history.beginTurn(CONVERSATION, { message, inFlight: inFlight(id) });
  world.turns.push({ id, author, content });
  world.inFlight.push({ replyId: `r-${id}`, userMessageId: id });
}

async function finish(world: World, mark: World['inFlight'][number], size: number, keeps: boolean): Promise<void> {
  const { replyId, userMessageId } = mark;
  const content = text(`${replyId}-${world.ids++}`, size);
  const turn = world.turns.find(({ id }) => id === userMessageId);
  const reply = replyTo(userMessageId, { id: replyId, content });
  const outcome = await world.history.storeReply(CONVERSATION, reply, keeps ? { keeps: 'swipes' } : {});
  await world.history.endTurn(CONVERSATION, replyId);
  expect(outcome).toBe(turn ? 'stored' : 'gone');
  world.inFlight = world.inFlight.filter((other) => other !== mark);
  if (!turn) return;
  const { versions = [], shown = 0 } = turn.reply ?? {};
  if (keeps && versions.length > 0) {
    const all = [...versions, content].slice(-SWIPES_MAX);
    turn.reply = { id: replyId, versions: all, shown: all.length - 1 };
  } else turn.reply = { id: replyId, versions: versions.length > 0 ? versions.with(shown, content) : [content], shown };
}

async function choose({ history, turns }: World, any: number, index: number): Promise<void> {
  const turn = pick(turns, any);
  const chosen = await history.chooseSwipe(CONVERSATION, turn?.id ?? 'none', index);
  expect(chosen?.content).toBe(turn?.reply?.versions[index]);
  if (turn?.reply && chosen) turn.reply.shown = index;
}

async function removeFrom(world: World, any: number, keepsUser: boolean): Promise<void> {
  const { history, turns, clock, removals } = world;
  const at = turns.length > 0 ? any % turns.length : -1;
  const target = turns[at];
  const removed = await history.removeFrom(CONVERSATION, target?.id ?? 'none', { keepsUser });
  const gone = keepsUser ? turns.slice(at + 1) : turns.slice(Math.max(at, 0));
  const reply = keepsUser ? target?.reply : undefined;
  expect(removed !== undefined).toBe(target !== undefined && (gone.length > 0 || reply !== undefined));
  if (!target || !removed) return;
  const expected = [...(reply ? [target] : []), ...gone];
  expect(removed.turns.map(asModelled)).toEqual(expected);
  const kept = { turns: gone.map(copyOf), reply, keepsUser, until: clock.now() + CLEARED_KEPT_MS };
  world.turns = turns.slice(0, keepsUser ? at + 1 : at);
  if (keepsUser) target.reply = undefined;
  removals.push({ undoId: removed.undoId, newestId: world.turns.at(-1)?.id, ...kept });
}

async function restoreRemoved(world: World, any: number): Promise<void> {
  const removal = pick(world.removals, any);
  const outcome = await world.history.restoreRemoved(CONVERSATION, removal?.undoId ?? 'none');
  const newest = world.turns.at(-1);
  const isSaidAgain =
    removal?.keepsUser && (newest?.reply || world.inFlight.some(({ userMessageId }) => userMessageId === newest?.id));
  if (!removal || removal.until <= world.clock.now()) expect(outcome).toBe('gone');
  else if (newest?.id !== removal.newestId || isSaidAgain) expect(outcome).toBe('changed');
  else {
    expect(outcome).toBe('restored');
    if (newest && removal.reply) newest.reply = removal.reply;
    world.turns.push(...removal.turns);
    world.removals = world.removals.filter((other) => other !== removal);
  }
}

async function copy({ history, turns, ids }: World, any: number): Promise<void> {
  const at = turns.length > 0 ? any % turns.length : -1;
  const copied = turns.slice(0, at + 1);
  const to = `copy ${ids} ${any}`;
  if ((await history.summary(to)).messages > 0) return;
  const { messages, newIds } = await history.copyUpTo(CONVERSATION, turns[at]?.id ?? 'none', to);
  expect(messages).toBe(countOf(copied));
  const found = await collect(history.newest(to));
  const renamed = copied.map((turn) => ({
    ...turn,
    id: newIds.get(turn.id),
    reply: turn.reply && { ...turn.reply, id: newIds.get(turn.reply.id) },
  }));
  expect(found.map(asModelled).toReversed()).toEqual(renamed);
  expect(found.flatMap(({ user, reply }) => [user, reply]).flatMap((message) => message?.discordMessageIds)).toEqual(
    expect.not.arrayContaining([expect.any(String)]),
  );
}

async function perform(world: World, step: Step): Promise<unknown> {
  const { history, turns, clock } = world;
  switch (step.do) {
    case 'begin':
      return begin(world, step.author, step.size);
    case 'finish': {
      const mark = pick(world.inFlight, step.any);
      return mark && finish(world, mark, step.size, step.keeps);
    }
    case 'retry': {
      const turn = pick(turns, step.any);
      if (!turn) return;
      const mark = { replyId: `again-${world.ids++}`, userMessageId: turn.id };
      world.inFlight.push(mark);
      return history.beginTurn(CONVERSATION, { inFlight: inFlight(mark.userMessageId, mark.replyId) });
    }
    case 'choose':
      return choose(world, step.any, step.index);
    case 'amend': {
      const reply = pick(turns, step.any)?.reply;
      const content = text(`amended-${world.ids++}`, step.size);
      expect(await history.amendReply(CONVERSATION, reply?.id ?? 'none', { content })).toBe(reply !== undefined);
      if (reply) reply.versions[reply.shown] = content;
      return;
    }
    case 'edit': {
      const turn = pick(turns, step.any);
      const content = text(`edited-${world.ids++}`, step.size);
      const isEdited = await history.editMessage(CONVERSATION, turn?.id ?? 'none', content);
      expect(isEdited).toBe(turn !== undefined && turn.author !== 'cue');
      if (turn && isEdited) turn.content = content;
      return;
    }
    case 'count':
      return history.setTokens(CONVERSATION, 'a', new Map(turns.map(({ id, reply }) => [reply?.id ?? id, step.any])));
    case 'removeTurn': {
      const turn = pick(turns, step.any);
      const removed = await history.removeTurn(CONVERSATION, turn?.id ?? 'none');
      expect(removed && asModelled(removed)).toEqual(turn);
      world.turns = turns.filter((other) => other !== turn);
      return;
    }
    case 'removeReply': {
      const turn = pick(turns, step.any);
      expect((await history.removeReply(CONVERSATION, turn?.id ?? 'none'))?.id).toBe(turn?.reply?.id);
      if (turn) turn.reply = undefined;
      return;
    }
    case 'removeFrom':
      return removeFrom(world, step.any, step.keepsUser);
    case 'restoreRemoved':
      return restoreRemoved(world, step.any);
    case 'undo': {
      const undone = await history.undo(CONVERSATION, { authorId: step.author });
      const turn = turns.findLast(({ author }) => step.author === undefined || author === step.author);
      expect(undone && asModelled(undone)).toEqual(turn);
      world.turns = turns.filter((other) => other !== turn);
      return;
    }
    case 'clear':
      expect(await history.clear(CONVERSATION)).toEqual({ messages: countOf(turns) });
      if (turns.length > 0) world.cleared.push({ turns, until: clock.now() + CLEARED_KEPT_MS });
      world.turns = [];
      return;
    case 'restore': {
      const newest = world.cleared.at(-1);
      const isKept = newest !== undefined && newest.until > clock.now();
      expect(await history.restore(CONVERSATION)).toBe(isKept);
      if (isKept) world.turns = [...newest.turns, ...turns];
      if (isKept) world.cleared.pop();
      return;
    }
    case 'copy':
      return copy(world, step.any);
    case 'wait':
      return clock.advance(step.ms);
    case 'sweep':
      return history.sweepCleared();
    case 'reopen':
      if (world.url !== 'memory://') {
        await world.store.close();
        world.store = await openStore(world.url, { clock });
      }
      world.history = createHistory({ store: world.store, clock, logger: silentLogger });
  }
}

function countOf(turns: readonly ModelTurn[]): number {
  return turns.reduce((sum, { author, reply }) => sum + Number(author !== 'cue') + Number(reply !== undefined), 0);
}

function asModelled({ user, reply }: Turn): ModelTurn {
  return { id: user.id, author: user.author.id, content: user.content, reply: reply && asModelReply(reply) };
}

function asModelReply({ id, content, swipes, swipe }: StoredMessage): ModelReply {
  if (swipes) expect([swipes[swipe ?? -1]?.content, swipes.length > 1]).toEqual([content, true]);
  return { id, versions: swipes?.map(({ content }) => content) ?? [content], shown: swipe ?? 0 };
}

async function compare({ history, store, clock, turns, inFlight }: World): Promise<void> {
  const found = await collect(history.newest(CONVERSATION));
  expect(found.map(asModelled).toReversed()).toEqual(turns);
  const fromDisk = createHistory({ store, clock, logger: silentLogger });
  expect(JSON.stringify(await collect(fromDisk.newest(CONVERSATION)))).toBe(JSON.stringify(found));
  const summary = await history.summary(CONVERSATION);
  expect(summary.messages).toBe(countOf(turns));
  expect(summary.inFlight.map(({ replyId }) => replyId)).toEqual(inFlight.map(({ replyId }) => replyId));
}

async function checkPages(store: Store): Promise<void> {
  for await (const key of store.keys('history:c%3A1:')) {
    const { v, messages } = (await store.get(key)) as { v: number; messages: StoredMessage[] };
    expect(messages.length).toBeLessThanOrEqual(32);
    const uncounted = messages.map((message) => ({
      ...message,
      tokens: undefined,
      swipes: message.swipes?.map((swipe) => ({ ...swipe, tokens: undefined })),
    }));
    if (messages.length > 1)
      expect(Buffer.byteLength(JSON.stringify({ v, messages: uncounted }))).toBeLessThanOrEqual(16_384);
  }
}

async function openWorld(url: string): Promise<World> {
  const clock = new FakeClock(1_700_000_000_000);
  const store = await openStore(url, { clock });
  const history = createHistory({ store, clock, logger: silentLogger });
  return { url, clock, store, history, turns: [], cleared: [], removals: [], inFlight: [], ids: 0 };
}

test.each([
  ['memory', () => 'memory://', 60],
  ['a file that is closed and opened again', () => `sqlite://${folder}/${files++}.sqlite`, 6],
])(
  'whatever is changed in a conversation, nothing is lost, doubled or out of order (%s)',
  async (_name, url, numRuns) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 100, size: 'max' }), async (steps) => {
        const world = await openWorld(url());
        for (const step of steps) {
          await perform(world, step);
          await compare(world);
        }
        await checkPages(world.store);
        await world.clock.advance(CLEARED_KEPT_MS);
        await world.history.sweepCleared();
        await compare(world);
        expect(await collect(world.store.keys('history-removed:'))).toEqual([]);
        await world.store.close();
      }),
      { numRuns },
    );
  },
  120_000,
);
