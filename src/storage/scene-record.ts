import * as v from 'valibot';
import { isPersonaRef, type PersonaRef } from '../core/refs.ts';
import {
  bytesOfVariable,
  TIMED_KEY_MAX_LENGTH,
  TIMED_MAX,
  VARIABLES_MAX,
  VARIABLES_MAX_BYTES,
} from '../core/scene-bounds.ts';
import type { PromptRole } from '../personas/persona.ts';
import type { SetBy } from './settings-record.ts';

/** What is going on in one channel, thread or DM beside its messages. Times are Unix milliseconds. */
export interface Scene {
  /** A roleplay thread: every member's message is a turn. */
  isRoleplay: boolean;
  /** Who plays, in order of joining. */
  personas: PersonaRef[];
  speaking: 'natural' | 'list' | 'manual';
  greeting?: number | undefined;
  /** The user's message of the turn that holds it. */
  greetingTurn?: string | undefined;
  title?: string | undefined;
  startedBy?: SetBy | undefined;
  at: number;
  endedAt?: number | undefined;
  note?: SceneNote | undefined;
  /** The one before the last change, so that it can be undone. */
  earlierNote?: SceneNote | undefined;
  timed?: TimedLore | undefined;
  /** By name: at most `VARIABLES_MAX`, of `VARIABLES_MAX_BYTES` together. */
  variables?: Record<string, string> | undefined;
}

/** The author's note. */
export interface SceneNote {
  text: string;
  depth: number;
  /** Every so many messages of members; 0: never. */
  interval: number;
  position: 'in-chat' | 'before-main' | 'after-main';
  role: PromptRole;
  by: SetBy;
  at: number;
}

/** What lorebook entries did here, by keys of the caller's own: at most `TIMED_MAX` of each kind. */
export interface TimedLore {
  sticky: Record<string, TimedEffect>;
  cooldown: Record<string, TimedEffect>;
  matched: string[];
}

export interface TimedEffect {
  start: number;
  end: number;
  isProtected: boolean;
  hash: string;
}

export const PERSONAS_MAX = 50;

const NAME_MAX_LENGTH = 100;
const TITLE_MAX_LENGTH = 200;
const NOTE_MAX_LENGTH = 16_000;

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));
const by = v.object({ id: text(NAME_MAX_LENGTH), name: text(NAME_MAX_LENGTH) });
const personaRef = v.custom<PersonaRef>((value) => typeof value === 'string' && isPersonaRef(value));

const noteSchema = v.object({
  text: text(NOTE_MAX_LENGTH),
  depth: count,
  interval: count,
  position: v.picklist(['in-chat', 'before-main', 'after-main']),
  role: v.picklist(['system', 'user', 'assistant']),
  by,
  at: finite,
});

const effects = v.pipe(
  v.record(
    text(TIMED_KEY_MAX_LENGTH),
    v.object({ start: finite, end: finite, isProtected: v.boolean(), hash: text(TIMED_KEY_MAX_LENGTH) }),
  ),
  v.maxEntries(TIMED_MAX),
);

const variablesSchema = v.pipe(
  v.record(v.string(), v.string()),
  v.maxEntries(VARIABLES_MAX),
  v.check((variables) => bytesOf(variables) <= VARIABLES_MAX_BYTES, 'too many bytes'),
);

export const sceneSchema: v.GenericSchema<unknown, Scene> = v.object({
  isRoleplay: v.boolean(),
  personas: v.pipe(v.array(personaRef), v.maxLength(PERSONAS_MAX)),
  speaking: v.picklist(['natural', 'list', 'manual']),
  greeting: v.optional(count),
  greetingTurn: v.optional(v.string()),
  title: v.optional(text(TITLE_MAX_LENGTH)),
  startedBy: v.optional(by),
  at: finite,
  endedAt: v.optional(finite),
  note: v.optional(noteSchema),
  earlierNote: v.optional(noteSchema),
  timed: v.optional(
    v.object({
      sticky: effects,
      cooldown: effects,
      matched: v.pipe(v.array(text(TIMED_KEY_MAX_LENGTH)), v.maxLength(TIMED_MAX)),
    }),
  ),
  variables: v.optional(variablesSchema),
});

function bytesOf(variables: Record<string, string>): number {
  return Object.entries(variables).reduce((sum, [name, value]) => sum + bytesOfVariable(name, value), 0);
}
