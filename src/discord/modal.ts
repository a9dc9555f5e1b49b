import type { ModalSubmitInteraction } from 'discord.js';
import type { ComponentContext } from './button.ts';

/** A form that opens over the channel. */
export interface Modal {
  /** `action:id`, where the action is one of a command's `modals`. */
  custom_id: string;
  /** Up to 45 characters. */
  title: string;
  /** One to five, by the names under which the action gets them. */
  inputs: Record<string, TextInput>;
}

export interface TextInput {
  /** Up to 45 characters. */
  label: string;
  /** Small text below the label; up to 100 characters. */
  description?: string;
  /** What stands in it already. */
  value?: string | undefined;
  /** Up to 100 characters. */
  placeholder?: string;
  /** Up to 4,000, as without it. */
  maxLength?: number;
  isRequired?: boolean;
  /** Several lines. */
  isLong?: boolean;
}

export interface ModalContext extends ComponentContext<ModalSubmitInteraction> {
  /** What was typed, by the names of the modal's inputs; empty text for what was left out. */
  fields: Record<string, string>;
}

/** What submitting a modal does. Rights are checked here, at that moment. */
export interface ModalAction {
  /** `update` changes the message whose button opened the modal, if one did; else the answer is private. */
  answers: 'update' | 'private';
  execute: (context: ModalContext) => Promise<void>;
}
