import { expect } from '@jest/globals';
import type { DiscordSimulator, Here, InteractionHandle, ShownMessage } from '../../src/simulator/discord/index.ts';
import { Permission } from '../../src/simulator/discord/index.ts';
import type { InfermaticSimulator, LogEntry } from '../../src/simulator/infermatic/index.ts';

const GIVE_UP_MS = 5_000;

/** A server with two channels, two members and a moderator. */
export function createHome(discord: DiscordSimulator) {
  const guild = discord.createGuild({ name: 'Home' });
  const moderators = guild.createRole({ name: 'Moderators', permissions: Permission.ManageMessages });
  const [alice, bob, mia] = ['Alice', 'Bob', 'Mia'].map((name) => discord.createPerson({ name })) as [
    Person,
    Person,
    Person,
  ];
  guild.join(alice);
  guild.join(bob);
  guild.join(mia, { roles: [moderators] });
  return { guild, alice, bob, mia, newChannel: (name = 'room') => guild.createTextChannel({ name }) };
}

type Person = ReturnType<DiscordSimulator['createPerson']>;
export type Home = ReturnType<typeof createHome>;

/** The labels of the buttons below a message. */
export function buttonsOf(message: ShownMessage): string[] {
  return message.components.flatMap(({ components }) => (components as { label: string }[]).map(({ label }) => label));
}

export function isFinished(message: ShownMessage): boolean {
  return message.author.bot && !message.loading && !buttonsOf(message).includes('Stop');
}

/** Types /ask and waits for the end of the reply. */
export async function ask(
  here: Here,
  prompt: string,
  options: Parameters<Here['slash']>[1] = {},
): Promise<ShownMessage> {
  return finished(await here.slash('ask', { prompt, ...options }));
}

/** Uses a command and waits for what it says. */
export async function use(here: Here, ...command: Parameters<Here['slash']>): Promise<ShownMessage> {
  return finished(await here.slash(...command));
}

/** The last message of what an interaction has shown, once there is nothing left to come. */
export function finished(interaction: InteractionHandle): Promise<ShownMessage> {
  return interaction.waitFor((messages) => messages.length > 0 && messages.every(isFinished) && messages.at(-1));
}

/** Waits for a text of a reply that is being written. */
export function growing(interaction: InteractionHandle, text: string): Promise<ShownMessage> {
  return interaction.waitFor((messages) => messages.find(({ content }) => content.includes(text)));
}

/** Posts a message and waits for the end of its reply. */
export async function say(here: Here, text: string, options: Parameters<Here['post']>[1] = {}): Promise<ShownMessage> {
  const { id } = await here.post(text, options);
  return replyTo(here, id);
}

export function replyTo(
  here: Here,
  messageId: string,
  fits: (message: ShownMessage) => boolean = isFinished,
): Promise<ShownMessage> {
  return here.waitFor((messages) =>
    messages.find((message) => message.author.bot && message.replyToId === messageId && fits(message)),
  );
}

interface ChatMessage {
  role: string;
  content: string;
}

export function completions(api: InfermaticSimulator): LogEntry[] {
  return api.log.filter(({ path }) => path.endsWith('/chat/completions'));
}

/** What the model read with each request, without the instructions in front: `role: content`. */
export function prompts(api: InfermaticSimulator): string[][] {
  return completions(api).map(({ body }) =>
    (body as { messages: ChatMessage[] }).messages
      .filter(({ role }) => role !== 'system')
      .map(({ role, content }) => `${role}: ${content}`),
  );
}

export function lastPrompt(api: InfermaticSimulator): string[] | undefined {
  return prompts(api).at(-1);
}

/** Waits for something in the API's log; looks at each of its events. */
export function waitForApi<T>(api: InfermaticSimulator, find: () => T | undefined | false): Promise<T> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = find();
      if (found === undefined || found === false) return;
      clearTimeout(givingUp);
      stopListening();
      resolve(found);
    };
    const givingUp = setTimeout(() => {
      stopListening();
      reject(new Error(`nothing of the kind within ${GIVE_UP_MS} ms; the API saw ${JSON.stringify(api.log)}`));
    }, GIVE_UP_MS);
    const stopListening = api.on(look);
    look();
  });
}

/** The conversation still works, and its next prompt holds nothing but these lines before the question. */
export async function expectUnharmed(api: InfermaticSimulator, here: Here, before: string[] = []): Promise<void> {
  api.next('All is well.');
  const reply = await ask(here, 'and now?');
  expect(reply.content).toBe('> and now?\nAll is well.');
  // A question that has no reply stands in one message with the next one.
  const [unanswered] = before.slice(-1).filter((line) => line.startsWith('user: '));
  const expected = unanswered
    ? [...before.slice(0, -1), `${unanswered}\n\nAlice: and now?`]
    : [...before, 'user: Alice: and now?'];
  expect(lastPrompt(api)?.map((line) => line.trim())).toEqual(expected);
}
