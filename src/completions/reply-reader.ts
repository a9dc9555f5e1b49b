import * as v from 'valibot';
import { isErrorBody } from './error-body.ts';
import { CompletionError, type CompletionErrorFacts } from './errors.ts';
import type { CompletionEvent, FinishReason } from './events.ts';
import { isRecord, parseJson } from './json.ts';

export const DONE = '[DONE]';

/** A gateway's stray line costs at most a token; more than this many and the text has holes that nobody would see. */
export const UNREADABLE_EVENTS_MAX = 3;

const text = v.fallback(v.nullish(v.string()), null);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const part = v.fallback(v.nullish(v.object({ content: text, reasoning_content: text })), null);

/** Only the fields used, each of them harmless when absent, null or of a wrong type. Fits a chunk and a whole completion. */
const chunkSchema = v.object({
  choices: v.fallback(v.nullish(v.array(v.object({ delta: part, message: part, text, finish_reason: text }))), null),
  usage: v.fallback(v.nullish(v.object({ prompt_tokens: count, completion_tokens: count })), null),
});
type Choice = NonNullable<v.InferOutput<typeof chunkSchema>['choices']>[number];

export interface ReplyReader {
  /** Whether `finish` has been given out: whatever follows changes nothing of the reply. */
  readonly isFinished: boolean;
  /**
   * Takes the data of one event: a chunk, an error, a whole completion or `[DONE]`.
   * @throws CompletionError
   */
  take(data: string): CompletionEvent[];
  /**
   * The body has ended.
   * @throws CompletionError `cut` when the reply had not
   */
  end(): CompletionEvent[];
}

interface ReplyReaderOptions {
  /** Of the response, for the errors that the reader finds itself. */
  facts: CompletionErrorFacts;
  /** The error for an error body that came inside a 200 answer. */
  classify: (body: string) => CompletionError;
}

/**
 * Makes the events of one reply from the data of its stream.
 *
 * White space at the start is held back until a word follows, so that a reply of nothing but white space fails before
 * anyone has seen a part of it. Usage, which some servers repeat with every chunk, is told once, at the end.
 */
export function createReplyReader({ facts, classify }: ReplyReaderOptions): ReplyReader {
  let heldSpace = '';
  let hasText = false;
  let hasStarted = false;
  let isFinished = false;
  let unreadableEvents = 0;
  let usage: CompletionEvent | undefined;

  function take(data: string): CompletionEvent[] {
    if (data === DONE) return isFinished ? tellUsage() : [...finish('stop'), ...tellUsage()];
    const parsed = parseJson(data);
    if (!isRecord(parsed)) return skipUnreadable();
    if (isErrorBody(parsed)) return fail(data);
    const { choices, usage: counts } = v.parse(chunkSchema, parsed);
    if (counts) {
      usage = { type: 'usage', promptTokens: counts.prompt_tokens, completionTokens: counts.completion_tokens };
    }
    const choice = choices?.[0];
    return choice && !isFinished ? readChoice(choice) : [];
  }

  function readChoice(choice: Choice): CompletionEvent[] {
    const events: CompletionEvent[] = [];
    const { content, reasoning_content: reasoning } = choice.delta ?? choice.message ?? {};
    if (reasoning) {
      hasStarted = true;
      events.push({ type: 'reasoning', text: reasoning });
    }
    const said = addText(content ?? choice.text ?? '');
    if (said !== '') events.push({ type: 'text', text: said });
    if (choice.finish_reason) events.push(...finish(choice.finish_reason));
    return events;
  }

  function addText(added: string): string {
    if (hasText) return added;
    heldSpace += added;
    if (added.trim() === '') return '';
    hasText = true;
    hasStarted = true;
    return heldSpace;
  }

  function finish(word: string): CompletionEvent[] {
    // The engine's word for a request that it dropped.
    if (word === 'abort') throw new CompletionError('cut', facts);
    const reason = finishReason(word);
    if (!hasText && reason !== 'filtered') {
      throw new CompletionError(unreadableEvents > 0 ? 'malformed' : 'empty', facts);
    }
    isFinished = true;
    return [{ type: 'finish', reason }];
  }

  function fail(data: string): CompletionEvent[] {
    const error = classify(data);
    throw hasStarted ? new CompletionError('cut', { status: error.status, callId: error.callId, cause: error }) : error;
  }

  function skipUnreadable(): CompletionEvent[] {
    unreadableEvents++;
    if (unreadableEvents > UNREADABLE_EVENTS_MAX) throw new CompletionError('malformed', facts);
    return [];
  }

  function tellUsage(): CompletionEvent[] {
    const told = usage ? [usage] : [];
    usage = undefined;
    return told;
  }

  return {
    get isFinished() {
      return isFinished;
    },
    take,
    end() {
      if (!isFinished) throw new CompletionError('cut', facts);
      return tellUsage();
    },
  };
}

/** Engines have many words for an end that the model chose (`stop`, `eos_token`, `stop_sequence`, `tool_calls`). */
function finishReason(word: string): FinishReason {
  if (word === 'length') return 'length';
  return word === 'content_filter' ? 'filtered' : 'stop';
}
