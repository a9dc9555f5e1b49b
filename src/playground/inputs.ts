import type { Named } from './directory.ts';

type Json = Record<string, unknown>;

/** What a component of a form or a menu takes. */
export type InputKind =
  | { takes: 'text'; value: string }
  | { takes: 'files' }
  | { takes: 'tick'; isTicked: boolean }
  | { takes: 'options'; options: { label: string; value: string; isChosen: boolean }[] }
  | { takes: 'names'; of: readonly Named[] };

const SHOWN_OPTIONS = 30;
const [STRING_SELECT, TEXT_INPUT, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX] = [3, 4, 19, 21, 22, 23];
const NAMES: Record<number, readonly Named[]> = { 5: ['user'], 6: ['role'], 7: ['user', 'role'], 8: ['channel'] };
const WORDS: Record<Named, string> = { user: 'a member', role: 'a role', channel: 'a channel' };

/** Undefined for what takes nothing, such as a button or a text. */
export function inputKindOf(component: Json): InputKind | undefined {
  const of = NAMES[Number(component['type'])];
  if (of) return { takes: 'names', of };
  switch (component['type']) {
    case TEXT_INPUT:
      return { takes: 'text', value: typeof component['value'] === 'string' ? component['value'] : '' };
    case FILE_UPLOAD:
      return { takes: 'files' };
    case CHECKBOX:
      return { takes: 'tick', isTicked: component['default'] === true };
    case STRING_SELECT:
    case RADIO_GROUP:
    case CHECKBOX_GROUP:
      return { takes: 'options', options: ((component['options'] ?? []) as Json[]).map(optionOf) };
    default:
      return undefined;
  }
}

function optionOf(option: Json) {
  return { label: String(option['label']), value: String(option['value']), isChosen: option['default'] === true };
}

export function describeInput(input: InputKind): string {
  switch (input.takes) {
    case 'text':
      return input.value.replaceAll('\n', ' / ') || '(empty)';
    case 'files':
      return '(paths of files)';
    case 'tick':
      return input.isTicked ? 'yes' : 'no';
    case 'options':
      return input.options
        .slice(0, SHOWN_OPTIONS)
        .map(({ label, isChosen }) => `${isChosen ? '●' : '○'} ${label}`)
        .join('  ');
    case 'names':
      return `(${input.of.map((kind) => WORDS[kind]).join(' or ')})`;
  }
}

/** Whether something stands in it already. */
export function isFilled(input: InputKind): boolean {
  if (input.takes === 'text') return input.value !== '';
  return input.takes === 'options' && input.options.some(({ isChosen }) => isChosen);
}
