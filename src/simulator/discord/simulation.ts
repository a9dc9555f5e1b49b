import type { SimulatorClock } from './clock.ts';
import type { EventHub } from './events.ts';
import type { GatewayDispatch } from './gateway/intents.ts';
import type { World } from './world.ts';

/** Settings of the application and of the network; all may change while the simulator runs. */
export interface Settings {
  /** REST round trip: one half before a request is processed, the other before its answer leaves; gateway events take a half. */
  latencyMs: number;
  /** The privileged intents as switched on in the developer portal. */
  messageContentIntent: boolean;
  membersIntent: boolean;
  presenceIntent: boolean;
  /** Largest file in bytes, as told in `attachment_size_limit`. */
  attachmentSizeLimit: number;
  /** Identifies allowed per `identifyIntervalMs` and key `shard_id % maxConcurrency`. */
  maxConcurrency: number;
  identifyIntervalMs: number;
  heartbeatIntervalMs: number;
  /** What `GET /gateway/bot` recommends. */
  recommendedShards: number;
  /** Identifies left today. */
  identifiesLeft: number;
}

/** What every part of the simulator works with. */
export interface Simulation {
  clock: SimulatorClock;
  settings: Settings;
  world: World;
  events: EventHub;
  violations: string[];
  token: string;
  applicationId: string;
  botUserId: string;
  newId: () => string;
  /** `http://127.0.0.1:PORT`, known once the server listens. */
  origin: string;
  dispatch: (event: GatewayDispatch) => void;
}
