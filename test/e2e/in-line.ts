import { type Here, type InteractionHandle, Permission, type ShownMessage } from '../../src/simulator/discord/index.ts';
import { type BotWorld, type BotWorldOptions, startBot } from '../support/bot.ts';
import { completions, createHome, type Home, prompts, waitForApi } from './scene.ts';

/** A minute of the budget, and what the bot leaves between one and the next. */
export const WINDOW_MS = 60_400;
/** So soon a person in line is told. */
export const NOTICE_WAIT = { fromMs: 2_000, toMs: 2_000 };
const STOP_GRACE_MS = 20_000;

export interface LineWorld extends BotWorld {
  home: Home;
  /** Alice in a channel of its own. */
  room(): Here;
  /** Ida, who may manage the server. */
  newAdmin(home?: Home): Home['alice'];
  /** Asks a question that has to wait, and waits until its person is told so. */
  askInLine(here: Here, prompt: string, options?: Parameters<Here['slash']>[1]): Promise<InteractionHandle>;
  /** The questions in the order in which they reached the API. */
  asked(): (string | undefined)[];
  refused(): number;
  /** Resolves when the API has answered so many requests in all. */
  answered(count: number): Promise<unknown>;
  /** As `close`; whoever still is in line is not waited for. */
  end(): Promise<void>;
}

/** A bot whose key may do this many requests a minute; the API tells it the same unless `granted` says otherwise. */
export async function startLine({
  configured,
  granted = configured,
  forwardsHeaders = true,
  env = {},
}: {
  configured: number;
  granted?: number;
  forwardsHeaders?: boolean;
  env?: NonNullable<BotWorldOptions['env']>;
}): Promise<LineWorld> {
  const world = await startBot({
    api: { keys: { 'sk-simulated': { requestsPerMinute: granted } }, forwardsHeaders },
    env: { REQUESTS_PER_MINUTE: String(configured), ...env },
  });
  const { discord, api, clock } = world;
  const home = createHome(discord);
  return {
    ...world,
    home,
    room: () => home.alice.in(home.newChannel()),
    newAdmin({ guild } = home) {
      const role = guild.createRole({ name: 'Admins', permissions: Permission.ManageGuild });
      const admin = discord.createPerson({ name: 'Ida' });
      guild.join(admin, { roles: [role] });
      return admin;
    },
    async askInLine(here, prompt, options = {}) {
      const interaction = await here.slash('ask', { prompt, ...options });
      await clock.skipWait(NOTICE_WAIT);
      await shows(interaction, 'your answer should begin');
      return interaction;
    },
    asked: () => prompts(api).map((lines) => lines.at(-1)?.replace(/^user: /, '')),
    refused: () => completions(api).filter(({ status }) => status === 429).length,
    answered: (count) =>
      waitForApi(api, () => completions(api).filter(({ finishedAt }) => finishedAt !== undefined).length === count),
    async end() {
      const closing = world.close();
      clock.skip(STOP_GRACE_MS);
      await closing;
    },
  };
}

/** The last text of what an interaction has shown. */
export function shown(interaction: InteractionHandle): string {
  return interaction.messages().at(-1)?.content ?? '';
}

export function shows(
  place: Pick<InteractionHandle, 'waitFor'> | Pick<Here, 'waitFor'>,
  text: string,
): Promise<ShownMessage> {
  return place.waitFor((messages) => messages.find(({ content }) => content.includes(text)));
}

/** The time in a sentence, in Unix milliseconds. */
export function timeIn(sentence: string): number {
  return Number(/<t:(\d+):R>/.exec(sentence)?.[1]) * 1_000;
}

/** Presses a button, and waits until the bot has taken it: time must not be moved on before. */
export async function press(here: Here, message: ShownMessage | string, label: string): Promise<void> {
  const interaction = await here.click(message, label);
  await interaction.acknowledged;
}
