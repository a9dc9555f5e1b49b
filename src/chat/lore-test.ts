import type { Clock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';
import type { LorebookRef } from '../core/refs.ts';
import type { Tokenizers } from '../models/tokens.ts';
import type { LoreEntry } from '../personas/lorebook.ts';
import type { PromptRole } from '../personas/persona.ts';
import { takeDecorators } from '../prompt/lorebook/decorators.ts';
import { DEFAULT_LORE_SETTINGS, type LorePlace, type LoreReportLine, type LoreSource } from '../prompt/lorebook.ts';
import type { History, StoredMessage } from '../storage/history.ts';
import type { SceneStore } from '../storage/scenes.ts';
import type { Casting } from './casting.ts';
import type { Choices } from './choices.ts';
import { createWatchedRegex } from './lore-test-regex.ts';
import type { Lorebooks } from './lorebooks.ts';
import { nextSpeakers } from './next-speakers.ts';
import type { LoadedPersona } from './personas.ts';
import type { Place } from './place.ts';
import type { Players } from './players.ts';
import { createScenePrompts } from './scene-prompt.ts';
import { createTextCounts, type TextCounts } from './text-counts.ts';

export interface LoreTestOptions {
  history: Pick<History, 'newest' | 'summary'>;
  scenes: Pick<SceneStore, 'read'>;
  lorebooks: Pick<Lorebooks, 'load' | 'sources'>;
  casting: Pick<Casting, 'of'>;
  players: Players;
  choices: Pick<Choices, 'of'>;
  tokenizers: Tokenizers;
  clock: Clock;
}

export interface LoreTestRequest {
  conversationId: string;
  place: Place;
  person: { id: string; name: string };
  /** What the person would say. */
  text: string;
  /** The only lorebook that is looked at; without it, all that hold in the place. */
  only?: LorebookRef | undefined;
}

export interface LoreTest {
  /** Who would read the entries; undefined where no persona speaks, and so none would be read. */
  speaker: string | undefined;
  books: { name: string; entries: LoreEntry[] }[];
  /** As the activation reports them: the active ones first. */
  lines: LoreTestLine[];
  /** Of the active entries. */
  tokens: number;
  budgetTokens: number;
  /** Regular expressions that took too long and so do not count, as `/source/flags`. */
  slowKeys: string[];
  /** How many of them were not tried any more after those. */
  untriedKeys: number;
}

export interface LoreTestLine extends LoreReportLine {
  bookName: string;
  entry: LoreEntry;
  /** Only the contents of other entries call it. */
  isByRecursion: boolean;
  role: PromptRole;
  /** In messages, for the position at depth. */
  depth: number;
  /** Of a decorator: goes before the position. */
  place: LorePlace | undefined;
}

/** Whatever has a chance has it: so small that only a probability of 0 is below. */
const ALWAYS = Number.MIN_VALUE;
const NOBODY: LoadedPersona = {
  ref: 'built-in:nobody',
  name: 'Nobody',
  persona: {
    name: 'Nobody',
    description: '',
    personality: '',
    scenario: '',
    firstMessage: '',
    alternateGreetings: [],
    groupOnlyGreetings: [],
    exampleDialogue: '',
    systemPrompt: '',
    postHistoryInstructions: '',
    talkativeness: 0,
    creatorNotes: '',
    creator: '',
    characterVersion: '',
    tags: [],
  },
  isAdult: false,
  expressions: {},
};

/**
 * Which entries would be active if somebody said this now: found as for a reply, but nothing is stored, and every chance
 * comes true.
 *
 * @throws UserError if the lorebook was deleted, no model is known, or the persona may not speak in the place
 */
export async function testLore(options: LoreTestOptions, request: LoreTestRequest): Promise<LoreTest> {
  const { lorebooks, choices, tokenizers } = options;
  const { place, only } = request;
  const choice = await choices.of(place);
  const { speaker, members } = await speakersOf(options, request);
  const sources = only === undefined ? await lorebooks.sources(place, speaker) : [await sourceOf(options, only)];
  await tokenizers.load(choice.model.tokenizer);
  const regex = createWatchedRegex(options);
  const textCounts = createTextCounts();
  try {
    const user = await saidBy(options, request);
    const reportWith = async (seen: LoreSource[]) => {
      const { lore } = await promptsWith(options, { sources: seen, user, regex, textCounts }).prepare({
        conversationId: request.conversationId,
        place,
        speaking: { speaker: speaker ?? NOBODY, members: speaker ? members : [NOBODY], generation: 'normal' },
        user,
        choice,
        counter: tokenizers.counterFor(choice.model.tokenizer),
      });
      return lore.report;
    };
    const report = await reportWith(sources);
    const byText = new Set((await reportWith(sources.map(withoutRecursion))).map(keyOf));
    const lines = linesOf(report, { sources, byText });
    const active = lines.filter(({ outcome }) => outcome === 'active');
    return {
      speaker: speaker?.name,
      books: sources.map(({ book }) => ({ name: book.name, entries: book.entries })),
      lines,
      tokens: active.reduce((sum, { tokens }) => sum + tokens, 0),
      budgetTokens: Math.round((choice.model.contextLength * DEFAULT_LORE_SETTINGS.budgetPercent) / 100),
      slowKeys: regex.slow(),
      untriedKeys: regex.untried(),
    };
  } finally {
    await regex.close();
  }
}

/** Who would reply: of several, one that the text names. */
async function speakersOf({ casting }: LoreTestOptions, { place, text }: LoreTestRequest) {
  const { members } = await casting.of(place);
  const [ref] = nextSpeakers({
    personas: members.map(({ ref, name, persona }) => ({ ref, name, talkativeness: persona.talkativeness })),
    speaking: 'natural',
    text,
    isByMember: true,
    random: () => 0,
  });
  return { members, speaker: members.find((member) => member.ref === ref) };
}

async function sourceOf({ lorebooks }: LoreTestOptions, ref: LorebookRef): Promise<LoreSource> {
  const book = await lorebooks.load(ref);
  if (!book) throw new UserError('missing', 'This lorebook was deleted. `/lorebook list` shows those that are there.');
  return { id: ref, kind: 'chat', book };
}

async function saidBy({ players, clock }: LoreTestOptions, { person, text }: LoreTestRequest): Promise<StoredMessage> {
  const author = { id: person.id, name: await players.nameOf(person) };
  return { id: 'tested', role: 'user', author, content: text, discordMessageIds: [], at: clock.now() };
}

/** The prompts of the place as if the message had been said. */
function promptsWith(
  { history, scenes, players, clock }: LoreTestOptions,
  {
    sources,
    user,
    regex,
    textCounts,
  }: {
    sources: LoreSource[];
    user: StoredMessage;
    regex: ReturnType<typeof createWatchedRegex>;
    textCounts: TextCounts;
  },
) {
  return createScenePrompts({
    history: {
      async *newest(conversationId) {
        yield { user };
        yield* history.newest(conversationId);
      },
      async summary(conversationId) {
        const summary = await history.summary(conversationId);
        return { ...summary, messages: summary.messages + 1 };
      },
    },
    scenes: { read: scenes.read, update: async () => ({}) },
    lorebooks: { sources: async () => sources },
    players,
    regex,
    clock,
    random: () => ALWAYS,
    safetyPrompt: '',
    textCounts,
  });
}

function withoutRecursion(source: LoreSource): LoreSource {
  return { ...source, book: { ...source.book, recursive: false } };
}

function keyOf({ sourceId, entryId }: Pick<LoreReportLine, 'sourceId' | 'entryId'>): string {
  return `${sourceId}.${entryId}`;
}

/** Lines with the entries that they are of; a book may have thousands. */
function linesOf(
  report: readonly LoreReportLine[],
  { sources, byText }: { sources: readonly LoreSource[]; byText: ReadonlySet<string> },
): LoreTestLine[] {
  const found = new Map(
    sources.flatMap(({ id, book }) =>
      book.entries.map(
        (entry) => [keyOf({ sourceId: id, entryId: entry.id }), { bookName: book.name, entry }] as const,
      ),
    ),
  );
  return report.flatMap((line) => {
    const one = found.get(keyOf(line));
    if (!one) return [];
    const { entry } = one;
    const { place, depth = entry.depth, role = entry.role } = takeDecorators(entry.content).decorators;
    return [{ ...line, ...one, isByRecursion: !byText.has(keyOf(line)), role, depth, place }];
  });
}
