import { describe, expect, test } from '@jest/globals';
import { infoView } from '../../../src/discord/models/info-view.ts';
import { modelKey } from '../../../src/discord/models/model-key.ts';
import { buttonsOf, GUILD, known, model } from './facts.ts';

const MYTHO = model('MythoMax-L2-13b');
const OTHER = model('Other-Model');
const MEMBER = { isAdmin: false };
const ADMIN = { isAdmin: true };

const lineOf = (text: string, start: string) => text.split('\n').find((line) => line.startsWith(start));

describe('what is told of one model', () => {
  test('everything, with the context length in force marked among all that are known', () => {
    const qwen = model('Qwen-Qwen3.6-35B-A3B', {
      family: 'Qwen',
      contextLength: 20_000,
      contextSource: 'admin',
      contextLengths: [
        { source: 'admin', contextLength: 20_000 },
        { source: 'learned', contextLength: 60_000 },
        { source: 'api', contextLength: 65_536 },
        { source: 'table', contextLength: 66_000 },
      ],
      tokenizer: { name: 'llama3', isExact: false, factor: 1.12 },
      roles: { mode: 'merge', system: true },
      isThinking: true,
      takesPictures: true,
    });
    const facts = known([MYTHO, qwen], { stateOf: () => ({ state: 'up', firstTextMs: 1_234 }) });
    expect(infoView(facts, qwen, MEMBER).text.split('\n')).toEqual([
      '**`Qwen-Qwen3.6-35B-A3B`**, of the family Qwen',
      '',
      '**Context length**: 20,000 tokens, prompt and answer together',
      '- **20,000: set by this server’s admins** (in force)',
      '- 60,000: named by the API when it refused a longer prompt',
      '- 65,536: told by the API with its list',
      '- 66,000: Infermatic’s table',
      '**Tokens**: estimated, and corrected by what the API counts',
      '**Template**: takes instructions as a system message; messages of one side in a row are joined',
      '**Pictures**: yes, with `/ask` and `file`',
      '**Thinking**: yes, before it answers',
      '**State**: up; its first word comes after about 1.2 s',
    ]);
  });

  test('where it stands here, and what its template refuses', () => {
    const miqu = model('Midnight-Miqu-70B-v1.5', {
      tokenizer: { name: 'llama2', isExact: true, factor: 1 },
      roles: { mode: 'strict', system: false },
      takesPictures: false,
      isThinking: false,
    });
    const facts = known([miqu, MYTHO], {
      levels: [
        { origin: 'channel', modelId: miqu.id, setBy: 'Bob', at: 5_000, inForce: true },
        { origin: 'server', modelId: miqu.id, setBy: 'Mia', at: 4_000, inForce: false },
      ],
      choice: { origin: 'channel' },
      allowed: [MYTHO.id],
      stateOf: () => ({ state: 'down', failure: 'cut' }),
    });
    const { text } = infoView(facts, miqu, ADMIN);
    expect(text.split('\n').slice(1, 4)).toEqual([
      'It answers in this channel: chosen for this channel by **Bob** <t:5:R>.',
      'It is the server’s default.',
      'Members of this server may not pick it.',
    ]);
    expect(
      ['**Tokens**', '**Template**', '**Pictures**', '**Thinking**', '**State**'].map((start) => lineOf(text, start)),
    ).toEqual([
      '**Tokens**: counted exactly',
      '**Template**: takes no system message, so instructions go into the first message; member and model must take turns, beginning with the member',
      '**Pictures**: no',
      '**Thinking**: no',
      '**State**: down: its answers break off',
    ]);
  });

  test('that the API has refused what the admins set', () => {
    const refused = model('Other-Model', {
      contextLength: 8_000,
      contextLengths: [
        { source: 'learned', contextLength: 8_000 },
        { source: 'admin', contextLength: 20_000 },
      ],
    });
    const { text } = infoView(known([refused]), refused, ADMIN);
    expect(text).toContain(
      '- **8,000: named by the API when it refused a longer prompt** (in force)\n- 20,000: set by this server’s admins, but the API has refused so many since',
    );
  });

  test('a model that nobody asked lately', () => {
    expect(lineOf(infoView(known([MYTHO]), MYTHO, MEMBER).text, '**State**')).toBe(
      '**State**: not asked within the last hour',
    );
  });
});

describe('the buttons below a model', () => {
  const key = modelKey(OTHER.id);

  test.each([
    ['a member', MEMBER, {}, [`Use here -> model-use:${key}`]],
    ['a member who may not pick it', MEMBER, { allowed: [MYTHO.id] }, []],
    [
      'an admin, who may pick any',
      ADMIN,
      { allowed: [MYTHO.id] },
      [
        `Use here -> model-use:${key}`,
        `Make server default -> model-default:${key}`,
        `Set context length -> model-context:${key}`,
      ],
    ],
    [
      'an admin, of the model that is the default already',
      ADMIN,
      { levels: [{ origin: 'server' as const, modelId: OTHER.id, inForce: false }] },
      [`Use here -> model-use:${key}`, `Set context length -> model-context:${key}`],
    ],
    ['somebody in a direct message', MEMBER, { place: { channelId: '30' } }, [`Use here -> model-use:${key}`]],
  ])('of %s', (_, person, facts, buttons) => {
    expect(buttonsOf(infoView(known([MYTHO, OTHER], facts), OTHER, person))).toEqual(buttons);
  });

  test('remove the choice if it answers because it was chosen for this place', () => {
    const levels = [{ origin: 'channel' as const, modelId: OTHER.id, inForce: true }];
    const facts = known([MYTHO, OTHER], { place: GUILD, levels, choice: { model: OTHER, origin: 'channel' } });
    expect(buttonsOf(infoView(facts, OTHER, MEMBER))).toEqual([
      `Remove the choice of this channel -> model-off:${key}`,
    ]);
  });
});
