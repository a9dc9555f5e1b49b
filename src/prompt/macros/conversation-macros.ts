import type { FieldName } from './context.ts';
import { type MacroDefinition, type MacroDefinitions, named, plain } from './definition.ts';

const INDEX = /^\d{1,4}$/;

/** Who speaks, what their cards say, what was said last, and what the request is made with. */
export const conversationMacros: MacroDefinitions = {
  user: plain(({ context }) => context.user),
  char: plain(({ context }) => context.char),
  ...named(
    ['group', 'charifnotgroup'],
    plain(({ context }) => context.group ?? context.char),
  ),
  groupnotmuted: plain(({ context }) => context.groupNotMuted ?? context.group ?? context.char),
  notchar: plain(({ context }) => context.notChar ?? context.user),

  ...named(['description', 'chardescription'], field('description')),
  ...named(['personality', 'charpersonality'], field('personality')),
  ...named(['scenario', 'charscenario'], field('scenario')),
  persona: field('persona'),
  mesexamples: field('mesExamples'),
  mesexamplesraw: field('mesExamplesRaw'),
  charprompt: field('charPrompt'),
  charinstruction: field('charInstruction'),
  chardepthprompt: field('charDepthPrompt'),
  ...named(['charcreatornotes', 'creatornotes'], field('charCreatorNotes')),
  ...named(['charversion', 'char_version', 'version'], field('charVersion')),
  ...named(['greeting', 'charfirstmessage'], {
    arity: [0, 1],
    run: ({ args: [index = '0'] }, { greetingText }) => (INDEX.test(index) ? greetingText(Number(index)) : undefined),
  }),
  original: plain(({ takeOriginal }) => takeOriginal()),
  outlet: {
    arity: [1, 1],
    run: ({ args: [name = ''] }, { context, options }) =>
      !options.isCardText && Object.hasOwn(context.outlets, name) ? context.outlets[name] : '',
  },

  lastmessage: plain(({ context }) => context.chat.lastMessage),
  lastusermessage: plain(({ context }) => context.chat.lastUserMessage),
  lastcharmessage: plain(({ context }) => context.chat.lastCharMessage),
  lastmessageid: plain(({ context }) => String(context.chat.lastMessageId ?? '')),
  lastswipeid: plain(({ context }) => String(context.chat.lastSwipeId ?? '')),
  currentswipeid: plain(({ context }) => String(context.chat.currentSwipeId ?? '')),
  firstincludedmessageid: plain(({ context }) => String(context.chat.firstIncludedMessageId ?? '')),
  allchatrange: plain(({ context }) => context.chat.allChatRange),
  input: plain(({ context }) => context.input),

  model: plain(({ context }) => context.environment.model),
  ...named(
    ['maxprompt', 'maxprompttokens'],
    plain(({ context }) => String(context.environment.maxPrompt)),
  ),
  ...named(
    ['maxcontext', 'maxcontexttokens'],
    plain(({ context }) => String(context.environment.maxContext)),
  ),
  ...named(
    ['maxresponse', 'maxresponsetokens'],
    plain(({ context }) => String(context.environment.maxResponse)),
  ),
  lastgenerationtype: plain(({ context }) => context.environment.generation),
  ismobile: plain(() => 'false'),
};

function field(name: FieldName): MacroDefinition {
  return plain(({ fieldText }) => fieldText(name));
}
