import type { Attachment, Json } from './model.ts';
import { invalidForm } from './rest/failure.ts';
import type { Simulation } from './simulation.ts';

const SCHEME = 'attachment://';
const URL_KEYS = new Set(['url', 'icon_url']);
/** discord-api-docs, reference#using-attachments-within-embeds. */
const PICTURE = /\.(jpe?g|png|webp|gif)$/i;

interface Shown {
  /** As they were sent; undefined for those that an edit leaves as they stand. */
  embeds: Json[] | undefined;
  components: Json[] | undefined;
  standing: { embeds: Json[]; components: Json[] };
  attachments: readonly Attachment[];
}

/**
 * Puts the addresses of files in the place of `attachment://name`, and marks the files that are shown so. An embed that
 * an edit sends with the address of its picture no longer holds the file, which then stands beside it
 * (discord-api-docs#5675). Throws for a component without its file; an embed without its picture is a violation only,
 * since Discord shows it without.
 */
export function embedFiles(simulation: Simulation, { embeds, components, standing, attachments }: Shown) {
  const inEmbeds = namedFiles(embeds ?? []);
  const inComponents = namedFiles(components ?? []);
  for (const name of inEmbeds) {
    const isShown = PICTURE.test(name) && attachments.some(({ filename }) => filename === name);
    if (!isShown) simulation.violations.push(`an embed shows nothing for ${SCHEME}${name}`);
  }
  if (inComponents.some((name) => !attachments.some(({ filename }) => filename === name))) {
    throw invalidForm(
      ['components'],
      'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND',
      'The referenced attachment was not found',
    );
  }
  const named = [...inEmbeds, ...inComponents];
  const left = JSON.stringify([embeds ? [] : standing.embeds, components ? [] : standing.components]);
  return {
    embeds: resolveUrls(embeds ?? standing.embeds, attachments),
    components: resolveUrls(components ?? standing.components, attachments),
    attachments: attachments.map((attachment) => ({
      ...attachment,
      embedded: named.includes(attachment.filename) || left.includes(attachment.url),
    })),
  };
}

function namedFiles(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    isFileUrl(key, inner) ? [inner.slice(SCHEME.length)] : namedFiles(inner),
  );
}

function isFileUrl(key: string, value: unknown): value is string {
  return URL_KEYS.has(key) && typeof value === 'string' && value.startsWith(SCHEME);
}

function resolveUrls<T>(value: T, attachments: readonly Attachment[]): T {
  if (Array.isArray(value)) return value.map((item: unknown) => resolveUrls(item, attachments)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]: [string, unknown]) => {
    if (!isFileUrl(key, inner)) return [key, resolveUrls(inner, attachments)];
    const named = attachments.find(({ filename }) => filename === inner.slice(SCHEME.length));
    return [key, named?.url ?? inner];
  });
  return Object.fromEntries(entries) as T;
}
