import type { AssembledPrompt, PromptRequest, PromptTurn } from '../../src/prompt/assemble.ts';

/** Joined texts cost as much as messages of their own, so sums are easy. */
export const OVERHEAD = { perMessage: 5, perPrompt: 3 };
/** What a user message takes beside its words. */
export const ALICE = 'Alice: '.length + 2;

/** A token for each UTF-16 unit. */
export const countCharacters = async (texts: readonly string[]) => texts.map((text) => text.length);

export const counted = (content: string) => ({ content, tokens: content.length });

export function requestOf(overrides: Partial<PromptRequest> = {}): PromptRequest {
  return {
    mandatory: [{ name: 'instructions', content: 'Be kind.' }],
    turns: [],
    current: { name: 'Alice', content: 'Hello' },
    contextLength: 1_000,
    maxReplyTokens: 300,
    count: countCharacters,
    scale: { ratio: 1, extra: 0 },
    overhead: OVERHEAD,
    roles: { mode: 'merge', system: true },
    ...overrides,
  };
}

export function turnOf(id: number | string, question = `question ${id}`, answer?: string): PromptTurn {
  const reply = answer === undefined ? counted(`answer ${id}`) : counted(answer);
  return { id: String(id), user: { name: 'Alice', ...counted(question) }, reply };
}

export const contentsOf = ({ messages }: AssembledPrompt) => messages.map(({ content }) => content);
