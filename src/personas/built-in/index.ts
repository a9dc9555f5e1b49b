import { readFile } from 'node:fs/promises';
import type { JsonObject } from '../cards/card.ts';

/** A persona that comes with the bot, without its card. */
export interface BuiltInPersona {
  id: string;
  name: string;
  /** What it is called in a conversation, if that is not its name. */
  spoken?: string;
  /** One line for lists. */
  about: string;
  tags: readonly string[];
  greetings: number;
  hasLorebook: boolean;
}

export const builtInPersonas: readonly BuiltInPersona[] = [
  {
    id: 'assistant',
    name: 'Quill',
    about: 'A plain, helpful assistant: answers first, explains after, says what it does not know.',
    tags: ['assistant', 'helpful', 'everyday'],
    greetings: 2,
    hasLorebook: false,
  },
  {
    id: 'storyteller',
    name: 'The Storyteller',
    spoken: 'Storyteller',
    about:
      'A game master for one or many: narrates, keeps track, rolls fate in secret, offers choices, never plays your character.',
    tags: ['game master', 'narrator', 'adventure', 'interactive fiction'],
    greetings: 3,
    hasLorebook: true,
  },
  {
    id: 'lighthouse-keeper',
    name: 'Ottilie Marsh',
    spoken: 'Ottilie',
    about:
      'She keeps a lighthouse that calls home whatever people have lost. Cosy, wry, a little sad; alone or in company.',
    tags: ['original', 'cosy', 'magical realism', 'slice of life', 'sea'],
    greetings: 3,
    hasLorebook: true,
  },
  {
    id: 'clockwork-detective',
    name: 'Inspector Bezel',
    spoken: 'Bezel',
    about:
      'A clockwork detective, literal and kind, with cases to solve alone or as a crew. Fair clues, dry humour, much rain.',
    tags: ['original', 'detective', 'mystery', 'clockpunk', 'comedy'],
    greetings: 3,
    hasLorebook: true,
  },
];

/** The character card V3 of a built-in persona; undefined if there is none of this id. */
export async function loadBuiltIn(id: string): Promise<JsonObject | undefined> {
  switch (id) {
    case 'assistant':
      return (await import('./assistant.ts')).assistant;
    case 'storyteller':
      return (await import('./storyteller.ts')).storyteller;
    case 'lighthouse-keeper':
      return (await import('./lighthouse-keeper.ts')).lighthouseKeeper;
    case 'clockwork-detective':
      return (await import('./clockwork-detective.ts')).clockworkDetective;
    default:
      return undefined;
  }
}

/** Its portrait, a PNG of 256 x 256. */
export async function readBuiltInPortrait(id: string): Promise<Uint8Array | undefined> {
  const isBuiltIn = builtInPersonas.some((persona) => persona.id === id);
  return isBuiltIn ? await readFile(new URL(`./portraits/${id}.png`, import.meta.url)) : undefined;
}
