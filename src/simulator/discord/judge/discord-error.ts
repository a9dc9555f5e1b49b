/** An answer of Discord's REST interface that refuses a request. */
export interface DiscordError {
  status: number;
  body: { code: number; message: string; errors?: object };
}

/** What is wrong with one field of a form, by Discord's own code. */
export interface FormFault {
  code: string;
  message: string;
}

export function invalidFormBody(errors: object): DiscordError {
  return { status: 400, body: { code: 50035, message: 'Invalid Form Body', errors } };
}

export const emptyMessage: DiscordError = {
  status: 400,
  body: { code: 50006, message: 'Cannot send an empty message' },
};

export const entityTooLarge: DiscordError = {
  status: 413,
  body: { code: 40005, message: 'Request entity too large' },
};

export const invalidJson: DiscordError = {
  status: 400,
  body: { code: 50109, message: 'The request body contains invalid JSON.' },
};
