import type { Expansion, MacroDefinition, MacroDefinitions } from './definition.ts';
import { named } from './definition.ts';
import type { Variables } from './variables.ts';

type Pick = (expansion: Expansion) => Variables;

const local: Pick = ({ variables }) => variables.local;
const global: Pick = ({ variables }) => variables.global;

export const variableMacros: MacroDefinitions = {
  ...macrosOf('var', local),
  ...macrosOf('globalvar', global),
  ...named(['varexists'], has(local)),
  ...named(['globalvarexists'], has(global)),
};

function macrosOf(kind: 'var' | 'globalvar', pick: Pick): MacroDefinitions {
  return {
    [`get${kind}`]: withName(pick, (variables, name) => variables.get(name)),
    [`set${kind}`]: withValue(pick, (variables, name, value) => variables.set(name, value)),
    [`add${kind}`]: withValue(pick, (variables, name, value) => variables.add(name, value)),
    [`inc${kind}`]: withName(pick, (variables, name) => step(variables, name, '1')),
    [`dec${kind}`]: withName(pick, (variables, name) => step(variables, name, '-1')),
    [`has${kind}`]: has(pick),
    ...named(
      [`delete${kind}`, `flush${kind}`],
      withName(pick, (variables, name) => {
        variables.remove(name);
        return '';
      }),
    ),
  };
}

function has(pick: Pick): MacroDefinition {
  return withName(pick, (variables, name) => String(variables.has(name)));
}

function step(variables: Variables, name: string, by: string): string {
  variables.add(name, by);
  return variables.get(name);
}

function withName(pick: Pick, run: (variables: Variables, name: string) => string): MacroDefinition {
  return { arity: [1, 1], run: ({ args: [name = ''] }, expansion) => run(pick(expansion), name) };
}

function withValue(pick: Pick, run: (variables: Variables, name: string, value: string) => void): MacroDefinition {
  return {
    arity: [2, 2],
    run({ args: [name = '', value = ''] }, expansion) {
      run(pick(expansion), name, value);
      return '';
    },
  };
}
