import type { FormField, JsonRecord } from './form.ts';
import { checkChoice, checkNumber, checkText } from './form.ts';

const NAME_MAX_LENGTH = 100;
const AUTO_ARCHIVE_MINUTES = [60, 1440, 4320, 10080];
const SLOWMODE_MAX_SECONDS = 21_600;

/** A new thread; in a forum the message that opens it stands under `message`. */
export function checkThread(field: FormField, thread: JsonRecord): void {
  checkText(field.at('name'), thread.name, { min: 1, max: NAME_MAX_LENGTH, required: true });
  checkThreadSettings(field, thread);
  checkChoice(field.at('type'), thread.type, [10, 11, 12]);
}

/** Changes to a thread or another channel. */
export function checkChannelPatch(field: FormField, channel: JsonRecord): void {
  checkText(field.at('name'), channel.name, { min: 1, max: NAME_MAX_LENGTH });
  checkText(field.at('topic'), channel.topic, { max: 4096 });
  checkThreadSettings(field, channel);
}

function checkThreadSettings(field: FormField, settings: JsonRecord): void {
  checkChoice(field.at('auto_archive_duration'), settings.auto_archive_duration, AUTO_ARCHIVE_MINUTES);
  checkNumber(field.at('rate_limit_per_user'), settings.rate_limit_per_user, { max: SLOWMODE_MAX_SECONDS });
}
