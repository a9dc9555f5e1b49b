import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'dotenv';
import { parseConfig, variables } from '../src/config.ts';
import { StartError } from '../src/core/errors.ts';

const TOKEN = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789ab';
const KEY = 'sk-0123456789abcdef';
const SECRET = Buffer.alloc(32, 7);
const OTHER_SECRET = Buffer.alloc(32, 0xfb);
const required = { DISCORD_TOKEN: TOKEN, INFERMATIC_API_KEY: KEY };

function messageOf(env: Record<string, string | undefined>): string {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof StartError) return error.message;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

const refusedNames = (env: Record<string, string>) =>
  [...messageOf({ ...required, ...env }).matchAll(/^ {2}- (\w+) /gm)].map(([, name]) => name);

test('two secrets are enough, and everything else has a default', () => {
  expect(parseConfig(required)).toEqual({
    discordToken: TOKEN,
    discordApiUrl: 'https://discord.com/api',
    apiKey: KEY,
    apiBaseUrl: 'https://api.totalgpt.ai/v1',
    defaultModel: undefined,
    requestsPerMinute: 12,
    maxConcurrentRequests: 8,
    storeUrl: 'sqlite://data/dramatis.sqlite',
    secretKeys: undefined,
    safetyPrompt: expect.stringMatching(/^These rules stand above .* seems under 18;/),
    publicUrl: undefined,
    picturesPort: 3212,
    logLevel: 'info',
  });
});

test('every variable can be set, with spaces around it', () => {
  const env = {
    DISCORD_TOKEN: ` ${TOKEN}\n`,
    DISCORD_API_URL: ' http://127.0.0.1:8080/api ',
    INFERMATIC_API_KEY: `\t${KEY} `,
    INFERMATIC_BASE_URL: ' http://localhost:8081/v1 ',
    DEFAULT_MODEL: ' Midnight-Miqu-70B-v1.5 ',
    REQUESTS_PER_MINUTE: ' 60 ',
    MAX_CONCURRENT_REQUESTS: '16\r',
    STORE_URL: ' memory:// ',
    SECRET_KEY: ` ${SECRET.toString('base64')} , ${OTHER_SECRET.toString('base64')}\n`,
    SAFETY_PROMPT: ' Be kind. ',
    PUBLIC_URL: ' https://dramatis.example.org/bot/ ',
    PICTURES_PORT: ' 8081 ',
    LOG_LEVEL: ' debug ',
  };
  expect(Object.keys(env)).toEqual(Object.keys(variables));
  expect(parseConfig(env)).toEqual({
    discordToken: TOKEN,
    discordApiUrl: 'http://127.0.0.1:8080/api',
    apiKey: KEY,
    apiBaseUrl: 'http://localhost:8081/v1',
    defaultModel: 'Midnight-Miqu-70B-v1.5',
    requestsPerMinute: 60,
    maxConcurrentRequests: 16,
    storeUrl: 'memory://',
    secretKeys: [SECRET, OTHER_SECRET],
    safetyPrompt: 'Be kind.',
    publicUrl: 'https://dramatis.example.org/bot',
    picturesPort: 8081,
    logLevel: 'debug',
  });
});

test('what is empty or only spaces counts as not set', () => {
  const empty = Object.fromEntries(Object.keys(variables).map((name) => [name, ' \t ']));
  expect(parseConfig({ ...empty, ...required })).toEqual(parseConfig(required));
  expect(messageOf(empty)).toBe(messageOf({}));
});

test('everything that is missing is named at once', () => {
  expect(messageOf({})).toBe(
    [
      'The configuration has 2 problems:',
      '  - DISCORD_TOKEN is missing: the token of the bot, from the Discord developer portal: your application > Bot > Reset Token.',
      '    Example: DISCORD_TOKEN=MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789ab',
      '  - INFERMATIC_API_KEY is missing: an API key, from infermatic.ai after login: left bar, below "Join Discord"; or leave it out and set SECRET_KEY, and each server brings its own.',
      '    Example: INFERMATIC_API_KEY=sk-0123456789abcdef',
      'Set them in the file .env (see .env.example) or in the environment.',
    ].join('\n'),
  );
});

test('everything that is wrong is named at once, with the value, the expected shape and an example', () => {
  const wrong = {
    DISCORD_TOKEN: 'my bot',
    DISCORD_API_URL: 'discord.com/api',
    INFERMATIC_API_KEY: 'short',
    INFERMATIC_BASE_URL: 'http://example.com/v1',
    DEFAULT_MODEL: 'm'.repeat(201),
    REQUESTS_PER_MINUTE: 'many',
    MAX_CONCURRENT_REQUESTS: '0',
    STORE_URL: 'mongodb://localhost',
    SECRET_KEY: 'hunter2',
    SAFETY_PROMPT: 's'.repeat(4_001),
    PUBLIC_URL: 'http://dramatis.example.org',
    PICTURES_PORT: '65536',
    LOG_LEVEL: 'loud',
  };
  expect(Object.keys(wrong)).toEqual(Object.keys(variables));
  expect(messageOf(wrong).split('\n')).toEqual([
    'The configuration has 13 problems:',
    '  - DISCORD_TOKEN is not valid: expected the token of the bot, from the Discord developer portal: your application > Bot > Reset Token.',
    `    Example: DISCORD_TOKEN=${TOKEN}`,
    '  - DISCORD_API_URL is not valid ("discord.com/api"): expected an https:// address (plain http:// only to this machine).',
    '    Example: DISCORD_API_URL=https://discord.com/api',
    '  - INFERMATIC_API_KEY is not valid: expected an API key, from infermatic.ai after login: left bar, below "Join Discord".',
    `    Example: INFERMATIC_API_KEY=${KEY}`,
    '  - INFERMATIC_BASE_URL is not valid ("http://example.com/v1"): expected an https:// address (plain http:// only to this machine).',
    '    Example: INFERMATIC_BASE_URL=https://api.totalgpt.ai/v1',
    `  - DEFAULT_MODEL is not valid ("${'m'.repeat(99)}…"): expected the name of a model that the API lists; unset means the first chat model.`,
    '    Example: DEFAULT_MODEL=Midnight-Miqu-70B-v1.5',
    '  - REQUESTS_PER_MINUTE is not valid ("many"): expected a whole number from 1 to 10000.',
    '    Example: REQUESTS_PER_MINUTE=12',
    '  - MAX_CONCURRENT_REQUESTS is not valid ("0"): expected a whole number from 1 to 1000.',
    '    Example: MAX_CONCURRENT_REQUESTS=8',
    '  - STORE_URL is not valid ("mongodb://localhost"): expected sqlite:// and a file, or memory:// (forgets at restart).',
    '    Example: STORE_URL=sqlite://data/dramatis.sqlite',
    '  - SECRET_KEY is not valid: expected 32 random bytes in base64, which seal the API keys of servers (make one: openssl rand -base64 32); several with commas: the first seals, all open.',
    '    Example: SECRET_KEY=q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=',
    `  - SAFETY_PROMPT is not valid ("${'s'.repeat(99)}…"): expected what every persona is told first, of up to 4000 characters; no character card can override it.`,
    '    Example: SAFETY_PROMPT=Stay friendly, whatever a character is like.',
    '  - PUBLIC_URL is not valid ("http://dramatis.example.org"): expected the https:// address under which your web server passes requests on to PICTURES_PORT (plain http:// only to this machine).',
    '    Example: PUBLIC_URL=https://dramatis.example.org',
    '  - PICTURES_PORT is not valid ("65536"): expected a port of this machine, from 1 to 65535; used only with PUBLIC_URL.',
    '    Example: PICTURES_PORT=3212',
    '  - LOG_LEVEL is not valid ("loud"): expected debug, info, warn, error or silent.',
    '    Example: LOG_LEVEL=info',
    'Set them in the file .env (see .env.example) or in the environment.',
  ]);
});

test('the examples of all variables are valid', () => {
  const examples = Object.fromEntries(Object.entries(variables).map(([name, { example }]) => [name, example]));
  expect(() => parseConfig(examples)).not.toThrow();
});

describe('secrets', () => {
  test.each([
    ['a token of the wrong shape', { DISCORD_TOKEN: 'hunter2' }],
    ['a key with a space in it', { INFERMATIC_API_KEY: 'sk-01 hunter2 34' }],
    ['a secret of the wrong length', { SECRET_KEY: 'hunter2' }],
    ['a password in a store’s URL', { STORE_URL: 'postgres://bot:hunter2@db.example.com/bot' }],
    ['a password with an @ and a slash', { STORE_URL: 'redis://:p@/hunter2@db.example.com' }],
    ['a password in an address', { INFERMATIC_BASE_URL: 'http://me:hunter2@example.com/v1' }],
  ])('are not part of the message: %s', (_, env) => {
    const message = messageOf({ ...required, ...env });
    expect(message).toContain(`${Object.keys(env)[0]} is not valid`);
    expect(message).not.toContain('hunter2');
  });

  test('are not part of the message for another variable', () => {
    const message = messageOf({ ...required, LOG_LEVEL: 'loud' });
    expect(message).toContain('The configuration has 1 problem:');
    expect(message).not.toContain(TOKEN);
    expect(message).not.toContain(KEY);
  });
});

describe('DISCORD_TOKEN', () => {
  test.each([
    ['of an old application', 'MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs'],
    ['of a new one', 'MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.G-_cDe.abcdefghijklmnopqrst-vwxyz_0123456789ab'],
  ])('takes the token %s', (_, token) => {
    expect(parseConfig({ ...required, DISCORD_TOKEN: token }).discordToken).toBe(token);
  });

  test.each([
    ['the id of the application', '123456789012345678'],
    ['the client secret', 'abcdefghijklmnopqrstuvwxyz012345'],
    ['a prefix in front', `Bot ${TOKEN}`],
    ['a part that is missing', 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe'],
    ['quotes from a shell', `"${TOKEN}"`],
  ])('refuses %s', (_, token) => {
    expect(refusedNames({ DISCORD_TOKEN: token })).toEqual(['DISCORD_TOKEN']);
  });
});

test.each(['sk-01', 'with space inside', 'schlüssel-0123456'])('INFERMATIC_API_KEY refuses %j', (key) => {
  expect(refusedNames({ INFERMATIC_API_KEY: key })).toEqual(['INFERMATIC_API_KEY']);
});

describe('SECRET_KEY', () => {
  const secret = SECRET.toString('base64');

  test.each([
    ['one', secret, [SECRET]],
    ['one without its padding', secret.replace('=', ''), [SECRET]],
    ['one in the alphabet for addresses', OTHER_SECRET.toString('base64url'), [OTHER_SECRET]],
    ['several', `${secret},${OTHER_SECRET.toString('base64')} , ${secret}`, [SECRET, OTHER_SECRET, SECRET]],
  ])('may be %s', (_, value, secretKeys) => {
    expect(parseConfig({ ...required, SECRET_KEY: value }).secretKeys).toEqual(secretKeys);
  });

  test.each([
    ['too short', Buffer.alloc(31).toString('base64')],
    ['too long', Buffer.alloc(33).toString('base64')],
    ['in hexadecimal', SECRET.toString('hex')],
    ['no base64, which would leave 32 bytes without the other characters', secret.replace('=', ' !')],
    ['a passphrase', 'correct horse battery staple correct horse battery staple'],
    ['one of two', `${secret},short`],
    ['an empty one of two', `${secret},`],
  ])('may not be %s', (_, value) => {
    expect(refusedNames({ SECRET_KEY: value })).toEqual(['SECRET_KEY']);
  });

  test('takes the place of the operator’s key', () => {
    const { apiKey, secretKeys } = parseConfig({ DISCORD_TOKEN: TOKEN, SECRET_KEY: secret });
    expect({ apiKey, secretKeys }).toEqual({ apiKey: undefined, secretKeys: [SECRET] });
  });

  test.each([{ SECRET_KEY: 'short' }, { INFERMATIC_API_KEY: 'short' }])(
    'and a key that is wrong is not called missing as well: %j',
    (env) => {
      const problems = messageOf({ DISCORD_TOKEN: TOKEN, ...env }).match(/^ {2}- .*? is \w+/gm);
      expect(problems).toEqual([`  - ${Object.keys(env)[0]} is not`]);
    },
  );
});

describe('addresses', () => {
  const names = ['DISCORD_API_URL', 'INFERMATIC_BASE_URL', 'PUBLIC_URL'] as const;

  test.each([
    'https://example.com',
    'https://example.com:8443/some/path',
    'http://127.0.0.1:8080/v1',
    'http://127.9.9.9',
    'http://[::1]:8080',
    'http://localhost/v1',
    'http://LOCALHOST:3000',
  ])('may be %s', (address) => {
    const env = Object.fromEntries(names.map((name) => [name, address]));
    const { discordApiUrl, apiBaseUrl, publicUrl } = parseConfig({ ...required, ...env });
    expect([discordApiUrl, apiBaseUrl, publicUrl]).toEqual([address, address, address]);
  });

  test.each(['https://example.com/v1/', 'https://example.com/v1///'])('lose slashes at the end: %s', (address) => {
    expect(parseConfig({ ...required, INFERMATIC_BASE_URL: address }).apiBaseUrl).toBe('https://example.com/v1');
  });

  test.each([
    'http://example.com',
    'http://127.0.0.1.evil.com/v1',
    'http://localhost.evil.com',
    'http://127.0.0.1@evil.com/v1',
    'http://0.0.0.0:8080',
    'http://192.168.1.5/v1',
    'http://[::2]',
    'ws://127.0.0.1',
    'file:///etc/passwd',
    'example.com',
    'https://',
    'https://example.com/v1?key=1',
    'https://example.com/v1#models',
    'https://me:secret@example.com/v1',
  ])('may not be %s', (address) => {
    const env = Object.fromEntries(names.map((name) => [name, address]));
    expect(refusedNames(env)).toEqual([...names]);
  });
});

describe('numbers', () => {
  test.each([
    ['1', 1],
    ['1000', 1000],
    ['007', 7],
  ])('%s is taken', (text, value) => {
    const config = parseConfig({ ...required, REQUESTS_PER_MINUTE: text, MAX_CONCURRENT_REQUESTS: text });
    expect([config.requestsPerMinute, config.maxConcurrentRequests]).toEqual([value, value]);
  });

  test.each(['0', '-1', '+1', '1.5', '1e3', '0x10', 'Infinity', 'NaN', '1,000', '٣', '10001', '9'.repeat(400)])(
    '%s is refused',
    (text) => {
      expect(refusedNames({ REQUESTS_PER_MINUTE: text, MAX_CONCURRENT_REQUESTS: text })).toEqual([
        'REQUESTS_PER_MINUTE',
        'MAX_CONCURRENT_REQUESTS',
      ]);
    },
  );
});

describe('STORE_URL', () => {
  test.each(['sqlite://data/x.sqlite', 'sqlite:///var/lib/dramatis/x.sqlite', 'memory://'])('may be %s', (url) => {
    expect(parseConfig({ ...required, STORE_URL: url }).storeUrl).toBe(url);
  });

  test.each(['data/x.sqlite', 'sqlite:', 'sqlite://', 'memory', 'memory://x', 'redis://localhost'])(
    'may not be %s',
    (url) => {
      expect(refusedNames({ STORE_URL: url })).toEqual(['STORE_URL']);
    },
  );
});

describe('.env.example', () => {
  const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');

  test('has every variable in the order of the code, with its default', () => {
    const defaults = Object.entries(variables).map(([name, described]) => [name, described.default ?? '']);
    expect(Object.entries(parse(text))).toEqual(defaults);
  });

  test('has one line of comment above each', () => {
    const lines = text.split('\n');
    const above = lines.flatMap((line, index) => (/^\w+=/.test(line) ? [lines[index - 1]] : []));
    expect(above.filter((line) => !line?.startsWith('# '))).toEqual([]);
    expect(above).toHaveLength(Object.keys(variables).length);
  });

  test('starts the bot once both secrets are filled in', () => {
    expect(parseConfig({ ...parse(text), ...required })).toEqual(parseConfig(required));
  });
});
