import { type StoppedBy, TurnStopped } from '../chat/stop.ts';
import type { Clock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';

/** The replies that are being written right now, so that they can be stopped and waited for. */
export interface RunningReplies {
  /**
   * Runs a reply with a signal that its owner, a moderator or the shutdown can abort. The task calls `onEnding` when
   * nothing but its last edit is left to do.
   *
   * @throws UserError `unavailable` once the bot is stopping.
   */
  run(reply: RunningReply, task: (signal: AbortSignal, onEnding: () => void) => Promise<void>): Promise<void>;
  find(matches: (reply: RunningReply) => boolean): RunningReply | undefined;
  /** The end of a reply whose last edit is on its way; undefined while it is still being written. */
  endOf(replyId: string): Promise<void> | undefined;
  stop(replyId: string, by?: StoppedBy): void;
  /** Stops all that match, and resolves when they have ended with the messages that they were shown in. */
  stopAll(matches: (reply: RunningReply) => boolean): Promise<string[]>;
  /** Takes no more replies, lets those that run finish for `graceMs`, then ends them and waits for their last edits. */
  shutDown(options: { graceMs: number }): Promise<void>;
}

export interface RunningReply {
  replyId: string;
  ownerId: string;
  conversationId: string;
  userMessageId: string;
  /** The message that is answered, when it is one. */
  sourceMessageId?: string | undefined;
  /** The messages that show the reply so far; grows with it. */
  messageIds: readonly string[];
}

interface Run {
  reply: RunningReply;
  controller: AbortController;
  /** Never rejects. */
  ended: Promise<void>;
  isEnding: boolean;
}

// For the last edits when Discord is slow; the next start mends what was not shown.
const LAST_EDITS_MS = 10_000;

export function createRunningReplies({ clock }: { clock: Clock }): RunningReplies {
  const running = new Map<string, Run>();
  let isStopping = false;

  function stop(replyId: string, by: StoppedBy = 'member'): void {
    running.get(replyId)?.controller.abort(new TurnStopped(by));
  }

  return {
    stop,
    async stopAll(matches) {
      const replies = [...running.values()].filter(({ reply }) => matches(reply));
      for (const { reply } of replies) stop(reply.replyId);
      await Promise.all(replies.map(({ ended }) => ended));
      return replies.flatMap(({ reply }) => reply.messageIds);
    },
    async run(reply, task) {
      if (isStopping) throw new UserError('unavailable', 'The bot is restarting. Please try again in a minute.');
      const controller = new AbortController();
      const run: Run = { reply, controller, ended: Promise.resolve(), isEnding: false };
      running.set(reply.replyId, run);
      const onEnding = () => {
        run.isEnding = true;
      };
      const work = task(controller.signal, onEnding).finally(() => running.delete(reply.replyId));
      run.ended = work.catch(() => {});
      await work;
    },
    find: (matches) => [...running.values()].find(({ reply }) => matches(reply))?.reply,
    endOf(replyId) {
      const run = running.get(replyId);
      return run?.isEnding ? run.ended : undefined;
    },
    async shutDown({ graceMs }) {
      isStopping = true;
      const allEnded = Promise.all([...running.values()].map(({ ended }) => ended));
      const grace = new AbortController();
      await Promise.race([allEnded, clock.sleep(graceMs, { signal: grace.signal })]);
      grace.abort();
      for (const { controller } of running.values()) controller.abort(new TurnStopped('shutdown'));
      const patience = new AbortController();
      await Promise.race([allEnded, clock.sleep(LAST_EDITS_MS, { signal: patience.signal })]);
      patience.abort();
    },
  };
}
