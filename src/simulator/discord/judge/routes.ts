/** A path reduced to what Discord counts by. */
export interface Route {
  /** The path with every id that is not a major parameter replaced by `:id`; it names the bucket. */
  template: string;
  /** The major parameters: channel, guild, or webhook with its token. */
  major: string;
}

const SNOWFLAKE = /^\d{15,20}$/;
const MAJOR_OWNERS = new Set(['channels', 'guilds', 'webhooks', 'interactions']);
const TOKEN_OWNERS = new Set(['webhooks', 'interactions']);

export function routeOf(path: string): Route {
  const [owner = '', ...rest] = pathSegments(path);
  const majors: string[] = [];
  const parts = [owner];
  for (const [index, segment] of rest.entries()) {
    if (index === 0 && MAJOR_OWNERS.has(owner)) {
      majors.push(segment);
      parts.push(':major');
    } else if (index === 1 && TOKEN_OWNERS.has(owner)) {
      majors.push(segment);
      parts.push(':token');
    } else if (segment === 'reactions') {
      parts.push('reactions');
      break;
    } else {
      parts.push(SNOWFLAKE.test(segment) || segment === '@original' ? ':id' : segment);
    }
  }
  return { template: `/${parts.join('/')}`, major: majors.join('/') };
}

/** The decoded parts of a path, without its query; clients write `@original` as `%40original`. */
export function pathSegments(path: string): string[] {
  const [bare = ''] = path.split('?');
  return bare.split('/').filter(Boolean).map(decodeSegment);
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
