import { createChoices, type Place } from '../../../src/chat/choices.ts';
import type { Upstream } from '../../../src/chat/upstreams.ts';
import type { Document } from '../../../src/core/document.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import type { Bot, Person } from '../../../src/discord/bot.ts';
import { createCatalog } from '../../../src/models/catalog.ts';
import { createHealth } from '../../../src/models/health.ts';
import { createLearned } from '../../../src/models/learned.ts';
import { createSettings } from '../../../src/storage/settings.ts';
import { openStore } from '../../../src/storage/store.ts';
import { createThrottle } from '../../../src/throttle/queue.ts';
import { FakeClock } from '../../support/fake-clock.ts';

export const [MYTHO, MIQU, WIZARD, EURYALE] = [
  'MythoMax-L2-13b',
  'Midnight-Miqu-70B-v1.5',
  'WizardLM-2-8x22B',
  'Sao10K-L3.3-70B-Euryale-v2.3-FP8-Dynamic',
] as const;

export const CHANNEL: Place = { channelId: '20', guildId: '1' };
export const THREAD: Place = { channelId: '21', parentId: '20', guildId: '1' };
export const DIRECT: Place = { channelId: '30' };

const person = (id: string, name: string, rights: Partial<Person> = {}): Person => ({
  id,
  name,
  isModerator: false,
  isAdmin: false,
  ...rights,
});
export const ALICE = person('101', 'Alice');
export const BOB = person('102', 'Bob');
export const MIA = person('103', 'Mia', { isModerator: true });
export const ADA = person('104', 'Ada', { isModerator: true, isAdmin: true });
export const IDA = person('105', 'Ida', { isModerator: true, isAdmin: true });

/** 14 November 2023, 22:13:20. */
export const NOW = 1_700_000_000_000;

/** What the actions on models work with, on a store in memory and an API that lists what the test says. */
export async function startScene({ ids = [MYTHO, MIQU, WIZARD, EURYALE] }: { ids?: readonly string[] } = {}) {
  const clock = new FakeClock(NOW);
  const store = await openStore('memory://', { clock });
  const settings = createSettings({ store, clock, logger: silentLogger });
  const nothing: Document = { read: async () => undefined, write: async () => {} };
  const learned = createLearned({ document: nothing, clock, logger: silentLogger });
  let listed: readonly string[] = ids;
  const catalog = createCatalog({
    listModels: async () => listed.map((id) => ({ id })),
    defaultModel: MYTHO,
    learned,
    saved: undefined,
    logger: silentLogger,
  });
  const throttle = createThrottle({ requestsPerMinute: 12, maxConcurrent: 8, clock });
  const upstream = { id: 'operator', catalog, throttle } as Upstream;
  const upstreams = { of: async () => upstream, keyState: async () => undefined } as unknown as Bot['upstreams'];
  const bot = {
    settings,
    clock,
    upstreams,
    choices: createChoices({ settings, upstreams, learned }),
    health: createHealth({ clock }),
  } as Partial<Bot> as Bot;
  const list = async (newIds: readonly string[]) => {
    listed = newIds;
    await catalog.refresh({ signal: new AbortController().signal });
  };
  if (ids.length > 0) await list(ids);
  return { bot, clock, catalog, learned, throttle, settings, list, close: () => store.close() };
}

export type Scene = Awaited<ReturnType<typeof startScene>>;
