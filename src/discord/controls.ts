import { type APIButtonComponentWithCustomId, ButtonStyle, ComponentType } from 'discord.js';
import type { ReplyControl } from '../chat/reply-target.ts';

type Look = Omit<APIButtonComponentWithCustomId, 'type' | 'custom_id'>;

const { Primary, Secondary } = ButtonStyle;

const BUTTONS: Record<ReplyControl['action'], Look> = {
  stop: { label: 'Stop', style: Secondary },
  retry: { label: 'Retry', style: Primary },
  reasoning: { label: 'Reasoning', style: Secondary },
  'swipe-back': { label: '◀', style: Secondary },
  'swipe-count': { label: '1/1', style: Secondary, disabled: true },
  'swipe-on': { label: '▶', style: Secondary },
  again: { label: 'Regenerate', style: Secondary },
  continue: { label: 'Continue', style: Secondary },
  edit: { label: 'Edit', style: Secondary },
  delete: { label: 'Delete', style: Secondary },
};
const MAX_IN_ROW = 5;

/** The buttons below a message, as Discord's API takes them; those that turn between versions stand in a row of their own. */
export function toComponents(controls: readonly ReplyControl[]) {
  const isSwipe = ({ action }: ReplyControl) => action.startsWith('swipe-');
  const rows = [controls.filter(isSwipe), ...inRows(controls.filter((control) => !isSwipe(control)))];
  return rows
    .filter((row) => row.length > 0)
    .map((row) => ({ type: ComponentType.ActionRow as const, components: row.map(toButton) }));
}

function inRows(controls: readonly ReplyControl[]): ReplyControl[][] {
  const rows: ReplyControl[][] = [];
  for (let index = 0; index < controls.length; index += MAX_IN_ROW)
    rows.push(controls.slice(index, index + MAX_IN_ROW));
  return rows;
}

function toButton({ action, id, label }: ReplyControl) {
  return {
    type: ComponentType.Button as const,
    custom_id: `${action}:${id}`,
    ...BUTTONS[action],
    ...(label === undefined ? {} : { label }),
  };
}

/** Reads `action:id`; everything that is not ours gives undefined. */
export function parseCustomId(customId: string): { action: string; id: string } | undefined {
  const [, action, id] = /^([a-z-]{1,30}):(.{1,60})$/.exec(customId) ?? [];
  return action && id ? { action, id } : undefined;
}
