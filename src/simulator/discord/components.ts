import type { Json } from './model.ts';

export const ComponentType = {
  ActionRow: 1,
  Button: 2,
  StringSelect: 3,
  TextInput: 4,
  UserSelect: 5,
  RoleSelect: 6,
  MentionableSelect: 7,
  ChannelSelect: 8,
  TextDisplay: 10,
  Label: 18,
  FileUpload: 19,
  RadioGroup: 21,
  CheckboxGroup: 22,
  Checkbox: 23,
} as const;

const LINK_STYLE = 5;
const PREMIUM_STYLE = 6;

/** All components of a message or modal, nested ones included, in the order of display. */
export function flatten(components: readonly Json[]): Json[] {
  return components.flatMap((component) => [component, ...flatten(childrenOf(component))]);
}

function childrenOf({ components, component, accessory }: Json): Json[] {
  return [...(Array.isArray(components) ? (components as Json[]) : []), component, accessory].filter(
    (child): child is Json => typeof child === 'object' && child !== null,
  );
}

/** Gives every component the numeric id that Discord gives to those sent without one. */
export function numberComponents(components: readonly Json[]): Json[] {
  const taken = new Set(flatten(components).map(({ id }) => id));
  let next = 1;
  const number = (component: Json): Json => {
    while (taken.has(next)) next += 1;
    const id = typeof component.id === 'number' && component.id !== 0 ? component.id : next++;
    return {
      ...component,
      id,
      ...(Array.isArray(component.components) ? { components: (component.components as Json[]).map(number) } : {}),
      ...(isObject(component.component) ? { component: number(component.component) } : {}),
      ...(isObject(component.accessory) ? { accessory: number(component.accessory) } : {}),
    };
  };
  return components.map(number);
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** What a components V2 message says in its text displays. */
export function shownTexts(components: readonly Json[]): string[] {
  return flatten(components)
    .filter(({ type }) => type === ComponentType.TextDisplay)
    .map(({ content }) => String(content));
}

/** The button or select menu that a person can use, by custom id or label; throws what the client would not allow. */
export function findUsable(components: readonly Json[], customIdOrLabel: string, kind: 'button' | 'select'): Json {
  const usable = flatten(components).filter(({ type }) =>
    kind === 'button' ? type === ComponentType.Button : [3, 5, 6, 7, 8].includes(Number(type)),
  );
  const found = usable.find(
    ({ custom_id: customId, label }) => customId === customIdOrLabel || label === customIdOrLabel,
  );
  if (!found) {
    const names = usable.map(
      ({ custom_id: customId, label }) => `${typeof label === 'string' ? label : ''} (${String(customId)})`,
    );
    throw new Error(`the message has no ${kind} "${customIdOrLabel}"; it has: ${names.join(', ') || 'none'}`);
  }
  if (found.disabled === true) throw new Error(`the ${kind} "${customIdOrLabel}" is disabled`);
  if (kind === 'button' && (found.style === LINK_STYLE || found.style === PREMIUM_STYLE)) {
    throw new Error(`the button "${customIdOrLabel}" opens a page and sends nothing to the app`);
  }
  return found;
}
