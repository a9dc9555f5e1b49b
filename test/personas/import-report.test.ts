import { describe, expect, test } from '@jest/globals';
import { readCard } from '../../src/personas/cards/card.ts';
import { looksAdult } from '../../src/personas/cards/looks-adult.ts';
import { reportOf } from '../../src/personas/import-report.ts';
import { v2, v3 } from './cards/files.ts';

const BARE = {
  name: 'Mara',
  format: 'V2 in a JSON file',
  greetings: 0,
  loreEntries: 0,
  loreDisabled: 0,
  overrides: [],
  creatorNotes: '',
  brings: [],
  repaired: [],
  keptUnused: [],
  warnings: [],
  looksAdult: false,
};

test('the report of a bare card says what it is', () => {
  expect(reportOf({ container: 'json', card: readCard(v2()), expressions: {}, warnings: [] })).toEqual(BARE);
});

test('the report of a full card says what has an effect and what has none', () => {
  const card = readCard(
    v3({
      first_mes: 'Hello.',
      alternate_greetings: ['Hm.', ' '],
      system_prompt: 'Speak.',
      post_history_instructions: 'Be calm.',
      creator_notes: `  ${'note '.repeat(200)}`,
      tags: ['forge', 'NSFW'],
      character_book: {
        entries: [
          { keys: ['a'], content: 'x', extensions: { vectorized: true, automation_id: '' } },
          { keys: ['b'], content: 'y', enabled: false },
        ],
      },
      assets: [{ type: 'icon' }, { type: 'x_music' }, { type: 'background' }, { type: 'background' }, 'x'],
      extensions: { regex_scripts: [{}, {}], agnai: { voice: {} }, world: '', chub: { id: 1 }, risuai: {} },
    }),
  );
  expect(reportOf({ container: 'apng', card, expressions: {}, warnings: ['Mind this.'] })).toEqual({
    name: 'Mara',
    format: 'V3 in an animated PNG',
    greetings: 2,
    loreEntries: 2,
    loreDisabled: 1,
    overrides: ['main prompt', 'post-history instructions'],
    creatorNotes: `${'note '.repeat(100).slice(0, 499).trimEnd()}…`,
    brings: [],
    repaired: [],
    keptUnused: [
      'regex scripts: 2',
      'assets of the kind x_music, background',
      'settings of Agnai (voice, pictures, JSON schema)',
      'unknown extensions: chub',
      'the mark for vector search of lore entries',
    ],
    warnings: ['Mind this.'],
    looksAdult: true,
  });
});

test('the report names what else counts, and what was repaired', () => {
  const { spec: _, ...unframed } = v2({
    alternate_greetings: 'Hm.',
    group_only_greetings: ['Oh, company.'],
    character_book: 'torn',
    extensions: { depth_prompt: { prompt: 'Hurry.', depth: 2 }, talkativeness: '0.8', fav: true, own: { a: 1 } },
  });
  const report = reportOf({ container: 'json', card: readCard(unframed), expressions: {}, warnings: [] });
  expect({ brings: report.brings, repaired: report.repaired, keptUnused: report.keptUnused }).toEqual({
    brings: ['a character’s note 2 messages before the end', 'talkativeness of 80 %', 'group greetings: 1'],
    repaired: [
      'it does not say its version, and was read as V2',
      'the other greetings were one text, and became one greeting',
      'its lorebook is damaged, and was left out',
    ],
    keptUnused: ['unknown extensions: own'],
  });
});

describe('tags that say a persona is for adults', () => {
  test.each([
    'NSFW',
    ' nsfl ',
    '18+',
    '+18',
    'R-18',
    'Adult',
    'adults only',
    'Explicit Content',
    'smut',
    'hentai!',
    'erotic-fiction',
    'PORN',
    'lewd',
    'rating: explicit',
    'Rating:Mature',
    'rated R',
    'content rating: x',
    'XXX',
    'nsfw_bot',
  ])('%s', (tag) => {
    expect(looksAdult({ tags: ['forge', tag] })).toBe(true);
  });

  test.each([
    'SFW',
    'not nsfw',
    'non-adult',
    'young adult',
    'no smut',
    'adulthood',
    'lewdly',
    'rating: general',
    'rated',
    'r',
    '1800s',
    'explicitly',
    'mature',
  ])('%s is none', (tag) => {
    expect(looksAdult({ tags: [tag] })).toBe(false);
  });
});
