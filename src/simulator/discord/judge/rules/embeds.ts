import type { FormField } from './form.ts';
import {
  asRecord,
  characters,
  checkDictionary,
  checkList,
  checkNumber,
  checkText,
  checkUrl,
  isMissing,
} from './form.ts';

const MAX_EMBEDS = 10;
const MAX_FIELDS = 25;
const MAX_TOTAL_LENGTH = 6_000;
const PICTURE_SCHEMES = ['http', 'https', 'attachment'];
const ISO_DATE = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

export function checkEmbeds(field: FormField, value: unknown): void {
  const embeds = checkList(field, value, { max: MAX_EMBEDS });
  for (const [index, embed] of embeds.entries()) checkEmbed(field.at(index), embed);
  // The limit is one for all embeds of a message together, not one for each.
  const total = embeds.reduce<number>((sum, embed) => sum + textLength(embed), 0);
  if (total > MAX_TOTAL_LENGTH) {
    field.refuse('MAX_EMBED_SIZE_EXCEEDED', `Embed size exceeds maximum size of ${MAX_TOTAL_LENGTH}`);
  }
}

/** Whether anything of the embed would be seen. */
export function isVisibleEmbed(embed: unknown): boolean {
  const { image, thumbnail, url: _url, color: _color, timestamp } = asRecord(embed) ?? {};
  return textLength(embed) > 0 || [image, thumbnail, timestamp].some((part) => !isMissing(part));
}

function checkEmbed(field: FormField, value: unknown): void {
  const embed = checkDictionary(field, value, { required: true });
  checkTrimmed(field.at('title'), embed.title, { max: 256 });
  checkTrimmed(field.at('description'), embed.description, { max: 4096 });
  checkUrl(field.at('url'), embed.url);
  checkNumber(field.at('color'), embed.color, { max: 0xffffff });
  if (typeof embed.timestamp === 'string' && !isDate(embed.timestamp)) {
    const message = `Could not parse ${embed.timestamp}. Should be ISO8601.`;
    field.at('timestamp').refuse('DATE_TIME_TYPE_PARSE', message);
  }
  const footer = checkDictionary(field.at('footer'), embed.footer);
  checkTrimmed(field.at('footer').at('text'), footer.text, { max: 2048, required: Object.keys(footer).length > 0 });
  checkUrl(field.at('footer').at('icon_url'), footer.icon_url, { schemes: PICTURE_SCHEMES });
  const author = checkDictionary(field.at('author'), embed.author);
  checkTrimmed(field.at('author').at('name'), author.name, { max: 256, required: Object.keys(author).length > 0 });
  checkUrl(field.at('author').at('url'), author.url);
  checkUrl(field.at('author').at('icon_url'), author.icon_url, { schemes: PICTURE_SCHEMES });
  for (const key of ['image', 'thumbnail']) {
    const picture = checkDictionary(field.at(key), embed[key]);
    checkUrl(field.at(key).at('url'), picture.url, { schemes: PICTURE_SCHEMES });
  }
  const fields = checkList(field.at('fields'), embed.fields, { max: MAX_FIELDS });
  for (const [index, entry] of fields.entries()) checkEmbedField(field.at('fields').at(index), entry);
}

function checkEmbedField(field: FormField, value: unknown): void {
  const { name, value: text } = checkDictionary(field, value, { required: true });
  checkTrimmed(field.at('name'), name, { max: 256, required: true });
  checkTrimmed(field.at('value'), text, { max: 1024, required: true });
}

/** Discord trims the texts of embeds before it measures them. */
function checkTrimmed(field: FormField, value: unknown, bounds: Parameters<typeof checkText>[2]): void {
  checkText(field, typeof value === 'string' ? value.trim() : value, bounds);
}

function isDate(text: string): boolean {
  return ISO_DATE.test(text) && !Number.isNaN(Date.parse(text));
}

function textLength(value: unknown): number {
  const { title, description, footer, author, fields } = asRecord(value) ?? {};
  const entries = Array.isArray(fields) ? fields.map(asRecord) : [];
  const texts = [title, description, asRecord(footer)?.text, asRecord(author)?.name];
  for (const entry of entries) texts.push(entry?.name, entry?.value);
  return texts.reduce<number>((sum, text) => sum + (typeof text === 'string' ? characters(text.trim()) : 0), 0);
}
