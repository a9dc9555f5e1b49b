import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../src/core/errors.ts';
import { knownModel } from '../../src/models/known-models.ts';
import { assemblePrompt, type Cut, type PromptTurn } from '../../src/prompt/assemble.ts';
import type { PromptMessage } from '../../src/prompt/roles.ts';
import { defaultModels, type SimulatedModel } from '../../src/simulator/infermatic/models.ts';
import { templates } from '../../src/simulator/infermatic/templates.ts';
import { loadTokenizer, type TokenizerFamily } from '../../src/simulator/infermatic/tokenizers.ts';
import { type Said, writePool } from './any-texts.ts';

const CONVERSATIONS = 10_000;
const TIMEOUT_MS = 90_000;
/** About those of a turn of the pool. */
const TOKENS_PER_TURN = 150;
/** What the simulator takes the counts of other families times. */
const OTHER_FACTOR = 1.12;

const pool = writePool();
const models = defaultModels.filter(({ kind = 'chat' }) => kind === 'chat');
/** As an admin may lower them; few turns fill these, so there can be many conversations. */
const SMALL_WINDOWS = [4_096, 6_000, 8_000];

/** Counts each text once for all conversations. */
async function createCounter(family: TokenizerFamily) {
  const encode = await loadTokenizer[family]();
  const counts = new Map<string, number>();
  return (text: string): number => {
    const count = counts.get(text) ?? encode(text).length;
    counts.set(text, count);
    return count;
  };
}

const llama3 = await createCounter('llama3');
const counters = {
  llama2: await createCounter('llama2'),
  mistral: await createCounter('mistral'),
  llama3,
  other: llama3,
};

/** As the simulator counts what it gets. */
function judge({ tokenizer, template }: SimulatedModel, messages: readonly PromptMessage[]): number {
  const factor = tokenizer === 'other' ? OTHER_FACTOR : 1;
  const { texts, specialTokens } = templates[template](messages);
  return texts.reduce((total, text) => total + Math.ceil(counters[tokenizer](text) * factor), specialTokens);
}

const rarely = <Value>(weight: number, often: fc.Arbitrary<Value>, seldom: fc.Arbitrary<Value>) =>
  fc.oneof({ weight, arbitrary: often }, { weight: 1, arbitrary: seldom });

const anyWindow = fc
  .tuple(fc.constantFrom(...models), rarely(7, fc.constantFrom(...SMALL_WINDOWS), fc.constant(Infinity)))
  .map(([model, tokens]) => ({ model, contextLength: Math.min(tokens, model.contextLength) }));
const anySaid = rarely(600, fc.constantFrom(...pool.said), fc.constantFrom(...pool.long));
const anyStep = fc.record({
  current: rarely(400, fc.constantFrom(...pool.asked), fc.constant(pool.longQuestion)),
  extraTokens: rarely(6, fc.constant(0), fc.nat({ max: 1_500 })),
  undone: rarely(3, fc.constant(0), fc.nat({ max: 12 })),
  otherWindow: rarely(5, fc.constant(undefined), anyWindow),
});
const anyConversation = fc.record({
  window: anyWindow,
  systems: fc.constantFrom(...pool.systems),
  maxReplyTokens: fc.constantFrom(1, 300, 2_000, 2_000, 9_000),
  extra: fc.constantFrom(0, 0, 37),
  pattern: fc.array(anySaid, { minLength: 1, maxLength: 14 }),
  /** Of what about fills the window. */
  percent: fc.integer({ min: 0, max: 250 }),
  steps: fc.array(anyStep, { minLength: 1, maxLength: 3 }),
});

test(
  'no prompt of any conversation is longer than the window of its model, as the simulator counts it',
  async () => {
    const seen = { prompts: 0, cuts: 0, kept: 0, shortened: 0, refused: 0, fullest: 0 };
    await fc.assert(
      fc.asyncProperty(anyConversation, async ({ pattern, percent, steps, ...random }) => {
        let { window } = random;
        let cut: Cut | undefined;
        const spoken = Math.round((percent / 100) * (window.contextLength / TOKENS_PER_TURN));
        const turns = Array.from({ length: spoken }, (_, at) => pattern[at % pattern.length] as Said);
        for (const { current, extraTokens, undone, otherWindow = window } of steps) {
          window = otherWindow;
          const { model, contextLength } = window;
          const { tokenizer, overhead, roles } = knownModel(model.id);
          const countText = counters[tokenizer.name];
          const prompt = await assemblePrompt({
            mandatory: random.systems.map((content) => ({ name: 'instructions', content })),
            turns: newestFirst(turns, countText),
            current,
            currentExtraTokens: extraTokens,
            contextLength,
            maxReplyTokens: random.maxReplyTokens,
            count: async (texts) => texts.map(countText),
            scale: { ratio: tokenizer.factor, extra: random.extra },
            overhead,
            roles,
            cut,
          }).catch((error: unknown) => error);
          if (prompt instanceof UserError) {
            seen.refused += 1;
            return;
          }
          const { messages, promptTokens, maxTokens, ...assembled } = prompt as Awaited<
            ReturnType<typeof assemblePrompt>
          >;
          const judged = judge(model, messages) + extraTokens + random.extra;
          if (judged > promptTokens || promptTokens + maxTokens > contextLength || maxTokens < 1) {
            throw new Error(`${model.id}: ${judged} tokens, taken for ${promptTokens}, and ${maxTokens} for the reply`);
          }

          seen.prompts += 1;
          seen.fullest = Math.max(seen.fullest, (judged + maxTokens) / contextLength);
          if (assembled.cut) seen.cuts += 1;
          if (cut && assembled.cut?.turnId === cut.turnId) seen.kept += 1;
          if (messages.some(({ content }) => content.includes(' characters left out ...]'))) seen.shortened += 1;
          ({ cut } = assembled);
          turns.push({ name: current.name, user: current.content, reply: 'So it is.' });
          turns.splice(turns.length - undone, undone);
        }
      }),
      { numRuns: CONVERSATIONS },
    );
    // What was tried is what matters: windows filled to the brim, new cuts and remembered ones.
    expect(seen.prompts).toBeGreaterThan(1.5 * CONVERSATIONS);
    expect(seen.cuts).toBeGreaterThan(CONVERSATIONS / 2);
    expect(seen.kept).toBeGreaterThan(CONVERSATIONS / 10);
    expect(seen.shortened).toBeGreaterThan(CONVERSATIONS / 400);
    expect(seen.fullest).toBeGreaterThan(0.999);
  },
  TIMEOUT_MS,
);

function* newestFirst(turns: readonly Said[], countText: (text: string) => number): Generator<PromptTurn> {
  const counted = (content: string) => ({ content, tokens: countText(content) });
  for (const [age, { name, user, reply }] of turns.toReversed().entries()) {
    yield {
      id: String(turns.length - age),
      user: { name, ...counted(user) },
      reply: reply === undefined ? undefined : counted(reply),
    };
  }
}
