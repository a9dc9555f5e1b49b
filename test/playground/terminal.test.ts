import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, jest, test } from '@jest/globals';

jest.setTimeout(30_000);

let child: ChildProcess | undefined;
let printed = '';
let onPrinted = () => {};

afterEach(() => {
  child?.kill('SIGKILL');
});

/** The playground as `npm run playground` starts it, with its input and output in pipes. */
function start(env: Record<string, string> = {}, nodeOptions: string[] = []): ChildProcess {
  printed = '';
  child = spawn(process.execPath, [...nodeOptions, 'src/main.ts', 'playground'], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: 'pipe',
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data: Buffer) => {
      printed += data.toString('utf8');
      onPrinted();
    });
  }
  return child;
}

/** Pipes that say they are a terminal: a key is a key, and what is being written is redrawn. */
const AS_TERMINAL = [
  '--import',
  'data:text/javascript,process.stdin.isTTY = process.stdout.isTTY = true; process.stdout.columns = 120',
];

function type(line: string): void {
  child?.stdin?.write(`${line}\n`);
}

/** Waits for a text; what was added to a message is joined to it, as a reader does. */
function shown(text: string | RegExp): Promise<void> {
  return new Promise((resolve) => {
    onPrinted = () => {
      const whole = printed.replaceAll(/(?:\[Stop\])?\n… /g, '');
      if (typeof text === 'string' ? whole.includes(text) : text.test(whole)) resolve();
    };
    onPrinted();
  });
}

test('three questions in a row, of which the last refers to the first; Ctrl-C ends it cleanly', async () => {
  const playground = start();
  await shown('Ready. Discord and the models are simulated: nothing leaves this machine.');
  type('/ask prompt: my cat is called Biscuit');
  await shown(/my cat is called Biscuit[^]*write \?long for a long answer\./);
  type('@Dramatis and it likes fish');
  await shown(/Alice: and it likes fish[^]*write \?long for a long answer\./);
  type('/ask prompt: what did I say first?');
  await shown('The first message that I still have from you is: "Alice: my cat is called Biscuit"');
  playground.kill('SIGINT');
  expect(await once(playground, 'exit')).toEqual([0, null]);
});

test.each([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
])('%s in the middle of a reply waits for its end', async (_key, pressed) => {
  const playground = start({}, AS_TERMINAL);
  await shown('Ready.');
  type(`/ask prompt: ${'and so on '.repeat(15)}`);
  await shown('[Stop]');
  playground.stdin?.write(pressed);
  const [code] = await once(playground, 'close');
  expect({ code, hasErrors: /Error|respond/.test(printed) }).toEqual({ code: 0, hasErrors: false });
  await shown(/Ending; running answers may finish\.[^]*long\s+answer\./);
});

test('it ends quietly when nobody reads it any more', async () => {
  const playground = start();
  await shown('Ready.');
  playground.stdout?.destroy();
  type(':help');
  expect(await once(playground, 'exit')).toEqual([0, null]);
  expect(printed).not.toMatch(/EPIPE|Error/);
});

test('a moderator may clear the history of the channel, another member may not', async () => {
  start();
  await shown('Ready.');
  type('/history clear');
  await shown('There is nothing to forget.');
  type(':as Bob');
  type('/history clear');
  await shown('Clearing a channel’s history needs the permission Manage Messages in this channel.');
});

test('the end of the input does not end it', async () => {
  const playground = start();
  await shown('Ready.');
  type('/ask prompt: are you still there?');
  playground.stdin?.end();
  await shown('write ?long for a long answer.');
  expect(playground.exitCode).toBeNull();
});

test('a command for admins is explained to others, and one for servers in direct messages', async () => {
  start();
  await shown('Ready.');
  type(':as Bob');
  type('/settings');
  await shown('/settings is for members with Manage Server; `:as Alice` is one.');
  type(':as Alice');
  type(':in dm');
  await shown('You are Alice in direct messages.');
  type('/settings');
  await shown('/settings is not for direct messages; `:in general` leads back.');
  expect(printed).not.toMatch(/uses \/settings|permissions/);
});

test('members, places, buttons and mistakes are answered in place', async () => {
  start();
  await shown('Ready.');
  type(':as Carol');
  await shown('There is no Carol here, only Alice and Bob.');
  type(':press Stop');
  await shown('No message here has a button “Stop”.');
  type('/nonsense');
  await shown('no command "nonsense" is registered here');
  type(':qiut');
  await shown('There is no :qiut here; :help lists what there is.');
  type('/ask prompt: read this file: ./missing.txt');
  await shown('There is no file ./missing.txt.');
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
  start({ INFERMATIC_API_KEY: 'sk-real-enough', INFERMATIC_BASE_URL: 'http://127.0.0.1:9/v1' });
  await shown('the models are real (http://127.0.0.1:9/v1, with your INFERMATIC_API_KEY)');
  type('/ask prompt: hello?');
  await shown('The list of models could not be loaded yet.');
});
