/** discord-api-docs, reference#file-type-filtering. */
const GROUPS: Record<string, readonly string[]> = {
  image: ['.png', '.gif', '.jpg', '.jpeg', '.jfif', '.webp', '.avif'],
  video: ['.mp4', '.mov', '.qt', '.webm'],
  audio: ['.mp3', '.m4a', '.wav', '.ogg', '.opus', '.flac'],
};

/** Whether a client offers a file of that name for upload; only its extension counts. */
export function fitsTypes(fileName: string, types: readonly string[]): boolean {
  const extensions = types.flatMap((type) => GROUPS[type] ?? [type.toLowerCase()]);
  return extensions.some((extension) => fileName.toLowerCase().endsWith(extension));
}
