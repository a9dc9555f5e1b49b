import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = fileURLToPath(new URL('../../../shared/data/discord-openapi.json', import.meta.url));

/** Discord's description of its API, which is too large to be kept in this repository; undefined where it is missing. */
export const openApiFile: string | undefined = existsSync(path) ? path : undefined;
