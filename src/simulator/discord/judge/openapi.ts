import { readFileSync } from 'node:fs';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { createOperations, type OpenApiDocument, type Operation } from './openapi-operations.ts';
import { close, closedSchema, referredNames } from './openapi-schemas.ts';
import { asRecord, type JsonRecord } from './rules/form.ts';

export interface RequestToCheck {
  method: string;
  /** Without `/api/v10`, e.g. `/channels/123/messages`. */
  path: string;
  /** The JSON, or for a form its `payload_json`. */
  body: unknown;
  fileCount: number;
}

export interface OpenApiJudge {
  /** What about the request contradicts Discord's description of its API, one line each; empty when nothing does. */
  check(request: RequestToCheck): string[];
}

const MAX_FILES = 10;
const DATE_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/i;
const FORMATS = {
  uri: (text: string) => URL.canParse(text),
  'date-time': (text: string) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)),
  // The file gives the bounds of these beside the format.
  snowflake: true,
  nonce: true,
  int32: true,
  int64: true,
  double: true,
} as const;

/** Judges requests by Discord's OpenAPI file. The file is read at the first check, a schema compiled at its first use. */
export function createOpenApiJudge(file: string): OpenApiJudge {
  let rules: ReturnType<typeof createRules> | undefined;
  return {
    check(request) {
      rules ??= createRules(JSON.parse(readFileSync(file, 'utf8')) as OpenApiDocument);
      return rules(request);
    },
  };
}

function createRules(document: OpenApiDocument): (request: RequestToCheck) => string[] {
  const find = createOperations(document);
  const validatorsOf = createValidators(document);
  return ({ method, path, body, fileCount }) => {
    const operation = find(method, path);
    if (!operation) return [`${method} ${path} is not an operation of the API`];
    if (fileCount > 0 && !operation.takesFiles) return [`${operation.name} takes no files`];
    if (fileCount > MAX_FILES) return [`${operation.name} takes at most ${MAX_FILES} files`];
    if (!operation.bodySchema) return body === undefined ? [] : [`${operation.name} takes no body`];
    // A form may consist of files alone.
    const json = body ?? (fileCount > 0 ? {} : undefined);
    if (json === undefined) return [`${operation.name} needs a body`];
    return faultsOf(validatorsOf(operation), json);
  };
}

/** One validator for each branch of a union without a tag, so that the branch that was meant can be told by its faults. */
function createValidators({ components }: OpenApiDocument): (operation: Operation) => ValidateFunction[] {
  // The schemas come from one trusted file, some of them with keywords of OpenAPI alone.
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateSchema: false, formats: FORMATS });
  const compiled = new Map<string, ValidateFunction[]>();

  function addReferred(schema: JsonRecord): void {
    for (const name of referredNames(schema)) {
      if (ajv.schemas[name]) continue;
      const closed = closedSchema(name, components.schemas);
      ajv.addSchema(closed, name);
      addReferred(closed);
    }
  }

  return ({ name, bodySchema = {} }) => {
    const known = compiled.get(name);
    if (known) return known;
    const closed = close(bodySchema, components.schemas);
    addReferred(closed);
    const branches = Array.isArray(closed.anyOf) ? (closed.anyOf as JsonRecord[]) : [closed];
    const validators = branches.map((branch) => ajv.compile(branch));
    compiled.set(name, validators);
    return validators;
  };
}

function faultsOf(validators: readonly ValidateFunction[], body: unknown): string[] {
  const faults: string[][] = [];
  for (const validate of validators) {
    if (validate(body)) return [];
    faults.push(describe(validate.errors ?? []));
  }
  return faults.toSorted((a, b) => a.length - b.length)[0] ?? [];
}

function describe(errors: readonly ErrorObject[]): string[] {
  // `if` only repeats that the branch it chose has failed.
  const lines = errors.filter(({ keyword }) => keyword !== 'if').map(describeOne);
  return [...new Set(lines)];
}

function describeOne({ instancePath, keyword, params, message }: ErrorObject): string {
  const details = asRecord(params) ?? {};
  const place = instancePath || '/';
  if (keyword === 'additionalProperties')
    return `${place} has the unknown key ${JSON.stringify(details.additionalProperty)}`;
  if (keyword === 'enum') return `${place} must be one of ${JSON.stringify(details.allowedValues)}`;
  return `${place} ${message ?? keyword}`;
}
