import { type ChatInputCommandInteraction, MessageFlags, PermissionFlagsBits } from 'discord.js';
import { UserError } from '../../core/errors.ts';
import { clip } from '../../core/text.ts';
import type { Scene } from '../../storage/scenes.ts';
import type { CommandContext } from '../command.ts';
import { personName } from '../models/words.ts';
import { NoWebhook } from '../webhook-errors.ts';
import { greetingIndex, greetingsToChoose } from './greetings.ts';
import { opening } from './opening.ts';
import { playerOf, requirePersona } from './scene-of.ts';
import { toldAside } from './told-aside.ts';

interface Wanted {
  persona: string;
  greeting?: string | undefined;
  title?: string | undefined;
  private?: boolean | undefined;
}

type Context = Pick<CommandContext, 'bot' | 'person' | 'place' | 'show'> & { interaction: ChatInputCommandInteraction };
type Opened = Awaited<ReturnType<typeof prepare>>;

const TITLE_MAX_LENGTH = 100;
const NO_INTENT =
  'I cannot read the messages of this server, so players press **Say** below the story or mention me. Whoever runs this ' +
  'bot can change that: Discord’s developer portal > your application > Bot > Message Content Intent, then a restart. ' +
  'This is said once.';
const OWN_ACCOUNT =
  'Personas speak by my own account here. With the permission **Manage Webhooks** they have their own names and ' +
  'pictures: an admin can grant it to my role in Server Settings > Roles.';

/** Opens a thread in which a persona plays; in a direct message the story is told right there. */
export async function start(context: Context, wanted: Wanted): Promise<void> {
  const prepared = await prepare(context, wanted);
  if (context.place.guildId === undefined) await startHere(context, prepared);
  else await startInThread(context, prepared, wanted.private === true);
}

async function prepare(context: Context, wanted: Wanted) {
  const { bot, person, place } = context;
  if (place.parentId !== undefined) {
    throw new UserError(
      'input',
      `This is a thread already. Type \`/roleplay start\` in <#${place.parentId}>, or let a persona speak in this thread with \`/persona use\`.`,
    );
  }
  const { speaker, summary } = await requirePersona(context, wanted.persona);
  const greetings = greetingsToChoose(speaker.persona);
  const index = greetingIndex(wanted.greeting, { name: personName(speaker.name), count: greetings.length });
  const player = await playerOf(context);
  const title = clip(wanted.title?.trim() || `${speaker.name} and ${player.name}`, TITLE_MAX_LENGTH);
  const scene: Scene = {
    isRoleplay: true,
    personas: [speaker.ref],
    speaking: 'natural',
    title,
    startedBy: { id: person.id, name: person.name },
    at: bot.clock.now(),
    ...(greetings.length > 0 ? { greeting: index } : {}),
  };
  return { speaker, about: summary.about, greetings, index, player, title, scene };
}

async function startHere(context: Context, prepared: Opened): Promise<void> {
  const { bot, place, show, interaction } = context;
  const { scene, speaker, about, greetings } = prepared;
  await bot.scenes.update(place.channelId, (current) => {
    if (current?.isRoleplay && current.endedAt === undefined) {
      throw new UserError('input', 'A roleplay is going on here already. `/roleplay end` ends it, then start another.');
    }
    return scene;
  });
  const { messages } = await bot.history.summary(place.channelId);
  const hint =
    messages > 0 ? 'What was said here before is remembered; `/history clear` makes me forget it.' : undefined;
  await show(
    await opening(bot, { speaker, about, hint, isThread: false, hasGreeting: greetings.length > 0 }, interaction),
  );
  await greet(context, prepared, place);
}

async function startInThread(context: Context, prepared: Opened, isPrivate: boolean): Promise<void> {
  const { bot, person, place, show, interaction } = context;
  const { title, scene, speaker, about, greetings } = prepared;
  requireOwnRight(interaction, isPrivate);
  const { id: threadId } = await bot.threads.open({
    parentId: place.channelId,
    name: title,
    isPrivate,
    reason: `A roleplay that ${person.name} started`,
    permissions: interaction.appPermissions,
  });
  try {
    await bot.scenes.update(threadId, () => scene);
    if (isPrivate) await bot.threads.addMember(threadId, person.id);
    const hint = await webhookHint(context);
    const who = { speaker, about, hint, isThread: true, hasGreeting: greetings.length > 0 };
    await bot.post(threadId, await opening(bot, who, interaction));
  } catch (error) {
    await bot.scenes.update(threadId, () => undefined);
    // The reason why it could not begin says more than that this failed as well.
    await bot.threads.archive(threadId).catch(() => {});
    throw error;
  }
  const name = personName(speaker.name);
  await show(
    isPrivate
      ? `Your roleplay with ${name}: <#${threadId}>. Only you see it; mention others there to let them in.`
      : `${personName(person.name)} started a roleplay with ${name}: <#${threadId}>. Whoever writes there plays along.`,
  );
  await tellOfIntent(context);
  await greet(context, prepared, { ...place, channelId: threadId, parentId: place.channelId });
}

async function greet(
  { bot, interaction }: Context,
  { speaker, greetings, index, player }: Opened,
  where: Context['place'],
) {
  if (greetings.length === 0) return;
  const members = [speaker];
  const speech = { where, person: player, speaker, members, versions: greetings, index };
  const greetingTurn = await toldAside(interaction, bot.asking.recite(speech));
  if (greetingTurn !== undefined)
    await bot.scenes.update(where.channelId, (scene) => scene && { ...scene, greetingTurn });
}

/** The bot opens no threads for those who may not open one themselves. */
function requireOwnRight({ memberPermissions }: ChatInputCommandInteraction, isPrivate: boolean): void {
  const { CreatePrivateThreads, CreatePublicThreads, SendMessagesInThreads } = PermissionFlagsBits;
  const [right, name] = isPrivate
    ? [CreatePrivateThreads, 'Create Private Threads']
    : [CreatePublicThreads, 'Create Public Threads'];
  if (memberPermissions?.has([right, SendMessagesInThreads]) ?? true) return;
  throw new UserError(
    'permission',
    `A roleplay is played in a thread, and you may not open one here: you need **${name}** and **Send Messages in Threads**. Ask an admin, or try another channel.`,
  );
}

/** Why personas have no names and pictures of their own here; undefined if they have. */
async function webhookHint({ bot, place, interaction }: Context): Promise<string | undefined> {
  if (!(interaction.appPermissions?.has(PermissionFlagsBits.ManageWebhooks) ?? true)) return OWN_ACCOUNT;
  try {
    await bot.webhooks.of(place.channelId);
    return undefined;
  } catch (error) {
    if (!(error instanceof NoWebhook)) throw error;
    return error.reason === 'permission' ? OWN_ACCOUNT : `Personas speak by my own account here. ${error.message}`;
  }
}

/** Admins learn once, and alone, why players have to press a button. */
async function tellOfIntent({ bot, person, place, interaction }: Context): Promise<void> {
  const { guildId } = place;
  if (bot.canReadMessages || !person.isAdmin || guildId === undefined) return;
  const now = bot.clock.now();
  const { before } = await bot.settings.update({ guildId }, (settings) => ({ toldOfIntent: now, ...settings }));
  if (before.toldOfIntent !== undefined) return;
  await interaction.followUp({ content: NO_INTENT, flags: MessageFlags.Ephemeral });
}
