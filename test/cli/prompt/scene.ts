import { readCase } from '../../../src/cli/prompt/case.ts';
import { replayCase } from '../../../src/cli/prompt/replay.ts';
import type { PlannedMessage } from '../../../src/prompt/plan.ts';

type Json = Record<string, unknown>;

export const wren = (changes: Json = {}) => ({
  spec: 'chara_card_v2',
  data: { name: 'Wren', first_mes: 'Hello, {{user}}.', ...changes },
});

/** A case of a member called Robin and Wren, in a fresh chat. */
export function caseOf({ settings = {}, ...input }: Json): Json {
  return { settings, input: { cards: [wren()], persona: { name: 'Robin' }, ...input } };
}

/** The requests of all steps in a row, without the main prompt and the mark of the beginning; chance is always 0.5. */
export async function requestsOf(input: Json): Promise<string[][]> {
  const requests = await replayCase(readCase(caseOf(input)), {
    clock: { now: Date.UTC(2026, 10, 23), utcOffsetMinutes: 0 },
    random: () => 0.5,
    count: async (texts) => texts.map(({ length }) => length),
    regex: { test: async (patterns) => patterns.map(() => false) },
  });
  return requests.flat().map(linesOf);
}

function linesOf(messages: readonly PlannedMessage[]): string[] {
  return messages
    .filter(({ content }) => !content.startsWith('Write ') && !content.startsWith('[Start '))
    .map(({ role, content }) => `${role}: ${content}`);
}
