import { pathSegments } from './routes.ts';
import { asRecord, type JsonRecord } from './rules/form.ts';

/** The parts of an OpenAPI document that are used here. */
export interface OpenApiDocument {
  paths: Record<string, JsonRecord>;
  components: { schemas: Record<string, JsonRecord> };
}

export interface Operation {
  /** E.g. `POST /channels/{channel_id}/messages`. */
  name: string;
  /** Undefined where the operation takes no body. */
  bodySchema: JsonRecord | undefined;
  takesFiles: boolean;
}

interface PathTemplate {
  path: string;
  segments: readonly string[];
  literals: number;
}

const SNOWFLAKE = /^(0|[1-9]\d*)$/;

/** Finds operations by method and path; a literal part of a path goes before a parameter. */
export function createOperations({ paths }: OpenApiDocument): (method: string, path: string) => Operation | undefined {
  const templates = Map.groupBy(Object.keys(paths).map(toTemplate), (template) => template.segments.length);
  for (const list of templates.values()) list.sort((a, b) => b.literals - a.literals);

  return (method, path) => {
    const segments = pathSegments(path);
    for (const template of templates.get(segments.length) ?? []) {
      const operation = asRecord(paths[template.path]?.[method.toLowerCase()]);
      if (operation && fits(template, segments)) return toOperation(`${method} ${template.path}`, operation);
    }
    return undefined;
  };
}

function toTemplate(path: string): PathTemplate {
  const segments = path.split('/').filter(Boolean);
  return { path, segments, literals: segments.filter((segment) => !isParameter(segment)).length };
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{');
}

/** Parameters named after an id are snowflakes throughout the file. */
function fits(template: PathTemplate, segments: readonly string[]): boolean {
  return template.segments.every((expected, index) => {
    const actual = segments[index] ?? '';
    if (!isParameter(expected)) return expected === actual;
    return !/_id(_\d)?\}$/.test(expected) || expected === '{instance_id}' || SNOWFLAKE.test(actual);
  });
}

function toOperation(name: string, operation: JsonRecord): Operation {
  const content = asRecord(asRecord(operation.requestBody)?.content);
  const media = asRecord(content?.['application/json']) ?? asRecord(content?.['multipart/form-data']);
  const takesFiles = content?.['multipart/form-data'] !== undefined;
  return { name, bodySchema: asRecord(media?.schema), takesFiles };
}
