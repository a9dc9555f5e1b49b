import { type HistoryMessage, messageOf, nameOf } from './layout/spoken.ts';
import { squashSystem } from './layout/squash.ts';
import type { Injection, PlannedMessage, PromptPlan } from './plan.ts';
import type { Preset } from './preset.ts';

export type { HistoryMessage } from './layout/spoken.ts';

export interface LayoutRequest {
  plan: PromptPlan;
  /** Oldest first, without hidden ones. */
  history: readonly HistoryMessage[];
  preset: Pick<Preset, 'namesBehavior' | 'squashesSystem' | 'texts'>;
  userName: string;
  isGroup: boolean;
}

/** A message, and whether it only says where something begins or who is to speak. */
export interface LaidOut {
  message: PlannedMessage;
  isMarker: boolean;
}

/** The whole list as SillyTavern 1.18 sends it, all of the history in it. What people and models wrote stays as it is. */
export function layOut(request: LayoutRequest): PlannedMessage[] {
  const { plan, preset } = request;
  const { conversation, moved } = placeHistory(request);
  const history: LaidOut[] = [
    ...markers([{ role: 'system', content: plan.newChat }]),
    ...plain(conversation),
    ...markers(plan.historyEnd),
  ];
  const slots = plan.slots.flatMap((slot): LaidOut[] => {
    if (slot.kind === 'history') return history;
    if (slot.kind === 'text') return plain([slot.message]);
    return slot.blocks.flat().map((message) => ({ message, isMarker: message.name === undefined }));
  });
  const tail = plan.continuation === 'prefill' ? [...plan.tail, ...moved] : [...moved, ...plan.tail];
  const all = [...slots, ...plain(tail)].filter(({ message }) => message.content !== '');
  return (preset.squashesSystem ? squashSystem(all) : all).map(({ message }) => message);
}

/** The history with what is injected into it, and its newest message if that stands elsewhere. */
function placeHistory({ plan, history, preset, userName, isGroup }: LayoutRequest): {
  conversation: PlannedMessage[];
  moved: PlannedMessage[];
} {
  const spoken = history.map((message) => messageOf(message, { ...preset, userName, isGroup }));
  const last = spoken.at(-1);
  const isMoved = plan.continuation !== undefined && last !== undefined;
  const counted = plan.continuation === 'prefill' ? spoken.slice(0, -1) : spoken;
  const conversation = inject(counted, plan.injections, isMoved && plan.continuation === 'nudge' ? last : undefined);
  const isTwice = conversation.at(-1)?.role === 'assistant' && preset.texts.sendIfEmpty !== '';
  if (isTwice) conversation.push({ role: 'user', content: preset.texts.sendIfEmpty });
  // The message that a nudge follows has lost its name on the way (SillyTavern).
  const named = (message: PlannedMessage) => ({ ...message, name: nameOf(message, preset.namesBehavior) });
  const moved = plan.continuation === 'prefill' ? named : withoutName;
  return { conversation: conversation.map(named), moved: isMoved ? [moved(last)] : [] };
}

/** @param left Leaves the list once it has been counted. */
function inject(
  spoken: readonly PlannedMessage[],
  injections: readonly Injection[],
  left: PlannedMessage | undefined,
): PlannedMessage[] {
  const at = Map.groupBy(injections, ({ depth }) => Math.max(0, spoken.length - depth));
  const injected = (index: number) => (at.get(index) ?? []).map(({ message }) => message);
  const conversation = spoken.flatMap((message, index) => [...injected(index), ...(message === left ? [] : [message])]);
  return [...conversation, ...injected(spoken.length)];
}

const withoutName = ({ role, content }: PlannedMessage): PlannedMessage => ({ role, content });
const plain = (messages: readonly PlannedMessage[]): LaidOut[] =>
  messages.map((message) => ({ message, isMarker: false }));
const markers = (messages: readonly PlannedMessage[]): LaidOut[] =>
  messages.map((message) => ({ message, isMarker: true }));
