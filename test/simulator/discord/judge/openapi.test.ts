import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { OpenApiJudge } from '../../../../src/simulator/discord/judge/openapi.ts';
import { createOpenApiJudge } from '../../../../src/simulator/discord/judge/openapi.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object) => ({ requestBody: { content: { 'application/json': { schema } } } });
const form = (schema: object) => ({
  requestBody: { content: { 'application/json': { schema }, 'multipart/form-data': { schema } } },
});
const tagged = (type: number, properties: object, required: string[] = []) => ({
  type: 'object',
  properties: { type: { type: 'integer', enum: [type], allOf: [ref('Kind')] }, ...properties },
  required: ['type', ...required],
});

/** The constructions that Discord's file is made of, each once. */
const document = {
  openapi: '3.1.0',
  paths: {
    '/channels/{channel_id}': {
      get: {},
      patch: json({ anyOf: [ref('Text'), ref('Thread')], 'x-discord-union': 'oneOf' }),
    },
    '/channels/{channel_id}/notes': { post: form(ref('Note')) },
    '/channels/{channel_id}/notes/{note_id}': { put: json({ allOf: [ref('Note'), ref('Place')] }) },
    '/channels/{channel_id}/notes/@last': { put: json(ref('Place')) },
    '/stickers': {
      post: {
        requestBody: {
          content: {
            'multipart/form-data': {
              schema: {
                type: 'object',
                properties: { name: { type: 'string' }, file: { type: 'string', contentEncoding: 'binary' } },
                required: ['name', 'file'],
              },
            },
          },
        },
      },
    },
  },
  components: {
    schemas: {
      Kind: { type: 'integer', oneOf: [{ const: 1 }, { const: 2 }] },
      Place: { type: 'object', properties: { x: { type: 'integer', format: 'int32' } } },
      Note: {
        type: 'object',
        properties: {
          text: { type: ['string', 'null'], maxLength: 5 },
          place: { oneOf: [{ type: 'null' }, ref('Place')] },
          kind: ref('Kind'),
          link: { type: 'string', format: 'uri' },
          at: { type: 'string', format: 'date-time' },
          names: { type: 'object', additionalProperties: { type: 'string' } },
          places: { type: 'object', additionalProperties: { oneOf: [{ type: 'null' }, ref('Place')] } },
          parts: { type: 'array', items: { oneOf: [ref('Dot'), ref('Line')] } },
        },
      },
      Dot: tagged(1, { size: { type: 'integer' } }),
      Line: tagged(2, { ends: { type: 'array', items: ref('Place') } }, ['ends']),
      Text: { type: 'object', properties: { name: { type: 'string' }, topic: { type: 'string' } } },
      Thread: { type: 'object', properties: { name: { type: 'string' }, archived: { type: 'boolean' } } },
    },
  },
};

const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
const NOTES = '/channels/123/notes';
let judge: OpenApiJudge;

beforeAll(() => {
  const file = join(folder, 'openapi.json');
  writeFileSync(file, JSON.stringify(document));
  judge = createOpenApiJudge(file);
});
afterAll(() => rmSync(folder, { recursive: true }));

const check = (method: string, path: string, body?: unknown, fileCount = 0) =>
  judge.check({ method, path, body, fileCount });

describe('a body', () => {
  test.each<[string, object, string[]]>([
    [
      'that says all it can',
      {
        text: 'hello',
        place: { x: 1 },
        kind: 2,
        link: 'attachment://a.png',
        at: '2026-11-22T10:00:00.000Z',
        names: { de: 'Notiz' },
        parts: [
          { type: 1, size: 3 },
          { type: 2, ends: [{ x: 1 }, {}] },
        ],
      },
      [],
    ],
    ['that leaves all out', {}, []],
    ['with null where null may be', { text: null, place: null }, []],
    ['with an unknown key', { txt: 'a' }, ['/ has the unknown key "txt"']],
    ['with an unknown key behind a choice with null', { place: { y: 1 } }, ['/place has the unknown key "y"']],
    [
      'with an unknown key in one of several kinds',
      {
        parts: [
          { type: 1, ends: [] },
          { type: 2, ends: [{ z: 1 }] },
        ],
      },
      ['/parts/0 has the unknown key "ends"', '/parts/1/ends/0 has the unknown key "z"'],
    ],
    [
      'of an unknown kind, or none',
      { parts: [{ type: 3 }, {}] },
      ['/parts/0/type must be one of [1,2]', "/parts/1 must have required property 'type'"],
    ],
    ['without what its kind needs', { parts: [{ type: 2 }] }, ["/parts/0 must have required property 'ends'"]],
    ['with a wrong type', { text: 1, names: { de: 1 } }, ['/text must be string,null', '/names/de must be string']],
    ['with a value that is not listed', { kind: 3 }, ['/kind must be one of [1,2]']],
    [
      'with an unknown key behind a free one',
      { places: { a: null, b: { y: 1 } } },
      ['/places/b has the unknown key "y"'],
    ],
    ['too long', { text: 'hello!' }, ['/text must NOT have more than 5 characters']],
    [
      'with what is neither an address nor a time',
      { link: 'here', at: 'now' },
      ['/link must match format "uri"', '/at must match format "date-time"'],
    ],
  ])('%s', (_, body, expected) => {
    expect(check('POST', NOTES, body)).toEqual(expected);
  });

  test('of parts that belong together may have the keys of each', () => {
    expect(check('PUT', `${NOTES}/9`, { text: 'a', x: 1 })).toEqual([]);
    expect(check('PUT', `${NOTES}/9`, { text: 'a', y: 1 })).toEqual(['/ has the unknown key "y"']);
  });

  test('of one of several shapes is told what is wrong with the nearest', () => {
    expect(check('PATCH', '/channels/123', { name: 'a', archived: true })).toEqual([]);
    expect(check('PATCH', '/channels/123', { name: 'a', topic: 'b' })).toEqual([]);
    expect(check('PATCH', '/channels/123', { name: 1, archived: true, locked: 1 })).toEqual([
      '/ has the unknown key "locked"',
      '/name must be string',
    ]);
  });
});

describe('a request', () => {
  test.each<[string, string, string, unknown, number, string[]]>([
    ['that reads', 'GET', '/channels/123?with=all', undefined, 0, []],
    ['that reads with a body', 'GET', '/channels/123', {}, 0, ['GET /channels/{channel_id} takes no body']],
    ['without its body', 'POST', NOTES, undefined, 0, ['POST /channels/{channel_id}/notes needs a body']],
    ['of files alone', 'POST', NOTES, undefined, 2, []],
    ['of eleven files', 'POST', NOTES, {}, 11, ['POST /channels/{channel_id}/notes takes at most 10 files']],
    [
      'with files where none go',
      'PUT',
      `${NOTES}/9`,
      {},
      1,
      ['PUT /channels/{channel_id}/notes/{note_id} takes no files'],
    ],
    ['that only exists as a form', 'POST', '/stickers', { name: 'a' }, 1, []],
    ['that only exists as a form, incomplete', 'POST', '/stickers', {}, 1, ["/ must have required property 'name'"]],
    [
      'to a word that goes before a parameter',
      'PUT',
      `${NOTES}/%40last`,
      { text: 'a' },
      0,
      ['/ has the unknown key "text"'],
    ],
    [
      'to a path that is not there',
      'GET',
      '/channel/123',
      undefined,
      0,
      ['GET /channel/123 is not an operation of the API'],
    ],
    [
      'with a method that is not there',
      'DELETE',
      '/channels/123',
      undefined,
      0,
      ['DELETE /channels/123 is not an operation of the API'],
    ],
    [
      'with a name for an id',
      'GET',
      '/channels/general',
      undefined,
      0,
      ['GET /channels/general is not an operation of the API'],
    ],
  ])('%s', (_, method, path, body, fileCount, expected) => {
    expect(check(method, path, body, fileCount)).toEqual(expected);
  });
});
