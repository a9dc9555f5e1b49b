import { ButtonStyle, ComponentType } from 'discord.js';
import type { ReplyControl } from '../chat/reply-target.ts';

const BUTTONS = {
  stop: { label: 'Stop', style: ButtonStyle.Secondary },
  retry: { label: 'Retry', style: ButtonStyle.Primary },
  reasoning: { label: 'Reasoning', style: ButtonStyle.Secondary },
} as const satisfies Record<ReplyControl['action'], object>;

/** The buttons below a message, as Discord's API takes them. */
export function toComponents(controls: ReplyControl[]) {
  if (controls.length === 0) return [];
  const components = controls.map(({ action, id }) => ({
    type: ComponentType.Button as const,
    custom_id: `${action}:${id}`,
    ...BUTTONS[action],
  }));
  return [{ type: ComponentType.ActionRow as const, components }];
}

/** Reads `action:id`; everything that is not ours gives undefined. */
export function parseCustomId(customId: string): { action: string; id: string } | undefined {
  const [, action, id] = /^([a-z-]{1,30}):(.{1,60})$/.exec(customId) ?? [];
  return action && id ? { action, id } : undefined;
}
