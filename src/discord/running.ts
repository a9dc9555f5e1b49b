import { TurnStopped } from '../chat/stop.ts';
import type { Clock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';

/** The replies that are being written right now, so that they can be stopped and waited for. */
export interface RunningReplies {
  /**
   * Runs a reply with a signal that its owner, a moderator or the shutdown can abort.
   *
   * @throws UserError `unavailable` once the bot is stopping.
   */
  run(reply: RunningReply, task: (signal: AbortSignal) => Promise<void>): Promise<void>;
  find(matches: (reply: RunningReply) => boolean): RunningReply | undefined;
  stop(replyId: string): void;
  stopReplyTo(userMessageId: string): void;
  /** Takes no more replies, lets those that run finish for `graceMs`, then ends them and waits for their last edits. */
  shutDown(options: { graceMs: number }): Promise<void>;
}

export interface RunningReply {
  replyId: string;
  ownerId: string;
  userMessageId: string;
  /** The message that is answered, when it is one. */
  sourceMessageId?: string;
}

export function createRunningReplies({ clock }: { clock: Clock }): RunningReplies {
  const running = new Map<string, { reply: RunningReply; controller: AbortController; ended: Promise<void> }>();
  let isStopping = false;

  function stop(replyId: string): void {
    running.get(replyId)?.controller.abort(new TurnStopped('member'));
  }

  return {
    stop,
    stopReplyTo(userMessageId) {
      for (const { reply } of running.values()) if (reply.userMessageId === userMessageId) stop(reply.replyId);
    },
    async run(reply, task) {
      if (isStopping) throw new UserError('unavailable', 'The bot is restarting. Please try again in a minute.');
      const controller = new AbortController();
      const ended = task(controller.signal);
      running.set(reply.replyId, { reply, controller, ended });
      try {
        await ended;
      } finally {
        running.delete(reply.replyId);
      }
    },
    find: (matches) => [...running.values()].find(({ reply }) => matches(reply))?.reply,
    async shutDown({ graceMs }) {
      isStopping = true;
      const allEnded = Promise.allSettled([...running.values()].map(({ ended }) => ended));
      const grace = new AbortController();
      await Promise.race([allEnded, clock.sleep(graceMs, { signal: grace.signal })]);
      grace.abort();
      for (const { controller } of running.values()) controller.abort(new TurnStopped('shutdown'));
      await allEnded;
    },
  };
}
