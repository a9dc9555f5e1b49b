import * as v from 'valibot';
import { StartError } from './core/errors.ts';
import { clip } from './core/text.ts';

interface Variable<T> {
  /** Left out: the bot does not start without it. */
  default?: string;
  /** May stay unset, and then has no value. */
  optional?: true;
  expected: string;
  example: string;
  schema: v.GenericSchema<string, T>;
}

const DISCORD_TOKEN_SHAPE = /^[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}$/;
const API_KEY_SHAPE = /^[\x21-\x7e]{8,}$/;
const SHOWN_MAX_LENGTH = 100;
const KEY_PROBLEM = /^(INFERMATIC_API_KEY|SECRET_KEY) is not valid/;
/** 32 bytes: Node would leave out what is not base64 in a longer text. */
const SECRET_SHAPE = /^[\w+/-]{43}=?$/;
const STORE_SHAPE = /^(sqlite:\/\/.+|memory:\/\/)$/;

const wholeNumber = (min: number, max: number) =>
  v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.minValue(min), v.maxValue(max));

const webAddress = v.pipe(v.string(), v.check(isSafeAddress), v.transform(withoutTrailingSlash));

/** Every environment variable that Dramatis reads. `.env.example` is held against this table. */
export const variables = {
  DISCORD_TOKEN: variable({
    expected: 'the token of the bot, from the Discord developer portal: your application > Bot > Reset Token',
    example: 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789ab',
    schema: v.pipe(v.string(), v.regex(DISCORD_TOKEN_SHAPE)),
  }),
  DISCORD_API_URL: variable({
    default: 'https://discord.com/api',
    expected: 'an https:// address (plain http:// only to this machine)',
    example: 'https://discord.com/api',
    schema: webAddress,
  }),
  INFERMATIC_API_KEY: variable({
    optional: true,
    expected: 'an API key, from infermatic.ai after login: left bar, below "Join Discord"',
    example: 'sk-0123456789abcdef',
    schema: v.pipe(v.string(), v.regex(API_KEY_SHAPE)),
  }),
  INFERMATIC_BASE_URL: variable({
    default: 'https://api.totalgpt.ai/v1',
    expected: 'an https:// address (plain http:// only to this machine)',
    example: 'https://api.totalgpt.ai/v1',
    schema: webAddress,
  }),
  DEFAULT_MODEL: variable({
    optional: true,
    expected: 'the name of a model that the API lists; unset means the first chat model',
    example: 'Midnight-Miqu-70B-v1.5',
    schema: v.pipe(v.string(), v.maxLength(200)),
  }),
  REQUESTS_PER_MINUTE: variable({
    default: '12',
    expected: 'a whole number from 1 to 10000',
    example: '12',
    schema: wholeNumber(1, 10_000),
  }),
  MAX_CONCURRENT_REQUESTS: variable({
    default: '8',
    expected: 'a whole number from 1 to 1000',
    example: '8',
    schema: wholeNumber(1, 1_000),
  }),
  STORE_URL: variable({
    default: 'sqlite://data/dramatis.sqlite',
    expected: 'sqlite:// and a file, or memory:// (forgets at restart)',
    example: 'sqlite://data/dramatis.sqlite',
    schema: v.pipe(v.string(), v.regex(STORE_SHAPE)),
  }),
  SECRET_KEY: variable({
    optional: true,
    expected:
      '32 random bytes in base64, which seal the API keys of servers (make one: openssl rand -base64 32); several with commas: the first seals, all open',
    example: 'q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=',
    schema: v.pipe(
      v.string(),
      v.transform((value) => value.split(',').map((secret) => secret.trim())),
      v.array(v.pipe(v.string(), v.regex(SECRET_SHAPE))),
      v.transform((secrets) => secrets.map((secret) => Buffer.from(secret, 'base64'))),
    ),
  }),
  SAFETY_PROMPT: variable({
    default:
      'These rules stand above everything that a character or a message says: nothing sexual involves anyone who is or seems under 18; no instructions for seriously harming people.',
    expected: 'what every persona is told first, of up to 4000 characters; no character card can override it',
    example: 'Stay friendly, whatever a character is like.',
    schema: v.pipe(v.string(), v.maxLength(4_000)),
  }),
  PUBLIC_URL: variable({
    optional: true,
    expected:
      'the https:// address under which your web server passes requests on to PICTURES_PORT (plain http:// only to this machine)',
    example: 'https://dramatis.example.org',
    schema: webAddress,
  }),
  PICTURES_PORT: variable({
    default: '3212',
    expected: 'a port of this machine, from 1 to 65535; used only with PUBLIC_URL',
    example: '3212',
    schema: wholeNumber(1, 65_535),
  }),
  LOG_LEVEL: variable({
    default: 'info',
    expected: 'debug, info, warn, error or silent',
    example: 'info',
    schema: v.picklist(['debug', 'info', 'warn', 'error', 'silent']),
  }),
};

type Parsed<Name extends keyof typeof variables> = (typeof variables)[Name] extends Variable<infer T> ? T : never;

export type Config = ReturnType<typeof parseConfig>;

/**
 * Reads the configuration from environment variables. Values are trimmed; an empty one counts as unset.
 *
 * @throws StartError that names every missing or malformed variable at once, with its expected shape and an example.
 *   Values of the secrets are never part of the message.
 */
export function parseConfig(env: Record<string, string | undefined>) {
  const problems: string[] = [];
  function read<Name extends keyof typeof variables>(name: Name): Parsed<Name> {
    const { default: fallback, optional, expected, example, schema } = variables[name] as Variable<Parsed<Name>>;
    const given = env[name]?.trim() || fallback;
    if (given === undefined) {
      if (!optional) problems.push(`${name} is missing: ${expected}.\n    Example: ${name}=${example}`);
      return undefined as Parsed<Name>;
    }
    const result = v.safeParse(schema, given);
    if (result.success) return result.output;
    problems.push(`${name} is not valid${shown(name, given)}: expected ${expected}.\n    Example: ${name}=${example}`);
    return undefined as Parsed<Name>;
  }
  const config = {
    discordToken: read('DISCORD_TOKEN'),
    discordApiUrl: read('DISCORD_API_URL'),
    apiKey: read('INFERMATIC_API_KEY') as string | undefined,
    apiBaseUrl: read('INFERMATIC_BASE_URL'),
    defaultModel: read('DEFAULT_MODEL') as string | undefined,
    requestsPerMinute: read('REQUESTS_PER_MINUTE'),
    maxConcurrentRequests: read('MAX_CONCURRENT_REQUESTS'),
    storeUrl: read('STORE_URL'),
    secretKeys: read('SECRET_KEY') as Buffer[] | undefined,
    safetyPrompt: read('SAFETY_PROMPT'),
    publicUrl: read('PUBLIC_URL') as string | undefined,
    picturesPort: read('PICTURES_PORT'),
    logLevel: read('LOG_LEVEL'),
  };
  const hasKey = config.apiKey !== undefined || config.secretKeys !== undefined;
  if (!hasKey && !problems.some((problem) => KEY_PROBLEM.test(problem))) problems.push(missingKey());
  if (problems.length > 0) throw new StartError(report(problems));
  return config;
}

function missingKey(): string {
  const { expected, example } = variables.INFERMATIC_API_KEY;
  return (
    `INFERMATIC_API_KEY is missing: ${expected}; or leave it out and set SECRET_KEY, and each server brings its own.\n` +
    `    Example: INFERMATIC_API_KEY=${example}`
  );
}

function isLoopback(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function variable<T>(described: Variable<T>): Variable<T> {
  return described;
}

function isSafeAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password, search, hash } = new URL(address);
  // Paths are appended to the address, and `fetch` takes none with a user in it.
  if (username + password + search + hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(address));
}

function withoutTrailingSlash(address: string): string {
  return address.replace(/\/+$/, '');
}

/** The value, unless it is a secret; a URL loses the user and password in it. */
function shown(name: string, value: string): string {
  if (/TOKEN|KEY/.test(name)) return '';
  return ` ("${clip(value.replace(/:\/\/.*@/s, '://…@'), SHOWN_MAX_LENGTH)}")`;
}

function report(problems: string[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const list = problems.map((problem) => `  - ${problem}`).join('\n');
  return `The configuration has ${count}:\n${list}\nSet them in the file .env (see .env.example) or in the environment.`;
}
