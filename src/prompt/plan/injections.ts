import type { PromptRole } from '../../personas/persona.ts';
import type { AuthorsNote, Injection, PlanRequest } from '../plan.ts';
import type { CardTexts } from './card-texts.ts';
import type { OrderedPrompt } from './ordered-prompts.ts';
import { userText } from './user-text.ts';

interface InjectedText {
  content: string;
  depth: number;
  role: PromptRole;
  order: number;
}

/** Where the texts that no preset orders stand among those that it does. */
const DEFAULT_ORDER = 100;
const AT_DEPTH = 4;
/** From top to bottom. */
const ROLES: readonly PromptRole[] = ['assistant', 'user', 'system'];

/** What stands among the messages: one message for each depth, order and role (recorded case 208). */
export function joinInjections(
  request: PlanRequest,
  prompts: readonly OrderedPrompt[],
  depthPrompts: CardTexts['depthPrompts'],
  note: AuthorsNote | undefined,
): Injection[] {
  const texts = [...ofPreset(prompts), ...ofOthers(request, depthPrompts, note)].filter(
    ({ content }) => content.trim() !== '',
  );
  const places = Map.groupBy(texts, ({ depth, order, role }) => `${depth} ${order} ${role}`);
  return [...places.values()]
    .flatMap((group) => {
      const [first] = group;
      return first
        ? [
            {
              ...first,
              content: group
                .map(({ content }) => content)
                .join('\n')
                .trim(),
            },
          ]
        : [];
    })
    .sort(
      (one, other) =>
        other.depth - one.depth || one.order - other.order || ROLES.indexOf(one.role) - ROLES.indexOf(other.role),
    )
    .map(({ depth, role, content }) => ({ depth, message: { role, content } }));
}

function ofPreset(prompts: readonly OrderedPrompt[]): InjectedText[] {
  return prompts.flatMap(({ content, inChat, role }) => (inChat ? [{ content, role, ...inChat }] : []));
}

/** In SillyTavern's order. */
function ofOthers(
  { macros, user, lore }: PlanRequest,
  depthPrompts: CardTexts['depthPrompts'],
  note: AuthorsNote | undefined,
): InjectedText[] {
  const place = (content: string, { depth, role }: { depth: number; role: PromptRole }): InjectedText => ({
    content: content.trim(),
    depth,
    role,
    order: DEFAULT_ORDER,
  });
  return [
    ...(note?.position === 'in-chat' ? [place(note.text, note)] : []),
    ...depthPrompts.map((prompt) => place(prompt.content, prompt)),
    ...(user.position === AT_DEPTH ? [place(userText(user.description.trim(), { user, macros }), user)] : []),
    ...lore.atDepth.map((entry) => place(entry.content, entry)),
  ];
}
