import { UserError } from '../../core/errors.ts';
import { createRecent } from '../../core/recent.ts';
import { ago } from '../models/words.ts';

const REPORTS_MAX = 3;
const REPORTS_WINDOW_MS = 10 * 60_000;
const PEOPLE_REMEMBERED = 1_000;

/** How often one person may report, so that nobody floods the moderators. Kept in memory. */
export interface ReportLimit {
  /**
   * Counts a report. The function that it gives takes it back.
   *
   * @throws UserError `unavailable` that says when to try again
   */
  take(personId: string, nowMs: number): () => void;
}

export function createReportLimit(): ReportLimit {
  const reported = createRecent<string, number[]>({ maxSize: PEOPLE_REMEMBERED });

  const within = (personId: string, nowMs: number) =>
    (reported.get(personId) ?? []).filter((at) => at > nowMs - REPORTS_WINDOW_MS);

  return {
    take(personId, nowMs) {
      const times = within(personId, nowMs);
      const [oldest] = times;
      if (oldest !== undefined && times.length >= REPORTS_MAX) {
        throw new UserError(
          'unavailable',
          `You have reported ${REPORTS_MAX} replies within ${REPORTS_WINDOW_MS / 60_000} minutes. ` +
            `The next one can be reported ${ago(oldest + REPORTS_WINDOW_MS)}; tell a moderator if it cannot wait.`,
        );
      }
      reported.set(personId, [...times, nowMs]);
      return () => {
        const left = within(personId, nowMs);
        const index = left.lastIndexOf(nowMs);
        reported.set(personId, index === -1 ? left : left.toSpliced(index, 1));
      };
    },
  };
}
