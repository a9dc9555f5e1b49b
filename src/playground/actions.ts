import type { InteractionHandle, ShownMessage } from '../simulator/discord/index.ts';
import { findButton } from './buttons.ts';
import { createDirectory } from './directory.ts';
import { fileAt } from './files.ts';
import { describeForm, type Form, fieldValues, formOf, readFields } from './form.ts';
import { HELP } from './help.ts';
import type { Playground } from './host.ts';
import { findMenu } from './menus.ts';
import { optionValues } from './option-values.ts';
import type { createRooms } from './rooms.ts';
import { findAttachment, saveAttachment } from './save.ts';
import type { createTranscript } from './transcript.ts';
import type { TypedLine } from './typed-line.ts';

export interface ActionsOptions {
  host: Playground;
  rooms: ReturnType<typeof createRooms>;
  transcript: Pick<ReturnType<typeof createTranscript>, 'print' | 'showStanding'>;
  quit: () => void;
}

/** So many of the last messages are shown to somebody who comes to a place. */
const STANDING_SHOWN = 5;

/** Does what was typed. Throws an Error in words for what cannot be done. */
export function createActions({ host, rooms, transcript, quit }: ActionsOptions) {
  const directory = createDirectory({ user: () => host.members, role: () => host.roles, channel: rooms.channels });
  const { print } = transcript;
  let form: Form | undefined;

  async function run(typed: TypedLine): Promise<void> {
    switch (typed.kind) {
      case 'nothing':
        return;
      case 'help':
        return print(HELP);
      case 'quit':
        return quit();
      case 'kill':
        return host.bot.kill();
      case 'restart':
        return host.bot.restart();
      case 'unknown':
        return print(`There is no :${typed.word} here; :help lists what there is.`);
      case 'slash':
        return slash(typed);
      case 'press':
        return press(typed.label);
      case 'choose':
        return choose(typed.labels);
      case 'fill':
        return fill(typed.text);
      case 'menu':
        return menu(typed.name);
      case 'file':
        return void (await rooms.here.post(typed.text, { files: [await fileAt(typed.path)] }));
      case 'save':
        return save(typed);
      case 'edit':
        return void (await rooms.here.edit(lastOf(rooms.member.id), typed.text));
      case 'delete':
        return rooms.here.delete(lastOf(rooms.member.id));
      case 'crowd':
        return crowd(typed);
      case 'say':
        return say(typed.text);
      case 'as':
        return print(rooms.speakAs(typed.name));
      case 'in':
        return goTo(typed.place);
    }
  }

  async function slash(typed: Extract<TypedLine, { kind: 'slash' }>): Promise<void> {
    const refusal = rooms.refusalOf(typed.command);
    if (refusal !== undefined) return print(refusal);
    print(`${rooms.member.name} uses /${typed.command}`);
    const offered = rooms.here.commands().find(({ name }) => name === typed.command);
    const values = await optionValues(typed.options, offered?.options ?? [], directory);
    await openForm(await rooms.here.slash(typed.command, values));
  }

  async function press(label: string): Promise<void> {
    const found = findButton(rooms.here.messages(), label);
    if (!found) return print(`No message here has a button “${label}”.`);
    return openForm(await rooms.here.click(found.message, found.label));
  }

  async function choose(labels: string[]): Promise<void> {
    const found = findMenu(rooms.here.messages(), labels, directory);
    if (!found) return print(`No menu here offers ${labels.join(', ') || 'that'}.`);
    return openForm(await rooms.here.select(found.message, found.customId, found.values));
  }

  async function menu(name: string): Promise<void> {
    const entries = rooms.here.menuEntries();
    if (entries.length === 0) return print('The bot has nothing in the menu of a message here.');
    const found = entries.find((entry) => entry.toLowerCase().startsWith(name.toLowerCase()));
    if (name === '' || !found) return print(`In the menu of a message there is: ${entries.join(', ')}.`);
    return openForm(await rooms.here.menu(found, lastOf(undefined)));
  }

  /** That the bot does not answer is told by the transcript. */
  async function openForm(handle: InteractionHandle): Promise<void> {
    const opened = await formOf(handle).catch(() => undefined);
    if (!opened) return;
    form = opened;
    print(describeForm(opened));
  }

  async function fill(text: string): Promise<void> {
    if (!form) return print('No form is open; a button such as “API key” of /settings opens one.');
    const filled = form;
    const values = await fieldValues(filled, readFields(filled, text), directory);
    await rooms.here.submitModal(filled.handle, values);
    if (form === filled) form = undefined;
  }

  async function save({ name, path }: Extract<TypedLine, { kind: 'save' }>): Promise<void> {
    print(`Saved: ${await saveAttachment(findAttachment(rooms.here.messages(), name), path)}`);
  }

  async function goTo(place: string): Promise<void> {
    await rooms.goTo(place);
    const standing = rooms.here.messages();
    const shown = standing.slice(-STANDING_SHOWN);
    const more = standing.length - shown.length;
    print(
      `You are ${rooms.member.name} in ${rooms.nameOf(rooms.channelId)}.${more > 0 ? ` (${more} older messages)` : ''}`,
    );
    transcript.showStanding(shown);
  }

  /** The newest message here that everybody sees, of that author if one is named. */
  function lastOf(authorId: string | undefined): ShownMessage {
    const found = rooms.here
      .messages()
      .findLast(({ ephemeral, author }) => !ephemeral && (authorId === undefined || author.id === authorId));
    if (!found)
      throw new Error(authorId === undefined ? 'There is no message here.' : 'There is no message of yours here.');
    return found;
  }

  async function crowd({ people, text }: Extract<TypedLine, { kind: 'crowd' }>): Promise<void> {
    const [general] = host.channels;
    const asking = host.crowdOf(people).map((person) => person.in(general).slash('ask', { prompt: text }));
    print(`${asking.length} members ask at once.`);
    await Promise.all(asking);
  }

  async function say(text: string): Promise<void> {
    const mention = `<@${host.discord.botUserId}>`;
    await rooms.here.post(text.replaceAll(/@dramatis\b/gi, mention));
    if (rooms.isInChannel && !/@dramatis\b/i.test(text)) {
      print('(In a channel the bot answers to /ask and to @Dramatis; in direct messages to everything: `:in dm`.)');
    }
  }

  return { run };
}
