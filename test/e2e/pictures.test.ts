import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Here, InteractionHandle, ShownMessage } from '../../src/simulator/discord/index.ts';
import { defaultModels, type SimulatedModel } from '../../src/simulator/infermatic/index.ts';
import { type BotWorld, MODEL, startBot } from '../support/bot.ts';
import { dataUrl, gif, jpeg, png, webp } from '../support/pictures.ts';
import { NOTICE_WAIT, shows, WINDOW_MS } from './in-line.ts';
import {
  ask,
  buttonsOf,
  completions,
  createHome,
  finished,
  type Home,
  isFinished,
  lastPrompt,
  waitForApi,
} from './scene.ts';

const EYES = 'Qwen-Qwen3-VL-8B-Instruct';
const BLIND = `\`${MODEL}\` cannot look at pictures. Choose one that can with the option \`model\`: \`${EYES}\`.`;
const GONE =
  'The picture of this question could not be loaded from Discord: press Retry, or ask again with the picture attached.';
/** Of 800 × 600 pixels: 29 × 22 squares. */
const PICTURE_TOKENS = 638;

const BLINDED: SimulatedModel = { id: EYES, contextLength: 32_000, tokenizer: 'other', template: 'chatml' };

let world: BotWorld;
let home: Home;

/** Discord gives attachments out for a day. */
let areFilesGone = false;
let filesRead = 0;

const fetchFiles: typeof fetch = async (input, init) => {
  if (typeof input !== 'string' || !input.includes('attachments/')) return fetch(input, init);
  filesRead += 1;
  return areFilesGone ? new Response('This content is no longer available.', { status: 404 }) : fetch(input, init);
};

beforeAll(async () => {
  world = await startBot({ overrides: { fetch: fetchFiles } });
  home = createHome(world.discord);
});
afterAll(() => world.close());
afterEach(() => {
  areFilesGone = false;
  filesRead = 0;
  world.api.clearLog();
  world.api.setModels(defaultModels);
  expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
});

const room = () => home.alice.in(home.newChannel());
const file = (name: string, data: Buffer | string, type = 'image/png') => ({ name, type, data });
const CAT = file('cat.png', png(800, 600));
const look = (here: Here, prompt: string, options: Parameters<Here['slash']>[1] = {}) =>
  ask(here, prompt, { model: EYES, file: CAT, ...options });

const says = ({ content }: ShownMessage, sentence: string) => content.includes(sentence);

/** The newest message that the model got, as it was sent. */
function lastMessage(): unknown {
  const body = completions(world.api).at(-1)?.body as { messages: { content: unknown }[] } | undefined;
  return body?.messages.at(-1)?.content;
}

describe('a picture', () => {
  const formats: [string, Buffer, string][] = [
    ['cat.png', png(800, 600), 'image/png'],
    ['cat.jpg', jpeg(800, 600), 'image/jpeg'],
    ['cat.gif', gif(800, 600), 'image/gif'],
    ['cat.webp', webp(800, 600), 'image/webp'],
    ['cat.txt', png(800, 600), 'image/png'],
  ];

  test.each(formats)('is looked at as what it is: %s', async (name, bytes, mediaType) => {
    const reply = await look(room(), 'what is this?', { file: file(name, bytes, 'application/octet-stream') });
    expect(reply.content).toMatch(/^> what is this\?\nI see a picture of 800 by 600 pixels\. /);
    expect(lastMessage()).toEqual([
      { type: 'text', text: `Alice: what is this?\n\n[picture: ${name}]` },
      { type: 'image_url', image_url: { url: dataUrl(mediaType, bytes) } },
    ]);
  });

  test('is for its own question: later ones know its name only', async () => {
    const here = room();
    world.api.next('A cat.', 'It was grey.', 'Yes.');
    await look(here, 'what is this?');
    await ask(here, 'which colour?', { model: EYES });
    await ask(here, 'really?');
    const remembered = ['user: Alice: what is this?\n\n[picture: cat.png]', 'assistant: A cat.'];
    expect(lastPrompt(world.api)).toEqual([
      ...remembered,
      'user: Alice: which colour?',
      'assistant: It was grey.',
      'user: Alice: really?',
    ]);
    expect(JSON.stringify(completions(world.api).map(({ body }) => body)).match(/image_url"/g)).toHaveLength(2);
  });

  test('and the text beside it share the window', async () => {
    const here = room();
    const { contextLength } = defaultModels.find(({ id }) => id === EYES) ?? { contextLength: 0 };
    const book = file('book.txt', 'The traveller crossed the river at dawn, and nobody saw him again. '.repeat(1_500));
    for (const part of ['one', 'two', 'three', 'four']) await ask(here, part, { model: EYES, file: book });
    const tall = file('map.png', png(3_000, 3_000));
    await look(here, 'where is he?', { file: tall });
    const [withPicture] = completions(world.api).slice(-1);
    expect(completions(world.api).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(withPicture?.promptTokens).toBeGreaterThan(108 * 108 + PICTURE_TOKENS);
    expect((withPicture?.promptTokens ?? 0) + 2_000).toBeLessThanOrEqual(contextLength);
  });
});

describe('Retry of a question with a picture', () => {
  async function cutReply(here: Here): Promise<ShownMessage> {
    world.api.next({ reply: ['A', ' cat'], endAfter: 1 });
    return look(here, 'what is this?');
  }

  test('looks at it again', async () => {
    const here = room();
    const cut = await cutReply(here);
    await here.click(cut, 'Retry');
    await here.waitFor((messages) => messages.find(({ content }) => content.includes('I see a picture of 800 by 600')));
    const [first, second] = completions(world.api).map(({ body }) => (body as { messages: unknown }).messages);
    expect(second).toEqual(first);
  });

  test('pressed twice at once asks the model once', async () => {
    const here = room();
    const cut = await cutReply(here);
    await Promise.all([here.click(cut, 'Retry'), here.click(cut, 'Retry')]);
    await here.waitFor((messages) =>
      messages.find(({ content }) => content === 'A new reply to this is on its way already.'),
    );
    await here.waitFor((messages) => messages.find(({ content }) => content.includes('I see a picture')));
    expect(completions(world.api)).toHaveLength(2);
  });

  test('whose press Discord does not take is answered all the same', async () => {
    const here = room();
    const cut = await cutReply(here);
    const body = { message: 'Unknown interaction', code: 10_062 };
    world.discord.faults.add({ path: /callback/, times: 1, effect: { status: 404, body } });
    await here.click(cut, 'Retry');
    await here.waitFor((messages) => messages.find(({ content }) => content.includes('I see a picture of 800 by 600')));
  });

  test('when Discord has it no more says so in the place of the reply, and asks nothing', async () => {
    const here = room();
    const cut = await cutReply(here);
    areFilesGone = true;
    await here.click(cut, 'Retry');
    const told = await here.waitFor((messages) => messages.find((one) => isFinished(one) && says(one, GONE)));
    expect([told.id, told.content, buttonsOf(told)]).toEqual([cut.id, `> what is this?\n${GONE}`, ['Retry']]);
    expect(here.messages()).toHaveLength(1);
    expect(completions(world.api)).toHaveLength(1);
  });
});

describe('a picture whose question stands in line', () => {
  let line: BotWorld;
  let here: Here;
  let waiting: InteractionHandle;

  beforeEach(async () => {
    line = await startBot({
      api: { keys: { 'sk-simulated': { requestsPerMinute: 1 } } },
      env: { REQUESTS_PER_MINUTE: '1' },
      overrides: { fetch: fetchFiles },
    });
    const { alice, newChannel } = createHome(line.discord);
    here = alice.in(newChannel());
    await ask(here, 'hello');
    waiting = await here.slash('ask', { prompt: 'what is this?', model: EYES, file: CAT });
    await line.clock.skipWait(NOTICE_WAIT);
    await shows(waiting, 'your answer should begin');
  });
  afterEach(() => line.close());

  test('is not kept meanwhile: it is read again when its turn has come', async () => {
    expect(filesRead).toBe(1);
    line.clock.skip(WINDOW_MS);
    expect((await finished(waiting)).content).toContain('I see a picture of 800 by 600 pixels.');
    expect(filesRead).toBe(2);
  });

  test('and that is gone when its turn has come is told so in the place of the reply', async () => {
    areFilesGone = true;
    line.clock.skip(WINDOW_MS);
    const told = await finished(waiting);
    expect([told.content, buttonsOf(told)]).toEqual([`> what is this?\n${GONE}`, ['Retry']]);
    expect(completions(line.api)).toHaveLength(1);
  });
});

describe('is refused with a sentence, and nothing is asked or remembered:', () => {
  const damaged = png(800, 600).subarray(0, 20);
  const cases: [string, Parameters<Here['slash']>[1], string | RegExp][] = [
    ['a picture for a model without eyes', { model: MODEL, file: CAT }, BLIND],
    ['a picture for the default model without eyes', { model: undefined, file: CAT }, BLIND],
    [
      'a damaged picture',
      { file: file('cat.png', damaged) },
      'The picture “cat.png” is damaged. Save or export it again, and attach the new file.',
    ],
    [
      'a picture of too many pixels',
      { file: file('map.png', png(8_000, 6_000)) },
      'The picture “map.png” has 8000 × 6000 pixels, too many to look at. Attach a smaller one, of at most 12 million pixels, such as 4000 × 3000.',
    ],
    [
      'a picture of too many bytes',
      { file: file('map.png', Buffer.concat([png(800, 600), Buffer.alloc(8 * 1024 * 1024)])) },
      'The file “map.png” is too large: at most 512 KiB of text or 8 MiB of a picture can be read.',
    ],
    [
      'a PDF that is called a picture',
      { file: file('scan.png', Buffer.from('%PDF-1.7 and some more of it')) },
      'The file “scan.png” is a PDF, not text or a picture. Attach a text file, such as .txt, .md or code, or a PNG, JPEG, GIF or WebP picture.',
    ],
  ];

  test.each(cases)('%s', async (_, options, sentence) => {
    const here = room();
    const told = await look(here, 'what is this?', options);
    expect([told.content, buttonsOf(told)]).toEqual([sentence, []]);
    expect(completions(world.api)).toEqual([]);
    world.api.next('Yes.');
    await ask(here, 'really?');
    expect(lastPrompt(world.api)).toEqual(['user: Alice: really?']);
  });
});

test('a model that turns out to have no eyes is told, and the question can be asked again', async () => {
  const here = room();
  world.api.setModels(defaultModels.map((model) => (model.id === EYES ? BLINDED : model)));
  const told = await look(here, 'what is this?');
  expect([told.content, buttonsOf(told)]).toEqual([
    '> what is this?\nThis model cannot look at pictures. Ask without the picture, or choose another model: `/models list` shows which can.',
    ['Retry'],
  ]);
  expect(completions(world.api)).toHaveLength(1);
});

test('a text file in UTF-16, as Windows writes it, is read', async () => {
  const here = room();
  const text = 'Ein Gedicht: „Rosen sind rot“\r\n第二行';
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  for (const data of [bytes, Buffer.from(bytes).swap16()]) {
    world.api.next('A poem.');
    await ask(here, 'what is this?', { file: file('poem.txt', data, 'text/plain') });
    expect(lastPrompt(world.api)?.at(-1)).toBe(`user: Alice: what is this?\n\npoem.txt:\n${text}`);
  }
});

// The bot forgets the models that can: this one stays the last.
test('a picture where no model can look is refused without naming one', async () => {
  world.api.setModels(defaultModels.filter(({ id }) => id !== EYES));
  world.clock.skip(10 * 60_000);
  await waitForApi(world.api, () =>
    world.api.log.some(({ path, finishedAt }) => path.endsWith('/models') && finishedAt),
  );
  const here = room();
  let told = await look(here, 'what is this?', { model: undefined });
  while (told.content === BLIND) told = await look(here, 'what is this?', { model: undefined });
  expect(told.content).toBe(
    `\`${MODEL}\` cannot look at pictures. None of the models here can: ask without the picture.`,
  );
});
