import { once } from 'node:events';
import { afterEach, expect, jest, test } from '@jest/globals';
import { startHttpServer } from '../support/http-server.ts';
import { type PlaygroundProcess, spawnPlayground } from './start-playground.ts';

jest.setTimeout(30_000);

let playground: PlaygroundProcess | undefined;
afterEach(() => playground?.drop());

function start(...args: Parameters<typeof spawnPlayground>): PlaygroundProcess {
  playground = spawnPlayground(...args);
  return playground;
}

/** Pipes that say they are a terminal: a key is a key, and what is being written is redrawn. */
const AS_TERMINAL = [
  '--import',
  'data:text/javascript,process.stdin.isTTY = process.stdout.isTTY = true; process.stdout.columns = 120',
];

test('three questions in a row, of which the last refers to the first; Ctrl-C ends it cleanly', async () => {
  const { process, type, shown } = start();
  await shown('Ready. Discord and the models are simulated: nothing leaves this machine.');
  type('/ask prompt: my cat is called Biscuit');
  await shown(/my cat is called Biscuit[^]*write \?long for a long answer\./);
  type('@Dramatis and it likes fish');
  await shown(/Alice: and it likes fish[^]*write \?long for a long answer\./);
  type('/ask prompt: what did I say first?');
  await shown('The first message that I still have from you is: "Alice: my cat is called Biscuit"');
  process.kill('SIGINT');
  expect(await once(process, 'exit')).toEqual([0, null]);
  expect(playground?.filesLeft()).toEqual([]);
});

test.each([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
])('%s in the middle of a reply waits for its end', async (_key, pressed) => {
  const { process, type, shown, printed } = start({}, AS_TERMINAL);
  await shown('Ready.');
  type(`/ask prompt: ${'and so on '.repeat(15)}`);
  await shown('[Stop]');
  process.stdin?.write(pressed);
  const [code] = await once(process, 'close');
  expect({ code, hasErrors: /Error|respond/.test(printed()) }).toEqual({ code: 0, hasErrors: false });
  await shown(/Ending; running answers may finish\.[^]*long\s+answer\./);
});

test('it ends quietly when nobody reads it any more', async () => {
  const { process, type, shown, printed } = start();
  await shown('Ready.');
  process.stdout?.destroy();
  type(':help');
  expect(await once(process, 'exit')).toEqual([0, null]);
  expect(printed()).not.toMatch(/EPIPE|Error/);
});

test('a moderator may clear the history of the channel, another member may not', async () => {
  const { type, shown } = start();
  await shown('Ready.');
  type('/history clear');
  await shown('There is nothing to forget.');
  type(':as Bob');
  type('/history clear');
  await shown('Clearing a channel’s history needs the permission Manage Messages in this channel.');
});

test('the end of the input does not end it', async () => {
  const { process, type, shown } = start();
  await shown('Ready.');
  type('/ask prompt: are you still there?');
  process.stdin?.end();
  await shown('write ?long for a long answer.');
  expect(process.exitCode).toBeNull();
});

test('a command for admins is explained to others, and one for servers in direct messages', async () => {
  const { type, shown, printed } = start();
  await shown('Ready.');
  type(':as Bob');
  type('/settings');
  await shown('/settings is for members with Manage Server; `:as Alice` is one.');
  type(':as Alice');
  type(':in dm');
  await shown('You are Alice in direct messages.');
  type('/settings');
  await shown('/settings is not for direct messages; `:in general` leads back.');
  expect(printed()).not.toMatch(/uses \/settings|permissions/);
});

test('members, places, buttons and mistakes are answered in place', async () => {
  const { type, shown } = start();
  await shown('Ready.');
  type(':as Dave');
  await shown('There is no Dave here, only Alice, Bob and Carol.');
  type(':as Carol');
  await shown('You are Carol in #general.');
  type(':as Alice');
  type(':press Stop');
  await shown('No message here has a button “Stop”.');
  type('/nonsense');
  await shown('no command "nonsense" is registered here');
  type(':qiut');
  await shown('There is no :qiut here; :help lists what there is.');
  type('/ask prompt: read this file: ./missing.txt');
  await shown('There is no file ./missing.txt.');
  type(':delete');
  await shown('There is no message of yours here.');
  type(':save');
  await shown('No message here has a file.');
  type(':fill');
  await shown('No form is open;');
  type(':menu');
  await shown('In the menu of a message there is: Regenerate, Edit reply, Delete from here, Branch from here, Report.');
  type(':file ./missing.txt');
  await shown('There is no file ./missing.txt.');
  type(':file package.json look');
  await shown(/Alice #general\nlook\n📎 package\.json/);
  type(':edit look again');
  await shown(/package\.json \(\d+ KiB\) again/);
  type(':delete');
  await shown('(Alice’s message was deleted)');
  type('hello, everybody');
  await shown('(In a channel the bot answers to /ask and to @Dramatis; in direct messages to everything: `:in dm`.)');
  type(':as bob');
  await shown('You are Bob in #general.');
  type(':in dm');
  await shown('You are Bob in direct messages.');
  type('good evening');
  await shown('Bob: good evening');
});

test('with a key it talks to the real API, and says so', async () => {
  const { type, shown } = start({ INFERMATIC_API_KEY: 'sk-real-enough', INFERMATIC_BASE_URL: 'http://127.0.0.1:9/v1' });
  await shown('the models are real (http://127.0.0.1:9/v1, with your INFERMATIC_API_KEY)');
  type('/ask prompt: hello?');
  await shown('The list of models could not be loaded yet.');
});

test('a member stays where they are if they can see it, and else is told where they went', async () => {
  const { type, shown } = start();
  await shown('Ready.');
  type(':in after-dark');
  await shown('You are Alice in #after-dark.');
  type(':as Carol');
  await shown('You are Carol in #after-dark.');
  type(':in dm');
  await shown('You are Carol in direct messages.');
  type('good evening');
  await shown('write ?long for a long answer.');
  type(':as Bob');
  await shown('You are Bob in #general. Bob cannot see the direct messages of others.');
});

test('what is set outlives a gentle restart, which is not begun twice', async () => {
  const { type, shown } = start();
  await shown('Ready.');
  type('/models use model: WizardLM-2-8x22B');
  await shown('[Undo]');
  type(':restart');
  type(':kill');
  await shown('The bot is being started already.');
  await shown(
    /The bot stops; running answers may finish …\n[^]*It is gone, and starts again …\n[^]*The bot is back\.\n/,
  );
  type('/ask prompt: who are you?');
  await shown('This is WizardLM-2-8x22B, simulated.');
});

test('what keeps the bot from starting is shown, and nothing is left of it', async () => {
  const taken = await startHttpServer();
  const { process, shown, filesLeft } = start({ PUBLIC_URL: taken.url, PICTURES_PORT: new URL(taken.url).port });
  await shown(/PICTURES_PORT/);
  expect(await once(process, 'close')).toEqual([1, null]);
  expect(filesLeft()).toEqual([]);
  await taken.close();
});
