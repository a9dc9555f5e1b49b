import type { StoredMessage } from '../storage/history.ts';
import type { EditClock } from './edit-clock.ts';
import { separateReasoning } from './reasoning.ts';
import type { ReplyShape } from './reply-shape.ts';
import type { ReplyControl, ReplyPart, ReplyTarget } from './reply-target.ts';
import { closeOpenFences, createSplitter, splitReply } from './split.ts';

export interface ReplyStream {
  /** Adds what the model wrote. The first text of a message is sent at once, later ones go out at the bucket's rhythm. */
  write(text: string): void;
  /** The reply is complete, whatever else the model writes; of a long one, told a few words late. */
  readonly isOver: boolean;
  /** Adds reasoning that came apart from the text. */
  writeReasoning(text: string): void;
  /** Shows this as long as there is no text. */
  wait(notice: string): void;
  /** What the model wrote so far, its reasoning apart from the text. */
  read(options: { finished: boolean }): { text: string; reasoning: string; emotion?: string | undefined };
  /** Waits for the edit under way, then shows the finished reply; urgent, so it uses the slot kept back for it. */
  finish(last: { text: string; controls: ReplyControl[]; emotion?: string | undefined }): Promise<void>;
}

export interface ReplyStreamOptions {
  target: ReplyTarget;
  editClock: EditClock;
  /** Shown above the reply, for example the question that it answers. */
  heading: string;
  /** Buttons while the reply is being written. */
  controls: ReplyControl[];
  /** The bot's own name, which models like to write in front. */
  ownName: string;
  /** What the model goes on with: it stands before the new words once there are any. */
  continues?: Pick<StoredMessage, 'content' | 'reasoning' | 'expression'> | undefined;
  /** What is shown of the words that are not reasoning; all of them if left out. */
  shape?: ReplyShape | undefined;
  /** Called when `target.messageIds`, or how many of them show the reply, has changed. */
  onCreated?: (partsShown: number) => void;
  /** A write into Discord failed: nothing more is shown before the last edit, which tries again. */
  onError: (error: unknown) => void;
}

/**
 * To look at all of a text for each of its tokens would take a time that grows with the square of its length: it is looked
 * at again once it has grown by this share. Nothing that is not to be shown is shown meanwhile.
 */
const LOOK_SHARE = 1 / 256;

/** Shows a growing text in Discord messages: one request in flight, text taken when it leaves, nothing sent twice. */
export function createReplyStream(options: ReplyStreamOptions): ReplyStream {
  const { target, editClock, heading, controls, continues, onError, shape = asTheyAre } = options;
  const shown: ReplyPart[] = [];
  const ending = new AbortController();
  const split = createSplitter();
  let raw = '';
  let isOver = false;
  /** Of `raw`: when to look next whether it is over. */
  let lookAtLength = 0;
  let reasoningApart = '';
  let pumping: Promise<void> | undefined;
  let isPumping = false;
  let isBroken = false;
  let waitingNotice: string | undefined;
  /** Ends a notice's wait for its slot: the first text does not stand behind it. */
  let overtakeNotice = new AbortController();
  let hasShownText = false;
  const releaseSlot = editClock.bucket(target.bucketOf('edit', 0)).keepSlot();
  let endTyping: (() => void) | undefined = target.showTyping();

  function readAll({ finished }: { finished: boolean }) {
    const inText = separateReasoning(raw, { finished, ownName: options.ownName });
    const reasoning = [continues?.reasoning ?? '', reasoningApart.trim(), inText.reasoning]
      .filter((part) => part !== '')
      .join('\n\n');
    // Invisible characters alone are no message for Discord, so no reply either.
    const { text, emotion = continues?.expression, isOver } = shape(inText.text, { finished });
    const isBlank = finished && splitReply(text).length === 0;
    return { text: isBlank || text === '' ? '' : joined(continues?.content ?? '', text), reasoning, emotion, isOver };
  }

  function read(options: { finished: boolean }) {
    const { text, reasoning, emotion } = readAll(options);
    return { text, reasoning, ...(emotion === undefined ? {} : { emotion }) };
  }

  function render(text: string, partControls: ReplyControl[], emotion: string | undefined): ReplyPart[] {
    const contents = split(heading + text);
    return contents.map((content, index) => ({
      content,
      controls: index === contents.length - 1 ? partControls : [],
      ...(index === 0 && emotion !== undefined ? { emotion } : {}),
    }));
  }

  function growing(): ReplyPart[] {
    const { text, emotion } = readAll({ finished: false });
    if (text === '')
      return waitingNotice === undefined ? [] : [{ content: heading + waitingNotice, controls, isNotice: true }];
    const parts = render(text, controls, emotion);
    const last = parts.at(-1);
    return last ? [...parts.slice(0, -1), { ...last, content: closeOpenFences(last.content) }] : [];
  }

  /** The first part that Discord does not show as it should be. */
  function firstDifference(wanted: ReplyPart[]): number | undefined {
    const index = wanted.findIndex((part, at) => !isSame(part, shown[at]));
    return index === -1 ? undefined : index;
  }

  async function send(index: number, wanted: () => ReplyPart[], signal?: AbortSignal) {
    const isNew = index >= shown.length;
    const isFirstText = (isNew || !hasShownText) && read({ finished: false }).text !== '';
    await editClock.bucket(target.bucketOf(isNew ? 'create' : 'edit', index)).send(
      async () => {
        const part = wanted()[index];
        if (!part) return;
        hasShownText ||= !part.isNotice;
        endTyping?.();
        endTyping = undefined;
        const [idBefore, wasNotice] = [target.messageIds[index], shown[index]?.isNotice];
        await (isNew ? target.create(index, part) : target.edit(index, part));
        shown[index] = part;
        const isTextNow = wasNotice && !part.isNotice;
        if (isNew || isTextNow || target.messageIds[index] !== idBefore)
          options.onCreated?.(shown.filter(({ isNotice }) => !isNotice).length);
      },
      { urgent: isFirstText || ending.signal.aborted, writer: target, signal },
    );
  }

  async function sendGrowing(index: number) {
    if (growing()[index]?.isNotice !== true) return send(index, growing, ending.signal);
    overtakeNotice = new AbortController();
    const { signal } = overtakeNotice;
    try {
      await send(index, growing, AbortSignal.any([ending.signal, signal]));
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error;
    }
  }

  async function pump() {
    isPumping = true;
    try {
      for (;;) {
        const index = firstDifference(growing());
        if (index === undefined || ending.signal.aborted) return;
        await sendGrowing(index);
      }
    } catch (error) {
      if (ending.signal.aborted) return;
      isBroken = true;
      onError(error);
    } finally {
      // In the same step as the last look at the text, so that no write falls in between.
      isPumping = false;
    }
  }

  function show() {
    if (!isBroken && !isPumping) pumping = pump();
  }

  return {
    read,
    get isOver() {
      if (!isOver && raw.length >= lookAtLength) {
        ({ isOver } = readAll({ finished: false }));
        lookAtLength = raw.length * (1 + LOOK_SHARE);
      }
      return isOver;
    },
    write(text) {
      raw += text;
      if (waitingNotice !== undefined && !hasShownText && read({ finished: false }).text !== '') overtakeNotice.abort();
      show();
    },
    wait(notice) {
      waitingNotice = notice;
      show();
    },
    writeReasoning(text) {
      reasoningApart += text;
    },
    async finish(last) {
      ending.abort();
      await pumping;
      try {
        const wanted = render(last.text, last.controls, last.emotion);
        for (let index = firstDifference(wanted); index !== undefined; index = firstDifference(wanted)) {
          await send(index, () => wanted);
        }
        for (let index = target.messageIds.length - 1; index >= wanted.length; index--) await target.remove(index);
      } finally {
        endTyping?.();
        releaseSlot();
      }
    },
  };
}

/** With a space between two texts where one is missing. */
function joined(earlier: string, text: string): string {
  const needsSpace = /\S$/.test(earlier) && /^[\p{L}\p{N}"“*_(]/u.test(text);
  return `${earlier}${needsSpace ? ' ' : ''}${text}`;
}

const asTheyAre: ReplyShape = (text) => ({ text, isOver: false });

function isSame(a: ReplyPart, b: ReplyPart | undefined): boolean {
  return b !== undefined && a.content === b.content && JSON.stringify(a.controls) === JSON.stringify(b.controls);
}
