import type { LaidOut } from '../layout.ts';

/** Neighbouring system messages become one, but for named ones and those that only mark a place. */
export function squashSystem(all: readonly LaidOut[]): LaidOut[] {
  const squashed: LaidOut[] = [];
  for (const laidOut of all) {
    const last = squashed.at(-1);
    if (last && isSquashable(last) && isSquashable(laidOut)) {
      const content = `${last.message.content}\n${laidOut.message.content}`;
      squashed.splice(-1, 1, { ...last, message: { ...last.message, content } });
    } else squashed.push(laidOut);
  }
  return squashed;
}

function isSquashable({ message, isMarker }: LaidOut): boolean {
  return message.role === 'system' && message.name === undefined && !isMarker;
}
