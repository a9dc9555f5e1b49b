import type { DiscordError } from '../discord-error.ts';
import { checkChoiceList } from './command-options.ts';
import type { FormField, JsonRecord } from './form.ts';
import { checkChoice, checkDictionary, isMissing, required } from './form.ts';
import { ANSWER_FLAGS, checkFlags, checkMessage, checkNotEmpty, MessageFlag } from './messages.ts';
import { checkModal } from './modals.ts';

const Callback = { Message: 4, Deferred: 5, DeferredUpdate: 6, Update: 7, Autocomplete: 8, Modal: 9 } as const;
const CALLBACK_TYPES = [1, 4, 5, 6, 7, 8, 9, 12];

/** The body of an interaction callback, by its type. */
export function checkCallback(field: FormField, body: JsonRecord, fileCount: number): DiscordError | undefined {
  if (isMissing(body.type)) required(field.at('type'));
  checkChoice(field.at('type'), body.type, CALLBACK_TYPES);
  const place = field.at('data');
  const needsData = body.type === Callback.Modal || body.type === Callback.Autocomplete;
  const data = checkDictionary(place, body.data, { required: needsData });
  switch (body.type) {
    case Callback.Message:
      checkMessage(place, data);
      checkFlags(place.at('flags'), data.flags, ANSWER_FLAGS);
      return checkNotEmpty(data, fileCount);
    case Callback.Deferred:
      checkFlags(place.at('flags'), data.flags, MessageFlag.Ephemeral);
      refuseKeys(place, data, ['flags']);
      return undefined;
    case Callback.DeferredUpdate:
      refuseKeys(place, data, []);
      return undefined;
    case Callback.Update:
      checkMessage(place, data);
      return undefined;
    case Callback.Autocomplete:
      checkChoiceList(place.at('choices'), data.choices);
      return undefined;
    case Callback.Modal:
      if (!isMissing(body.data)) checkModal(place, data);
      return undefined;
    default:
      return undefined;
  }
}

/** What Discord would ignore here is refused: its sender believes that it does something. */
function refuseKeys(field: FormField, data: JsonRecord, allowed: readonly string[]): void {
  for (const key of Object.keys(data)) {
    if (allowed.includes(key) || isMissing(data[key]) || isDefault(data[key])) continue;
    field.at(key).refuse('INTERACTION_CALLBACK_DATA_UNUSED', 'This kind of callback does not use this field');
  }
}

/** Clients fill in empty lists and `false`, which ask for nothing. */
function isDefault(value: unknown): boolean {
  return value === false || (Array.isArray(value) && value.length === 0);
}
