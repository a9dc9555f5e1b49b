import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { silentLogger } from '../../src/core/logger.ts';
import { type CardReader, type CardReaderOptions, createCardReader } from '../../src/personas/card-reader.ts';
import { type Card, newCard, personaOf } from '../../src/personas/cards/card.ts';
import { reportOf } from '../../src/personas/import-report.ts';
import { base64, jsonFile, picture, pngOf, tEXt, v2, zipOf } from './cards/files.ts';

const SCRIPTED = new URL('./threads/scripted.js', import.meta.url);
const NOTHING = new Uint8Array();

let logged: unknown[];
let readers: CardReader[];

beforeEach(() => {
  logged = [];
  readers = [];
});
afterEach(async () => {
  jest.useRealTimers();
  await Promise.all(readers.map((reader) => reader.close()));
});

function create(options: Partial<CardReaderOptions> = {}): CardReader {
  const warn = (facts: object, message: string) => {
    const { err, kind } = facts as { err: { reason: string }; kind: string };
    logged.push({ message, reason: err.reason, kind });
  };
  const reader = createCardReader({ logger: { ...silentLogger, warn }, ...options });
  readers.push(reader);
  return reader;
}

/** What the scripted thread answers: its number, or the reason why there is none. */
async function askScripted(reader: CardReader, what: string): Promise<unknown> {
  return reader.readLorebook(NOTHING, what).catch(({ name, kind, message }) => ({ name, kind, message }));
}

describe('in a thread', () => {
  test('cards are read with what there is to tell of them, and the bytes stay the caller’s', async () => {
    const facts = { scenario: 'Grüße', character_book: { entries: [{ keys: ['tea'], content: 'Hot.' }] } };
    const bytes = pngOf(tEXt('chara', base64(v2(facts))));
    const file = await create().read(bytes);
    const card: Card = { format: 'v2', raw: v2(facts) };
    const { lorebook, ...persona } = personaOf(card);
    expect(lorebook?.entries).toHaveLength(1);
    expect(file).toEqual({
      container: 'png',
      card,
      persona,
      report: reportOf({ container: 'png', card, expressions: {}, warnings: [] }),
      portrait: { mediaType: 'image/png', bytes: new Uint8Array(pngOf()) },
      expressions: {},
      otherAssets: {},
      warnings: [],
    });
    expect(bytes.includes('IHDR')).toBe(true);
  });

  test('lorebooks are read, and those of cards', async () => {
    const reader = create();
    const entries = { 0: { uid: 0, key: ['iron'], content: 'Dear.' } };
    const book = await reader.readLorebook(jsonFile({ entries }), 'isle.json');
    expect(book).toEqual({
      name: 'isle',
      format: 'sillytavern',
      raw: { entries },
      report: expect.objectContaining({ entries: 1, disabled: 0, warnings: [] }),
    });
    const card = v2({ character_book: { name: 'Lore', entries: [{ keys: ['tea'], content: 'Hot.' }] } });
    const ofCard = await reader.readLorebook(pngOf(tEXt('chara', base64(card))), 'mara.png');
    expect(ofCard).toMatchObject({ name: 'Lore', format: 'card', report: { entries: 1 } });
  });

  test('pictures are read from an archive, by the names of their files', async () => {
    const zip = await zipOf({
      'Mara/Joy.PNG': picture('png'),
      'Mara/very happy.webp': picture('webp'),
      'Mara/other/joy.gif': picture('gif'),
      '__MACOSX/Mara/._sad.png': picture('png'),
      'Mara/anger.png': 'no picture',
      'notes.txt': 'x',
    });
    expect(await create().readPictures(zip)).toEqual({
      joy: { mediaType: 'image/png', bytes: new Uint8Array(picture('png')) },
      'very-happy': { mediaType: 'image/webp', bytes: new Uint8Array(picture('webp')) },
    });
  });

  test.each<[string, () => Promise<Buffer>, string]>([
    [
      'no archive',
      async () => picture('png'),
      'This ZIP archive is damaged, or has parts that are not allowed. Export it again.',
    ],
    [
      'no pictures',
      () => zipOf({ 'a.txt': 'x' }),
      'This ZIP archive has no pictures in it. Put in PNG, JPEG, WEBP or GIF files that are called after emotions, such as joy.png.',
    ],
  ])('%s is refused for pictures', async (_name, make, message) => {
    await expect(create().readPictures(await make())).rejects.toThrow(message);
  });

  test('files are written', async () => {
    const card = newCard({ name: 'Mara' });
    const reader = create();
    const file = await reader.write({ as: 'charx', card, expressions: {}, otherAssets: {}, now: 0 });
    expect([file.name, file.mediaType]).toEqual(['Mara.charx', 'application/zip']);
    expect((await reader.read(file.bytes)).container).toEqual('charx');
  });

  test('what is refused is told as it would be here', async () => {
    await expect(create().read(jsonFile({ entries: {} }))).rejects.toThrow(
      expect.objectContaining({
        name: 'UserError',
        kind: 'input',
        message: 'This is a lorebook, not a character card. Import it with `/lorebook import`.',
      }),
    );
    expect(logged).toEqual([]);
  });
});

describe('a thread', () => {
  test('is the same for all files', async () => {
    const reader = create({ script: SCRIPTED });
    const [first, second] = await Promise.all([askScripted(reader, 'a'), askScripted(reader, 'b')]);
    expect(first).toEqual(expect.any(Number));
    expect(second).toEqual(first);
  });

  test.each([
    ['hang', 'time', 'Reading this file took too long. Export it again, without pictures or in parts, and try that.'],
    [
      'eat',
      'memory',
      'Reading this file takes too much memory. Export it again, without pictures or in parts, and try that.',
    ],
    ['throw', 'crash', 'This file cannot be read. Export it again, and try that.'],
    ['exit', 'crash', 'This file cannot be read. Export it again, and try that.'],
  ])('that has to %s fails that file alone', async (what, reason, message) => {
    const reader = create({ script: SCRIPTED, ...(what === 'hang' ? { timeoutMs: 300 } : { timeoutMs: 60_000 }) });
    const before = await askScripted(reader, 'a');
    const [failed, after] = await Promise.all([askScripted(reader, what), askScripted(reader, 'b')]);
    expect(failed).toEqual({ name: 'UserError', kind: 'input', message });
    expect(after).toEqual(expect.any(Number));
    expect(after).not.toEqual(before);
    expect(logged).toEqual([{ message: 'a file was given up', reason, kind: 'lorebook' }]);
  });

  test('goes on after a fault, which is not told to members', async () => {
    const reader = create({ script: SCRIPTED });
    const before = await askScripted(reader, 'a');
    expect(await askScripted(reader, 'fault')).toEqual({ name: 'TypeError', kind: undefined, message: 'a bug' });
    expect(await askScripted(reader, 'b')).toEqual(before);
  });

  test('ends when no file came for a minute', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    const reader = create({ script: SCRIPTED });
    const first = await askScripted(reader, 'a');
    jest.advanceTimersByTime(59_999);
    expect(await askScripted(reader, 'b')).toEqual(first);
    jest.advanceTimersByTime(59_999);
    expect(await askScripted(reader, 'c')).toEqual(first);
    jest.advanceTimersByTime(60_000);
    expect(await askScripted(reader, 'd')).not.toEqual(first);
  });

  test('has eight files waiting for it at most', async () => {
    const reader = create({ script: SCRIPTED });
    const answers = await Promise.all(Array.from({ length: 9 }, () => askScripted(reader, 'a')));
    expect(answers.filter((answer) => typeof answer === 'number')).toHaveLength(8);
    expect(answers[8]).toEqual({
      name: 'UserError',
      kind: 'unavailable',
      message: 'Many files are being read right now. Try again in a minute.',
    });
  });

  test('that is closed tells who waits', async () => {
    const reader = create({ script: SCRIPTED, timeoutMs: 60_000 });
    const stopping = {
      name: 'UserError',
      kind: 'unavailable',
      message: 'The bot is restarting. Try again in a minute.',
    };
    await askScripted(reader, 'a');
    const waiting = [askScripted(reader, 'hang'), askScripted(reader, 'b')];
    await Promise.resolve();
    await reader.close();
    expect(await Promise.all(waiting)).toEqual([stopping, stopping]);
    expect(await askScripted(reader, 'c')).toEqual(stopping);
    expect(logged).toEqual([]);
  });
});
