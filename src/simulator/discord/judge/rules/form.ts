import type { DiscordError, FormFault } from '../discord-error.ts';
import { invalidFormBody } from '../discord-error.ts';

/** One place in a form, to which faults are pinned. */
export interface FormField {
  at(key: string | number): FormField;
  refuse(code: string, message: string): void;
}

interface FaultTree {
  _errors?: FormFault[];
  [key: string]: FaultTree | FormFault[] | undefined;
}

/** Gathers faults in the nested form in which Discord reports them. */
export function createForm(): { root: FormField; error: () => DiscordError | undefined } {
  const faults: FaultTree = {};
  const fieldAt = (path: readonly string[]): FormField => ({
    at: (key) => fieldAt([...path, String(key)]),
    refuse(code, message) {
      let node = faults;
      for (const key of path) node = (node[key] ??= {}) as FaultTree;
      (node._errors ??= []).push({ code, message });
    },
  });
  return {
    root: fieldAt([]),
    error: () => (Object.keys(faults).length > 0 ? invalidFormBody(faults) : undefined),
  };
}

export type JsonRecord = Record<string, unknown>;

export function asRecord(value: unknown): JsonRecord | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : undefined;
}

export function isMissing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** Discord counts code points, not UTF-16 units. */
export function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

export function required(field: FormField): void {
  field.refuse('BASE_TYPE_REQUIRED', 'This field is required');
}

interface Bounds {
  min?: number | undefined;
  max: number;
  /** A missing value is refused only when it is required. */
  required?: boolean | undefined;
}

/** The text, if it is one; refuses other types and lengths out of bounds. */
export function checkText(field: FormField, value: unknown, bounds: Bounds): string | undefined {
  if (isMissing(value)) {
    if (bounds.required) required(field);
    return undefined;
  }
  if (typeof value !== 'string') {
    field.refuse('STRING_TYPE_CONVERT', `Could not interpret "${JSON.stringify(value)}" as string.`);
    return undefined;
  }
  // A required text may not be empty: Discord calls that missing, too.
  if (value === '' && bounds.required) required(field);
  else checkSize(field, characters(value), bounds);
  return value;
}

/** The elements, if it is a list; refuses other types and lengths out of bounds. */
export function checkList(field: FormField, value: unknown, bounds: Bounds): unknown[] {
  if (isMissing(value)) {
    if (bounds.required) required(field);
    return [];
  }
  if (!Array.isArray(value)) {
    field.refuse('LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
    return [];
  }
  checkSize(field, value.length, bounds);
  return value;
}

/** The dictionary, if it is one; refuses everything else that is not missing. */
export function checkDictionary(field: FormField, value: unknown, { required: isRequired = false } = {}): JsonRecord {
  if (isMissing(value)) {
    if (isRequired) required(field);
    return {};
  }
  const record = asRecord(value);
  if (!record) field.refuse('DICT_TYPE_CONVERT', 'Only dictionaries may be used in a DictType');
  return record ?? {};
}

export function checkNumber(field: FormField, value: unknown, { min = 0, max }: Bounds): number | undefined {
  if (isMissing(value)) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    field.refuse('NUMBER_TYPE_COERCE', `Value "${JSON.stringify(value)}" is not int.`);
    return undefined;
  }
  if (value < min) field.refuse('NUMBER_TYPE_MIN', `int value should be greater than or equal to ${min}.`);
  if (value > max) field.refuse('NUMBER_TYPE_MAX', `int value should be less than or equal to ${max}.`);
  return value;
}

export function checkChoice(field: FormField, value: unknown, choices: readonly (string | number)[]): void {
  if (isMissing(value) || choices.includes(value as string | number)) return;
  field.refuse('BASE_TYPE_CHOICES', `Value must be one of (${choices.join(', ')}).`);
}

/** What a component or option may be at this place, told apart by `type`. */
export function refuseType(field: FormField, types: readonly number[]): void {
  const list = types.length === 1 ? `${types[0]},` : types.join(', ');
  field.refuse('UNION_TYPE_CHOICES', `Value of field "type" must be one of (${list}).`);
}

export function checkUrl(field: FormField, value: unknown, { max = 2048, schemes = ['http', 'https'] } = {}): void {
  const url = checkText(field, value, { max });
  if (url === undefined) return;
  if (!URL.canParse(url)) {
    field.refuse('URL_TYPE_INVALID_URL', 'Not a well formed URL.');
    return;
  }
  const scheme = new URL(url).protocol.slice(0, -1);
  if (schemes.includes(scheme)) return;
  const allowed = schemes.map((name) => `'${name}'`).join(', ');
  field.refuse('URL_TYPE_INVALID_SCHEME', `Scheme "${scheme}" must be one of (${allowed}).`);
}

/** Calls back for each value that an earlier one already has. */
export function eachRepeated(values: readonly unknown[], onRepeated: (index: number) => void): void {
  const seen = new Set<unknown>();
  for (const [index, value] of values.entries()) {
    if (value === undefined) continue;
    if (seen.has(value)) onRepeated(index);
    seen.add(value);
  }
}

function checkSize(field: FormField, size: number, { min = 0, max }: Bounds): void {
  if (size >= min && size <= max) return;
  if (min > 0) field.refuse('BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`);
  else field.refuse('BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`);
}
