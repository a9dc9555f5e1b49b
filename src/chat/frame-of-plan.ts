import type { PromptFrame, PromptText } from '../prompt/assemble.ts';
import type { PlannedMessage, PromptPlan } from '../prompt/plan.ts';
import type { PromptMessage } from '../prompt/roles.ts';

export interface FrameOfPlanOptions {
  /** Who spoke in example dialogue: the API takes no names beside the text. */
  names: { user: string; char: string; members: readonly string[] };
  safetyPrompt: string;
  continued: string | undefined;
  /** Further things that the model is told, in front of the conversation. */
  extra: readonly PromptText[];
}

/** A plan as what `assemblePrompt` fills with the conversation; the safety prompt stands before all that a card says. */
export function frameOf(plan: PromptPlan, { names, safetyPrompt, continued, extra }: FrameOfPlanOptions): PromptFrame {
  const historyAt = plan.slots.findIndex(({ kind }) => kind === 'history');
  const at = historyAt === -1 ? plan.slots.length : historyAt;
  const spoken = (message: PlannedMessage) => withName(message, names);
  const textsOf = (slots: PromptPlan['slots']): PromptText[] =>
    slots.flatMap((slot) => {
      if (slot.kind === 'text') return [{ name: slot.name, ...spoken(slot.message) }];
      return slot.kind === 'examples'
        ? slot.blocks.flat().map((message) => ({ name: 'examples', ...spoken(message) }))
        : [];
    });
  const before = plan.slots.slice(0, at);
  const isExamples = (slot: PromptPlan['slots'][number]) => slot.kind === 'examples';
  const named = (name: string) => (message: PlannedMessage) => ({ name, ...spoken(message) });
  return {
    mandatory: [
      { name: 'safety', content: safetyPrompt },
      ...textsOf(before.filter((slot) => !isExamples(slot))),
      ...extra,
    ],
    examples: before.flatMap((slot) => (slot.kind === 'examples' ? slot.blocks.map((block) => block.map(spoken)) : [])),
    ...(plan.newChat === '' ? {} : { start: { name: 'start', content: plan.newChat } }),
    injections: plan.injections.map(({ depth, message }) => ({ depth, message: spoken(message) })),
    closing: [...plan.historyEnd.map(named('group')), ...textsOf(plan.slots.slice(at + 1))],
    continued,
    ending: plan.tail.map(named('ending')),
  };
}

/** Where no member has said anything to reply to, the model is told whose words to write. */
export function withCue(frame: PromptFrame, cue: string): PromptFrame {
  const isAsked = [...(frame.closing ?? []), ...(frame.ending ?? [])].length > 0;
  return isAsked ? frame : { ...frame, ending: [{ name: 'ending', content: cue }] };
}

function withName({ role, content, name }: PlannedMessage, names: FrameOfPlanOptions['names']): PromptMessage {
  const speaker = name === 'example_user' ? names.user : name === 'example_assistant' ? names.char : undefined;
  // Among several, the examples name their speakers themselves.
  const isNamed = names.members.some((member) => content.startsWith(`${member}: `));
  return { role, content: speaker === undefined || isNamed ? content : `${speaker}: ${content}` };
}
