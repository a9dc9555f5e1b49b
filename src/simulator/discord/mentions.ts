import { Permission } from './judge/permissions.ts';
import type { Channel, Json, Mentions } from './model.ts';
import { may } from './rights.ts';
import { guildOf, type World } from './world.ts';

const USER_MENTION = /<@!?(\d{17,19})>/g;
const ROLE_MENTION = /<@&(\d{17,19})>/g;
const EVERYONE_MENTION = /@(everyone|here)\b/;

export interface MentionRules {
  users: boolean | string[];
  roles: boolean | string[];
  everyone: boolean;
  repliedUser: boolean;
}

/** What pings when `allowed_mentions` is absent: everything in messages, users only in interactions and webhooks. */
export const MESSAGE_DEFAULT: MentionRules = { users: true, roles: true, everyone: true, repliedUser: true };
export const WEBHOOK_DEFAULT: MentionRules = { users: true, roles: false, everyone: false, repliedUser: true };

export function mentionRules(allowed: unknown, fallback: MentionRules): MentionRules {
  if (typeof allowed !== 'object' || allowed === null) return fallback;
  const { parse, users, roles, replied_user: repliedUser } = allowed as Json;
  const parsed = Array.isArray(parse) ? parse : [];
  return {
    users: parsed.includes('users') || stringsOf(users),
    roles: parsed.includes('roles') || stringsOf(roles),
    everyone: parsed.includes('everyone'),
    repliedUser: repliedUser === true,
  };
}

const stringsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

interface MentionSource {
  world: World;
  channel: Channel;
  content: string;
  /** Text that a components V2 message shows instead of content. */
  shownTexts: string[];
  rules: MentionRules;
  /** Whose right to mention everyone counts; undefined for a webhook, which has all rights. */
  authorId: string | undefined;
  repliedUserId: string | undefined;
}

/** Who is pinged: what the text names, as far as the rules and the author's rights allow. */
export function findMentions(source: MentionSource): Mentions {
  const { world, channel, rules, authorId, repliedUserId } = source;
  const text = [source.content, ...source.shownTexts].join('\n');
  const userIds = matches(text, USER_MENTION).filter((id) => world.users.has(id) && allows(rules.users, id));
  if (repliedUserId !== undefined && rules.repliedUser) userIds.push(repliedUserId);
  const guild = guildOf(world, channel);
  const mayPingAll = !guild || authorId === undefined || may(world, channel, authorId, Permission.MentionEveryone);
  return {
    userIds: [...new Set(userIds)],
    roleIds: matches(text, ROLE_MENTION).filter(
      (id) => guild?.roles.has(id) === true && allows(rules.roles, id) && mayPingAll,
    ),
    everyone: guild !== undefined && rules.everyone && mayPingAll && EVERYONE_MENTION.test(text),
  };
}

function matches(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))];
}

function allows(rule: boolean | string[], id: string): boolean {
  return typeof rule === 'boolean' ? rule : rule.includes(id);
}
