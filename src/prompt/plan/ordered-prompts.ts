import type { AuthorsNote, PlanRequest } from '../plan.ts';
import type { PresetPrompt } from '../preset.ts';
import type { CardTexts } from './card-texts.ts';
import { userText } from './user-text.ts';

/** A prompt of the preset with what it says this time; in the order of the preset. */
export type OrderedPrompt = Omit<PresetPrompt, 'triggers'>;

const IN_PROMPT = 0;

export function orderPrompts(request: PlanRequest, texts: CardTexts, note: AuthorsNote | undefined): OrderedPrompt[] {
  const ordered = ofPreset(request);
  for (const [identifier, content] of markedTexts(request, texts)) fill(request, ordered, identifier, content);
  return withNoteInChat(ordered, note);
}

/** A `main` that is off stays as an empty anchor for the note (recorded case 015). */
function ofPreset(request: PlanRequest): OrderedPrompt[] {
  const { preset, generation } = request;
  const byIdentifier = new Map(preset.prompts.map((prompt) => [prompt.identifier, prompt]));
  const ordered = new Map<string, OrderedPrompt>();
  for (const { identifier, isEnabled } of preset.order) {
    const prompt = byIdentifier.get(identifier);
    if (!prompt || ordered.has(identifier)) continue;
    const { triggers, ...rest } = prompt;
    const isTriggered = triggers.length === 0 || triggers.includes(generation);
    if (isEnabled && isTriggered) ordered.set(identifier, { ...rest, content: contentOf(request, prompt) });
    else if (!isEnabled && identifier === 'main') ordered.set(identifier, { ...rest, content: '' });
  }
  return [...ordered.values()];
}

/** The preset's text, or the card's own in its place, which may quote it. */
function contentOf(request: PlanRequest, { identifier, content, forbidsOverrides }: PresetPrompt): string {
  const { macros, lore } = request;
  const isSuppressed =
    (identifier === 'main' && lore.disabledPrompts.includes('system_prompt')) ||
    (identifier === 'jailbreak' && lore.disabledPrompts.includes('post_history_instructions'));
  const original = isSuppressed ? '' : content;
  const own = forbidsOverrides ? '' : ownPrompt(request, identifier);
  if (own === '') return macros.expand(original);
  return macros.expand(own, { isCardText: true, original }).replaceAll('\r', '');
}

function ownPrompt({ overrides, persona, chatTexts }: PlanRequest, identifier: string): string {
  if (identifier === 'main' && overrides.prefersCardPrompt) {
    return (chatTexts?.systemPrompt || persona.systemPrompt).trim();
  }
  const isPostHistory = identifier === 'jailbreak' && overrides.prefersCardPostHistory;
  return isPostHistory ? persona.postHistoryInstructions.trim() : '';
}

/** What stands in the place of the markers, in the order in which those that the preset's order lacks are added at the end. */
function markedTexts({ preset, macros, lore, user }: PlanRequest, texts: CardTexts): [string, string][] {
  const { personality, scenario } = texts;
  // A group's texts are joined, and a conversation may have its own: the macros may know the speaker's card alone.
  const extras = { personality, charPersonality: personality, scenario, charScenario: scenario };
  const formatted = (text: string, format: string) =>
    text === '' || format === '' ? text : macros.expand(format, { extras });
  const world = (text: string) => {
    const { worldInfoFormat } = preset.texts;
    if (text === '') return '';
    return worldInfoFormat.trim() === '' ? text : macros.expand(worldInfoFormat).replaceAll('{0}', () => text);
  };
  return [
    ['worldInfoBefore', world(lore.before)],
    ['worldInfoAfter', world(lore.after)],
    ['charDescription', texts.description],
    ['charPersonality', formatted(personality, preset.texts.personalityFormat)],
    ['scenario', formatted(scenario, preset.texts.scenarioFormat)],
    ...(user.position === IN_PROMPT && user.description !== ''
      ? [['personaDescription', userText(user.description, { user, macros })] satisfies [string, string]]
      : []),
  ];
}

function fill({ preset }: PlanRequest, ordered: OrderedPrompt[], identifier: string, content: string): void {
  const index = ordered.findIndex((prompt) => prompt.identifier === identifier);
  const found = ordered[index];
  if (found) ordered[index] = { ...found, content };
  else if (!preset.order.some((entry) => entry.identifier === identifier)) {
    const name = preset.prompts.find((prompt) => prompt.identifier === identifier)?.name ?? identifier;
    ordered.push({ identifier, name, role: 'system', content, forbidsOverrides: false });
  }
}

/** A note before or after a `main` that stands in the chat goes there with it (recorded case 081). */
function withNoteInChat(ordered: readonly OrderedPrompt[], note: AuthorsNote | undefined): OrderedPrompt[] {
  return ordered.flatMap((prompt) => {
    if (prompt.identifier !== 'main' || !prompt.inChat || !note || note.position === 'in-chat') return [prompt];
    const placed = { ...prompt, identifier: 'authorsNote', name: "author's note", role: note.role, content: note.text };
    return note.position === 'before-main' ? [placed, prompt] : [prompt, placed];
  });
}
