import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { onStopSignal } from '../core/stop-signal.ts';
import type { OfferedCommand, Person } from '../simulator/discord/index.ts';
import { findButton } from './buttons.ts';
import { describeForm, type Form, formOf, readFields } from './form.ts';
import { startPlayground } from './host.ts';
import { findMenu } from './menus.ts';
import { createTranscript } from './transcript.ts';
import { readTypedLine, type TypedLine } from './typed-line.ts';

const HELP = `Type as in Discord:
  /ask prompt: why is the sky blue?   a slash command; also /models list, /settings, /status, /help
    with model: NAME, private: true, file: ./notes.txt behind it, if you like
  @Dramatis hello                     a message that mentions the bot
Beside it:
  :press Stop          presses a button of the newest message that has it; a part of its label will do
  :choose NAME, NAME   chooses from the newest menu; :fill Label: text; Label: text fills in an open form
  :crowd 20 and why?   lets 20 other members ask at once: watch the line grow and move
  :in dm, :in general  goes to the direct messages with the bot, or back
  :as Bob, :as Alice   speaks as another member; Alice is an admin, Bob is not
  :help, :quit         this text; the end (also Ctrl-C)
`;

/** The bot in a terminal: lines are sent as a member, and the channel is shown as it happens. Ends with Ctrl-C or `:quit`. */
export async function playground(env: Record<string, string | undefined>): Promise<void> {
  const { stdin, stdout } = process;
  endWithItsReader(stdout);
  stdout.write('Starting the playground …\n');
  const host = await startPlayground(env);
  const rooms = createRooms(host);
  const prompt = createInterface({ input: stdin, output: stdout, terminal: stdout.isTTY && stdin.isTTY, prompt: '> ' });
  const transcript = createTranscript({
    output: stdout,
    redrawPrompt,
    viewerId: () => rooms.member.id,
    nameOfChannel: rooms.nameOf,
    nameOfPerson: (id) => host.members.find((member) => member.id === id)?.name ?? 'Dramatis',
  });
  host.discord.on((event) => {
    if (event.channelId === rooms.channelId) transcript.show(event);
  });

  let isPromptOpen = true;
  let form: Form | undefined;
  const end = onStopSignal(async () => {
    prompt.close();
    transcript.print('Ending; running answers may finish. Ctrl-C again does not wait.');
    await host.stop();
  });

  /** The bot goes on writing after the prompt is closed, which then must not be drawn. */
  function redrawPrompt(): void {
    if (stdout.isTTY && isPromptOpen) prompt.prompt(true);
  }

  async function run(typed: TypedLine): Promise<void> {
    switch (typed.kind) {
      case 'nothing':
        return;
      case 'help':
        return transcript.print(HELP);
      case 'quit':
        return end(':quit');
      case 'unknown':
        return transcript.print(`There is no :${typed.word} here; :help lists what there is.`);
      case 'slash':
        return slash(typed);
      case 'press':
        return press(typed.label);
      case 'choose':
        return choose(typed.labels);
      case 'fill':
        return fill(typed.text);
      case 'crowd':
        return crowd(typed);
      case 'say':
        return say(typed.text);
      case 'as':
        rooms.speakAs(typed.name);
        return transcript.print(`You are ${rooms.member.name} in ${rooms.nameOf(rooms.channelId)}.`);
      case 'in':
        await rooms.goTo(typed.place);
        return transcript.print(`You are ${rooms.member.name} in ${rooms.nameOf(rooms.channelId)}.`);
    }
  }

  async function slash(typed: Extract<TypedLine, { kind: 'slash' }>): Promise<void> {
    const refusal = rooms.refusalOf(typed.command);
    if (refusal !== undefined) return transcript.print(refusal);
    transcript.print(`${rooms.member.name} uses /${typed.command}`);
    await rooms.here.slash(typed.command, await optionValues(typed, rooms.here.commands()));
  }

  async function press(label: string): Promise<void> {
    const found = findButton(rooms.here.messages(), label);
    if (!found) return transcript.print(`No message here has a button “${label}”.`);
    form = await formOf(await rooms.here.click(found.message, found.label));
    if (form) transcript.print(describeForm(form));
  }

  async function choose(labels: string[]): Promise<void> {
    const found = findMenu(rooms.here.messages(), labels);
    if (!found) return transcript.print(`No menu here offers ${labels.join(', ') || 'that'}.`);
    await rooms.here.select(found.message, found.customId, found.values);
  }

  async function fill(text: string): Promise<void> {
    if (!form) return transcript.print('No form is open; a button such as “API key” of /settings opens one.');
    const filled = form;
    const fields = readFields(filled, text);
    form = undefined;
    await rooms.here.submitModal(filled.handle, fields);
  }

  async function crowd({ people, text }: Extract<TypedLine, { kind: 'crowd' }>): Promise<void> {
    const asking = host.crowdOf(people).map((person) => person.in(host.general).slash('ask', { prompt: text }));
    transcript.print(`${asking.length} members ask at once.`);
    await Promise.all(asking);
  }

  async function say(text: string): Promise<void> {
    const mention = `<@${host.discord.botUserId}>`;
    await rooms.here.post(text.replaceAll(/@dramatis\b/gi, mention));
    if (rooms.channelId === host.general.id && !/@dramatis\b/i.test(text)) {
      transcript.print(
        '(In a channel the bot answers to /ask and to @Dramatis; in direct messages to everything: `:in dm`.)',
      );
    }
  }

  prompt.on('line', (line) => {
    transcript.entered(line);
    const names = new Map(
      rooms.here.commands().map(({ name, options }) => [name, options.map((option) => option.name)]),
    );
    run(readTypedLine(line, names))
      .catch((error: unknown) => transcript.print(error instanceof Error ? error.message : String(error)))
      .finally(redrawPrompt);
  });
  prompt.on('SIGINT', () => end('Ctrl-C'));
  prompt.on('close', () => {
    isPromptOpen = false;
    if (prompt.terminal) end('Ctrl-D');
  });

  transcript.print(
    host.isReal
      ? `Ready. Discord is simulated; the models are real (${host.apiUrl}, with your INFERMATIC_API_KEY).\n`
      : 'Ready. Discord and the models are simulated: nothing leaves this machine.\n',
  );
  transcript.print(HELP);
  redrawPrompt();
}

/** A reader such as `head` may close the pipe before the end. */
function endWithItsReader(output: NodeJS.WriteStream): void {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

/** Who types, and where. */
function createRooms(host: Awaited<ReturnType<typeof startPlayground>>) {
  const { general, members } = host;
  let member = memberCalled('Alice');
  let channelId = general.id;
  let here = member.in(general);
  return {
    get member() {
      return member;
    },
    get channelId() {
      return channelId;
    },
    get here() {
      return here;
    },
    /** Why the client of whoever types does not offer a command that others have; undefined if it does, or nobody has it. */
    refusalOf(command: string): string | undefined {
      const isOffered = (there: typeof here) => there.commands().some(({ name }) => name === command);
      if (isOffered(here)) return undefined;
      if (isOffered(member.in(general))) return `/${command} is not for direct messages; \`:in general\` leads back.`;
      const able = members.find((one) => isOffered(one.in(general)));
      return able && `/${command} is for members with Manage Server; \`:as ${able.name}\` is one.`;
    },
    nameOf: (id: string) => (id === general.id ? '#general' : 'direct messages'),
    speakAs(name: string) {
      member = memberCalled(name);
      channelId = general.id;
      here = member.in(general);
    },
    async goTo(place: string) {
      const wanted = place.replace('#', '').toLowerCase();
      if (wanted !== 'dm' && wanted !== 'general') throw new Error(`There is no “${place}” here, only dm and general.`);
      const channel = wanted === 'dm' ? await member.openDm() : general;
      channelId = channel.id;
      here = member.in(channel);
    },
  };

  function memberCalled(name: string): Person {
    const found = members.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (!found) throw new Error(`There is no ${name} here, only ${members.map((one) => one.name).join(' and ')}.`);
    return found;
  }
}

/** Option values in the types that the command asks for; a file is given by its path. */
async function optionValues(
  { command, options }: Extract<TypedLine, { kind: 'slash' }>,
  offered: OfferedCommand[],
): Promise<Record<string, string | boolean | { name: string; type: string; data: Buffer }>> {
  const types = new Map(offered.find(({ name }) => name === command)?.options.map(({ name, type }) => [name, type]));
  const entries = Object.entries(options).map(async ([name, value]) => {
    if (types.get(name) === 'boolean') return [name, /^(true|yes|y|1)$/i.test(value)] as const;
    if (types.get(name) !== 'attachment') return [name, value] as const;
    return [name, { name: basename(value), type: 'application/octet-stream', data: await fileAt(value) }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function fileAt(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${code}).`;
    throw new Error(problem, { cause: error });
  }
}
