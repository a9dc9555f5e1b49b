import * as v from 'valibot';
import type { Calibration } from './calibration.ts';
import { isPlausibleContextLength, isPlausibleId } from './plausible.ts';

/** What was learned of one model, each fact with the Unix time in milliseconds of its lesson. */
export interface LearnedRecord {
  contextLength?: { tokens: number; at: number } | undefined;
  refusesSystemRole?: { at: number } | undefined;
  mustAlternate?: { at: number } | undefined;
  calibration?: (Calibration & { at: number }) | undefined;
}

const LESSON_DAYS = 7;
const LESSON_MS = LESSON_DAYS * 24 * 60 * 60_000;

const time = v.pipe(v.number(), v.integer(), v.minValue(0));
const values = v.pipe(v.array(v.pipe(v.number(), v.finite(), v.minValue(0))), v.maxLength(100));
const recordSchema = v.object({
  contextLength: v.optional(v.object({ tokens: v.custom<number>(isPlausibleContextLength), at: time })),
  refusesSystemRole: v.optional(v.object({ at: time })),
  mustAlternate: v.optional(v.object({ at: time })),
  calibration: v.optional(
    v.object({ ratios: values, peak: v.pipe(v.number(), v.finite(), v.minValue(0)), extras: values, at: time }),
  ),
});
const documentSchema = v.array(v.unknown());
const entrySchema = v.tuple([v.custom<string>(isPlausibleId), recordSchema]);

export interface ReadRecords {
  records: [string, LearnedRecord][];
  /** Entries that could not be read. */
  damaged: number;
}

/** @returns undefined if this is no document of {@link writeRecords} at all */
export function readRecords(stored: unknown): ReadRecords | undefined {
  const document = v.safeParse(documentSchema, stored);
  if (!document.success) return undefined;
  const entries = document.output.map((entry) => v.safeParse(entrySchema, entry));
  const records = entries.flatMap((entry) => (entry.success ? [entry.output] : []));
  return { records, damaged: entries.length - records.length };
}

export function writeRecords(records: Iterable<[string, LearnedRecord]>): unknown {
  return [...records];
}

/** The facts that have not expired; undefined if none is left. */
export function currentFacts(record: LearnedRecord, now: number): LearnedRecord | undefined {
  // Lessons of the future were written before somebody set the clock back.
  const facts = Object.entries(record).filter(([, fact]) => fact && Math.abs(now - fact.at) < LESSON_MS);
  return facts.length === 0 ? undefined : Object.fromEntries(facts);
}

export function newestLesson(record: LearnedRecord): number {
  return Math.max(...Object.values(record).map((fact: { at: number } | undefined) => fact?.at ?? 0));
}
