import { type Cut, type Reach, reachBack } from './cut.ts';
import { costOf, type Piece, spokenTokens, sum, type TemplateOverhead, textTokens } from './pieces.ts';
import type { Speakers } from './speakers.ts';
import { shortestForm, truncateMiddle } from './truncate.ts';

/**
 * Of the room for turns and current message: where not all turns fit, an older message that takes more is shortened to
 * this, so that one long message does not make everything before it forgotten.
 */
const LONG_MESSAGE_SHARE = 1 / 4;

export interface Counted {
  content: string;
  /** Raw tokens of the content alone. */
  tokens: number;
}

/** One user message and the reply to it. */
export interface PromptTurn {
  id: string;
  /** Blank if the turn opens without a member's words. */
  user: Counted & { name: string };
  /** The prefix tells who spoke, where the bot speaks as several. */
  reply?: (Counted & { prefix?: string | undefined }) | undefined;
}

export interface HistoryRequest {
  /** Newest first. */
  turns: AsyncIterable<PromptTurn> | Iterable<PromptTurn>;
  /** Raw tokens for all turns. */
  free: number;
  /** Raw tokens for turns and current message. */
  room: number;
  block: number;
  cut: Cut | undefined;
  budget: number;
  overhead: TemplateOverhead;
  speakers: Speakers;
  count: (texts: readonly string[]) => Promise<number[]>;
}

export interface ChosenHistory {
  /** Oldest first. */
  pieces: Piece[];
  reach: Reach;
}

interface Candidate {
  id: string;
  turn: PromptTurn;
  pieces: Piece[];
  /** What the pieces cost at most. */
  tokens: number;
}

/**
 * The turns that a prompt has: whole while all that it should have fits so, else with the long messages among them
 * shortened. Turns and form follow from room and cut alone, so the next prompt finds the same ones.
 */
export async function chooseHistory(request: HistoryRequest): Promise<ChosenHistory> {
  const { free } = request;
  const reader = createReader(request);
  const reachOf = (turns: Candidate[]) => reachBack({ ...request, turns, isAll: reader.isAtEnd() });
  const chosen = (reach: Reach, turns: Candidate[]): ChosenHistory => {
    const used = turns.slice(0, reach.turns).toReversed();
    return { reach, pieces: used.flatMap(({ pieces }) => pieces) };
  };
  try {
    const whole = await reader.readOn([]);
    const wholeReach = reachOf(whole);
    if (wholeReach.kind !== 'new') return chosen(wholeReach, whole);

    const shorten = (candidate: Candidate) => shortened(candidate, request);
    const short = await reader.readOn(await Promise.all(whole.map(shorten)), shorten);
    const reach = reachOf(short);
    const isWhole = reach.turns <= whole.length && totalOf(whole.slice(0, reach.turns)) <= free;
    return chosen(reach, isWhole ? whole : short);
  } finally {
    await reader.close();
  }
}

function createReader({ turns, free, overhead, speakers }: HistoryRequest) {
  const source = Symbol.asyncIterator in turns ? turns[Symbol.asyncIterator]() : turns[Symbol.iterator]();
  let isAtEnd = false;

  /** Turns until they are too much even without their prefixes, which are counted together afterwards. */
  async function readSlab(room: number): Promise<PromptTurn[]> {
    const slab: PromptTurn[] = [];
    let least = 0;
    while (least <= room) {
      const next = await source.next();
      isAtEnd = next.done === true;
      if (next.done) break;
      slab.push(next.value);
      least += sum(spokenTexts(next.value).map((text) => costOf(text, overhead)));
    }
    await speakers.meet(
      slab.map(({ user }) => user.name),
      slab.flatMap(({ reply }) => reply?.prefix ?? []),
    );
    return slab;
  }

  return {
    isAtEnd: () => isAtEnd,
    /** Adds older turns to these until they are more than fit, or all. */
    async readOn(read: Candidate[], formOf?: (candidate: Candidate) => Promise<Candidate>): Promise<Candidate[]> {
      const candidates = [...read];
      let total = totalOf(candidates);
      while (!isAtEnd && total <= free) {
        for (const turn of await readSlab(free - total)) {
          const whole = candidateOf(turn, speakers, overhead);
          const candidate = formOf ? await formOf(whole) : whole;
          candidates.push(candidate);
          total += candidate.tokens;
        }
      }
      return candidates;
    },
    async close() {
      await source.return?.();
    },
  };
}

const isSpoken = (text: Counted | undefined): text is Counted => text !== undefined && text.content.trim() !== '';
const spokenTexts = ({ user, reply }: PromptTurn) => [user, reply].filter(isSpoken);
const totalOf = (candidates: readonly Candidate[]) => sum(candidates.map(({ tokens }) => tokens));

function candidateOf(turn: PromptTurn, speakers: Speakers, overhead: TemplateOverhead): Candidate {
  const { id, user, reply } = turn;
  const pieces: Piece[] = [];
  if (isSpoken(user)) pieces.push(userPiece(user, speakers));
  if (isSpoken(reply)) pieces.push(replyPiece(reply, speakers));
  return { id, turn, pieces, tokens: sum(pieces.map((piece) => costOf(piece, overhead))) };
}

/** Of a speaker who was met. */
export function userPiece({ name, content, tokens }: Counted & { name: string }, speakers: Speakers): Piece {
  return {
    message: { role: 'user', content: speakers.prefix(name) + content },
    tokens: spokenTokens(speakers.tokens(name), { content, tokens }),
  };
}

/** Of a reply whose prefix was met. */
function replyPiece(reply: NonNullable<PromptTurn['reply']>, speakers: Speakers): Piece {
  const { prefix = '', content } = reply;
  const tokens = prefix === '' ? textTokens(reply) : spokenTokens(speakers.tokensOf(prefix), reply);
  return { message: { role: 'assistant', content: prefix + content }, tokens };
}

/** The turn itself if none of its messages is long. */
async function shortened(candidate: Candidate, request: HistoryRequest): Promise<Candidate> {
  const { room, count, speakers, overhead } = request;
  const { turn } = candidate;
  const maxTokens = Math.floor(room * LONG_MESSAGE_SHARE);
  const isLong = (text: Counted) => text.tokens > maxTokens;
  if (!spokenTexts(turn).some(isLong)) return candidate;

  const shorten = async <Text extends Counted>(text: Text): Promise<Text> => {
    if (!isLong(text)) return text;
    const form = await truncateMiddle({ text: text.content, tokens: text.tokens, maxTokens, count });
    if (form) return { ...text, content: form.text, tokens: form.tokens };
    const shortest = shortestForm(text.content);
    const [tokens = text.tokens] = await count([shortest]);
    return { ...text, content: shortest, tokens };
  };
  const user = await shorten(turn.user);
  const reply = turn.reply && (await shorten(turn.reply));
  return candidateOf({ ...turn, user, reply }, speakers, overhead);
}
