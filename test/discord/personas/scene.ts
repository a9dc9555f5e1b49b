import persona from '../../../commands/persona.ts';
import { createBuiltInPersonas } from '../../../src/chat/built-in-personas.ts';
import { createCasting } from '../../../src/chat/casting.ts';
import { createPersonas } from '../../../src/chat/personas.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import { createDownload, type Download } from '../../../src/discord/file-download.ts';
import { createCardReader } from '../../../src/personas/card-reader.ts';
import type { Here, InteractionHandle, ShownMessage } from '../../../src/simulator/discord/index.ts';
import { createPersonaStore } from '../../../src/storage/personas.ts';
import { createSceneStore } from '../../../src/storage/scenes.ts';
import { createSettings } from '../../../src/storage/settings.ts';
import { openStore } from '../../../src/storage/store.ts';
import { createUserStore } from '../../../src/storage/users.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { answerOf } from '../../support/panel.ts';
import { startDispatch } from '../dispatch-scene.ts';

/** Shown by Discord as a time. */
export const NOW = 1_700_000_000_000;

/** `/persona` on the Discord simulator, with a store in memory. `botClock` is that of the bot alone. */
export async function startPersonas() {
  const clock = new FakeClock(NOW);
  const store = await openStore('memory://', { clock });
  const shared = { store, clock, logger: silentLogger };
  const settings = createSettings(shared);
  const scenes = createSceneStore(shared);
  const users = createUserStore(shared);
  const personas = createPersonas({ store: createPersonaStore(shared), builtIn: createBuiltInPersonas() });
  const casting = createCasting({ personas, scenes, settings });
  const cards = createCardReader({ logger: silentLogger, timeoutMs: 60_000 });
  let download: Download | undefined;
  const scene = await startDispatch([persona], {
    name: 'Dramatis',
    clock,
    settings,
    scenes,
    users,
    personas,
    casting,
    cards,
    download: (file, limits) => {
      download ??= createDownload({ apiUrl: scene.discord.apiUrl });
      return download(file, limits);
    },
  });
  return {
    ...scene,
    botClock: clock,
    settings,
    scenes,
    users,
    personas,
    newRoom: (name = 'room') => scene.guild.createTextChannel({ name }),
    async close() {
      await cards.close();
      await scene.close();
      await store.close();
    },
  };
}

export type PersonaScene = Awaited<ReturnType<typeof startPersonas>>;

/** Uses `/persona` and waits for what it says. */
export async function use(
  here: Here,
  sub: string,
  options: Parameters<Here['slash']>[1] = {},
  files?: Parameters<Here['slash']>[2],
): Promise<ShownMessage> {
  return answerOf(await here.slash(`persona ${sub}`, options, files));
}

/** A card of V3 as JSON, with keys that the bot does not know. */
export function cardJson(data: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    spec: 'chara_card_v3',
    spec_version: '3.0',
    data: {
      name: 'Aria',
      description: 'A harbour pilot who knows every rock.',
      personality: 'Dry, patient.',
      scenario: '',
      first_mes: 'Watch the step, {{user}}.',
      mes_example: '',
      creator_notes: 'Best at night.',
      system_prompt: '',
      post_history_instructions: '',
      alternate_greetings: ['You again.'],
      group_only_greetings: [],
      tags: ['harbour'],
      creator: 'Wren',
      character_version: '2',
      extensions: { their: { own: 1 } },
      unknown_key: ['kept'],
      ...data,
    },
  };
}

export function cardFile(data: Record<string, unknown> = {}, name = 'aria.json') {
  return { files: { file: { name, type: 'application/json', data: JSON.stringify(cardJson(data)) } } };
}

/** Opens a form by a button, fills it in and submits it. */
export async function fillForm(
  here: Here,
  message: ShownMessage,
  [label, fields]: [label: string, fields: Parameters<Here['submitModal']>[1]],
): Promise<InteractionHandle> {
  const opened = await here.click(message, label);
  await opened.acknowledged;
  return here.submitModal(opened, fields);
}

/** What an embed says: title and description. */
export function embedText({ embeds }: ShownMessage): string {
  return embeds.map(({ title, description }) => `${String(title)}\n${String(description)}`).join('\n\n');
}
