import type { ReplyPart, ReplyTarget } from '../../src/chat/reply-target.ts';
import type { Clock } from '../../src/core/clock.ts';

export interface FakeTargetOptions {
  clock: Clock;
  log: (line: string) => void;
  roundTripMs?: number;
  /** Messages of an earlier reply that are written over. */
  reuse?: string[];
  /** Asked with each line of the log: what it returns is thrown when the request is answered. */
  failWith?: (line: string) => Error | undefined;
}

export interface FakeTarget extends ReplyTarget {
  /** What Discord shows. */
  readonly shown: ReplyPart[];
}

/** A channel that takes its time, and tells of every request as it leaves: kind, part, text and buttons. */
export function createFakeTarget(options: FakeTargetOptions): FakeTarget {
  const { clock, log, roundTripMs = 60, failWith } = options;
  const messageIds = [...(options.reuse ?? [])];
  const shown: ReplyPart[] = [];

  async function request(line: string): Promise<void> {
    log(line);
    await clock.sleep(roundTripMs);
    const failure = failWith?.(line);
    if (failure) throw failure;
  }

  return {
    messageIds,
    shown,
    bucketOf: (kind) => kind,
    async create(index, part) {
      await request(`create ${index} ${describePart(part)}`);
      messageIds[index] ??= `m${index}`;
      shown[index] = part;
    },
    async edit(index, part) {
      await request(`edit ${index} ${describePart(part)}`);
      shown[index] = part;
    },
    async remove(index) {
      await request(`remove ${index}`);
      messageIds.length = index;
      shown.length = Math.min(shown.length, index);
    },
    showTyping() {
      log('typing');
      return () => log('typing ends');
    },
  };
}

const SHOWN_LENGTH = 80;

function describePart({ content, controls }: ReplyPart): string {
  const text = content.length > SHOWN_LENGTH ? `${content.slice(0, 8)}… (${content.length})` : content;
  return `${JSON.stringify(text)}${controls.map(({ action, id }) => ` [${action} ${id}]`).join('')}`;
}
