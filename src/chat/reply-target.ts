/** A button under a reply. Its id says which reply or turn it is about. */
export interface ReplyControl {
  action:
    | 'stop'
    | 'retry'
    | 'reasoning'
    | 'swipe-back'
    | 'swipe-count'
    | 'swipe-on'
    | 'again'
    | 'continue'
    | 'edit'
    | 'delete';
  id: string;
  /** In place of the usual one. */
  label?: string | undefined;
}

/** One Discord message of a reply: at most 2,000 characters, and the buttons below it. */
export interface ReplyPart {
  content: string;
  controls: ReplyControl[];
  /** Not of the reply: it says why there is none yet. */
  isNotice?: true | undefined;
  /** Of the first part of a persona's reply: what its face shows. */
  emotion?: string | undefined;
}

/** Where a reply is shown. Parts are numbered from 0 in reading order; a part is created before it is edited. */
export interface ReplyTarget {
  /** The rate-limit bucket that creating or editing this part spends from. */
  bucketOf(kind: 'create' | 'edit', index: number): string;
  create(index: number, part: ReplyPart): Promise<void>;
  edit(index: number, part: ReplyPart): Promise<void>;
  /** Takes a part away that the finished reply no longer has. */
  remove(index: number): Promise<void>;
  /** Shows that something is coming; returns the function that ends it. */
  showTyping(): () => void;
  /** The ids of the messages that show the reply so far, in reading order. */
  readonly messageIds: string[];
}
