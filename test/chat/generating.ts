import type { Choice } from '../../src/chat/choices.ts';
import type { PromptFacts } from '../../src/chat/generate.ts';
import { TurnStopped } from '../../src/chat/stop.ts';
import { CompletionError, type CompletionErrorFacts, type CompletionErrorKind } from '../../src/completions/errors.ts';
import type { CompletionRequest } from '../../src/completions/events.ts';
import type { Model } from '../../src/models/catalog.ts';
import { estimateTokens } from '../../src/models/estimate.ts';
import {
  createScene,
  replyMessage,
  type Scene,
  type SceneOptions,
  STOP,
  type Step,
  textsOf,
  userMessage,
} from './scene.ts';

/** With a reply, it was answered before. */
export type TalkedTurn = [question: string, reply?: string];

export interface GenerateOptions extends Omit<SceneOptions, 'answers'> {
  /** Where it differs from the listed one with 8,000 tokens. */
  model?: Partial<Model>;
  sampling?: Partial<Choice['sampling']>;
  /** Oldest first; the last one is answered. */
  turns?: TalkedTurn[];
  pictures?: { dataUrl: string; tokens: number }[];
  abortAtMs?: number;
  /** Until the look at what has come of it. */
  forMs?: number;
  /** Called when all is ready. */
  prepare?: (scene: Scene) => Promise<void> | void;
}

export interface Generated {
  scene: Scene;
  /** What came, in order: texts, reasoning in brackets, and when the request stood in line. */
  events: string[];
  begun: PromptFacts[];
  /** The reason of the finish, or what was thrown. */
  outcome: unknown;
}

export const OK: Step[] = ['Yes.', STOP];
export const failure = (kind: CompletionErrorKind, facts: CompletionErrorFacts = {}): Step[] => [
  new CompletionError(kind, facts),
];

/** Turns of some 150 tokens each, more than 8,000 in all. */
export const LONG_TURNS: TalkedTurn[] = Array.from({ length: 60 }, (_, index) => [
  `Question ${index} `.repeat(20),
  'An answer. '.repeat(20),
]);

/** Has the newest of these turns answered. */
export async function generate(answers: Step[][], options: GenerateOptions = {}): Promise<Generated> {
  const { turns = [['Hi']], pictures = [], abortAtMs, forMs = 120_000 } = options;
  const scene = await createScene({ ...options, answers });
  await storeTurns(scene, turns);
  const place = { channelId: 'c' };
  const known = await scene.choices.of(place);
  const choice: Choice = {
    ...known,
    model: { ...known.model, contextLength: 8_000, ...options.model },
    sampling: { ...known.sampling, ...options.sampling },
  };
  await options.prepare?.(scene);
  const events: string[] = [];
  const begun: PromptFacts[] = [];
  const controller = new AbortController();
  const last = turns.length - 1;
  const outcome = scene
    .generate({
      conversationId: 'c',
      user: userMessage(`${last}`, turns[last]?.[0] ?? ''),
      place,
      choice,
      upstream: scene.operator,
      pictures: pictures.map(({ dataUrl, tokens }) => ({ tokens, load: () => Promise.resolve(dataUrl) })),
      isRepeat: false,
      signal: controller.signal,
      onText(text) {
        events.push(text);
        return false;
      },
      onReasoning: (text) => events.push(`(${text})`),
      onEntered: () => {},
      onWaiting: (waiting) => events.push(`waits: ${JSON.stringify(waiting.place())}`),
      onStart: () => events.push(`starts at ${scene.clock.now()}`),
      onBegun: (facts) => begun.push(facts),
    })
    .catch((error: unknown) => error);
  if (abortAtMs !== undefined) {
    if (abortAtMs > 0) await scene.clock.advance(abortAtMs);
    controller.abort(new TurnStopped('member'));
  }
  await scene.clock.advance(forMs);
  return { scene, events, begun, outcome: await outcome };
}

/** Messages as they were stored before anything was counted. */
export async function storeTurns(scene: Scene, turns: TalkedTurn[]): Promise<void> {
  for (const [index, [question, reply]] of turns.entries()) {
    const inFlight = { replyId: `r${index}`, userMessageId: `u${index}`, startedAt: 0, place: null };
    await scene.history.beginTurn('c', { message: userMessage(`${index}`, question), inFlight });
    if (reply !== undefined) await scene.history.storeReply('c', replyMessage(`${index}`, reply));
    await scene.history.endTurn('c', `r${index}`);
  }
}

/** More than any template puts around one message here. */
const TEMPLATE_TOKENS = 6;

export const rolesOf = ({ messages }: CompletionRequest) => messages.map(({ role }) => role);

/** Not below what the prompt takes. */
export const promptTokensOf = (request: CompletionRequest) =>
  textsOf(request).reduce((total, text) => total + estimateTokens(text) + TEMPLATE_TOKENS, 0);
