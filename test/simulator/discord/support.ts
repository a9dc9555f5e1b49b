import { afterEach } from '@jest/globals';
import { Client, type ClientOptions, Events, GatewayIntentBits, type Interaction, Partials } from 'discord.js';
import {
  type DiscordSimulator,
  type DiscordSimulatorOptions,
  startDiscordSimulator,
} from '../../../src/simulator/discord/index.ts';
import { openApiFile } from '../../support/openapi.ts';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A simulator with roomy buckets, one server, one channel and Alice in it. */
export async function startSimulator(options: DiscordSimulatorOptions = {}) {
  const discord = await startDiscordSimulator({
    openApiFile,
    buckets: [{ path: /./, limit: 1_000, windowMs: 1_000 }],
    globalPerSecond: 1_000,
    identifyIntervalMs: 0,
    ...options,
  });
  cleanups.push(() => discord.close());
  const guild = discord.createGuild({ name: 'Test server' });
  const channel = guild.createTextChannel({ name: 'general' });
  const alice = discord.createPerson({ name: 'alice' });
  guild.join(alice);
  return { discord, guild, channel, alice, here: alice.in(channel) };
}

const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.MessageContent,
  GatewayIntentBits.DirectMessages,
];

/** A real discord.js client, ready. */
export async function connect(discord: DiscordSimulator, options: Partial<ClientOptions> = {}): Promise<Client<true>> {
  const client = new Client({
    intents: INTENTS,
    partials: [Partials.Channel, Partials.Message],
    ...options,
    rest: { api: discord.apiUrl, ...options.rest },
  });
  cleanups.push(() => client.destroy());
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(discord.token);
  return ready;
}

/** Answers every interaction; what the handler throws ends up in the returned list. */
export function onInteraction(client: Client, handle: (interaction: Interaction) => Promise<unknown>): unknown[] {
  const errors: unknown[] = [];
  client.on(Events.InteractionCreate, (interaction) => {
    handle(interaction).catch((error: unknown) => errors.push(error));
  });
  return errors;
}

/** A bare request with the bot's token. */
export async function request(
  discord: DiscordSimulator,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { authorization: `Bot ${discord.token}` },
): Promise<{ status: number; body: unknown; headers: Headers }> {
  const response = await fetch(`${discord.apiUrl}/v10${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text), headers: response.headers };
}

/** Registers global commands without a client. */
export async function register(discord: DiscordSimulator, ...commands: object[]): Promise<void> {
  const { status, body } = await request(discord, 'PUT', `/applications/${discord.applicationId}/commands`, commands);
  if (status !== 200) throw new Error(JSON.stringify(body));
}

/** Resolves with what `emitter` next emits as `event`. */
export function next<T>(client: Client, event: string): Promise<T> {
  return new Promise((resolve) => {
    client.once(event as 'raw', (value: T) => resolve(value));
  });
}

export const command = (name: string, more: object = {}) => ({ name, description: `The ${name} command`, ...more });
