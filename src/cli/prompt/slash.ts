import { StartError } from '../../core/errors.ts';
import type { CaseCharacter } from './character.ts';
import { newMessage } from './chat.ts';
import { numberOf } from './fields.ts';
import { roleOf } from './notes.ts';
import { answer, askQuietly, continueReply, type Replay, sendMessage, soloSpeaker } from './steps.ts';

interface Command {
  /** `key=value` before the text. */
  named: ReadonlyMap<string, string>;
  text: string;
}

const COMMAND = /^\/([a-z]+)\s*/i;
const ARGUMENT = /^([\w-]+)=("[^"]*"|\S*)\s*/;

const INJECT_DEPTH = 4;

const COMMANDS: Record<string, (replay: Replay, command: Command) => Promise<void> | void> = {
  send: ({ promptCase, conversation }, { text }) => {
    conversation.messages.push(newMessage({ name: promptCase.user.name, isUser: true, swipes: [text] }));
  },
  sys: ({ conversation }, { text }) => {
    conversation.messages.push(newMessage({ name: 'System', isUser: false, isNarrator: true, swipes: [text] }));
  },
  sendas: (replay, { named, text }) => {
    const own = soloSpeaker(replay).persona.name;
    const name = named.get('name') ?? own;
    const message = newMessage({ name, isUser: false, swipes: [text] });
    replay.conversation.messages.push({ ...message, isByAnother: name !== own });
  },
  hide: (replay, { text }) => setHidden(replay, text, true),
  unhide: (replay, { text }) => setHidden(replay, text, false),
  setvar: ({ conversation }, { named, text }) => {
    conversation.variables.local.set(named.get('key') ?? '', text);
  },
  setglobalvar: ({ conversation }, { named, text }) => {
    conversation.variables.global.set(named.get('key') ?? '', text);
  },
  trigger: (replay, { text }) =>
    text === '' ? sendMessage(replay, '') : answer(replay, memberNamed(replay, text), 'normal'),
  continue: (replay) => continueReply(replay),
  gen: (replay, { text }) => askQuietly({ ...replay, step: { ...replay.step, prompt: text } }),
  inject: ({ conversation }, { named, text }) => {
    const position = named.get('position') ?? 'chat';
    if (position !== 'chat') throw new StartError(`/inject knows no position but “chat” here, not “${position}”.`);
    const depth = numberOf(named.get('depth'), INJECT_DEPTH);
    conversation.injected.push({ depth, role: roleOf(named.get('role')), content: text });
  },
};

/** The slash commands that change what a prompt says. @throws StartError for any other */
export async function runSlash(replay: Replay): Promise<void> {
  for (const line of replay.step.text.split('|')) {
    const typed = line.trim();
    const name = COMMAND.exec(typed)?.[1]?.toLowerCase() ?? '';
    const run = COMMANDS[name];
    if (!run) throw new StartError(`The slash command “${typed}” is not known here.`);
    await run(replay, readCommand(typed));
  }
}

function readCommand(typed: string): Command {
  const named = new Map<string, string>();
  let text = typed.replace(COMMAND, '');
  for (let found = ARGUMENT.exec(text); found; found = ARGUMENT.exec(text)) {
    const [all, key = '', value = ''] = found;
    named.set(key, value.replace(/^"|"$/g, ''));
    text = text.slice(all.length);
  }
  return { named, text };
}

/** @param range `2` or `0-2`; '': the last message */
function setHidden({ conversation }: Replay, range: string, isHidden: boolean): void {
  const lastIndex = conversation.messages.length - 1;
  const [from = lastIndex, to = from] = range === '' ? [] : range.split('-').map(Number);
  for (const message of conversation.messages.slice(from, to + 1)) message.isHidden = isHidden;
}

function memberNamed({ promptCase }: Replay, text: string): CaseCharacter {
  const members = promptCase.group?.members ?? promptCase.characters;
  const member = members.find(({ persona }) => persona.name.toLowerCase() === text.toLowerCase());
  const found = member ?? members[Number(text)];
  if (!found) throw new StartError(`There is nobody called “${text}” to trigger.`);
  return found;
}
