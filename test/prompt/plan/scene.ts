import type { Persona } from '../../../src/personas/persona.ts';
import { createMacros, type MacroContext } from '../../../src/prompt/macros.ts';
import { NO_LORE } from '../../../src/prompt/plan/no-lore.ts';
import { type PlanRequest, type PromptPlan, planPrompt } from '../../../src/prompt/plan.ts';
import { DEFAULT_PRESET } from '../../../src/prompt/preset.ts';
import { macroContext } from '../macros/support.ts';

export function persona(changes: Partial<Persona> = {}): Persona {
  return {
    name: 'Wren',
    description: '',
    personality: '',
    scenario: '',
    firstMessage: '',
    alternateGreetings: [],
    groupOnlyGreetings: [],
    exampleDialogue: '',
    systemPrompt: '',
    postHistoryInstructions: '',
    talkativeness: 0.5,
    creatorNotes: '',
    creator: '',
    characterVersion: '',
    tags: [],
    ...changes,
  };
}

/** Robin speaks with Wren, without any text but the default preset's. */
export function planRequest(changes: Partial<PlanRequest> = {}, context: Partial<MacroContext> = {}): PlanRequest {
  return {
    persona: persona(),
    user: { name: 'Robin', description: '', position: 0, depth: 2, role: 'system' },
    preset: DEFAULT_PRESET,
    userMessageCount: 1,
    lore: NO_LORE,
    generation: 'normal',
    macros: createMacros(macroContext(context)),
    overrides: { prefersCardPrompt: true, prefersCardPostHistory: true },
    ...changes,
  };
}

/** The slots of a plan in readable lines. */
export function slotLines(plan: PromptPlan): string[] {
  return plan.slots.flatMap((slot) => {
    if (slot.kind === 'history') return ['(history)'];
    if (slot.kind === 'text') return [`${slot.name} | ${slot.message.role}: ${slot.message.content}`];
    return slot.blocks.map((block) => block.map(({ name, content }) => `${name ?? 'heading'}: ${content}`).join(' / '));
  });
}

export function slotsFor(changes: Partial<PlanRequest>, context: Partial<MacroContext> = {}): string[] {
  return slotLines(planPrompt(planRequest(changes, context)));
}

export function injectionsFor(changes: Partial<PlanRequest>): string[] {
  return planPrompt(planRequest(changes)).injections.map(
    ({ depth, message }) => `${depth} ${message.role}: ${message.content}`,
  );
}
