import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readBody } from '../../../../src/simulator/discord/judge/multipart.ts';

const MAX_BYTES = 100_000;

const server = createServer((request, response) => {
  readBody(request, { maxBytes: MAX_BYTES }).then(
    ({ body, files }) => {
      const shown = files.map(({ data, ...file }) => ({ ...file, text: data.toString('utf8') }));
      response.end(JSON.stringify({ body, isEmpty: body === undefined, files: shown }));
    },
    (error: unknown) => {
      const { status, body } = error as { status: number; body: object };
      response.statusCode = status;
      response.end(JSON.stringify(body));
    },
  );
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

async function send(init: { body?: string | FormData; headers?: Record<string, string> }) {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', ...init });
  return { status: response.status, answer: await response.json() };
}

const json = { 'content-type': 'application/json' };

function form(fields: Record<string, string>, files: Record<string, File> = {}): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  for (const [name, file] of Object.entries(files)) data.append(name, file);
  return data;
}

describe('a body that can be read', () => {
  test.each<[string, Parameters<typeof send>[0], object]>([
    ['none', {}, { isEmpty: true, files: [] }],
    ['JSON', { body: '{"content":"hé"}', headers: json }, { body: { content: 'hé' }, isEmpty: false, files: [] }],
    [
      'JSON that edits an attachment already there',
      { body: '{"attachments":[{"id":"1234567890123456789"}]}', headers: json },
      { body: { attachments: [{ id: '1234567890123456789' }] }, isEmpty: false, files: [] },
    ],
    [
      'a form with JSON and files, in which a number or a text names the file',
      {
        body: form(
          { payload_json: '{"attachments":[{"id":"0"},{"id":1}]}' },
          { 'files[1]': new File(['b'], 'b.bin'), 'files[0]': new File(['ä'], 'a.txt', { type: 'text/plain' }) },
        ),
      },
      {
        body: { attachments: [{ id: '0' }, { id: 1 }] },
        isEmpty: false,
        files: [
          { index: 1, name: 'b.bin', type: 'application/octet-stream', text: 'b' },
          { index: 0, name: 'a.txt', type: 'text/plain', text: 'ä' },
        ],
      },
    ],
    [
      'a form of plain fields and a file',
      { body: form({ name: 'wave', tags: 'hi' }, { file: new File(['x'], 'x.png', { type: 'image/png' }) }) },
      {
        body: { name: 'wave', tags: 'hi' },
        isEmpty: false,
        files: [{ index: 0, name: 'x.png', type: 'image/png', text: 'x' }],
      },
    ],
    [
      'a form of files alone',
      { body: form({}, { 'files[0]': new File(['x'], 'x.txt', { type: 'text/plain' }) }) },
      { isEmpty: true, files: [{ index: 0, name: 'x.txt', type: 'text/plain', text: 'x' }] },
    ],
  ])('%s', async (_, request, answer) => {
    expect(await send(request)).toEqual({ status: 200, answer });
  });
});

const missingFile = { _errors: [{ code: 'ATTACHMENT_NOT_FOUND', message: 'Attachment data not found' }] };
const invalidForm = (errors: object) => ({ code: 50035, message: 'Invalid Form Body', errors });
const invalidJson = { code: 50109, message: 'The request body contains invalid JSON.' };

describe('a body that is refused', () => {
  test.each<[string, Parameters<typeof send>[0], number, object]>([
    ['JSON cut short', { body: '{"content":', headers: json }, 400, invalidJson],
    ['a form whose JSON is cut short', { body: form({ payload_json: '{' }) }, 400, invalidJson],
    [
      'more bytes than allowed',
      { body: JSON.stringify({ content: 'x'.repeat(MAX_BYTES) }), headers: json },
      413,
      { code: 40005, message: 'Request entity too large' },
    ],
    [
      'a form without its boundary',
      { body: 'x', headers: { 'content-type': 'multipart/form-data' } },
      400,
      { code: 0, message: '400: Bad Request' },
    ],
    [
      'an unknown kind of content',
      { body: '<a/>', headers: { 'content-type': 'text/xml' } },
      400,
      invalidForm({ _errors: [expect.objectContaining({ code: 'CONTENT_TYPE_INVALID' })] }),
    ],
    [
      'an attachment whose file was not sent',
      { body: '{"attachments":[{"id":"0"}]}', headers: json },
      400,
      invalidForm({ attachments: { 0: missingFile } }),
    ],
    [
      'an attachment with another number than its file, in an interaction',
      {
        body: form(
          { payload_json: '{"type":4,"data":{"attachments":[{"id":"0"},{"id":"1"}]}}' },
          { 'files[0]': new File(['x'], 'x.txt') },
        ),
      },
      400,
      invalidForm({ data: { attachments: { 1: missingFile } } }),
    ],
    [
      'an attachment without its file in the opening message of a forum thread',
      { body: '{"name":"n","message":{"attachments":[{}]}}', headers: json },
      400,
      invalidForm({ message: { attachments: { 0: missingFile } } }),
    ],
  ])('%s', async (_, request, status, answer) => {
    expect(await send(request)).toEqual({ status, answer });
  });
});
