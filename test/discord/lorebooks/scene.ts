import lorebook from '../../../commands/lorebook.ts';
import { createBuiltInPersonas } from '../../../src/chat/built-in-personas.ts';
import { createCasting } from '../../../src/chat/casting.ts';
import { createLorebooks } from '../../../src/chat/lorebooks.ts';
import { createPersonas } from '../../../src/chat/personas.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import type { LorebookRef, Owner } from '../../../src/core/refs.ts';
import type { Here, ShownMessage } from '../../../src/simulator/discord/index.ts';
import { createLorebookStore } from '../../../src/storage/lorebooks.ts';
import { createPersonaStore } from '../../../src/storage/personas.ts';
import { createSceneStore } from '../../../src/storage/scenes.ts';
import { createSettings, type SettingsScope } from '../../../src/storage/settings.ts';
import { openStore } from '../../../src/storage/store.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { answerOf } from '../../support/panel.ts';
import { startDispatch } from '../dispatch-scene.ts';

const NOW = 1_700_000_000_000;

/** `/lorebook` on the Discord simulator, with a store in memory; it reads no files and tests no texts. */
export async function startLorebooks() {
  const clock = new FakeClock(NOW);
  const store = await openStore('memory://', { clock });
  const shared = { store, clock, logger: silentLogger };
  const settings = createSettings(shared);
  const scenes = createSceneStore(shared);
  const personas = createPersonas({ store: createPersonaStore(shared), builtIn: createBuiltInPersonas() });
  const lorebooks = createLorebooks({ store: createLorebookStore(shared), settings });
  const casting = createCasting({ personas, scenes, settings });
  const scene = await startDispatch([lorebook], { clock, settings, scenes, personas, lorebooks, casting });
  return {
    ...scene,
    settings,
    scenes,
    lorebooks,
    newRoom: () => scene.guild.createTextChannel({ name: 'room' }),
    /** A lorebook of one entry. */
    async add(name: string, owner: Owner = `guild:${scene.guild.id}`): Promise<LorebookRef> {
      const raw = { name, entries: { 0: { uid: 0, key: ['moon'], content: 'Round.' } } };
      const by = { id: '1', name: 'Ida' };
      const { ref } = await lorebooks.save(owner, { name, format: 'sillytavern', raw, entries: 1, disabled: 0, by });
      return ref;
    },
    async attachedTo(at: SettingsScope): Promise<string[]> {
      const refs = (await settings.read(at)).lorebooks ?? [];
      return Promise.all(refs.map(async (ref) => (await lorebooks.load(ref))?.name ?? 'deleted'));
    },
    async close() {
      await scene.close();
      await store.close();
    },
  };
}

export type LorebookScene = Awaited<ReturnType<typeof startLorebooks>>;

/** Uses `/lorebook` and waits for what it says, to everybody or to them alone. */
export async function use(here: Here, sub: string, options: Parameters<Here['slash']>[1] = {}): Promise<ShownMessage> {
  return answerOf(await here.slash(`lorebook ${sub}`, options));
}
