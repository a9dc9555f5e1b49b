import { createInterface } from 'node:readline';
import { onStopSignal } from '../core/stop-signal.ts';
import { createActions } from './actions.ts';
import { HELP } from './help.ts';
import { startPlayground } from './host.ts';
import { createRooms } from './rooms.ts';
import { createTranscript } from './transcript.ts';
import { readTypedLine } from './typed-line.ts';

/** The bot in a terminal: lines are sent as a member, and the channel is shown as it happens. Ends with Ctrl-C or `:quit`. */
export async function playground(env: Record<string, string | undefined>): Promise<void> {
  const { stdin, stdout } = process;
  endWithItsReader(stdout);
  let print = (text: string): void => void stdout.write(`${text}\n`);
  print('Starting the playground …');
  // From the first moment on, so that whatever was begun is taken away.
  let endHost = async () => {};
  const end = onStopSignal(() => endHost());
  const host = await startPlayground(env, (text) => print(text));
  const rooms = createRooms(host);
  const prompt = createInterface({ input: stdin, output: stdout, terminal: stdout.isTTY && stdin.isTTY, prompt: '> ' });
  const transcript = createTranscript({
    output: stdout,
    redrawPrompt,
    viewerId: () => rooms.member.id,
    nameOfChannel: rooms.nameOf,
    mentionOfChannel: rooms.mentionOf,
    nameOfPerson: (id) => host.members.find((member) => member.id === id)?.name ?? 'Dramatis',
  });
  print = transcript.print;
  host.discord.on((event) => {
    const isOpening = event.type === 'thread-created' && event.parentId === rooms.channelId;
    if (isOpening || event.channelId === rooms.channelId) transcript.show(event);
  });

  let isPromptOpen = true;
  endHost = async () => {
    prompt.close();
    print('Ending; running answers may finish. Ctrl-C again does not wait.');
    await host.stop();
  };
  const { run } = createActions({ host, rooms, transcript, quit: () => end(':quit') });

  /** The bot goes on writing after the prompt is closed, which then must not be drawn. */
  function redrawPrompt(): void {
    if (stdout.isTTY && isPromptOpen) prompt.prompt(true);
  }

  prompt.on('line', (line) => {
    transcript.entered(line);
    const names = new Map(
      rooms.here.commands().map(({ name, options }) => [name, options.map((option) => option.name)]),
    );
    run(readTypedLine(line, names))
      .catch((error: unknown) => print(error instanceof Error ? error.message : String(error)))
      .finally(redrawPrompt);
  });
  prompt.on('SIGINT', () => end('Ctrl-C'));
  prompt.on('close', () => {
    isPromptOpen = false;
    if (prompt.terminal) end('Ctrl-D');
  });

  print(
    host.isReal
      ? `Ready. Discord is simulated; the models are real (${host.apiUrl}, with your INFERMATIC_API_KEY).\n`
      : 'Ready. Discord and the models are simulated: nothing leaves this machine.\n',
  );
  print(HELP);
  redrawPrompt();
}

/** A reader such as `head` may close the pipe before the end. */
function endWithItsReader(output: NodeJS.WriteStream): void {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}
