import { silentLogger } from '../../src/core/logger.ts';
import { newCard, type PersonaEdits } from '../../src/personas/cards/edit-card.ts';
import type { DiscordSimulator, Here, ShownMessage } from '../../src/simulator/discord/index.ts';
import { createPersonaStore } from '../../src/storage/personas.ts';
import { createSceneStore, type Scene } from '../../src/storage/scenes.ts';
import { openStore } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { isFinished, use } from './scene.ts';

export const OTTILIE = 'Ottilie Marsh';
export const BEZEL = 'Inspector Bezel';

/** Starts a roleplay in a channel; gives the id of its thread once the greeting stands there. */
export async function startRoleplay(
  here: Here,
  options: Record<string, string | boolean> = {},
): Promise<{ line: ShownMessage; thread: { id: string } }> {
  const line = await use(here, 'roleplay start', { persona: OTTILIE, ...options });
  const id = /<#(\d+)>/.exec(line.content)?.[1];
  if (id === undefined) throw new Error(`no thread was opened: ${line.content}`);
  return { line, thread: { id } };
}

/** What everybody sees in a thread: `name: text`. */
export function shown(here: Here): string[] {
  return here
    .messages()
    .filter(({ content, ephemeral }) => content !== '' && !ephemeral)
    .map(({ author, content }) => `${author.name}: ${content}`);
}

/** The newest message of somebody, once it is finished and says this. */
export function saidBy(here: Here, name: string, text: string): Promise<ShownMessage> {
  return here.waitFor((messages) =>
    messages.findLast(
      (message) => message.author.name === name && message.content.includes(text) && isFinished(message),
    ),
  );
}

/** Goes on with the newest reply as soon as it has ended. */
export async function goOn(here: Here): Promise<ShownMessage> {
  for (;;) {
    const told = await use(here, 'roleplay continue');
    if (!told.content.includes('is being written')) return told;
  }
}

/** Presses a button below a message, as soon as the reply has ended; gives the message once it says this. */
export async function pressed(here: Here, { id }: { id: string }, button: string, text: string): Promise<ShownMessage> {
  for (;;) {
    const press = await here.click(id, button);
    const seen = await here.waitFor(
      (messages) =>
        messages.find((one) => one.id === id && one.content.includes(text) && isFinished(one)) ??
        messages.find((one) => one.ephemeral && /on its way|is being written/.test(one.content)),
    );
    if (seen.id === id) return seen;
    await press.acknowledged;
    await here.delete(seen);
  }
}

/** What a moderator does to a thread. */
export async function moderate(
  { apiUrl, token }: DiscordSimulator,
  threadId: string,
  change: 'delete' | { archived?: boolean; locked?: boolean },
): Promise<void> {
  const headers = { authorization: `Bot ${token}`, 'content-type': 'application/json' };
  const response = await fetch(
    `${apiUrl}/v10/channels/${threadId}`,
    change === 'delete' ? { method: 'DELETE', headers } : { method: 'PATCH', headers, body: JSON.stringify(change) },
  );
  if (!response.ok) throw new Error(await response.text());
}

/** A persona of a server, in a store that the bot has not read it from yet. */
export async function savePersona(
  storeUrl: string,
  guildId: string,
  { isAdult = false, ...edits }: PersonaEdits & { name: string; isAdult?: boolean },
): Promise<{ remove(): Promise<void> }> {
  const { ref } = await inStore(storeUrl, (options) =>
    createPersonaStore(options).save(`guild:${guildId}`, {
      card: newCard(edits),
      isAdult,
      by: { id: '1', name: 'Mia' },
      summary: { name: edits.name, tags: [], about: '', hasLorebook: false, greetings: 1 },
      expressions: {},
      otherAssets: {},
    }),
  );
  return {
    remove: () => inStore(storeUrl, async (options) => void (await createPersonaStore(options).remove(ref))),
  };
}

/** What is kept of a roleplay. */
export function readScene(storeUrl: string, channelId: string): Promise<Scene | undefined> {
  return inStore(storeUrl, (options) => createSceneStore(options).read(channelId));
}

async function inStore<T>(
  storeUrl: string,
  act: (options: Parameters<typeof createSceneStore>[0]) => Promise<T>,
): Promise<T> {
  const clock = new FakeClock(Date.now());
  const store = await openStore(storeUrl, { clock });
  try {
    return await act({ store, clock, logger: silentLogger });
  } finally {
    await store.close();
  }
}
