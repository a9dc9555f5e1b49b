/** Of a Discord message; counted here in UTF-16 units, of which there are never fewer than of Discord's code points. */
export const MESSAGE_MAX_LENGTH = 2_000;
