import { assemblePrompt, type Cut, type PromptTurn } from '../src/prompt/assemble.ts';
import type { PromptMessage } from '../src/prompt/roles.ts';
import { type Encode, loadTokenizer } from '../src/simulator/infermatic/tokenizers.ts';
import type { Benchmark, Row } from './support/row.ts';

const TURNS = 200;
const USER_TOKENS = 50;
const REPLY_TOKENS = 400;
const MAX_REPLY_TOKENS = 2_000;
/** Llama 3's `<|start_header_id|>role<|end_header_id|>`, line breaks and `<|eot_id|>`; `<|begin_of_text|>` and the reply's header. */
const OVERHEAD = { perMessage: 5, perPrompt: 5 };

const models = [
  { name: '32K', contextLength: 32_000, target: 85 },
  { name: '6K', contextLength: 6_000, target: 70 },
];

const INSTRUCTIONS =
  'You are Dramatis, a helpful assistant in a Discord chat. Several people may speak: each message begins with the name ' +
  'of its speaker. Answer the newest message, in its language. Write Discord markdown.';
const WORDS = (
  'the lantern above door swings while rain falls on old stones and nobody in town remembers who lit it first but every ' +
  'evening somebody climbs ladder with matches cupped against wind because ships still look for that small yellow point'
).split(' ');

export const context: Benchmark = {
  name: 'context',
  about: 'how much of each prompt repeats the one before it, so that the server need not compute it again',
  async run() {
    const encode = await loadTokenizer.llama3();
    const conversation = writeConversation(encode);
    const rows: Row[] = [];
    const notes: string[] = [];
    for (const { name, contextLength, target } of models) {
      const { share, cuts, fewestTurns, mostTokens } = await walk(conversation, { contextLength, encode });
      rows.push({
        what: `prompt tokens that repeat the previous prompt's prefix, ${TURNS} turns of ${USER_TOKENS + REPLY_TOKENS} tokens, ${name} model`,
        rival: '~0 %',
        unit: '%',
        target,
        atLeast: true,
        judged: 'min',
        samples: [share * 100],
      });
      notes.push(`${name}: ${cuts} cuts, at least ${fewestTurns} turns kept, largest prompt ${mostTokens} tokens`);
    }
    return { rows, notes };
  },
};

/** Oldest first; texts that differ, each of exactly so many tokens. */
function writeConversation(encode: Encode): PromptTurn[] {
  const words = WORDS.filter((word) => encode(word).length === 1 && encode(` ${word}`).length === 1);
  let state = 1;
  const nextWord = () => {
    state = (state * 48_271) % 2_147_483_647;
    return words[state % words.length] ?? '';
  };
  const write = (tokens: number) => {
    const content = Array.from({ length: tokens }, nextWord).join(' ');
    if (encode(content).length !== tokens) throw new Error('A word is not one token.');
    return { content, tokens };
  };
  return Array.from({ length: TURNS }, (_, index) => ({
    id: `turn-${index}`,
    user: { name: 'Alice', ...write(USER_TOKENS) },
    reply: write(REPLY_TOKENS),
  }));
}

async function walk(conversation: PromptTurn[], { contextLength, encode }: { contextLength: number; encode: Encode }) {
  const count = async (texts: readonly string[]) => texts.map((text) => encode(text).length);
  const counts = new Map<string, number>();
  const tokensOf = ({ content }: PromptMessage) => {
    const tokens = counts.get(content) ?? encode(content).length + OVERHEAD.perMessage;
    counts.set(content, tokens);
    return tokens;
  };
  let previous: PromptMessage[] = [];
  let cut: Cut | undefined;
  let [repeated, all, cuts, fewestTurns, mostTokens] = [0, 0, 0, TURNS, 0];
  for (const [index, { user }] of conversation.entries()) {
    const prompt = await assemblePrompt({
      mandatory: [{ name: 'instructions', content: INSTRUCTIONS }],
      turns: conversation.slice(0, index).toReversed(),
      current: user,
      contextLength,
      maxReplyTokens: MAX_REPLY_TOKENS,
      count,
      scale: { ratio: 1, extra: 0 },
      overhead: OVERHEAD,
      roles: { mode: 'merge', system: true },
      cut,
    });
    const { messages } = prompt;
    const tokens = OVERHEAD.perPrompt + total(messages.map(tokensOf));
    if (tokens + prompt.maxTokens > contextLength) throw new Error(`Prompt ${index} is too long: ${tokens} tokens.`);
    if (index > 0) {
      const same = messages.findIndex((message, at) => !isSame(message, previous[at]));
      repeated += total(messages.slice(0, same === -1 ? messages.length : same).map(tokensOf));
      all += tokens;
    }
    if (prompt.cut && prompt.cut.turnId !== cut?.turnId) cuts += 1;
    if (prompt.turnsDropped) fewestTurns = Math.min(fewestTurns, prompt.turnsUsed);
    mostTokens = Math.max(mostTokens, tokens);
    previous = messages;
    cut = prompt.cut;
  }
  return { share: repeated / all, cuts, fewestTurns, mostTokens };
}

const total = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0);

function isSame(one: PromptMessage, other: PromptMessage | undefined): boolean {
  return one.role === other?.role && one.content === other.content;
}
