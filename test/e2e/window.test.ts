import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Here } from '../../src/simulator/discord/index.ts';
import { defaultModels, type LogEntry, type SimulatedModel } from '../../src/simulator/infermatic/index.ts';
import { type BotWorld, startBot } from '../support/bot.ts';
import { ask, buttonsOf, completions, createHome, type Home, use } from './scene.ts';

const LLAMA = 'Meta-Llama-3-70B-Instruct';
const QWEN = 'Sao10K-72B-Qwen2.5-Kunou-v1-FP8-Dynamic';
const WINDOW = 6_000;
const HISTORY_CUT =
  '-# The oldest messages of this conversation do not fit into the model’s memory any more: from now on it knows only the newest.';
const QUESTION_CUT = '-# The question was too long for this model: its middle was left out.';
const WEEK_MS = 7 * 24 * 60 * 60_000;

// Dozens of turns, and the judge counts every prompt.
jest.setTimeout(20_000);

let folder: string;
let world: BotWorld;
let home: Home;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
  world = await startBot({
    env: { STORE_URL: `sqlite://${join(folder, 'store.sqlite')}`, DEFAULT_MODEL: LLAMA },
  });
  home = createHome(world.discord);
});
afterEach(async () => {
  expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
  await world.close();
  await rm(folder, { recursive: true });
});

interface Body {
  messages: { role: string; content: string }[];
  max_tokens: number;
}
const bodyOf = ({ body }: LogEntry) => body as Body;
const bodies = () => completions(world.api).map(bodyOf);
const statuses = () => completions(world.api).map(({ status }) => status);
const textFile = (name: string, data: string) => ({ name, type: 'text/plain', data });

/** About 12 tokens a sentence. */
const story = (turn: number, sentences: number) =>
  Array.from(
    { length: sentences },
    (_, line) => `In part ${turn} the ${line}th traveller crossed the river at dawn.`,
  ).join(' ');

/** Of the characters of each prompt, what the prompt before it began with as well. */
function sharedPrefix(): number {
  const prompts = bodies().map(({ messages }) => messages.map(({ role, content }) => `${role}\n${content}\0`).join(''));
  let [shared, all] = [0, 0];
  for (const [index, prompt] of prompts.entries()) {
    const before = prompts[index - 1];
    if (before === undefined) continue;
    let length = 0;
    while (length < prompt.length && prompt[length] === before[length]) length += 1;
    shared += length;
    all += prompt.length;
  }
  return shared / all;
}

async function talk(here: Here, turns: number): Promise<string[]> {
  const replies: string[] = [];
  for (let turn = 1; turn <= turns; turn++) {
    world.api.next(story(turn, 20));
    replies.push((await ask(here, `${turn}: ${story(turn, 8)}`)).content);
  }
  return replies;
}

describe('a conversation that is longer than the window of 6,000 tokens', () => {
  test('goes on without one refusal, says once that the oldest is forgotten, and repeats its prefix', async () => {
    const here = home.alice.in(home.newChannel());
    const replies = await talk(here, 40);
    expect(new Set(statuses())).toEqual(new Set([200]));
    for (const entry of completions(world.api)) {
      expect((entry.promptTokens ?? 0) + bodyOf(entry).max_tokens).toBeLessThanOrEqual(WINDOW);
      expect(bodyOf(entry).max_tokens).toBe(2_000);
    }
    const told = replies.flatMap((content, index) => (content.includes(HISTORY_CUT) ? [index] : []));
    expect(told).toHaveLength(1);
    const [first = 0] = told;
    // The reply that says it is the first whose prompt does not begin with the first question.
    expect(
      bodies()
        .map(({ messages }) => messages[1]?.content.startsWith('Alice: 1:'))
        .indexOf(false),
    ).toBe(first);
    const used = completions(world.api)
      .slice(first)
      .map(({ promptTokens = 0 }) => promptTokens);
    expect(Math.max(...used)).toBeGreaterThan(3_500);
    expect(sharedPrefix()).toBeGreaterThan(0.7);
  });

  test('begins anew after /history clear', async () => {
    const channel = home.newChannel();
    const here = home.alice.in(channel);
    await talk(here, 12);
    const mia = home.mia.in(channel);
    await mia.click(await use(mia, 'history clear'), 'Forget all');
    await mia.waitFor((messages) => messages.find((message) => buttonsOf(message).includes('Undo')));
    world.api.clearLog();
    const replies = await talk(here, 12);
    expect(
      bodies()
        .map(({ messages }) => messages.length)
        .slice(0, 3),
    ).toEqual([2, 4, 6]);
    expect(replies.filter((content) => content.includes(HISTORY_CUT))).toHaveLength(1);
    expect(new Set(statuses())).toEqual(new Set([200]));
  });
});

test('a question that is far too long is cut in the middle, and says so', async () => {
  const here = home.alice.in(home.newChannel());
  await ask(here, 'hello');
  const file = textFile('book.txt', `THE BEGINNING ${story(1, 2_000)} THE END`);
  world.api.next('A long book.');
  const reply = await ask(here, 'what is this?', { file });
  expect(reply.content).toContain(`> what is this?\nA long book.\n\n${QUESTION_CUT}`);
  const [entry] = completions(world.api).slice(-1);
  expect(entry?.status).toBe(200);
  const question = bodyOf(entry as LogEntry).messages.at(-1)?.content;
  expect(question).toMatch(
    /^Alice: what is this\?\n\nbook\.txt:\nTHE BEGINNING .*\n\[\.\.\. \d+ characters left out \.\.\.\]\n.* THE END$/s,
  );
  expect(entry?.promptTokens).toBeGreaterThan(3_000);
  world.api.next('Yes.');
  await ask(here, 'really?');
  expect(statuses()).toEqual([200, 200, 200]);
});

describe('what the API refuses teaches something', () => {
  const quirky = (quirks: Partial<SimulatedModel>): SimulatedModel[] => [
    { id: 'Some-Finetune-13b', contextLength: 4_096, tokenizer: 'llama2', template: 'vicuna', ...quirks },
  ];
  const long = story(1, 100);
  const refusedOnce = [expect.any(Number), 200];
  const cases: [string, SimulatedModel[]][] = [
    [
      'a smaller window',
      defaultModels.map((model) => (model.id === LLAMA ? { ...model, contextLength: 3_000 } : model)),
    ],
    ['no system message', quirky({ refusesSystemRole: true })],
    ['strict alternation', quirky({ alternation: 'strict' })],
  ];

  test.each(cases)('%s: at once, after a restart, and for a week', async (_, models) => {
    world.api.setModels(models);
    await world.restart();
    world.api.clearLog();
    const here = () => home.alice.in(home.newChannel());
    await ask(here(), long);
    expect(statuses()).toEqual(refusedOnce);
    world.api.clearLog();
    await ask(here(), long);
    await world.restart();
    await ask(here(), long);
    expect(statuses()).toEqual([200, 200]);
    world.clock.skip(WEEK_MS + 60_000);
    world.api.clearLog();
    await ask(here(), long);
    expect(statuses()).toEqual(refusedOnce);
  });
});

test('a model whose tokenizer is not here is counted on the safe side, whatever is written', async () => {
  const here = home.alice.in(home.newChannel());
  const texts = [
    (turn: number) => story(turn, 400),
    (turn: number) => `第${turn}章。吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。`.repeat(120),
    (turn: number) =>
      `for (let index = ${turn}; index < length; index++) { total += values[index] ?? 0; }\n`.repeat(150),
    (turn: number) => `${turn} 👩‍👩‍👧‍👦🏳️‍🌈 Ωμέγα привет مرحبا `.repeat(150),
  ];
  for (let turn = 0; turn < 20; turn++) {
    world.api.next(story(turn, 60));
    await ask(here, `part ${turn}`, {
      model: QWEN,
      file: textFile('part.txt', texts[turn % texts.length]?.(turn) ?? ''),
    });
  }
  const used = completions(world.api).map(({ promptTokens = 0 }) => promptTokens);
  expect(new Set(statuses())).toEqual(new Set([200]));
  expect(Math.max(...used)).toBeGreaterThan(25_000);
});
