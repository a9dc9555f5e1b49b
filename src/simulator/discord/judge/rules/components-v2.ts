import { Component, checkActionRow, checkButton, checkCustomIdsUnique, childList } from './components.ts';
import type { FormField, JsonRecord } from './form.ts';
import {
  asRecord,
  characters,
  checkChoice,
  checkDictionary,
  checkList,
  checkNumber,
  checkText,
  checkUrl,
  refuseType,
} from './form.ts';

const MAX_COMPONENTS = 40;
const MAX_TEXT_LENGTH = 4_000;
const MAX_GALLERY_ITEMS = 10;
const MAX_SECTION_TEXTS = 3;
const DESCRIPTION_MAX_LENGTH = 1024;

type Check = (field: FormField, component: JsonRecord) => void;

/** Components of a message with the flag IS_COMPONENTS_V2. */
export function checkComponentsV2(field: FormField, value: unknown): void {
  const components = checkList(field, value, { max: MAX_COMPONENTS });
  for (const [index, component] of components.entries()) checkOneOf(TOP_LEVEL, field.at(index), component);
  checkCustomIdsUnique(field, components);

  const all = components.flatMap(withDescendants);
  if (all.length > MAX_COMPONENTS) {
    const message = `Components must not exceed ${MAX_COMPONENTS} in total, nested ones included`;
    field.refuse('COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED', message);
  }
  const texts = all.filter(({ type }) => type === Component.TextDisplay).map(({ content }) => content);
  const length = texts.reduce<number>((sum, text) => sum + (typeof text === 'string' ? characters(text) : 0), 0);
  if (length > MAX_TEXT_LENGTH) {
    const message = `The total text size of the components must not exceed ${MAX_TEXT_LENGTH}`;
    field.refuse('COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED', message);
  }
}

export function checkTextDisplay(field: FormField, text: JsonRecord): void {
  checkText(field.at('content'), text.content, { min: 1, max: MAX_TEXT_LENGTH, required: true });
}

function checkSection(field: FormField, section: JsonRecord): void {
  const list = field.at('components');
  const texts = checkList(list, section.components, { min: 1, max: MAX_SECTION_TEXTS, required: true });
  for (const [index, text] of texts.entries()) checkOneOf(SECTION_PARTS, list.at(index), text);
  checkOneOf(SECTION_ACCESSORIES, field.at('accessory'), section.accessory);
}

function checkThumbnail(field: FormField, thumbnail: JsonRecord): void {
  checkMedia(field.at('media'), thumbnail.media);
  checkText(field.at('description'), thumbnail.description, { max: DESCRIPTION_MAX_LENGTH });
}

function checkGallery(field: FormField, gallery: JsonRecord): void {
  const items = checkList(field.at('items'), gallery.items, { min: 1, max: MAX_GALLERY_ITEMS, required: true });
  for (const [index, item] of items.entries()) {
    const place = field.at('items').at(index);
    checkThumbnail(place, checkDictionary(place, item, { required: true }));
  }
}

function checkFile(field: FormField, { file }: JsonRecord): void {
  checkMedia(field.at('file'), file, ['attachment']);
}

function checkMedia(field: FormField, value: unknown, schemes = ['http', 'https', 'attachment']): void {
  const { url } = checkDictionary(field, value, { required: true });
  checkText(field.at('url'), url ?? '', { max: 2048, required: true });
  if (url) checkUrl(field.at('url'), url, { schemes });
}

function checkSeparator(field: FormField, separator: JsonRecord): void {
  checkChoice(field.at('spacing'), separator.spacing, [1, 2]);
}

function checkContainer(field: FormField, container: JsonRecord): void {
  checkNumber(field.at('accent_color'), container.accent_color, { max: 0xffffff });
  const list = field.at('components');
  const parts = checkList(list, container.components, { min: 1, max: MAX_COMPONENTS, required: true });
  for (const [index, part] of parts.entries()) checkOneOf(CONTAINER_PARTS, list.at(index), part);
}

const SECTION_PARTS = new Map<number, Check>([[Component.TextDisplay, checkTextDisplay]]);
const SECTION_ACCESSORIES = new Map<number, Check>([
  [Component.Button, checkButton],
  [Component.Thumbnail, checkThumbnail],
]);
const CONTAINER_PARTS = new Map<number, Check>([
  [Component.ActionRow, checkActionRow],
  [Component.Section, checkSection],
  [Component.TextDisplay, checkTextDisplay],
  [Component.MediaGallery, checkGallery],
  [Component.File, checkFile],
  [Component.Separator, checkSeparator],
]);
const TOP_LEVEL = new Map<number, Check>([...CONTAINER_PARTS, [Component.Container, checkContainer]]);

function checkOneOf(allowed: ReadonlyMap<number, Check>, field: FormField, value: unknown): void {
  const component = asRecord(value);
  if (!component) {
    checkDictionary(field, value, { required: true });
    return;
  }
  const check = allowed.get(component.type as number);
  if (check) check(field, component);
  else refuseType(field, [...allowed.keys()]);
}

function withDescendants(value: unknown): JsonRecord[] {
  const component = asRecord(value);
  if (!component) return [];
  return [component, ...[...childList(component), component.accessory].flatMap(withDescendants)];
}
