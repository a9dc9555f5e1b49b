import type { ModalSubmitInteraction } from 'discord.js';
import type { ComponentContext } from './button.ts';
import type { AttachedFile } from './command.ts';

/** A form that opens over the channel; of text inputs alone unless its type says more. */
export interface Modal<Input extends ModalInput = TextInput> {
  /** `action:id`, where the action is one of a command's `modals`. */
  custom_id: string;
  /** Up to 45 characters. */
  title: string;
  /** One to five, by the names under which the action gets them. */
  inputs: Record<string, Input>;
}

export type ModalInput = TextInput | FileInput | ChoiceInput;

interface InputBase {
  /** Up to 45 characters. */
  label: string;
  /** Small text below the label; up to 100 characters. */
  description?: string;
  isRequired?: boolean;
}

export interface TextInput extends InputBase {
  kind?: 'text';
  /** What stands in it already. */
  value?: string | undefined;
  /** Up to 100 characters. */
  placeholder?: string;
  /** Up to 4,000, as without it. */
  maxLength?: number;
  /** Several lines. */
  isLong?: boolean;
}

/** Files from the person's device. */
export interface FileInput extends InputBase {
  kind: 'file';
  /** Up to 10; 1 without it. */
  maxFiles?: number;
}

/** A menu of up to 25 options, 1 to 10 boxes to tick, or 2 to 10 options of which one is chosen. */
export interface ChoiceInput extends InputBase {
  kind: 'select' | 'checkbox-group' | 'radio';
  options: ModalChoice[];
  /** How many may be chosen of a menu: 1 without it. Of boxes it is all of them. */
  maxChoices?: number;
}

export interface ModalChoice {
  label: string;
  value: string;
  description?: string;
  isChosen?: boolean;
}

export interface ModalContext extends ComponentContext<ModalSubmitInteraction> {
  /** What was typed, by the names of the modal's text inputs; empty text for what was left out. */
  fields: Record<string, string>;
  /** What was attached, by the names of its file inputs; none for what was left out. */
  files: Record<string, AttachedFile[]>;
  /** The values that were chosen, by the names of its other inputs. They cannot be trusted. */
  choices: Record<string, string[]>;
}

/** What submitting a modal does. Rights are checked here, at that moment. */
export interface ModalAction {
  /** `update` changes the message whose button opened the modal, if one did; else the answer is private. */
  answers: 'update' | 'private';
  execute: (context: ModalContext) => Promise<void>;
}
