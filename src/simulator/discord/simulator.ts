import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type SimulatorClock, systemClock } from './clock.ts';
import { createEventHub, type SimulatorEvent } from './events.ts';
import { createFaults, type Faults } from './faults.ts';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import { createOpenApiJudge } from './judge/openapi.ts';
import { createRateLimits, type RateLimitOptions } from './judge/rate-limits.ts';
import { createSnowflakes } from './judge/snowflake.ts';
import type { LogEntry } from './log.ts';
import { createGuild, type GuildHandle, type NewGuild } from './people/guild.ts';
import { createPerson, type NewPerson, type Person } from './people/person.ts';
import { createRouter } from './rest/router.ts';
import { allRoutes } from './rest/routes.ts';
import { createRestServer } from './rest/server.ts';
import type { Settings, Simulation } from './simulation.ts';
import { createWorld } from './world.ts';

export interface DiscordSimulatorOptions extends Partial<Settings>, RateLimitOptions {
  /** Default 0: any free port of 127.0.0.1. */
  port?: number | undefined;
  botName?: string | undefined;
  token?: string | undefined;
  clock?: SimulatorClock | undefined;
  /** Of heartbeats, identifies and gateway sends; the system's even when `clock` is manual. */
  connectionClock?: SimulatorClock | undefined;
  /** Discord's OpenAPI description: requests that contradict it are noted in `violations`. */
  openApiFile?: string | undefined;
}

export interface DiscordSimulator {
  /** `http://127.0.0.1:PORT/api`, the `rest.api` of a client. */
  readonly apiUrl: string;
  /** Where attachments and avatars are found, the `rest.cdn` of a client. */
  readonly cdnUrl: string;
  readonly token: string;
  readonly applicationId: string;
  readonly botUserId: string;
  /** May be changed while it runs. */
  readonly settings: Settings;
  readonly log: readonly LogEntry[];
  clearLog(): void;
  /** Requests that contradict the OpenAPI file, unknown routes, faults of the simulator itself. */
  readonly violations: readonly string[];
  /** The requests that were answered 429. */
  readonly rateLimited: readonly LogEntry[];
  readonly faults: Faults;
  readonly gateway: Omit<Gateway, 'dispatch' | 'close'>;
  /** Changes rate limits while it runs. */
  configureRateLimits(options: RateLimitOptions): void;
  on(listener: (event: SimulatorEvent) => void): () => void;
  createGuild(guild: NewGuild): GuildHandle;
  createPerson(person: NewPerson): Person;
  /** Ends every socket at once, hanging ones included. */
  close(): Promise<void>;
}

const DEFAULT_SETTINGS: Settings = {
  latencyMs: 0,
  messageContentIntent: true,
  membersIntent: false,
  presenceIntent: false,
  attachmentSizeLimit: 10 * 1024 * 1024,
  maxConcurrency: 1,
  identifyIntervalMs: 5_000,
  heartbeatIntervalMs: 41_250,
  recommendedShards: 1,
  identifiesLeft: 1_000,
};

/** Starts a Discord of its own on loopback: gateway, REST API, attachments, and the people who use it. */
export async function startDiscordSimulator(options: DiscordSimulatorOptions = {}): Promise<DiscordSimulator> {
  const { clock = systemClock, connectionClock = systemClock, openApiFile } = options;
  const log: LogEntry[] = [];
  const rateLimited: LogEntry[] = [];
  const record = (entry: LogEntry) => {
    log.push(entry);
    if (entry.status === 429) rateLimited.push(entry);
  };
  const simulation = createSimulation(options, clock);
  const rateLimits = createRateLimits({ now: () => clock.now(), ...rateLimitOptions(options) });
  const { take: takeFault, ...faults } = createFaults();
  const serve = createRestServer({
    simulation,
    route: createRouter(allRoutes(simulation)),
    rateLimits,
    takeFault,
    openApi: openApiFile === undefined ? undefined : createOpenApiJudge(openApiFile),
    record,
  });
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  const gateway = createGateway({
    simulation,
    server,
    connectionClock,
    record: ({ path, status, body }) =>
      record({ at: clock.now(), method: 'GATEWAY', path, query: '', route: path, status, body, fileNames: [] }),
  });
  simulation.dispatch = gateway.dispatch;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  simulation.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    apiUrl: `${simulation.origin}/api`,
    cdnUrl: simulation.origin,
    token: simulation.token,
    applicationId: simulation.applicationId,
    botUserId: simulation.botUserId,
    settings: simulation.settings,
    log,
    clearLog: () => void log.splice(0),
    violations: simulation.violations,
    rateLimited,
    faults,
    gateway,
    configureRateLimits: (changes) => rateLimits.configure(changes),
    on: simulation.events.on,
    createGuild: (guild) => createGuild(simulation, guild),
    createPerson: (person) => createPerson(simulation, person),
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      await gateway.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function createSimulation(options: DiscordSimulatorOptions, clock: SimulatorClock): Simulation {
  const newId = createSnowflakes(() => clock.now());
  const world = createWorld();
  const [applicationId, botUserId] = [newId(), newId()];
  world.users.set(botUserId, {
    id: botUserId,
    username: options.botName ?? 'Dramatis',
    globalName: null,
    bot: true,
    locale: 'en-US',
    acceptsDms: false,
    dmChannelId: undefined,
  });
  return {
    clock,
    world,
    newId,
    applicationId,
    botUserId,
    settings: settingsFrom(options),
    events: createEventHub(),
    violations: [],
    token:
      options.token ?? `${Buffer.from(botUserId).toString('base64url')}.simulated.${randomBytes(20).toString('hex')}`,
    origin: '',
    dispatch: () => undefined,
  };
}

function settingsFrom(options: DiscordSimulatorOptions): Settings {
  const keys = Object.keys(DEFAULT_SETTINGS) as (keyof Settings)[];
  const given = keys.filter((key) => options[key] !== undefined).map((key) => [key, options[key]]);
  return { ...DEFAULT_SETTINGS, ...(Object.fromEntries(given) as Partial<Settings>) };
}

function rateLimitOptions({ defaultBucket, buckets, globalPerSecond }: DiscordSimulatorOptions): RateLimitOptions {
  return { defaultBucket, buckets, globalPerSecond };
}
