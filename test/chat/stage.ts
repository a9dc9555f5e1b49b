import { createBuiltInPersonas } from '../../src/chat/built-in-personas.ts';
import { createCasting } from '../../src/chat/casting.ts';
import { createLorebooks } from '../../src/chat/lorebooks.ts';
import { createPersonas, type LoadedPersona } from '../../src/chat/personas.ts';
import { createPlayers } from '../../src/chat/players.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { LorebookRef, Owner, PersonaRef } from '../../src/core/refs.ts';
import { newCard, type PersonaEdits } from '../../src/personas/cards/card.ts';
import { createLorebookStore } from '../../src/storage/lorebooks.ts';
import { createPersonaStore, type PersonaDraft } from '../../src/storage/personas.ts';
import { createSceneStore, type Scene } from '../../src/storage/scenes.ts';
import { createSettings, type Settings, type SettingsScope } from '../../src/storage/settings.ts';
import { openStore } from '../../src/storage/store.ts';
import { createUserStore } from '../../src/storage/users.ts';
import { FakeClock } from '../support/fake-clock.ts';

const BY = { id: '1', name: 'Ada' };
export const HOME: Owner = 'guild:7';

/** Personas, lorebooks and who plays whom, over a store in memory. */
export async function createStage() {
  const clock = new FakeClock();
  const store = await openStore('memory://', { clock });
  const stored = { store, clock, logger: silentLogger };
  const personaStore = createPersonaStore(stored);
  const lorebookStore = createLorebookStore(stored);
  const settings = createSettings(stored);
  const scenes = createSceneStore(stored);
  const users = createUserStore(stored);
  const personas = createPersonas({ store: personaStore, builtIn: createBuiltInPersonas() });
  const lorebooks = createLorebooks({ store: lorebookStore, settings });

  return {
    stored,
    store,
    clock,
    personaStore,
    lorebookStore,
    settings,
    scenes,
    users,
    personas,
    lorebooks,
    players: createPlayers({ users }),
    casting: createCasting({ personas, scenes, settings }),
    async addPersona(
      name: string,
      more: { owner?: Owner; isAdult?: boolean; edits?: PersonaEdits } = {},
    ): Promise<PersonaRef> {
      const { owner = HOME, edits = {}, ...draft } = more;
      const saved = await personas.save(owner, draftOf(name, { edits, ...draft }));
      return saved.ref;
    },
    async addBook(name: string, { owner = HOME }: { owner?: Owner } = {}): Promise<LorebookRef> {
      const raw = { entries: { 0: { uid: 0, key: ['sea'], content: `${name} lore` } } };
      const saved = await lorebooks.save(owner, { name, format: 'sillytavern', raw, entries: 1, disabled: 0, by: BY });
      return saved.ref;
    },
    set: (scope: SettingsScope, change: Partial<Settings>) =>
      settings.update(scope, (current) => ({ ...current, ...change })),
    choose: (scope: SettingsScope, ref: PersonaRef | null) =>
      settings.update(scope, (current) => ({ ...current, persona: { ref, by: BY, at: 0 } })),
    play: (channelId: string, refs: PersonaRef[], more: Partial<Scene> = {}) =>
      scenes.update(channelId, () => ({ isRoleplay: true, personas: refs, speaking: 'natural', at: 0, ...more })),
  };
}

export function draftOf(
  name: string,
  { edits = {}, ...more }: Partial<PersonaDraft> & { edits?: PersonaEdits } = {},
): PersonaDraft {
  const summary = { name, tags: [], about: '', hasLorebook: false, greetings: 1 };
  const card = newCard({ ...edits, name });
  return { card, isAdult: false, by: BY, summary, expressions: {}, otherAssets: {}, ...more };
}

export const namesOf = (members: readonly LoadedPersona[]) => members.map(({ name }) => name);
