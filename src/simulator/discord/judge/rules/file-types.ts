import type { FormField } from './form.ts';
import { checkList, checkText } from './form.ts';

const MAX_TYPES = 10;
const FILE_TYPE = /^(image|video|audio|\.[^.\s]+)$/;

/** What may be uploaded (discord-api-docs, reference#file-type-filtering); the code of the refusal is not documented. */
export function checkFileTypes(field: FormField, value: unknown): void {
  for (const [index, type] of checkList(field, value, { max: MAX_TYPES }).entries()) {
    const text = checkText(field.at(index), type, { max: 100, required: true });
    if (text && !FILE_TYPE.test(text)) field.at(index).refuse('FILE_TYPE_INVALID', `"${text}" is not a file type`);
  }
}
