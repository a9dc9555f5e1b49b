import { CompletionError } from '../completions/errors.ts';
import type { FinishReason } from '../completions/events.ts';
import type { Logger } from '../core/logger.ts';
import { describeError } from '../core/report.ts';
import { explainFailure } from './explain.ts';
import type { PromptFacts } from './generate.ts';
import { TurnStopped } from './stop.ts';

/** How a reply ended, and what its readers are told of it. */
export interface Ending {
  finish: 'stop' | 'length' | 'stopped' | 'cut' | 'interrupted';
  notice?: string;
  canRetry: boolean;
}

const INTERRUPTED_NOTICE = 'Interrupted by a restart of the bot. Press Retry for a new reply.';
const UNSAVED_NOTICE = 'This reply could not be stored: the next ones will not know of it.';
const FILTERED_NOTICE =
  'The API’s filter withheld the reply. Try other words or another model: `/models list` shows them.';
const EMPTY_NOTICE = 'The model gave an empty reply. Press Retry, or put the question in other words.';
const LATE_NOTICE =
  'The wait was longer than the 15 minutes for which Discord keeps a command open. Press Retry to stand in line again.';
const CUT_LATE_NOTICE =
  'The reply was cut here: Discord keeps a command open for no longer than 15 minutes. Press Retry for a new one.';
const QUESTION_CUT_NOTE = 'The question was too long for this model: its middle was left out.';
const HISTORY_CUT_NOTE =
  'The oldest messages of this conversation do not fit into the model’s memory any more: from now on it knows only the newest.';

export const interruptedEnding: Ending = { finish: 'interrupted', notice: INTERRUPTED_NOTICE, canRetry: true };

type Outcome =
  | { reason: FinishReason; isEmpty: boolean }
  | { error: unknown; isEmpty: boolean; isServerKey: boolean; logger: Logger };

export function endingOf(outcome: Outcome): Ending {
  if ('reason' in outcome) {
    return endingOfCompletion(outcome.reason, outcome.isEmpty);
  }
  const { error, isEmpty, isServerKey, logger } = outcome;
  if (error instanceof TurnStopped) {
    if (error.by === 'shutdown') return interruptedEnding;
    if (error.by === 'late') return { finish: 'cut', notice: isEmpty ? LATE_NOTICE : CUT_LATE_NOTICE, canRetry: true };
    return { finish: 'stopped', notice: isEmpty ? 'Stopped before the first word.' : 'Stopped.', canRetry: true };
  }
  if (!(error instanceof CompletionError)) {
    return { finish: 'cut', notice: describeError(error, logger), canRetry: true };
  }
  logger.warn({ err: error }, 'a completion failed');
  const notice = explainFailure(error, { isServerKey });
  return { finish: 'cut', notice: isEmpty ? notice : `The reply was cut here. ${notice}`, canRetry: true };
}

/** The ending of a reply that was stored before its last edit left, told again after a crash in between. */
export function endingOfStored(finish: Ending['finish'] | undefined): Ending {
  switch (finish) {
    case 'stopped':
      return { finish, notice: 'Stopped.', canRetry: true };
    case 'cut':
      return { finish, notice: 'The reply was cut here. Press Retry for a new one.', canRetry: true };
    case 'interrupted':
      return interruptedEnding;
    case 'length':
    case 'stop':
    case undefined:
      return endingOfCompletion(finish ?? 'stop', false);
  }
}

/** The reply is shown all the same: it has been waited for. */
export function unsavedEnding({ finish, notice }: Ending, error: unknown, logger: Logger): Ending {
  const sentences = [notice, UNSAVED_NOTICE, describeError(error, logger)].filter((sentence) => sentence !== undefined);
  return { finish, notice: sentences.join(' '), canRetry: true };
}

/** What readers should know of how the prompt came about. */
export function notesOf({ isQuestionCut, isHistoryCut }: PromptFacts): string[] {
  return [...(isQuestionCut ? [QUESTION_CUT_NOTE] : []), ...(isHistoryCut ? [HISTORY_CUT_NOTE] : [])];
}

export function withNotes(ending: Ending, notes: readonly string[]): Ending {
  if (notes.length === 0) return ending;
  return { ...ending, notice: [ending.notice, ...notes].filter((sentence) => sentence !== undefined).join(' ') };
}

function endingOfCompletion(reason: FinishReason, isEmpty: boolean): Ending {
  if (isEmpty && reason === 'filtered') return { finish: 'cut', notice: FILTERED_NOTICE, canRetry: true };
  if (isEmpty) return { finish: 'cut', notice: EMPTY_NOTICE, canRetry: true };
  switch (reason) {
    case 'stop':
      return { finish: 'stop', canRetry: false };
    case 'length':
      return { finish: 'length', notice: 'The reply reached its maximum length.', canRetry: false };
    case 'filtered':
      return { finish: 'cut', notice: 'The API’s filter ended the reply here.', canRetry: true };
  }
}
