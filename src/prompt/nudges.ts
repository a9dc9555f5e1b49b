/** What SillyTavern says behind a reply that is to go on. */
export const CONTINUE_NUDGE = '[Continue your last message without repeating its original content.]';
