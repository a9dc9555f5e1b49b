import { openDirectMessages } from '../direct-messages.ts';
import { applicationFlags } from '../gateway/identify.ts';
import type { Json } from '../model.ts';
import { serializeChannel } from '../serialize/channels.ts';
import { serializeSelf, serializeUser } from '../serialize/users.ts';
import type { Simulation } from '../simulation.ts';
import { existing } from '../world.ts';
import { refuse } from './failure.ts';
import { ok, type Route } from './router.ts';

const IDENTIFIES_PER_DAY = 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

export function userRoutes(simulation: Simulation): Route[] {
  const { world, botUserId, settings } = simulation;
  const gatewayUrl = () => `${simulation.origin.replace('http', 'ws')}/gateway`;
  return [
    { method: 'GET', template: '/gateway', auth: 'none', handle: () => ok({ url: gatewayUrl() }) },
    {
      method: 'GET',
      template: '/gateway/bot',
      handle: () =>
        ok({
          url: gatewayUrl(),
          shards: settings.recommendedShards,
          session_start_limit: {
            total: IDENTIFIES_PER_DAY,
            remaining: settings.identifiesLeft,
            reset_after: DAY_MS,
            max_concurrency: settings.maxConcurrency,
          },
        }),
    },
    { method: 'GET', template: '/users/@me', handle: () => ok(serializeSelf(existing(world.users, botUserId))) },
    {
      method: 'GET',
      template: '/users/@me/guilds',
      handle: () =>
        ok(
          [...world.guilds.values()]
            .filter((guild) => guild.members.has(botUserId))
            .map((guild) => ({
              id: guild.id,
              name: guild.name,
              icon: null,
              banner: null,
              owner: false,
              permissions: '0',
              features: [],
            })),
        ),
    },
    {
      method: 'POST',
      template: '/users/@me/channels',
      handle({ body }) {
        const person = world.users.get(String(body.recipient_id));
        if (!person) throw refuse('unknownUser');
        if (person.bot) throw refuse('cannotDm');
        return ok(serializeChannel(world, openDirectMessages(simulation, person), botUserId));
      },
    },
    {
      method: 'GET',
      template: '/users/:user',
      handle({ params }) {
        const user = world.users.get(params.user ?? '');
        if (!user) throw refuse('unknownUser');
        return ok(serializeUser(user));
      },
    },
    { method: 'GET', template: '/applications/@me', handle: () => ok(serializeApplication(simulation)) },
    {
      method: 'GET',
      template: '/oauth2/applications/@me',
      handle: () => ok(serializeApplication(simulation)),
    },
  ];
}

function serializeApplication(simulation: Simulation): Json {
  const bot = existing(simulation.world.users, simulation.botUserId);
  return {
    id: simulation.applicationId,
    name: bot.username,
    icon: null,
    description: '',
    summary: '',
    type: null,
    bot: serializeUser(bot),
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: '0'.repeat(64),
    flags: applicationFlags(simulation),
    hook: true,
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    approximate_guild_count: simulation.world.guilds.size,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    integration_types_config: { 0: {} },
    owner: serializeUser(bot),
    team: null,
  };
}
