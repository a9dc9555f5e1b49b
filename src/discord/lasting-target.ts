import type { ReplyPart, ReplyTarget } from '../chat/reply-target.ts';
import type { Clock } from '../core/clock.ts';

export interface LastingTargetOptions {
  /** Works until `closesAt`. */
  interaction: ReplyTarget;
  /** Goes on afterwards, from the messages that show the reply already. Undefined where the bot's own account may not write. */
  channel: { open: (reuse: string[]) => ReplyTarget; heading: string } | undefined;
  /** When Discord closes the interaction: Unix time in milliseconds. */
  closesAt: number;
  /** Called when time runs out and there is no channel to go on in. */
  onLate: () => void;
  clock: Clock;
  /** Ends with the reply. */
  signal: AbortSignal;
}

/** So long before an interaction closes its reply moves out: enough for an edit that has to wait for its bucket. */
const MOVES_BEFORE_MS = 60_000;

const MOVING_NOTICE =
  '-# This takes longer than Discord keeps a command open: it goes on in a message of its own in this channel.';

/**
 * A reply that outlives its interaction, which Discord closes after 15 minutes. What stands in line until then is told so
 * and comes as a new message; what is being written goes on in its messages, by the bot's own account.
 */
export function createLastingTarget(options: LastingTargetOptions): ReplyTarget {
  const { interaction, closesAt, onLate, clock, signal } = options;
  const messageIds = interaction.messageIds;
  let channel: ReplyTarget | undefined;
  let hasText = false;
  let last = Promise.resolve();

  /** The array stays the same one: others hold it. */
  function takeIds(ids: readonly string[]): void {
    messageIds.splice(0, messageIds.length, ...ids);
  }

  /** One after the other: a part that is being created has no id yet, and the channel would make it once more. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const working = last.then(work);
    last = working.catch(() => {});
    return working;
  }

  async function moveWhenDue(): Promise<void> {
    await clock.sleep(Math.max(0, closesAt - MOVES_BEFORE_MS - clock.now()), { signal });
    const { channel: next } = options;
    if (next) await inTurn(() => moveTo(next));
    else onLate();
  }

  async function moveTo({ open, heading }: NonNullable<LastingTargetOptions['channel']>): Promise<void> {
    if (signal.aborted) return;
    channel = open(hasText ? [...messageIds] : []);
    if (hasText) return;
    takeIds([]);
    await interaction.create(0, { content: heading + MOVING_NOTICE, controls: [] });
    // What stood there is no part of the reply any more.
    takeIds(channel.messageIds);
  }
  moveWhenDue().catch(() => {
    // The reply has ended in time; or the notice was not taken, and the answer comes all the same.
  });

  async function write(index: number, part: ReplyPart, kind: 'create' | 'edit'): Promise<void> {
    hasText ||= !part.isNotice;
    if (!channel) return interaction[kind](index, part);
    // The first write after the move finds no message there, whatever was shown before it.
    await channel[index < channel.messageIds.length ? 'edit' : 'create'](index, part);
    takeIds(channel.messageIds);
  }

  return {
    messageIds,
    bucketOf(kind, index) {
      if (!channel) return interaction.bucketOf(kind, index);
      return channel.bucketOf(index < channel.messageIds.length ? 'edit' : 'create', index);
    },
    create: (index, part) => inTurn(() => write(index, part, 'create')),
    edit: (index, part) => inTurn(() => write(index, part, 'edit')),
    remove: (index) =>
      inTurn(async () => {
        await (channel ?? interaction).remove(index);
        if (channel) takeIds(channel.messageIds);
      }),
    showTyping: () => interaction.showTyping(),
  };
}
