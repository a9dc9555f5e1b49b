import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { SimulatorClock } from '../clock.ts';
import type { Json } from '../model.ts';
import { serializeGuildCreate } from '../serialize/guilds.ts';
import type { Simulation } from '../simulation.ts';
import { existing } from '../world.ts';
import { belongsToShard, CloseCode, guildsOf, judgeIdentify, readyPayload } from './identify.ts';
import { type GatewayDispatch, Intent, intentFor } from './intents.ts';
import { memberChunks } from './members.ts';
import { type Connection, createSender, dispatchTo, eventsAfter, type Session } from './session.ts';

const MAX_PAYLOAD_BYTES = 4_096;
const SENDS_PER_WINDOW = 120;
const SEND_WINDOW_MS = 60_000;
/** A client that lets this many intervals pass without a heartbeat is gone. */
const MISSED_INTERVALS = 1.5;

const Op = {
  Dispatch: 0,
  Heartbeat: 1,
  Identify: 2,
  PresenceUpdate: 3,
  VoiceStateUpdate: 4,
  Resume: 6,
  Reconnect: 7,
  RequestGuildMembers: 8,
  InvalidSession: 9,
  Hello: 10,
  HeartbeatAck: 11,
  RequestSoundboardSounds: 31,
} as const;

export interface Gateway {
  dispatch(event: GatewayDispatch): void;
  /** Cuts every connection without a close frame, or with the given code; sessions stay resumable. */
  dropConnections(options?: { code?: number | undefined }): void;
  requestReconnect(): void;
  invalidateSessions(options: { resumable: boolean }): void;
  stopAcknowledgingHeartbeats(): void;
  acknowledgeHeartbeatsAgain(): void;
  readonly connectionCount: number;
  close(): Promise<void>;
}

interface GatewayOptions {
  simulation: Simulation;
  server: Server;
  /** Of heartbeats, identifies and sends: a client's heart beats in its own time, even if a test moves the simulator's. */
  connectionClock: SimulatorClock;
  record: (entry: { path: string; status: number; body: Json }) => void;
}

export function createGateway({ simulation, server, connectionClock, record }: GatewayOptions): Gateway {
  const sessions = new Map<string, Session>();
  const connections = new Set<Connection>();
  const identifiedAt = new Map<number, number>();
  let acknowledging = true;
  const sockets = new WebSocketServer({ server, path: '/gateway', perMessageDeflate: false });

  const halfLatency = () => simulation.settings.latencyMs / 2;

  sockets.on('connection', (socket, request) => {
    const query = new URL(request.url ?? '', 'ws://gateway').searchParams;
    if (query.get('v') !== '10') return socket.close(CloseCode.InvalidVersion);
    if (query.get('encoding') !== 'json') return socket.close(CloseCode.DecodeError);
    accept(socket);
  });

  function accept(socket: WebSocket): void {
    const connection: Connection = {
      socket,
      session: undefined,
      send: createSender(socket, simulation.clock, halfLatency),
    };
    connections.add(connection);
    const sentAt: number[] = [];
    let cancelZombieCheck = watchHeart(socket);
    socket.on('message', (raw, isBinary) => {
      const bytes = raw as Buffer;
      if (isBinary || bytes.byteLength > MAX_PAYLOAD_BYTES) return socket.close(CloseCode.DecodeError);
      const now = connectionClock.now();
      while (sentAt[0] !== undefined && sentAt[0] <= now - SEND_WINDOW_MS) sentAt.shift();
      sentAt.push(now);
      if (sentAt.length > SENDS_PER_WINDOW) return socket.close(CloseCode.RateLimited);
      const payload = parsePayload(bytes.toString());
      if (!payload) return socket.close(CloseCode.DecodeError);
      if (payload.op === Op.Heartbeat) {
        cancelZombieCheck();
        cancelZombieCheck = watchHeart(socket);
        if (acknowledging) connection.send({ op: Op.HeartbeatAck });
        return undefined;
      }
      return receive(connection, payload.op, payload.d);
    });
    socket.on('close', (code) => {
      cancelZombieCheck();
      connections.delete(connection);
      const { session } = connection;
      if (session?.connection === connection) session.connection = undefined;
      // A client that closes normally gives its session up (events/gateway#initiating-a-disconnect).
      if (session && (code === 1000 || code === 1001)) sessions.delete(session.id);
    });
    socket.on('error', () => socket.terminate());
    connection.send({ op: Op.Hello, d: { heartbeat_interval: simulation.settings.heartbeatIntervalMs } });
  }

  function watchHeart(socket: WebSocket): () => void {
    const patienceMs = simulation.settings.heartbeatIntervalMs * MISSED_INTERVALS;
    return connectionClock.setTimeout(() => socket.close(CloseCode.SessionTimedOut), patienceMs);
  }

  function receive(connection: Connection, op: number, data: unknown): void {
    const { socket, session } = connection;
    if (op === Op.Identify) return identify(connection, asObject(data));
    if (op === Op.Resume) return resume(connection, asObject(data));
    if (!session) return socket.close(CloseCode.NotAuthenticated);
    if (op === Op.RequestGuildMembers) {
      for (const chunk of memberChunks(simulation, session.intents, asObject(data))) {
        dispatchTo(session, 'GUILD_MEMBERS_CHUNK', chunk);
      }
      return undefined;
    }
    const accepted: number[] = [Op.PresenceUpdate, Op.VoiceStateUpdate, Op.RequestSoundboardSounds];
    return accepted.includes(op) ? undefined : socket.close(CloseCode.UnknownOpcode);
  }

  function identify(connection: Connection, data: Json): void {
    const { socket } = connection;
    const { token: _, ...loggable } = data;
    if (connection.session) return socket.close(CloseCode.AlreadyAuthenticated);
    const identity = judgeIdentify(simulation, data);
    if ('closeCode' in identity) {
      record({ path: '/identify', status: identity.closeCode, body: loggable });
      return socket.close(identity.closeCode);
    }
    if (!takeIdentify(identity.shard[0])) {
      record({ path: '/identify', status: Op.InvalidSession, body: loggable });
      return connection.send({ op: Op.InvalidSession, d: false });
    }
    record({ path: '/identify', status: 200, body: loggable });
    const id = simulation.newId();
    const session: Session = { ...identity, id, sequence: 0, replay: [], connection };
    sessions.set(id, session);
    connection.session = session;
    dispatchTo(session, 'READY', readyPayload(simulation, session));
    if ((session.intents & Intent.Guilds) === 0) return undefined;
    for (const guildId of guildsOf(simulation, session.shard)) {
      const guild = existing(simulation.world.guilds, guildId);
      dispatchTo(session, 'GUILD_CREATE', serializeGuildCreate(simulation.world, guild, simulation.botUserId));
    }
    return undefined;
  }

  function takeIdentify(shardId: number): boolean {
    const { maxConcurrency, identifyIntervalMs, identifiesLeft } = simulation.settings;
    const key = shardId % maxConcurrency;
    const now = connectionClock.now();
    const last = identifiedAt.get(key);
    if (identifiesLeft <= 0 || (last !== undefined && now - last < identifyIntervalMs)) return false;
    identifiedAt.set(key, now);
    simulation.settings.identifiesLeft -= 1;
    return true;
  }

  function resume(connection: Connection, data: Json): void {
    const { socket } = connection;
    if (connection.session) return socket.close(CloseCode.AlreadyAuthenticated);
    const session = sessions.get(String(data.session_id));
    const sequence = Number(data.seq);
    const { token, ...loggable } = data;
    if (token !== simulation.token) return socket.close(CloseCode.AuthenticationFailed);
    if (session && sequence > session.sequence) return socket.close(CloseCode.InvalidSequence);
    const missed = session && eventsAfter(session, sequence);
    record({ path: '/resume', status: missed ? 200 : Op.InvalidSession, body: loggable });
    if (!session || !missed) return connection.send({ op: Op.InvalidSession, d: false });
    session.connection?.socket.terminate();
    session.connection = connection;
    connection.session = session;
    for (const payload of missed) connection.send(payload);
    return dispatchTo(session, 'RESUMED', {});
  }

  return {
    dispatch(event) {
      const needed = intentFor(event);
      for (const session of sessions.values()) {
        const { guildId } = event;
        const shardMatches = guildId === undefined ? session.shard[0] === 0 : belongsToShard(guildId, session.shard);
        if (shardMatches && (needed === 0 || (session.intents & needed) !== 0)) {
          dispatchTo(session, event.event, event.data(session.intents));
        }
      }
    },
    dropConnections({ code } = {}) {
      for (const { socket } of connections) {
        if (code === undefined) socket.terminate();
        else socket.close(code);
      }
    },
    requestReconnect() {
      for (const connection of connections) connection.send({ op: Op.Reconnect, d: null });
    },
    invalidateSessions({ resumable }) {
      for (const connection of connections) {
        connection.send({ op: Op.InvalidSession, d: resumable });
        if (connection.session && !resumable) sessions.delete(connection.session.id);
        if (connection.session) connection.session.connection = undefined;
        connection.session = undefined;
      }
    },
    stopAcknowledgingHeartbeats: () => {
      acknowledging = false;
    },
    acknowledgeHeartbeatsAgain: () => {
      acknowledging = true;
    },
    get connectionCount() {
      return connections.size;
    },
    close() {
      for (const { socket } of connections) socket.terminate();
      return new Promise((resolve) => sockets.close(() => resolve()));
    },
  };
}

function parsePayload(text: string): { op: number; d: unknown } | undefined {
  try {
    const value = asObject(JSON.parse(text));
    return typeof value.op === 'number' ? { op: value.op, d: value.d } : undefined;
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
