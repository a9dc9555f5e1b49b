import type { ReceivedCompletion, ReceivedMessage, ReceivedPicture } from './behaviour.ts';
import { longReply } from './long-reply.ts';

const QUOTE_MAX_CHARACTERS = 160;

const IS_QUESTION = /\?|^\W*(?:what|which|who|do|can|could|please|tell|quote|repeat)\b/i;
const ASKS_FOR_NAME = /\b(what(?:'s| is| was) my name|who am i|remember my name)\b/i;
const TELLS_NAME = /\b(?:my name is|call me|i am called|i'm called)\s+(\p{L}[\p{L}'-]*)/iu;
const ASKS_FOR_FIRST = /\b(first|begin|began|start(?:ed)?)\b/i;
const ASKS_FOR_EARLIER =
  /\b(earlier|before|previous(?:ly)?|remember|last (?:question|message)|did i (?:say|ask|tell|write))\b/i;
const ASKS_FOR_LENGTH =
  /\b(?:long(?! (?:is|are|was|does|do|did|will|has|have|until|ago|since|before)\b)|longer|essay|in detail|detailed)\b/i;
const ASKS_FOR_CODE = /\b(code|function|script)\b/i;
const GREETS = /^\W*(hi|hello|hey|good (?:morning|evening))\b/i;

function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= QUOTE_MAX_CHARACTERS ? line : `${characters.slice(0, QUOTE_MAX_CHARACTERS).join('')}…`;
}

const textsOf = (messages: readonly ReceivedMessage[], role: string) =>
  messages.filter((message) => message.role === role).map(({ content }) => content);

function count(messages: readonly ReceivedMessage[]): string {
  return messages.length === 1 ? 'one message' : `${messages.length} messages`;
}

/** An answer out of the history, so that a person sees what the model was given to remember. */
function fromMemory(asked: string, earlier: readonly string[]): string | undefined {
  if (ASKS_FOR_NAME.test(asked)) {
    const name = earlier.map((text) => TELLS_NAME.exec(text)?.[1]).findLast((found) => found !== undefined);
    return name
      ? `Your name is ${name}, you told me earlier.`
      : 'You have not told me your name yet, or I no longer have it.';
  }
  const [first] = earlier;
  const latest = earlier.at(-1);
  if (!ASKS_FOR_EARLIER.test(asked) && !(ASKS_FOR_FIRST.test(asked) && /\b(i|my|we)\b/i.test(asked))) return undefined;
  if (first === undefined || latest === undefined)
    return 'This is the first thing you wrote to me; there is nothing before it.';
  return ASKS_FOR_FIRST.test(asked)
    ? `The first message that I still have from you is: "${quote(first)}"`
    : `Before this you wrote: "${quote(latest)}"`;
}

function see([picture, ...more]: readonly ReceivedPicture[]): string {
  if (!picture) return '';
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  return `I see a picture of ${picture.width} by ${picture.height} pixels${others}. `;
}

function compose({ model, messages, pictures }: ReceivedCompletion): string {
  const users = textsOf(messages, 'user');
  const asked = users.at(-1) ?? '';
  const remembered = IS_QUESTION.test(asked) ? fromMemory(asked, users.slice(0, -1)) : undefined;
  if (remembered) return remembered;
  if (ASKS_FOR_LENGTH.test(asked)) return longReply(model.id, quote(asked));
  if (ASKS_FOR_CODE.test(asked))
    return `Here is a small one, by ${model.id}:\n\n\`\`\`js\nconst greet = (name) => \`Hello, \${name}!\`;\n\`\`\``;
  const greeting = GREETS.test(asked) ? 'Hello! ' : '';
  return `${greeting}${see(pictures)}This is ${model.id}, simulated. I was given ${count(messages)}, and the newest says: "${quote(asked)}". Ask me what you said first, or write ?long for a long answer.`;
}

/** Deterministic text that tells what was received. */
export function defaultReply(request: ReceivedCompletion): string {
  const text = compose(request);
  if (!request.model.thinks) return text;
  return `<think>\nThe last message is from the user, and there are ${request.messages.length} in all. I should answer plainly.\n</think>\n\n${text}`;
}
