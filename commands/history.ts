import { ButtonStyle } from 'discord.js';
import { UserError } from '../src/core/errors.ts';
import type { Person } from '../src/discord/bot.ts';
import {
  ASSISTANT_ID,
  type CommandContext,
  clip,
  defineAction,
  defineCommand,
  escapeText,
  privateConversation,
} from '../src/discord/command.ts';

const SHOWN_TURNS = 10;
const SHOWN_LENGTH = 160;

const whose = {
  private: {
    type: 'boolean',
    description: 'Your private conversation (from /ask with private) instead of this channel’s',
  },
} as const;

type Context = CommandContext<typeof whose>;

export default defineCommand({
  name: 'history',
  description: 'What I remember of this channel',
  subcommands: {
    show: defineAction({
      description: 'The newest turns that I remember',
      options: whose,
      isPrivate: true,
      async execute(context) {
        const { bot, show } = context;
        const conversationId = conversationOf(context);
        const { messages } = await bot.history.summary(conversationId);
        if (messages === 0) return show('I remember nothing of this conversation yet.');
        const turns: string[] = [];
        for await (const { user, reply } of bot.history.newest(conversationId)) {
          const said = [
            ...(user.content === '' ? [] : [line(user.author.name, user.content)]),
            ...(reply ? [line(reply.author.name, reply.content)] : []),
          ];
          turns.unshift(said.join('\n'));
          if (turns.length === SHOWN_TURNS) break;
        }
        await show(`**${messages} messages** are remembered. The newest:\n${turns.join('\n')}`);
      },
    }),

    undo: defineAction({
      description: 'Forgets your last question here and its answer (for moderators: the last of anyone)',
      options: whose,
      isPrivate: true,
      async execute(context) {
        const { bot, person, place, show } = context;
        const conversationId = conversationOf(context);
        const turn = await bot.history.undo(conversationId, person.isModerator ? {} : { authorId: person.id });
        if (!turn) throw new UserError('missing', 'There is nothing of yours to undo here.');
        const beingWritten = await bot.stopReplies(
          (reply) => reply.userMessageId === turn.user.id && reply.conversationId === conversationId,
        );
        const messageIds = new Set([...(turn.reply?.discordMessageIds ?? []), ...beingWritten]);
        const author = turn.reply?.author ?? { id: (await bot.casting.of(place)).members[0]?.ref ?? ASSISTANT_ID };
        if (!context.args.private) await bot.asking.takeDown(place, { author, discordMessageIds: [...messageIds] });
        const { author: asker, content } = turn.user;
        await show(content === '' ? 'Forgotten.' : `Forgotten:\n${line(asker.name, content)}`);
      },
    }),

    clear: defineAction({
      description: 'Forgets the whole conversation (Manage Messages)',
      options: whose,
      isPrivate: true,
      async execute(context) {
        const { bot, person, show } = context;
        const conversationId = conversationOf(context);
        requireClear(person, conversationId);
        const { messages } = await bot.history.summary(conversationId);
        if (messages === 0) return show('There is nothing to forget.');
        await show(`Forget all **${messages} messages** of this conversation?`, [
          { label: 'Forget all', style: ButtonStyle.Danger, custom_id: `clear:${conversationId}` },
        ]);
      },
    }),
  },

  buttons: {
    clear: {
      answers: 'update',
      async execute({ id, bot, person, interaction, show }) {
        requireSamePlace(id, person, interaction.channelId);
        requireClear(person, id);
        const { messages } = await bot.history.clear(id);
        await bot.stopReplies(({ conversationId }) => conversationId === id);
        await show(`Forgotten: ${messages} messages. This can be undone for 10 minutes.`, [
          { label: 'Undo', style: ButtonStyle.Secondary, custom_id: `restore:${id}` },
        ]);
      },
    },
    restore: {
      answers: 'update',
      async execute({ id, bot, person, interaction, show }) {
        requireSamePlace(id, person, interaction.channelId);
        requireClear(person, id);
        const isRestored = await bot.history.restore(id);
        await show(
          isRestored ? 'Everything is remembered again.' : 'The 10 minutes are over: it cannot be undone any more.',
        );
      },
    },
  },
});

function conversationOf({ args, person, conversationId }: Context): string {
  return args.private ? privateConversation(person.id) : conversationId;
}

/** A custom id names the conversation; Discord says where the button was pressed and by whom. */
function requireSamePlace(conversationId: string, person: Person, channelId: string): void {
  if (conversationId === channelId || conversationId === privateConversation(person.id)) return;
  throw new UserError('permission', 'This button belongs to another conversation.');
}

function requireClear(person: Person, conversationId: string): void {
  if (person.isModerator || conversationId.startsWith('private:')) return;
  throw new UserError(
    'permission',
    'Clearing a channel’s history needs the permission Manage Messages in this channel.',
  );
}

function line(name: string, content: string): string {
  return `> **${escapeText(name)}**: ${escapeText(clip(content.replaceAll(/\s+/g, ' ').trim(), SHOWN_LENGTH))}`;
}
