import * as v from 'valibot';
import { isLorebookRef, isPersonaRef, type LorebookRef, type PersonaRef } from '../core/refs.ts';
import type { Sampling } from '../core/sampling.ts';
import { type RECORD_VERSION, recordVersion } from './record.ts';

/** Who set something, by name as it was then. */
export interface SetBy {
  id: string;
  name: string;
}

/** What is set at one place; whatever is left out is inherited. Times are Unix milliseconds. */
export interface Settings {
  model?: { id: string; by: SetBy; at: number } | undefined;
  sampling?: Sampling | undefined;
  /** What the last reset took away, so that it can be undone. */
  resetSampling?: Sampling | undefined;
  /** Of a server: the ids that its members may pick; left out: all. */
  allowedModels?: string[] | undefined;
  /** Of a server: by model id. */
  contextLengths?: Record<string, { tokens: number; at: number }> | undefined;
  /** Of a server: how many requests may wait, and start within an hour. */
  caps?:
    | {
        personWaiting?: number | undefined;
        serverWaiting?: number | undefined;
        personPerHour?: number | undefined;
        serverPerHour?: number | undefined;
      }
    | undefined;
  /** Of a server: its own key, sealed; `hint` is the last characters of it; `toldAt` is when an admin was told of a refusal. */
  apiKey?:
    | {
        sealed: string;
        hint: string;
        by: SetBy;
        at: number;
        refusedAt?: number | undefined;
        toldAt?: number | undefined;
      }
    | undefined;
  /** Who speaks; `null`: nobody, whatever is set further up. */
  persona?: { ref: PersonaRef | null; by: SetBy; at: number } | undefined;
  /** At most 50. */
  lorebooks?: LorebookRef[] | undefined;
  /** Of a server: the id of the role whose members may change its personas. */
  personaRole?: string | undefined;
  /** Of a server: the id of the channel that takes what members report. */
  reportChannel?: string | undefined;
  /** Of a server: how the emotions of a persona are shown. */
  expressions?: 'off' | 'thumbnail' | 'avatar' | undefined;
  /** Of a server: who may use the buttons of a reply. */
  controls?: 'asker' | 'everyone' | undefined;
  /** Of a server: when it was told that the bot cannot read messages. */
  toldOfIntent?: number | undefined;
}

export interface SettingsRecord {
  v: typeof RECORD_VERSION;
  settings: Settings;
}

const MODELS_MAX = 2_000;
const ID_MAX_LENGTH = 100;
const NAME_MAX_LENGTH = 100;
const STOPS_MAX = 16;
const STOP_MAX_LENGTH = 500;
const SEALED_MAX_LENGTH = 4_000;
const HINT_MAX_LENGTH = 8;
const TOKENS_MAX = 100_000_000;
const REQUESTS_MAX = 1_000_000;
const LOREBOOKS_MAX = 50;

const finite = v.pipe(v.number(), v.finite());
const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));
const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const id = text(ID_MAX_LENGTH);
const by = v.object({ id, name: text(NAME_MAX_LENGTH) });
const personaRef = v.custom<PersonaRef>((value) => typeof value === 'string' && isPersonaRef(value));
const lorebookRef = v.custom<LorebookRef>((value) => typeof value === 'string' && isLorebookRef(value));
const requests = v.optional(whole(0, REQUESTS_MAX));

/** What each sampling value may be is for those to say who send it to a model; here it only has to be one. */
const samplingSchema = v.object({
  temperature: v.optional(finite),
  topP: v.optional(finite),
  topK: v.optional(finite),
  minP: v.optional(finite),
  repetitionPenalty: v.optional(finite),
  presencePenalty: v.optional(finite),
  frequencyPenalty: v.optional(finite),
  stop: v.optional(v.pipe(v.array(text(STOP_MAX_LENGTH)), v.maxLength(STOPS_MAX))),
  maxReplyTokens: v.optional(whole(1, TOKENS_MAX)),
});

export const settingsSchema: v.GenericSchema<unknown, SettingsRecord> = v.object({
  v: recordVersion,
  settings: v.object({
    model: v.optional(v.object({ id, by, at: finite })),
    sampling: v.optional(samplingSchema),
    resetSampling: v.optional(samplingSchema),
    allowedModels: v.optional(v.pipe(v.array(id), v.maxLength(MODELS_MAX))),
    contextLengths: v.optional(
      v.pipe(v.record(id, v.object({ tokens: whole(1, TOKENS_MAX), at: finite })), v.maxEntries(MODELS_MAX)),
    ),
    caps: v.optional(
      v.object({
        personWaiting: requests,
        serverWaiting: requests,
        personPerHour: requests,
        serverPerHour: requests,
      }),
    ),
    apiKey: v.optional(
      v.object({
        sealed: text(SEALED_MAX_LENGTH),
        hint: text(HINT_MAX_LENGTH),
        by,
        at: finite,
        refusedAt: v.optional(finite),
        toldAt: v.optional(finite),
      }),
    ),
    persona: v.optional(v.object({ ref: v.nullable(personaRef), by, at: finite })),
    lorebooks: v.optional(v.pipe(v.array(lorebookRef), v.maxLength(LOREBOOKS_MAX))),
    personaRole: v.optional(id),
    reportChannel: v.optional(id),
    expressions: v.optional(v.picklist(['off', 'thumbnail', 'avatar'])),
    controls: v.optional(v.picklist(['asker', 'everyone'])),
    toldOfIntent: v.optional(finite),
  }),
});
