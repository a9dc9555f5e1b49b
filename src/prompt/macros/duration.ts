const MS_PER_SECOND = 1000;
const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;
const MS_PER_DAY = 86_400_000;
/** Of the Gregorian calendar: 400 years in 146,097 days. */
const DAYS_PER_MONTH = 146_097 / 4800;

/** How long that is, in moment.js' words and with its thresholds. */
export function humanize(durationMs: number): string {
  const length = Math.abs(durationMs);
  const seconds = Math.round(length / MS_PER_SECOND);
  const minutes = Math.round(length / MS_PER_MINUTE);
  const hours = Math.round(length / MS_PER_HOUR);
  const days = Math.round(length / MS_PER_DAY);
  const months = Math.round(length / MS_PER_DAY / DAYS_PER_MONTH);
  const years = Math.round(length / MS_PER_DAY / DAYS_PER_MONTH / 12);
  if (seconds < 45) return 'a few seconds';
  if (minutes < 45) return minutes <= 1 ? 'a minute' : `${minutes} minutes`;
  if (hours < 22) return hours <= 1 ? 'an hour' : `${hours} hours`;
  if (days < 26) return days <= 1 ? 'a day' : `${days} days`;
  if (months < 11) return months <= 1 ? 'a month' : `${months} months`;
  return years <= 1 ? 'a year' : `${years} years`;
}

/** "in 3 hours", "3 hours ago". */
export function humanizeFrom(durationMs: number): string {
  return durationMs > 0 ? `in ${humanize(durationMs)}` : `${humanize(durationMs)} ago`;
}
