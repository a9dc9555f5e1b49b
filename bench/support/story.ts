/**
 * What the simulated model writes: every token carries the name of its story and its own number, so that whoever sees
 * any piece of any message knows which tokens of which story it shows. A name is one letter.
 */
export interface Story {
  name: string;
  tokens: number;
}

const TOKENS_PER_SENTENCE = 12;
const TOKENS_PER_PARAGRAPH = 60;

/** What a member writes to get it. */
export function askFor({ name, tokens }: Story): string {
  return `tell me story ${name} in ${tokens} tokens`;
}

/** The story that a prompt asks for at its end: questions of others, not answered yet, may stand before. */
export function readStory(prompt: string): Story | undefined {
  const [, name, tokens] = [...prompt.matchAll(/tell me story ([a-z]) in (\d+) tokens/g)].at(-1) ?? [];
  return name && tokens ? { name, tokens: Number(tokens) } : undefined;
}

/** The same of a whole prompt: a persona's last instructions stand behind the question. */
export function askedFor(messages: readonly { content: string }[] | undefined): Story | undefined {
  return readStory((messages ?? []).map(({ content }) => content).join('\n'));
}

/** Six characters a token, in sentences and paragraphs: 400 tokens need two messages. */
export function tokensOf({ name, tokens }: Story): string[] {
  return Array.from({ length: tokens }, (_, index) => {
    const gap = index === 0 ? '' : index % TOKENS_PER_PARAGRAPH === 0 ? '\n\n' : ' ';
    const end = index % TOKENS_PER_SENTENCE === TOKENS_PER_SENTENCE - 1 ? '.' : '';
    return `${gap}${name}${String(index).padStart(4, '0')}${end}`;
  });
}

/** The numbers of the story's tokens in a text. */
export function tokensIn(text: string, { name }: Story): number[] {
  return [...text.matchAll(new RegExp(`\\b${name}(\\d{4})\\b`, 'g'))].map(([, number]) => Number(number));
}
