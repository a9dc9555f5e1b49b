import type { ShownMessage } from '../simulator/discord/index.ts';

export interface Menu {
  customId: string;
  placeholder: string;
  options: { label: string; value: string; isChosen: boolean }[];
}

type Json = Record<string, unknown>;

const STRING_SELECT = 3;
const SHOWN_OPTIONS = 30;

/** The menus below a message. */
export function menusOf({ components }: Pick<ShownMessage, 'components'>): Menu[] {
  const inside = components.flatMap((row) => (row['components'] ?? []) as Json[]);
  return inside
    .filter(({ type }) => type === STRING_SELECT)
    .map((menu) => ({
      customId: String(menu['custom_id']),
      placeholder: typeof menu['placeholder'] === 'string' ? menu['placeholder'] : 'choose',
      options: ((menu['options'] ?? []) as Json[]).map((option) => ({
        label: String(option['label']),
        value: String(option['value']),
        isChosen: option['default'] === true,
      })),
    }));
}

export function describeMenu({ placeholder, options }: Menu): string {
  const shown = options.slice(0, SHOWN_OPTIONS).map(({ label, isChosen }) => `${isChosen ? '●' : '○'} ${label}`);
  return `{${placeholder}: ${shown.join('  ')}}`;
}

/** The newest menu that offers all of these labels, and their values. */
export function findMenu(
  messages: readonly ShownMessage[],
  labels: readonly string[],
): { message: ShownMessage; customId: string; values: string[] } | undefined {
  for (const message of messages.toReversed()) {
    for (const { customId, options } of menusOf(message)) {
      const wanted = labels.map((typed) => options.find(({ label }) => label.toLowerCase() === typed.toLowerCase()));
      const values = wanted.flatMap((option) => (option ? [option.value] : []));
      if (values.length === labels.length && (labels.length > 0 || options.length > 0)) {
        return { message, customId, values };
      }
    }
  }
  return undefined;
}
