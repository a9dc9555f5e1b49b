import type { Clock } from '../core/clock.ts';
import type { Document } from '../core/document.ts';
import type { Logger } from '../core/logger.ts';
import { calibrate, calibrated } from './calibration.ts';
import { currentFacts, type LearnedRecord, newestLesson, readRecords, writeRecords } from './learned-record.ts';
import type { Model } from './model.ts';
import { isPlausibleContextLength, isPlausibleId } from './plausible.ts';

/** What the template or the engine of a model refused. */
export interface Lesson {
  /** In tokens. */
  contextLength?: number;
  takesSystemRole?: false;
  mustAlternate?: true;
}

export interface LearnedFacts extends Lesson {
  /** Of `contextLength`, in Unix milliseconds. */
  contextLearnedAt?: number;
  /** Of a tokenizer that is not the model's own: times the tokens that we count. */
  ratio?: number;
  /** Of an exact tokenizer: tokens on top of those that we count. */
  extra?: number;
}

/** What replies taught of each model, for all keys; a fact is forgotten seven days after its last lesson. */
export interface Learned {
  /** Takes what was stored. Never rejects: what cannot be read is logged, and learned again. */
  load(): Promise<void>;
  of(modelId: string): LearnedFacts;
  /** Stored in the background. */
  teach(modelId: string, lesson: Lesson): void;
  /** What the API counted for a prompt that we counted: raw tokens of the tokenizer, the template's overhead included. */
  observe(model: Pick<Model, 'id' | 'tokenizer'>, counts: { counted: number; promptTokens: number }): void;
  /** Resolves when everything learned so far is stored, or could not be. */
  flush(): Promise<void>;
}

/** From raw counts to the model's tokens: `ceil(raw * ratio) + extra`. */
export interface TokenScale {
  ratio: number;
  extra: number;
}

export interface LearnedOptions {
  document: Document;
  clock: Clock;
  logger: Logger;
}

const MAX_MODELS = 500;
/** Every reply brings counts; losing those of a minute costs nothing. */
const OBSERVATIONS_SAVE_MS = 60_000;

export function createLearned({ document, clock, logger }: LearnedOptions): Learned {
  const records = new Map<string, LearnedRecord>();
  let isLoaded = false;
  let isUnsaved = false;
  let savedAt = -Infinity;
  let saving: Promise<void> | undefined;

  async function save(): Promise<void> {
    while (isUnsaved) {
      isUnsaved = false;
      savedAt = clock.monotonic();
      forgetExpired();
      try {
        await document.write(writeRecords(records));
      } catch (error) {
        logger.warn({ err: error }, 'what was learned of the models could not be stored');
        isUnsaved = true;
        break;
      }
    }
    saving = undefined;
  }

  /** Before the load a write would replace what is stored. */
  function saveNow(): void {
    if (isLoaded && isUnsaved) saving ??= save();
  }

  function forgetExpired(): void {
    for (const [id, record] of records) {
      const current = currentFacts(record, clock.now());
      if (current) records.set(id, current);
      else records.delete(id);
    }
  }

  function forgetOldest(): void {
    const byAge = [...records].toSorted(([, one], [, other]) => newestLesson(one) - newestLesson(other));
    for (const [id] of byAge.slice(0, records.size - MAX_MODELS)) records.delete(id);
  }

  const recordOf = (modelId: string): LearnedRecord => {
    const record = records.get(modelId);
    return (record && currentFacts(record, clock.now())) ?? {};
  };

  function learn(modelId: string, facts: LearnedRecord): void {
    records.set(modelId, { ...recordOf(modelId), ...facts });
    isUnsaved = true;
    if (records.size > MAX_MODELS) forgetOldest();
  }

  async function readStored(): Promise<void> {
    const stored = await document.read();
    if (stored === undefined) return;
    const read = readRecords(stored);
    if (!read) return logger.warn({}, 'what is stored of the models cannot be read; it is learned anew');
    if (read.damaged > 0) logger.warn({ damaged: read.damaged }, 'some of what is stored of the models cannot be read');
    for (const [id, record] of read.records) records.set(id, { ...record, ...records.get(id) });
    forgetExpired();
    if (records.size > MAX_MODELS) forgetOldest();
  }

  return {
    async load() {
      try {
        await readStored();
      } catch (error) {
        logger.warn({ err: error }, 'what is stored of the models could not be read; it is learned anew');
      }
      isLoaded = true;
      saveNow();
    },
    of: (modelId) => (records.has(modelId) ? factsOf(recordOf(modelId)) : {}),
    teach(modelId, { contextLength, takesSystemRole, mustAlternate }) {
      if (!isPlausibleId(modelId)) return;
      const at = clock.now();
      const facts: LearnedRecord = {
        ...(isPlausibleContextLength(contextLength) ? { contextLength: { tokens: contextLength, at } } : {}),
        ...(takesSystemRole === false ? { refusesSystemRole: { at } } : {}),
        ...(mustAlternate ? { mustAlternate: { at } } : {}),
      };
      if (Object.keys(facts).length === 0) return;
      learn(modelId, facts);
      saveNow();
    },
    observe({ id, tokenizer }, counts) {
      if (!isPlausibleId(id)) return;
      const calibration = calibrate(recordOf(id).calibration, tokenizer, counts);
      if (!calibration) return;
      learn(id, { calibration: { ...calibration, at: clock.now() } });
      if (clock.monotonic() - savedAt >= OBSERVATIONS_SAVE_MS) saveNow();
    },
    async flush() {
      saveNow();
      await saving;
    },
  };
}

/** How counts of a model's prompts become its own tokens: by what was learned, else by what is known of its tokenizer. */
export function scaleOf({ id, tokenizer }: Pick<Model, 'id' | 'tokenizer'>, learned: Pick<Learned, 'of'>): TokenScale {
  const { ratio = tokenizer.factor, extra = 0 } = learned.of(id);
  return tokenizer.isExact ? { ratio: 1, extra } : { ratio, extra: 0 };
}

function factsOf({ contextLength, refusesSystemRole, mustAlternate, calibration }: LearnedRecord): LearnedFacts {
  return {
    ...(contextLength ? { contextLength: contextLength.tokens, contextLearnedAt: contextLength.at } : {}),
    ...(refusesSystemRole ? { takesSystemRole: false } : {}),
    ...(mustAlternate ? { mustAlternate: true } : {}),
    ...(calibration ? calibrated(calibration) : {}),
  };
}
