import { splitEmotionTag } from '../personas/expressions.ts';
import { createLineGuard, type LineGuard } from './line-guard.ts';

/** What of a persona's words is shown. */
export interface Shaped {
  text: string;
  /** The persona has gone over to somebody else's line: the rest is not wanted. */
  isOver: boolean;
  emotion?: string | undefined;
}

/** Cheap for a text that grows from call to call. */
export type ReplyShape = (text: string, options: { finished: boolean }) => Shaped;

/** A persona speaks for itself: its reply ends where it begins to write the line of another. */
export function createReplyShape({
  speaker,
  others,
  emotions,
}: {
  /** All that it is called. */
  speaker: readonly string[];
  others: readonly string[];
  /** Those that a leading tag may name; none: tags are text. */
  emotions: readonly string[];
}): ReplyShape {
  const createGuard = () => createLineGuard({ speaker, others });
  const growing = createGrowing(createGuard);
  return (text, { finished }) => {
    const tagged =
      emotions.length > 0 ? splitEmotionTag(text, { finished, available: emotions }) : { text, isUndecided: false };
    if (tagged.isUndecided) return { text: '', isOver: false };
    if (!finished) return { ...growing(tagged.text), emotion: tagged.emotion };
    const guard = createGuard();
    const shown = guard.push(tagged.text) + guard.end();
    return { text: shown, isOver: guard.isOver, emotion: tagged.emotion };
  };
}

/** Reads only what is new of a text that is the same as last time but for what was written since. */
function createGrowing(createGuard: () => LineGuard): (text: string) => Pick<Shaped, 'text' | 'isOver'> {
  let guard = createGuard();
  let fed = '';
  let shown = '';
  return (text) => {
    // What was held back as half a tag, or taken for the reply before its reasoning was known, is another text now.
    if (!text.startsWith(fed)) {
      guard = createGuard();
      fed = '';
      shown = '';
    }
    shown += guard.push(text.slice(fed.length));
    fed = text;
    return { text: shown, isOver: guard.isOver };
  };
}
