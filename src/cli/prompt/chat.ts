import { fieldsOf, listOf, numberOf, textOf } from './fields.ts';

/** A message of SillyTavern's chat, as far as prompts depend on it. */
export interface ChatMessage {
  name: string;
  isUser: boolean;
  isHidden: boolean;
  isNarrator: boolean;
  isByAnother: boolean;
  text: string;
  /** All that it could say, the chosen one too; empty: there never was another. */
  swipes: string[];
  swipeIndex: number;
  /** The step that made it; undefined: the case began with it. */
  madeBy?: number | undefined;
}

/** A brace that SillyTavern is not to take for a macro's. */
const ESCAPED_BRACE = /\\([{}])/g;

/** Only a greeting, as the first message is, has macros: what is escaped in the others is not. */
export function readChat(messages: readonly unknown[]): ChatMessage[] {
  return messages.map((message, index) => {
    const { name, is_user, is_system, mes, extra, force_avatar, swipes, swipe_id } = fieldsOf(message);
    const isGreeting = index === 0 && is_user !== true;
    const text = isGreeting ? textOf(mes) : textOf(mes).replaceAll(ESCAPED_BRACE, '$1');
    const known = listOf(swipes).map((swipe) => textOf(swipe));
    return {
      name: textOf(name),
      isUser: is_user === true,
      isHidden: is_system === true,
      isNarrator: fieldsOf(extra).type === 'narrator',
      isByAnother: textOf(force_avatar) !== '',
      text,
      swipes: known,
      swipeIndex: known.length > 0 ? numberOf(swipe_id, 0) : 0,
    };
  });
}

/** @param swipes Of which the first is chosen. */
export function newMessage(options: {
  name: string;
  isUser: boolean;
  swipes: string[];
  isNarrator?: boolean;
  madeBy?: number | undefined;
}): ChatMessage {
  const { isNarrator = false, ...message } = options;
  return { ...message, isNarrator, isHidden: false, isByAnother: false, text: options.swipes[0] ?? '', swipeIndex: 0 };
}

export function chooseSwipe(message: ChatMessage, index: number): void {
  message.swipeIndex = index;
  message.text = message.swipes[index] ?? message.text;
}
