/** How a reply is drawn from the model. What is left out is the server's own choice. */
export interface Sampling {
  temperature?: number | undefined;
  topP?: number | undefined;
  topK?: number | undefined;
  minP?: number | undefined;
  repetitionPenalty?: number | undefined;
  presencePenalty?: number | undefined;
  frequencyPenalty?: number | undefined;
  stop?: string[] | undefined;
  /** The most that a reply may have, its reasoning included. */
  maxReplyTokens?: number | undefined;
}
