import { once } from 'node:events';
import { Client, Events, GatewayIntentBits } from 'discord.js';
import { reportReady } from './support/child-side.ts';

const { DISCORD_TOKEN, DISCORD_API_URL } = process.env;

const client = new Client({
  intents: [
    GatewayIntentBits.Guilds,
    GatewayIntentBits.GuildMessages,
    GatewayIntentBits.DirectMessages,
    GatewayIntentBits.MessageContent,
  ],
  rest: { api: DISCORD_API_URL ?? '' },
});
const ready = once(client, Events.ClientReady);
await client.login(DISCORD_TOKEN);
await ready;
reportReady({ stop: () => client.destroy() });
