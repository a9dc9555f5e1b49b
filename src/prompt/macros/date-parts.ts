const MS_PER_DAY = 86_400_000;

/** Its UTC fields are those of the clock on the wall. */
export interface Moment {
  wall: Date;
  at: number;
  offsetMinutes: number;
}

export function month({ wall }: Moment): number {
  return wall.getUTCMonth() + 1;
}

export function quarter(moment: Moment): number {
  return Math.ceil(month(moment) / 3);
}

export function day({ wall }: Moment): number {
  return wall.getUTCDate();
}

export function weekday({ wall }: Moment): number {
  return wall.getUTCDay();
}

export function hour({ wall }: Moment): number {
  return wall.getUTCHours();
}

export function hourFrom1(moment: Moment): number {
  return hour(moment) || 24;
}

export function hourOf12(moment: Moment): number {
  return hour(moment) % 12 || 12;
}

export function minute({ wall }: Moment): number {
  return wall.getUTCMinutes();
}

export function second({ wall }: Moment): number {
  return wall.getUTCSeconds();
}

export function dayOfYear({ wall }: Moment): number {
  return Math.floor((wall.getTime() - Date.UTC(wall.getUTCFullYear(), 0, 1)) / MS_PER_DAY) + 1;
}

/** Weeks from Sunday; the one with January 1 is the first. */
export function localeWeekYear({ wall }: Moment): number {
  return new Date(wall.getTime() + (6 - wall.getUTCDay()) * MS_PER_DAY).getUTCFullYear();
}

export function localeWeek(moment: Moment): number {
  const saturday = new Date(moment.wall.getTime() + (6 - weekday(moment)) * MS_PER_DAY);
  return Math.ceil(dayOfYear({ ...moment, wall: saturday }) / 7);
}

/** Weeks from Monday; the one with the year's first Thursday is the first. */
function isoThursday({ wall }: Moment): Date {
  return new Date(wall.getTime() + (4 - (wall.getUTCDay() || 7)) * MS_PER_DAY);
}

export function isoWeekYear(moment: Moment): number {
  return isoThursday(moment).getUTCFullYear();
}

export function isoWeek(moment: Moment): number {
  return Math.ceil(dayOfYear({ ...moment, wall: isoThursday(moment) }) / 7);
}
