import type { FormField, JsonRecord } from './form.ts';
import {
  asRecord,
  checkChoice,
  checkDictionary,
  checkList,
  checkNumber,
  checkText,
  checkUrl,
  eachRepeated,
  isMissing,
  refuseType,
  required,
} from './form.ts';

export const Component = {
  ActionRow: 1,
  Button: 2,
  StringSelect: 3,
  TextInput: 4,
  UserSelect: 5,
  RoleSelect: 6,
  MentionableSelect: 7,
  ChannelSelect: 8,
  Section: 9,
  TextDisplay: 10,
  Thumbnail: 11,
  MediaGallery: 12,
  File: 13,
  Separator: 14,
  Container: 17,
  Label: 18,
  FileUpload: 19,
  RadioGroup: 21,
  CheckboxGroup: 22,
  Checkbox: 23,
} as const;

export const SELECTS: readonly number[] = [
  Component.StringSelect,
  Component.UserSelect,
  Component.RoleSelect,
  Component.MentionableSelect,
  Component.ChannelSelect,
];

const MAX_ROWS = 5;
const ROW_WIDTH = 5;
const MAX_OPTIONS = 25;
const CUSTOM_ID = { min: 1, max: 100 };
const STYLE_LINK = 5;
const STYLE_PREMIUM = 6;

/** Components of a message without the flag IS_COMPONENTS_V2: rows only. */
export function checkLegacyComponents(field: FormField, value: unknown): void {
  const rows = checkList(field, value, { max: MAX_ROWS });
  for (const [index, row] of rows.entries()) {
    const { type } = checkDictionary(field.at(index), row, { required: true });
    if (type === Component.ActionRow) checkActionRow(field.at(index), row);
    else refuseType(field.at(index), [Component.ActionRow]);
  }
  checkCustomIdsUnique(field, rows);
}

/** A row of a message: up to five buttons, or one select. */
export function checkActionRow(field: FormField, value: unknown): void {
  const list = field.at('components');
  const children = checkList(list, asRecord(value)?.components, { min: 1, max: ROW_WIDTH, required: true });
  let width = 0;
  for (const [index, child] of children.entries()) {
    const component = checkDictionary(list.at(index), child, { required: true });
    const isSelect = SELECTS.includes(component.type as number);
    width += isSelect ? ROW_WIDTH : 1;
    if (width > ROW_WIDTH) {
      list.at(index).refuse('COMPONENT_LAYOUT_WIDTH_EXCEEDED', 'The specified component exceeds the maximum width');
    }
    if (component.type === Component.Button) checkButton(list.at(index), component);
    else if (isSelect) checkSelect(list.at(index), component);
    else refuseType(list.at(index), [Component.Button, ...SELECTS]);
  }
}

export function checkButton(field: FormField, button: JsonRecord): void {
  if (isMissing(button.style)) required(field.at('style'));
  checkChoice(field.at('style'), button.style, [1, 2, 3, 4, 5, 6]);
  checkText(field.at('label'), button.label, { max: 80 });
  checkText(field.at('custom_id'), button.custom_id, CUSTOM_ID);
  checkUrl(field.at('url'), button.url, { max: 512, schemes: ['http', 'https', 'discord'] });
  if (button.style === STYLE_PREMIUM) {
    if (isMissing(button.sku_id)) required(field.at('sku_id'));
    return;
  }
  if (!button.label && isMissing(button.emoji)) required(field.at('label'));
  const isLink = button.style === STYLE_LINK;
  if (isLink && isMissing(button.url)) field.refuse('BUTTON_COMPONENT_URL_REQUIRED', 'A url is required');
  if (!isLink && isMissing(button.custom_id)) {
    field.refuse('BUTTON_COMPONENT_CUSTOM_ID_REQUIRED', 'A custom id required');
  }
  if (isMissing(isLink ? button.custom_id : button.url)) return;
  const message = 'A custom id and url cannot both be specified';
  field.refuse('BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE', message);
}

export function checkSelect(field: FormField, select: JsonRecord): void {
  checkText(field.at('custom_id'), select.custom_id, { ...CUSTOM_ID, required: true });
  checkText(field.at('placeholder'), select.placeholder, { max: 150 });
  const least = checkNumber(field.at('min_values'), select.min_values, { max: MAX_OPTIONS }) ?? 1;
  const most = checkNumber(field.at('max_values'), select.max_values, { min: 1, max: MAX_OPTIONS }) ?? 1;
  if (least > Math.max(most, 1)) {
    field.refuse('COMPONENT_MIN_VALUES_EXCEEDS_MAX_VALUES', 'min_values cannot be greater than max_values');
  }
  if (select.type !== Component.StringSelect) {
    checkDefaultValues(field.at('default_values'), select, { least, most });
    return;
  }
  // Discord refuses more choices than there are options by the length of the options.
  const defaults = checkOptions(field.at('options'), select.options, { min: Math.max(1, most), max: MAX_OPTIONS });
  if (defaults > most) {
    const message = 'The number of default values exceeds the maximum number of values';
    field.at('options').refuse('SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES', message);
  }
}

const DEFAULT_KINDS: Record<number, readonly string[]> = {
  [Component.UserSelect]: ['user'],
  [Component.RoleSelect]: ['role'],
  [Component.MentionableSelect]: ['user', 'role'],
  [Component.ChannelSelect]: ['channel'],
};

/** What is chosen beforehand in a select that Discord itself fills: as many as may be chosen, of the kind that it lists. */
function checkDefaultValues(
  field: FormField,
  select: JsonRecord,
  { least, most }: { least: number; most: number },
): void {
  const values = checkList(field, select.default_values, { max: MAX_OPTIONS });
  if (values.length > 0 && (values.length < least || values.length > most)) {
    field.refuse('BASE_TYPE_BAD_LENGTH', `Must be between ${least} and ${most} in length.`);
  }
  for (const [index, value] of values.entries()) {
    const { id, type } = checkDictionary(field.at(index), value, { required: true });
    if (isMissing(id)) required(field.at(index).at('id'));
    if (isMissing(type)) required(field.at(index).at('type'));
    checkChoice(field.at(index).at('type'), type, DEFAULT_KINDS[select.type as number] ?? []);
  }
}

/** The options of a select, radio group or checkbox group; returns how many are chosen beforehand. */
export function checkOptions(field: FormField, value: unknown, size: { min: number; max: number }): number {
  const options = checkList(field, value, { ...size, required: true });
  for (const [index, option] of options.entries()) {
    const { label, value: chosen, description } = checkDictionary(field.at(index), option, { required: true });
    checkText(field.at(index).at('label'), label, { min: 1, max: 100, required: true });
    checkText(field.at(index).at('value'), chosen, { min: 1, max: 100, required: true });
    checkText(field.at(index).at('description'), description, { max: 100 });
  }
  const records = options.map(asRecord);
  eachRepeated(
    records.map((option) => option?.value),
    (index) => {
      const message = 'The specified option value is already used';
      field.at(index).at('value').refuse('COMPONENT_OPTION_VALUE_DUPLICATED', message);
    },
  );
  return records.filter((option) => option?.default === true).length;
}

/** Every `custom_id` of a message or modal, however deep, must be its only one. */
export function checkCustomIdsUnique(field: FormField, components: readonly unknown[]): void {
  const owners: { field: FormField; id: unknown }[] = [];
  const visit = (place: FormField, value: unknown): void => {
    const component = asRecord(value);
    if (!component) return;
    if (typeof component.custom_id === 'string') owners.push({ field: place.at('custom_id'), id: component.custom_id });
    for (const key of ['component', 'accessory']) visit(place.at(key), component[key]);
    for (const [index, child] of childList(component).entries()) visit(place.at('components').at(index), child);
  };
  for (const [index, component] of components.entries()) visit(field.at(index), component);
  eachRepeated(
    owners.map((owner) => owner.id),
    (index) =>
      owners[index]?.field.refuse('COMPONENT_CUSTOM_ID_DUPLICATED', 'Component custom id cannot be duplicated'),
  );
}

export function childList(component: JsonRecord): unknown[] {
  return Array.isArray(component.components) ? component.components : [];
}
