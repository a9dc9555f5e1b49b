import { expect, test } from '@jest/globals';
import { createEditClock } from '../../src/chat/edit-clock.ts';
import { createReplyShape, type ReplyShape } from '../../src/chat/reply-shape.ts';
import { createReplyStream, type ReplyStream } from '../../src/chat/reply-stream.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { createFakeTarget, type FakeTarget, type FakeTargetOptions } from './fake-target.ts';

interface Scene {
  clock: FakeClock;
  stream: ReplyStream;
  target: FakeTarget;
  log: string[];
}

function setUp({
  heading = '',
  shape,
  ...options
}: { heading?: string; shape?: ReplyShape } & Partial<FakeTargetOptions> = {}): Scene {
  const clock = new FakeClock();
  const lines: string[] = [];
  const log = (line: string) => void lines.push(`${clock.now()} ${line}`);
  const target = createFakeTarget({ clock, log, ...options });
  const editClock = createEditClock({ clock });
  const stream = createReplyStream({
    target,
    editClock: {
      ...editClock,
      bucket(key) {
        const bucket = editClock.bucket(key);
        const keepSlot = () => {
          const release = bucket.keepSlot();
          return () => {
            log(`slot of ${key} released`);
            release();
          };
        };
        return { ...bucket, keepSlot };
      },
    },
    heading,
    controls: [{ action: 'stop', id: 'r1' }],
    ownName: 'Dramatis',
    shape,
    onCreated: () => log(`created ${target.messageIds.join(' ')}`),
    onError: (error) => log(`error: ${String(error)}`),
  });
  return { clock, stream, target, log: lines };
}

const retry = { action: 'retry' as const, id: 'u1' };

async function finish({ clock, stream }: Scene, text: string): Promise<void> {
  await Promise.all([stream.finish({ text, controls: [retry] }), clock.advance(20_000)]);
}

test('the first text leaves at once, later ones in the rhythm of the bucket and as they are then, the last at once', async () => {
  const scene = setUp();
  const { clock, stream, log } = scene;
  await clock.advance(300);
  stream.write('Hel');
  await clock.advance(10);
  stream.write('lo');
  await clock.advance(100);
  stream.write(' a');
  await clock.advance(500);
  stream.write(' b');
  await clock.advance(700);
  expect(log).toEqual([
    '0 typing',
    '300 typing ends',
    '300 create 0 "Hel" [stop r1]',
    '360 created m0',
    '360 edit 0 "Hello" [stop r1]',
    '1610 edit 0 "Hello a b" [stop r1]',
  ]);
  stream.write(' c');
  await clock.advance(90);
  await finish(scene, 'Hello a b c d');
  expect(log.slice(6)).toEqual(['1700 edit 0 "Hello a b c d" [retry u1]', '1760 slot of edit released']);
});

test('a notice stands there until the first text, which takes its place at once; what is said later of the wait is not shown', async () => {
  const scene = setUp({ heading: '> Why?\n' });
  const { clock, stream } = scene;
  for (const notice of ['-# third', '-# third', '-# second', '-# next']) {
    stream.wait(notice);
    await clock.advance(100);
  }
  stream.write('Hel');
  await clock.advance(100);
  stream.wait('-# late');
  await clock.advance(2_000);
  expect(stream.read({ finished: true }).text).toBe('Hel');
  await finish(scene, 'Hel');
  expect(scene.log.filter((line) => /(create|edit) \d/.test(line))).toEqual([
    '0 create 0 "> Why?\\n-# third" [stop r1]',
    '200 edit 0 "> Why?\\n-# second" [stop r1]',
    '400 edit 0 "> Why?\\nHel" [stop r1]',
    '2500 edit 0 "> Why?\\nHel" [retry u1]',
  ]);
});

test('a text that comes in whatever step of the answer before is shown without another one', async () => {
  const missed: number[] = [];
  for (let steps = 0; steps < 20; steps++) {
    const writeSoon = async () => {
      for (let step = 0; step < steps; step++) await Promise.resolve();
      stream.write('b');
    };
    const { clock, stream, target } = setUp({
      failWith: (line) => (line.startsWith('create') ? void writeSoon() : undefined),
    });
    stream.write('a');
    await clock.advance(20_000);
    if (target.shown[0]?.content !== 'ab') missed.push(steps);
  }
  expect(missed).toEqual([]);
});

test('an end without any text ends the typing', async () => {
  const scene = setUp();
  await finish(scene, '');
  expect(scene.log).toEqual(['0 typing', '0 typing ends', '0 slot of edit released']);
});

test('what the bucket would only repeat is not sent', async () => {
  const scene = setUp();
  scene.stream.write('Hello');
  await scene.clock.advance(100);
  // Half a tag and white space change nothing that is shown.
  for (const text of [' ', '\n', '<thi']) {
    scene.stream.write(text);
    await scene.clock.advance(3_000);
  }
  await Promise.all([
    scene.stream.finish({ text: 'Hello', controls: [{ action: 'stop', id: 'r1' }] }),
    scene.clock.advance(1_000),
  ]);
  expect(scene.log.slice(2)).toEqual(['0 create 0 "Hello" [stop r1]', '60 created m0', '9100 slot of edit released']);
});

function writesOf(log: string[]): string[] {
  return log.filter((line) => /^\d+ (create|edit) /.test(line));
}

const LONG = 'word '.repeat(500).trimEnd();

test('a text over 2,000 characters goes on in a second message, and only the last one has buttons', async () => {
  const scene = setUp({ heading: '> Why?\n' });
  const { clock, stream, log, target } = scene;
  stream.write('word '.repeat(300));
  await clock.advance(100);
  stream.write('word '.repeat(200));
  await clock.advance(100);
  stream.write('end.');
  await clock.advance(5_000);
  await finish(scene, `${LONG} end. Done.`);
  expect(writesOf(log)).toEqual([
    '0 create 0 "> Why?\\nw… (1506)" [stop r1]',
    '100 edit 0 "> Why?\\nw… (1941)"',
    '160 create 1 "word wor… (564)" [stop r1]',
    '1350 edit 1 "word wor… (569)" [stop r1]',
    '5200 edit 1 "word wor… (575)" [retry u1]',
  ]);
  expect(target.shown.map(({ content }) => content).join(' ')).toBe(`> Why?\n${LONG} end. Done.`);
});

test('a message that is still being written has its code block closed', async () => {
  const scene = setUp();
  scene.stream.write('See:\n```js\nlet a = 1;');
  await scene.clock.advance(100);
  await finish(scene, 'See:\n```js\nlet a = 1;\n```');
  // Shown as it was, but for the buttons.
  expect(writesOf(scene.log)).toEqual([
    '0 create 0 "See:\\n```js\\nlet a = 1;\\n```" [stop r1]',
    '100 edit 0 "See:\\n```js\\nlet a = 1;\\n```" [retry u1]',
  ]);
});

test('the end waits for the edit under way and for no other', async () => {
  const scene = setUp();
  scene.stream.write('a');
  await scene.clock.advance(70);
  scene.stream.write('b');
  await scene.clock.advance(30);
  scene.stream.write('c');
  await finish(scene, 'abcd');
  expect(scene.log.slice(2)).toEqual([
    '0 create 0 "a" [stop r1]',
    '60 created m0',
    '70 edit 0 "ab" [stop r1]',
    '130 edit 0 "abcd" [retry u1]',
    '190 slot of edit released',
  ]);
});

test('messages that the finished reply no longer has are taken away', async () => {
  const scene = setUp();
  const { clock, stream, log, target } = scene;
  stream.write(LONG);
  await clock.advance(1_000);
  stream.write('</think>Short');
  await clock.advance(1_000);
  const { text, reasoning } = stream.read({ finished: true });
  expect({ text, reasoning }).toEqual({ text: 'Short', reasoning: LONG });
  await finish(scene, text);
  expect(log.slice(2)).toEqual([
    '0 create 0 "word wor… (1944)"',
    '60 created m0',
    '60 create 1 "word wor… (554)" [stop r1]',
    '120 created m0 m1',
    '1000 edit 0 "Short" [stop r1]',
    '2000 edit 0 "Short" [retry u1]',
    '2060 remove 1',
    '2120 slot of edit released',
  ]);
  expect(target.messageIds).toEqual(['m0']);
});

test('a text that turns out to be reasoning while it waits is not sent, and the reply goes on', async () => {
  const { clock, stream, log } = setUp();
  stream.write('Hm');
  for (const text of [', hm', ', so', '</think>']) {
    await clock.advance(100);
    stream.write(text);
  }
  await clock.advance(1_500);
  stream.write('Yes');
  await clock.advance(1_000);
  expect(writesOf(log)).toEqual([
    '0 create 0 "Hm" [stop r1]',
    '100 edit 0 "Hm, hm" [stop r1]',
    '2600 edit 0 "Yes" [stop r1]',
  ]);
});

test('messages of an earlier reply are written over, and those left of it are taken away', async () => {
  const scene = setUp({ reuse: ['e0', 'e1', 'e2'] });
  await finish(scene, 'New');
  expect(scene.log).toEqual([
    '0 typing',
    '0 typing ends',
    '0 create 0 "New" [retry u1]',
    '60 created e0 e1 e2',
    '60 remove 2',
    '120 remove 1',
    '180 slot of edit released',
  ]);
});

const failOnce = (pattern: RegExp) => {
  let failures = 0;
  return (line: string) => (pattern.test(line) && failures++ === 0 ? new Error('down') : undefined);
};

test.each([
  {
    name: 'an edit',
    failing: /^edit/,
    log: [
      '0 create 0 "a" [stop r1]',
      '60 created m0',
      '100 edit 0 "ab" [stop r1]',
      '160 error: Error: down',
      '5200 edit 0 "abcd" [retry u1]',
      '5260 slot of edit released',
    ],
  },
  {
    name: 'the first message',
    failing: /^create/,
    log: [
      '0 create 0 "a" [stop r1]',
      '60 error: Error: down',
      '5200 create 0 "abcd" [retry u1]',
      '5260 created m0',
      '5260 slot of edit released',
    ],
  },
])('$name that fails is tried again at the end and not before', async ({ failing, log }) => {
  const scene = setUp({ failWith: failOnce(failing) });
  const { clock, stream } = scene;
  stream.write('a');
  await clock.advance(100);
  stream.write('b');
  await clock.advance(100);
  stream.write('c');
  await clock.advance(5_000);
  await finish(scene, 'abcd');
  expect(scene.log.slice(2)).toEqual(log);
});

test('an edit that fails while the reply ends is no error: the last one follows', async () => {
  const scene = setUp({ failWith: failOnce(/^edit/) });
  scene.stream.write('a');
  await scene.clock.advance(70);
  scene.stream.write('b');
  await scene.clock.advance(10);
  await finish(scene, 'ab');
  expect(scene.log.slice(4)).toEqual([
    '70 edit 0 "ab" [stop r1]',
    '130 edit 0 "ab" [retry u1]',
    '190 slot of edit released',
  ]);
});

test('a last edit that fails is told to the caller, and gives slot and typing back', async () => {
  const { clock, stream, log } = setUp({ failWith: () => new Error('down') });
  const finished = stream.finish({ text: 'Hello', controls: [] });
  await Promise.all([expect(finished).rejects.toThrow('down'), clock.advance(1_000)]);
  expect(log).toEqual(['0 typing', '0 typing ends', '0 create 0 "Hello"', '60 slot of edit released']);
});

test.each([
  {
    name: 'a heading',
    heading: '> Why?\n',
    log: ['0 create 0 "> Why?\\nBecause" [stop r1]', '100 edit 0 "> Why?\\nNo." [retry u1]'],
  },
  { name: 'no heading', heading: '', log: ['0 create 0 "Because" [stop r1]', '100 edit 0 "No." [retry u1]'] },
])('$name stands above the text and is not part of it', async ({ heading, log }) => {
  const scene = setUp({ heading });
  scene.stream.write('Because');
  await scene.clock.advance(100);
  expect(scene.stream.read({ finished: true })).toEqual({ text: 'Because', reasoning: '' });
  await finish(scene, 'No.');
  expect(writesOf(scene.log)).toEqual(log);
});

test.each([
  { name: 'reasoning apart', reasoning: [' Hm', 'm. '], texts: ['Yes'], read: { text: 'Yes', reasoning: 'Hmm.' } },
  {
    name: 'reasoning in both places',
    reasoning: ['A'],
    texts: ['<think>B</think>', 'Yes'],
    read: { text: 'Yes', reasoning: 'A\n\nB' },
  },
  { name: 'blank reasoning', reasoning: [' \n'], texts: ['Yes'], read: { text: 'Yes', reasoning: '' } },
  { name: 'reasoning alone', reasoning: [], texts: ['<think>', 'B'], read: { text: '', reasoning: 'B' } },
  { name: 'its own name', reasoning: [], texts: ['Drama', 'tis:', ' Yes'], read: { text: 'Yes', reasoning: '' } },
  { name: 'invisible characters', reasoning: [], texts: ['\u200b', '\u2060'], read: { text: '', reasoning: '' } },
])('$name: nothing but text is shown', async ({ reasoning, texts, read }) => {
  const { clock, stream, log } = setUp();
  for (const text of reasoning) stream.writeReasoning(text);
  for (const text of texts) {
    stream.write(text);
    await clock.advance(100);
  }
  expect(stream.read({ finished: true })).toEqual(read);
  expect(writesOf(log).map((line) => line.replace(/^\d+ /, ''))).toEqual(
    read.text === '' ? [] : ['create 0 "Yes" [stop r1]'],
  );
});

test('a reply is over as soon as a short text says so', () => {
  const { stream } = setUp({ shape: createReplyShape({ speaker: ['Mira'], others: ['Ann'], emotions: [] }) });
  const seen = ['Hello.', '\n', 'Ann', ':', ' Hi'].map((text) => {
    stream.write(text);
    return stream.isOver;
  });
  expect(seen).toEqual([false, false, false, false, true]);
  expect(stream.read({ finished: true }).text).toBe('Hello.');
});

test('whether a long reply is over costs in proportion to its length, and is told a few words late', () => {
  let read = 0;
  const persona = createReplyShape({ speaker: ['Mira'], others: ['Ann'], emotions: [] });
  const shape: ReplyShape = (text, options) => {
    read += text.length;
    return persona(text, options);
  };
  const { stream } = setUp({ shape });
  for (let token = 0; token < 8_000; token += 1) {
    stream.write('word ');
    expect(stream.isOver).toBe(false);
  }
  const length = 8_000 * 'word '.length;
  expect(read).toBeLessThan(length * 300);
  stream.write('\nAnn: ');
  let late = 0;
  for (; !stream.isOver; late += 1) stream.write('word ');
  expect(late).toBeLessThan(35);
  expect(stream.read({ finished: true }).text.trimEnd().length).toBe(length - 1);
});
