import { Component, checkCustomIdsUnique, checkOptions, checkSelect, SELECTS } from './components.ts';
import { checkTextDisplay } from './components-v2.ts';
import { checkFileTypes } from './file-types.ts';
import type { FormField, JsonRecord } from './form.ts';
import {
  asRecord,
  checkChoice,
  checkDictionary,
  checkList,
  checkNumber,
  checkText,
  isMissing,
  refuseType,
  required,
} from './form.ts';

const MAX_PARTS = 5;
const TITLE_MAX_LENGTH = 45;
const TEXT_MAX_LENGTH = 4_000;
const MAX_FILES = 10;
const CUSTOM_ID = { min: 1, max: 100, required: true };

const IN_MODAL = [Component.ActionRow, Component.TextDisplay, Component.Label];
const IN_LABEL: readonly number[] = [
  Component.TextInput,
  ...SELECTS,
  Component.FileUpload,
  Component.RadioGroup,
  Component.CheckboxGroup,
  Component.Checkbox,
];

export function checkModal(field: FormField, modal: JsonRecord): void {
  checkText(field.at('custom_id'), modal.custom_id, CUSTOM_ID);
  checkText(field.at('title'), modal.title, { min: 1, max: TITLE_MAX_LENGTH, required: true });
  const list = field.at('components');
  // Discord's OpenAPI file allows 40 parts, its documentation 5.
  const parts = checkList(list, modal.components, { min: 1, max: MAX_PARTS, required: true });
  for (const [index, part] of parts.entries()) checkPart(list.at(index), part);
  checkCustomIdsUnique(list, parts);
}

function checkPart(field: FormField, value: unknown): void {
  const part = checkDictionary(field, value, { required: true });
  if (part.type === Component.Label) checkLabel(field, part);
  else if (part.type === Component.TextDisplay) checkTextDisplay(field, part);
  else if (part.type === Component.ActionRow) checkRow(field, part);
  else refuseType(field, IN_MODAL);
}

function checkLabel(field: FormField, label: JsonRecord): void {
  checkText(field.at('label'), label.label, { min: 1, max: 45, required: true });
  checkText(field.at('description'), label.description, { max: 100 });
  const place = field.at('component');
  const component = asRecord(label.component);
  if (!component) checkDictionary(place, label.component, { required: true });
  else if (!IN_LABEL.includes(component.type as number)) refuseType(place, IN_LABEL);
  else checkInput(place, component);
}

/** The old form, one text input in a row. */
function checkRow(field: FormField, row: JsonRecord): void {
  const list = field.at('components');
  const inputs = checkList(list, row.components, { min: 1, max: 1, required: true });
  for (const [index, value] of inputs.entries()) {
    const input = checkDictionary(list.at(index), value, { required: true });
    if (input.type !== Component.TextInput) {
      refuseType(list.at(index), [Component.TextInput]);
      continue;
    }
    checkText(list.at(index).at('label'), input.label, { min: 1, max: 45, required: true });
    checkTextInput(list.at(index), input);
  }
}

function checkInput(field: FormField, input: JsonRecord): void {
  switch (input.type) {
    case Component.TextInput:
      if (!isMissing(input.label)) {
        field
          .at('label')
          .refuse('COMPONENT_LABEL_NOT_ALLOWED', 'The label of a text input belongs to its Label component');
      }
      checkTextInput(field, input);
      break;
    case Component.FileUpload:
      checkText(field.at('custom_id'), input.custom_id, CUSTOM_ID);
      checkRange(field, input, { key: 'values', leastOfMax: 1, max: MAX_FILES, maxByDefault: 1 });
      checkNeeded(field, input);
      checkFileTypes(field.at('file_types'), input.file_types);
      break;
    case Component.RadioGroup:
      checkText(field.at('custom_id'), input.custom_id, CUSTOM_ID);
      checkOptions(field.at('options'), input.options, { min: 2, max: 10 });
      break;
    case Component.CheckboxGroup:
      checkText(field.at('custom_id'), input.custom_id, CUSTOM_ID);
      checkOptions(field.at('options'), input.options, { min: 1, max: 10 });
      checkRange(field, input, { key: 'values', leastOfMax: 1, max: 10 });
      checkNeeded(field, input);
      break;
    case Component.Checkbox:
      checkText(field.at('custom_id'), input.custom_id, CUSTOM_ID);
      break;
    default:
      checkSelect(field, input);
      checkNeeded(field, input);
      if (input.disabled === true) {
        field.at('disabled').refuse('COMPONENT_DISABLED_NOT_ALLOWED', 'A select in a modal cannot be disabled');
      }
  }
}

/** Whatever is required takes at least one value (discord-api-docs, components/reference). */
function checkNeeded(field: FormField, input: JsonRecord): void {
  if (input.min_values !== 0 || input.required === false) return;
  field.at('min_values').refuse('COMPONENT_MIN_VALUES_REQUIRED', 'min_values must be at least 1 when required');
}

function checkTextInput(field: FormField, input: JsonRecord): void {
  checkText(field.at('custom_id'), input.custom_id, CUSTOM_ID);
  if (isMissing(input.style)) required(field.at('style'));
  checkChoice(field.at('style'), input.style, [1, 2]);
  checkText(field.at('placeholder'), input.placeholder, { max: 100 });
  checkRange(field, input, { key: 'length', leastOfMax: 1, max: TEXT_MAX_LENGTH });
  const max = typeof input.max_length === 'number' ? Math.min(input.max_length, TEXT_MAX_LENGTH) : TEXT_MAX_LENGTH;
  checkText(field.at('value'), input.value, { max });
}

function checkRange(
  field: FormField,
  input: JsonRecord,
  range: { key: string; leastOfMax: number; max: number; maxByDefault?: number | undefined },
): void {
  const [minKey, maxKey] = [`min_${range.key}`, `max_${range.key}`];
  const least = checkNumber(field.at(minKey), input[minKey], { max: range.max });
  const most =
    checkNumber(field.at(maxKey), input[maxKey], { min: range.leastOfMax, max: range.max }) ?? range.maxByDefault;
  if (least === undefined || most === undefined || least <= most) return;
  field.refuse('COMPONENT_MIN_EXCEEDS_MAX', `${minKey} cannot be greater than ${maxKey}`);
}
