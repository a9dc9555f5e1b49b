import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../core/clock.ts';
import type { TokenCounter } from '../models/tokens.ts';
import { emotionInstruction } from '../personas/expressions.ts';
import type { LoreScanField } from '../personas/lorebook.ts';
import type { PromptFrame } from '../prompt/assemble.ts';
import type { GenerationKind } from '../prompt/generation.ts';
import { type ActiveLore, activateLore, DEFAULT_LORE_SETTINGS, type LoreSource } from '../prompt/lorebook.ts';
import { planPrompt } from '../prompt/plan.ts';
import { DEFAULT_PRESET } from '../prompt/preset.ts';
import type { RegexGuard } from '../prompt/regex-guard.ts';
import type { History, StoredMessage } from '../storage/history.ts';
import type { Scene, SceneStore } from '../storage/scenes.ts';
import type { Choice } from './choices.ts';
import { frameOf, withCue } from './frame-of-plan.ts';
import type { Lorebooks } from './lorebooks.ts';
import type { LoadedPersona } from './personas.ts';
import type { Place } from './place.ts';
import type { Players } from './players.ts';
import { type SceneChanges, stateOf, timedAfter, withChanges } from './scene-changes.ts';
import { countScene } from './scene-counts.ts';
import { sceneMacros } from './scene-macros.ts';
import { spokenBefore } from './spoken.ts';
import type { TextCounts } from './text-counts.ts';

/** Who speaks, among whom, and what for. */
export interface Speaking {
  speaker: LoadedPersona;
  /** All that play here, the speaker among them. */
  members: readonly LoadedPersona[];
  generation: GenerationKind;
  /** Emotions that the speaker has pictures for, if they are shown. */
  emotions?: readonly string[] | undefined;
}

export interface SceneRequest {
  conversationId: string;
  place: Place;
  speaking: Speaking;
  user: StoredMessage;
  /** The reply that goes on, of a `continue`. */
  continued?: StoredMessage | undefined;
  choice: Choice;
  counter: TokenCounter;
}

export interface PreparedScene {
  frame: PromptFrame;
  /** Nobody else speaks under these names. */
  ownNames: string[];
  lore: ActiveLore;
  /** Keeps what lore and macros have changed. */
  settle(): Promise<void>;
}

/** What a persona's prompt has around the conversation. */
export interface ScenePrompts {
  prepare(request: SceneRequest): Promise<PreparedScene>;
  /** Texts of the speaker's card as the speaker would say them now. */
  expand(
    request: Pick<SceneRequest, 'conversationId' | 'speaking' | 'user'>,
    texts: readonly string[],
  ): Promise<string[]>;
}

export interface ScenePromptsOptions {
  history: Pick<History, 'newest' | 'summary'>;
  scenes: SceneStore;
  lorebooks: Pick<Lorebooks, 'sources'>;
  players: Pick<Players, 'describe'>;
  regex: Pick<RegexGuard, 'of'>;
  clock: Clock;
  random: () => number;
  /** What no card can override. */
  safetyPrompt: string;
  textCounts: TextCounts;
}

const LORE_MESSAGES_MAX = 1_000;
const SUITABLE_FOR_ALL = 'Readers of every age are here: keep everything suitable for them.';

export function createScenePrompts(options: ScenePromptsOptions): ScenePrompts {
  const { history, scenes, lorebooks, players, regex, clock, random, safetyPrompt, textCounts } = options;

  return {
    expand,
    async prepare(request) {
      const { conversationId, place, speaking, user, continued, choice, counter } = request;
      const { speaker, members, generation, emotions = [] } = speaking;
      const { persona } = speaker;
      const scene = await scenes.read(conversationId);
      const sources = await lorebooks.sources(place, speaker);
      const spoken = await spokenBefore(history, request, depthOf(sources));
      const isGroup = members.length > 1;
      const description = await players.describe(user.author.id, spoken.memberIds);
      const counts = await countScene(history, { ...request, needsReplies: needsReplies(scene, sources) });
      const before = stateOf(scene);
      const variables = { local: new Map(Object.entries(before.variables)), global: new Map<string, string>() };
      const userName = user.author.name;
      const outlets: Record<string, string> = {};
      const macros = sceneMacros({
        conversationId,
        speaking,
        user,
        spoken,
        description,
        messageCount: counts.messages,
        variables,
        outlets,
        now: clock.now(),
        random,
        environment: {
          model: choice.model.id,
          maxPrompt: choice.model.contextLength - choice.sampling.maxReplyTokens,
          maxContext: choice.model.contextLength,
          maxResponse: choice.sampling.maxReplyTokens,
          generation,
        },
      });
      const expand = (text: string) => macros.expand(text, { isCardText: true });
      const lore = await activateLore({
        sources,
        settings: DEFAULT_LORE_SETTINGS,
        messages: spoken.messages,
        messageCount: counts.messages,
        assistantMessageCount: counts.replies,
        fields: fieldsFor(sources, {
          personaDescription: () => description,
          characterDescription: () => expand(persona.description),
          characterPersonality: () => expand(persona.personality),
          characterDepthPrompt: () => expand(persona.depthPrompt?.prompt ?? ''),
          scenario: () => expand(persona.scenario),
          creatorNotes: () => persona.creatorNotes,
        }),
        injectedTexts: [],
        contextTokens: choice.model.contextLength,
        count: textCounts.of(counter),
        expand: (text) => macros.expand(text, { isLore: true }),
        timed: before.timed,
        generation,
        ...(scene?.greeting === undefined ? {} : { greetingIndex: scene.greeting }),
        character: { name: persona.name, tags: persona.tags },
        random,
        regex: regex.of(place.guildId ?? user.author.id),
      });
      Object.assign(outlets, lore.outlets);
      const plan = planPrompt({
        persona,
        ...(isGroup
          ? {
              group: {
                members: members.map((member) => member.persona),
                muted: [],
                mode: 'swap' as const,
                joinPrefix: '',
                joinSuffix: '',
              },
            }
          : {}),
        user: { name: userName, description, isLiteral: true, position: 0, depth: 2, role: 'system' },
        preset: DEFAULT_PRESET,
        ...(scene?.note ? { note: scene.note } : {}),
        userMessageCount: counts.members,
        lore,
        generation,
        ...(continued ? { continuedText: continued.content } : {}),
        macros,
        overrides: { prefersCardPrompt: true, prefersCardPostHistory: true },
      });
      const frame = frameOf(plan, {
        names: { user: userName, char: speaker.name, members: members.map(({ name }) => name) },
        safetyPrompt: place.isAgeRestricted ? safetyPrompt : `${safetyPrompt} ${SUITABLE_FOR_ALL}`,
        continued: continued?.content,
        extra: emotions.length > 0 ? [{ name: 'emotions', content: macros.expand(emotionInstruction(emotions)) }] : [],
      });
      return {
        frame: user.content.trim() === '' ? withCue(frame, macros.expand(DEFAULT_PRESET.texts.groupNudge)) : frame,
        ownNames: members.map(({ name }) => name),
        lore,
        async settle() {
          const timed = timedAfter(before.timed, lore.timed, counts);
          await settle(conversationId, { before, after: { timed, variables: Object.fromEntries(variables.local) } });
        },
      };
    },
  };

  async function expand(
    { conversationId, speaking, user }: Pick<SceneRequest, 'conversationId' | 'speaking' | 'user'>,
    texts: readonly string[],
  ): Promise<string[]> {
    const spoken = await spokenBefore(history, { conversationId, user }, 0);
    const description = await players.describe(user.author.id, spoken.memberIds);
    // Each text begins alike, whatever macros of the others would have changed.
    return texts.map((text) => {
      const macros = sceneMacros({
        conversationId,
        speaking,
        user,
        spoken,
        description,
        messageCount: spoken.messages.length,
        variables: { local: new Map(), global: new Map() },
        outlets: {},
        now: clock.now(),
        random,
        environment: { model: '', maxPrompt: 0, maxContext: 0, maxResponse: 0, generation: speaking.generation },
      });
      return macros.expand(text, { isCardText: true });
    });
  }

  async function settle(conversationId: string, changes: SceneChanges): Promise<void> {
    if (isDeepStrictEqual(changes.before, changes.after)) return;
    await scenes.update(conversationId, (scene) => {
      const changed = withChanges(stateOf(scene), changes);
      return { isRoleplay: false, personas: [], speaking: 'natural', at: clock.now(), ...scene, ...changed };
    });
  }
}

/** Replies are counted for the author's note and for decorators. */
function needsReplies(scene: Scene | undefined, sources: readonly LoreSource[]): boolean {
  return (
    (scene?.note?.interval ?? 1) > 1 ||
    sources.some(({ book }) => book.entries.some(({ content }) => content.startsWith('@@')))
  );
}

/** The fields that entries look at. Others are not expanded for them: each time a macro runs, it may change a variable. */
function fieldsFor(
  sources: readonly LoreSource[],
  texts: Record<LoreScanField, () => string>,
): Partial<Record<LoreScanField, string>> {
  const scanned = new Set(sources.flatMap(({ book }) => book.entries.flatMap(({ alsoScans }) => alsoScans)));
  return Object.fromEntries([...scanned].map((field) => [field, texts[field]()]));
}

/** How far back any entry looks. */
function depthOf(sources: readonly LoreSource[]): number {
  const depths = sources.flatMap(({ book }) => [
    book.scanDepth ?? 0,
    ...book.entries.map(({ scanDepth = 0 }) => scanDepth),
  ]);
  const deepest = depths.reduce((most, depth) => Math.max(most, depth), DEFAULT_LORE_SETTINGS.depth);
  return Math.min(LORE_MESSAGES_MAX, deepest);
}
