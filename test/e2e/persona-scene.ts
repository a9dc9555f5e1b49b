import { silentLogger } from '../../src/core/logger.ts';
import type { PersonaRef } from '../../src/core/refs.ts';
import type { Here, InteractionHandle, ShownMessage } from '../../src/simulator/discord/index.ts';
import { createSettings, type Settings, type SettingsScope } from '../../src/storage/settings.ts';
import { openStore } from '../../src/storage/store.ts';
import type { BotWorld, Simulators } from '../support/bot.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { buttonsOf, isFinished } from './scene.ts';

export const OTTILIE_REF: PersonaRef = 'built-in:lighthouse-keeper';
/** As she is called in a conversation. */
export const OTTILIE = 'Ottilie';
/** Below a reply that is the only version, and below one of several. */
export const PLAY_BUTTONS = ['Regenerate', 'Continue', 'Edit', 'Delete'];
export const swipeButtons = (page: string) => ['◀', page, '▶', ...PLAY_BUTTONS];

/** As an admin's `/persona use` leaves it. */
export const speaks = (ref: PersonaRef | null): Settings['persona'] => ({
  ref,
  by: { id: '1', name: 'Ada' },
  at: 0,
});

type Changes = [SettingsScope, Partial<Settings>][];

/** Changes settings while no bot lives: a store has one writer. */
export async function writeSettings(storeUrl: string, changes: Changes): Promise<void> {
  const clock = new FakeClock();
  const store = await openStore(storeUrl, { clock });
  const settings = createSettings({ store, clock, logger: silentLogger });
  for (const [scope, change] of changes) await settings.update(scope, (current) => ({ ...current, ...change }));
  await store.close();
}

/** The same between two lives of the bot. */
export async function withSettings(world: BotWorld, storeUrl: string, changes: Changes): Promise<void> {
  await world.stop();
  await writeSettings(storeUrl, changes);
  await world.restart();
}

export const mentioning = ({ discord }: Simulators, text: string) => `<@${discord.botUserId}> ${text}`;

/** Waits for a finished message of this name that ends so. */
export function spoken(here: Here, name: string, end: string): Promise<ShownMessage> {
  return here.waitFor((messages) =>
    messages.findLast(
      (message) => message.author.name === name && isFinished(message) && message.content.endsWith(end),
    ),
  );
}

/** Mentions the bot, and waits for the end of what the persona says, and until the bot has stored where it stands. */
export async function talk(
  world: Simulators & Partial<Pick<BotWorld, 'log'>>,
  here: Here,
  [text, reply]: [string, string],
): Promise<ShownMessage> {
  const turnsEnded = () =>
    world.log?.filter(({ message }) => message === 'turn ended').length ?? Number.POSITIVE_INFINITY;
  const isLater = laterThan(turnsEnded());
  world.api.next(reply);
  await here.post(mentioning(world, text));
  const shown = await spoken(here, OTTILIE, reply);
  while (!isLater(turnsEnded())) await new Promise(setImmediate);
  return shown;
}

const laterThan = (before: number) => (now: number) => now > before || now === Number.POSITIVE_INFINITY;

/** The message as it is once it ends so and is finished. */
export function turnedInto(here: Here, { id }: ShownMessage, end: string): Promise<ShownMessage> {
  return here.waitFor((messages) =>
    messages.find((message) => message.id === id && isFinished(message) && message.content.endsWith(end)),
  );
}

/** Presses a button below a message and waits until the message ends so. */
export async function pressed(
  here: Here,
  message: ShownMessage,
  [button, end]: [string, string],
): Promise<ShownMessage> {
  await here.click(message, button);
  return turnedInto(here, message, end);
}

/** What a person is told, to them alone. */
export function toldPrivately(interaction: InteractionHandle): Promise<ShownMessage> {
  return interaction.waitFor((messages) => messages.find(({ ephemeral, loading }) => ephemeral && !loading));
}

/** What a reply says, without the line that tells what it answers. */
export const wordsOf = ({ content }: ShownMessage) => content.replace(/^-# ↪ .*\n/, '');

export const looksOf = (message: ShownMessage) => ({ words: wordsOf(message), buttons: buttonsOf(message) });
