import { asRecord, type JsonRecord } from './rules/form.ts';

/** Named schemas of an OpenAPI document, as they stand in it. */
export type NamedSchemas = Readonly<Record<string, JsonRecord>>;

const REFERENCE_PREFIX = '#/components/schemas/';
const NULL = { type: 'null' };
const FILE_TYPES: JsonRecord = { file_types: { type: ['array', 'null'], items: { type: 'string' } } };

/**
 * Where Discord's file knows less than its documentation says and its API takes: properties added to a schema, or
 * replacing those of the same name.
 */
const DOCUMENTED: readonly { schemas: RegExp; properties: JsonRecord }[] = [
  // The file types permissions as integers, the documentation as the string that all other places use.
  {
    schemas: /^ApplicationCommand(Create|Update|PatchRequestPartial)/,
    properties: { default_member_permissions: permissionBits(), nsfw: { type: ['boolean', 'null'] } },
  },
  { schemas: /PermissionOverwrite.*Request/, properties: { allow: permissionBits(), deny: permissionBits() } },
  { schemas: /^(Create|Update)RoleRequest/, properties: { permissions: permissionBits() } },
  // Uploads are numbered; the documentation's own examples send the number as an integer.
  {
    schemas: /^MessageAttachmentRequest$/,
    properties: { id: { type: ['string', 'integer'], pattern: '^(0|[1-9][0-9]*)$', minimum: 0 } },
  },
  // discord.js sends `tts` and `enforce_nonce` with the body of every message, and `type` with every new thread. Where a
  // route does not know them Discord ignores them: the first two ask for nothing as long as they are false.
  {
    schemas: /^(MessageEditRequestPartial|IncomingWebhookUpdate.*RequestPartial)$/,
    properties: { tts: { enum: [false, null] }, enforce_nonce: { enum: [false, null] } },
  },
  {
    schemas: /^(IncomingWebhookInteractionRequest|IncomingWebhookRequestPartial|BaseCreateMessageCreateRequest)$/,
    properties: { enforce_nonce: { enum: [false, null] } },
  },
  { schemas: /^BaseCreateMessageCreateRequest$/, properties: { tts: { enum: [false, null] } } },
  { schemas: /^CreateTextThreadWithMessageRequest$/, properties: { type: { enum: [10, 11] } } },
  // A partial emoji of the documentation; clients send what they parsed from `<a:name:id>`.
  { schemas: /^ComponentEmojiForRequest$/, properties: { animated: { type: ['boolean', 'null'] } } },
  // Added to the documentation on 5 August 2026, after the file.
  {
    schemas: /^FileUploadComponentForModalRequest$/,
    properties: FILE_TYPES,
  },
  { schemas: /^ApplicationCommandAttachmentOption$/, properties: FILE_TYPES },
];

function permissionBits(): JsonRecord {
  return { type: ['string', 'integer', 'null'], pattern: '^[0-9]+$', minimum: 0 };
}

/** The schema of that name, closed. */
export function closedSchema(name: string, schemas: NamedSchemas): JsonRecord {
  const schema = schemas[name];
  if (!schema) throw new Error(`the OpenAPI file has no schema ${name}`);
  const documented = DOCUMENTED.filter((entry) => entry.schemas.test(name)).map((entry) => entry.properties);
  if (documented.length === 0) return close(schema, schemas);
  return close({ ...schema, properties: Object.assign({}, schema.properties, ...documented) as JsonRecord }, schemas);
}

/** The names of the schemas that a closed schema refers to directly. */
export function referredNames(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(referredNames);
  const record = asRecord(schema);
  if (!record) return [];
  if (typeof record.$ref === 'string') return [record.$ref];
  return Object.values(record).flatMap(referredNames);
}

/**
 * The same schema with unknown keys refused, references by bare name, and unions that report only the branch that was
 * meant. The file leaves objects open, which in JSON Schema means that a misspelt key is fine.
 */
export function close(schema: JsonRecord, schemas: NamedSchemas): JsonRecord {
  if (typeof schema.$ref === 'string') return { $ref: schema.$ref.replace(REFERENCE_PREFIX, '') };
  const branches = [schema.oneOf, schema.anyOf].find(Array.isArray) as JsonRecord[] | undefined;
  if (branches) return closeUnion(schema, branches, schemas);
  const { allOf, ...own } = merged(schema, schemas);
  // Beside an enum, `allOf` only names the type of which the enum is a part.
  if (Array.isArray(allOf) && !own.enum) own.allOf = allOf.map((part: JsonRecord) => close(part, schemas));
  if (asRecord(own.items)) own.items = close(own.items as JsonRecord, schemas);
  if (asRecord(own.additionalProperties))
    own.additionalProperties = close(own.additionalProperties as JsonRecord, schemas);
  const properties = asRecord(own.properties);
  if (!properties) return own;
  return closeObject(own, properties, schemas);
}

function closeObject(schema: JsonRecord, properties: JsonRecord, schemas: NamedSchemas): JsonRecord {
  // Files travel beside the JSON of a form, so it cannot contain them.
  const inJson = Object.entries(properties).filter(([, property]) => asRecord(property)?.contentEncoding !== 'binary');
  const names = new Set(inJson.map(([name]) => name));
  return {
    additionalProperties: false,
    ...schema,
    properties: Object.fromEntries(inJson.map(([name, property]) => [name, close(property as JsonRecord, schemas)])),
    required: Array.isArray(schema.required) ? schema.required.filter((name: string) => names.has(name)) : [],
  };
}

/** Objects joined by `allOf` become one: closed apart, each would refuse the keys of the others. */
function merged(schema: JsonRecord, schemas: NamedSchemas): JsonRecord {
  const parts = Array.isArray(schema.allOf) ? schema.allOf.map((part: JsonRecord) => resolved(part, schemas)) : [];
  if (!parts.some((part) => part.properties)) return schema;
  const { allOf: _, ...rest } = schema;
  const all = [...parts, rest];
  return {
    ...Object.assign({}, ...all),
    properties: Object.assign({}, ...all.map((part) => part.properties)) as JsonRecord,
    required: all.flatMap((part) => (Array.isArray(part.required) ? part.required : [])),
  };
}

function closeUnion(schema: JsonRecord, branches: readonly JsonRecord[], schemas: NamedSchemas): JsonRecord {
  const { oneOf: _oneOf, anyOf: _anyOf, 'x-discord-union': _union, ...own } = schema;
  if (branches.every((branch) => 'const' in branch)) return { ...own, enum: branches.map((branch) => branch.const) };
  const values = branches.filter((branch) => branch.type !== 'null');
  const union = unionOf(values, schemas);
  const nullable = values.length < branches.length;
  return { ...own, ...(nullable ? { if: NULL, else: union } : union) };
}

function unionOf(branches: readonly JsonRecord[], schemas: NamedSchemas): JsonRecord {
  const [only] = branches;
  if (only && branches.length === 1) return close(only, schemas);
  const tags = branches.map((branch) => tagsOf(branch, schemas));
  const known = tags.flatMap((values) => values ?? []);
  if (tags.some((values) => !values) || new Set(known).size < known.length) {
    return { anyOf: branches.map((branch) => close(branch, schemas)) };
  }
  return {
    type: 'object',
    required: ['type'],
    properties: { type: { enum: known } },
    // Reads: unless the type is another one, the branch holds.
    allOf: branches.map((branch, index) => ({
      if: { properties: { type: { not: { enum: tags[index] } } } },
      else: close(branch, schemas),
    })),
  };
}

/** The values of `type` that belong to this branch alone, where it has such a tag. */
function tagsOf(branch: JsonRecord, schemas: NamedSchemas): unknown[] | undefined {
  const type = asRecord(asRecord(resolved(branch, schemas).properties)?.type);
  return Array.isArray(type?.enum) ? type.enum : undefined;
}

function resolved(schema: JsonRecord, schemas: NamedSchemas): JsonRecord {
  if (typeof schema.$ref !== 'string') return schema;
  return schemas[schema.$ref.replace(REFERENCE_PREFIX, '')] ?? {};
}
