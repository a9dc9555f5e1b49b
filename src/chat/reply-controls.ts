import type { ReplyControl } from './reply-target.ts';

export interface FinishedControls {
  /** Of the message that was answered: it stays when the reply is made again. */
  userMessageId: string;
  replyId: string;
  hasText: boolean;
  hasReasoning: boolean;
  canRetry: boolean;
  /** A persona speaks: its replies are played with. */
  isPersona: boolean;
  /** Discord lets such a reply be changed by what is pressed below it only: not by a form, nor by a private answer. */
  isPrivate: boolean;
  /** Which of how many versions is shown, from 0 on. */
  swipe: { index: number; count: number };
}

/** The buttons below a finished reply. */
export function controlsOf(reply: FinishedControls): ReplyControl[] {
  const { userMessageId: id, replyId, hasText, hasReasoning, canRetry, isPersona, isPrivate, swipe } = reply;
  const { index, count } = swipe;
  const isPlayed = isPersona && hasText;
  return [
    ...(count > 1
      ? [
          { action: 'swipe-back' as const, id },
          { action: 'swipe-count' as const, id, label: `${index + 1}/${count}` },
          { action: 'swipe-on' as const, id },
        ]
      : []),
    ...(canRetry && !isPlayed ? [{ action: 'retry' as const, id }] : []),
    ...(isPlayed
      ? [
          { action: 'again' as const, id },
          { action: 'continue' as const, id },
        ]
      : []),
    ...(isPlayed && !isPrivate
      ? [
          { action: 'edit' as const, id },
          { action: 'delete' as const, id },
        ]
      : []),
    ...(hasReasoning && hasText ? [{ action: 'reasoning' as const, id: replyId }] : []),
  ];
}
