import type { ShownMessage } from '../simulator/discord/index.ts';
import type { Directory } from './directory.ts';
import { describeInput, type InputKind, inputKindOf } from './inputs.ts';

export interface Menu {
  customId: string;
  placeholder: string;
  input: Extract<InputKind, { takes: 'options' | 'names' }>;
}

type Json = Record<string, unknown>;

/** The menus below a message. */
export function menusOf({ components }: Pick<ShownMessage, 'components'>): Menu[] {
  const inside = components.flatMap((row) => (row['components'] ?? []) as Json[]);
  return inside.flatMap((menu) => {
    const input = inputKindOf(menu);
    if (input?.takes !== 'options' && input?.takes !== 'names') return [];
    const placeholder = typeof menu['placeholder'] === 'string' ? menu['placeholder'] : 'choose';
    return [{ customId: String(menu['custom_id']), placeholder, input }];
  });
}

export function describeMenu({ placeholder, input }: Menu): string {
  return `{${placeholder}: ${describeInput(input)}}`;
}

/** The newest menu that offers all of these labels, or knows these names, and their values. */
export function findMenu(
  messages: readonly ShownMessage[],
  labels: readonly string[],
  directory: Directory,
): { message: ShownMessage; customId: string; values: string[] } | undefined {
  for (const message of messages.toReversed()) {
    for (const { customId, input } of menusOf(message)) {
      const values = input.takes === 'options' ? chosen(input, labels) : named(input, labels, directory);
      if (values) return { message, customId, values };
    }
  }
  return undefined;
}

function chosen(
  { options }: Extract<InputKind, { takes: 'options' }>,
  labels: readonly string[],
): string[] | undefined {
  const wanted = labels.map((typed) => options.find(({ label }) => label.toLowerCase() === typed.toLowerCase()));
  const values = wanted.flatMap((option) => (option ? [option.value] : []));
  return values.length === labels.length && (labels.length > 0 || options.length > 0) ? values : undefined;
}

function named(
  { of }: Extract<InputKind, { takes: 'names' }>,
  labels: readonly string[],
  directory: Directory,
): string[] | undefined {
  try {
    return labels.map((label) => directory.idOf(of, label));
  } catch {
    return undefined;
  }
}
