export interface Names {
  nameOfPerson: (userId: string) => string;
  /** As a text mentions it, with the way there. */
  mentionOfChannel: (channelId: string) => string;
}

/** The text with names and times in the place of what Discord shows as such. */
export function readable(text: string, { nameOfPerson, mentionOfChannel }: Names): string {
  return text
    .replaceAll(/<@!?(\d+)>/g, (_mention, id: string) => `@${nameOfPerson(id)}`)
    .replaceAll(/<#(\d+)>/g, (_mention, id: string) => mentionOfChannel(id))
    .replaceAll(/<t:(\d+)(?::\w)?>/g, (_time, seconds: string) => relativeTime(Number(seconds) * 1_000 - Date.now()));
}

/** As Discord writes a moment, which here does not count on by itself. */
function relativeTime(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  const length =
    seconds < 90
      ? `${seconds} s`
      : seconds < 5_400
        ? `${Math.round(seconds / 60)} min`
        : `${Math.round(seconds / 3_600)} h`;
  return ms < 0 ? `${length} ago` : `in ${length}`;
}
