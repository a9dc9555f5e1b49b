import settings from '../../../commands/settings.ts';
import { createChoices } from '../../../src/chat/choices.ts';
import { createUpstreams, type Upstream } from '../../../src/chat/upstreams.ts';
import { CompletionError } from '../../../src/completions/errors.ts';
import type { Document } from '../../../src/core/document.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import { createSeal } from '../../../src/core/seal.ts';
import { createRest } from '../../../src/discord/client.ts';
import { createPostView, type PostView } from '../../../src/discord/post-view.ts';
import { createCatalog } from '../../../src/models/catalog.ts';
import { createLearned } from '../../../src/models/learned.ts';
import { createSettings } from '../../../src/storage/settings.ts';
import { openStore } from '../../../src/storage/store.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { startDispatch } from '../dispatch-scene.ts';

/** Shown by Discord as a time. */
export const NOW = 1_700_000_000_000;
const OPERATOR_KEY = 'sk-operators-0001';
export const OTHER_MODEL = 'Noromaid-13b-v0.2';
const MODELS = ['MythoMax-L2-13b', OTHER_MODEL];

const noDocument: Document = { read: async () => undefined, write: async () => {} };

/** `/settings` on the Discord simulator, with a store in memory and an API that accepts keys which begin with "sk-". */
export async function startPanel({ hasOperatorKey = true, holdsKeys = true, hasPublicPictures = false } = {}) {
  const clock = new FakeClock(NOW);
  const store = await openStore('memory://', { clock });
  const shared = { store, clock, logger: silentLogger };
  const stored = createSettings(shared);
  const learned = createLearned({ ...shared, document: noDocument });
  const listModels = async (apiKey: string) => {
    if (apiKey.startsWith('sk-down')) throw new CompletionError('unavailable', { status: 503 });
    if (!apiKey.startsWith('sk-')) throw new CompletionError('unauthorized', { status: 401 });
    return MODELS.map((id) => ({ id }));
  };
  const create = (id: string, apiKey: string) =>
    ({
      id,
      catalog: createCatalog({
        listModels: () => listModels(apiKey),
        defaultModel: undefined,
        learned,
        saved: undefined,
        logger: silentLogger,
      }),
    }) as Upstream;
  const upstreams = createUpstreams({
    create,
    operatorKey: hasOperatorKey ? OPERATOR_KEY : undefined,
    sealOf: holdsKeys ? (guildId) => createSeal(['a secret'], guildId) : undefined,
    settings: stored,
    onRefused: () => {},
    clock,
    logger: silentLogger,
    signal: new AbortController().signal,
  });
  await upstreams.operator?.catalog.refresh({ signal: new AbortController().signal });
  const choices = createChoices({ settings: stored, upstreams, learned });
  let post: PostView | undefined;
  const scene = await startDispatch([settings], {
    settings: stored,
    upstreams,
    choices,
    clock,
    hasPublicPictures,
    post(channelId, view) {
      post ??= createPostView(createRest({ apiUrl: scene.discord.apiUrl, token: scene.discord.token }));
      return post(channelId, view);
    },
  });
  return {
    ...scene,
    stored,
    upstreams,
    /** What a newly made room, or the whole server, has set. */
    inServer: () => stored.read({ guildId: scene.guild.id }),
    newRoom: () => scene.guild.createTextChannel({ name: 'room' }),
    async close() {
      await scene.close();
      await store.close();
    },
  };
}

export type PanelScene = Awaited<ReturnType<typeof startPanel>>;
