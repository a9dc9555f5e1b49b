import { isFalsy } from './falsy.ts';
import type { VariableOperator } from './nodes.ts';
import type { Variables } from './variables.ts';

/** What `{{.name operator value}}` stands for; the value is expanded only if the operator comes to need it. */
export function runShorthand(
  variables: Variables,
  name: string,
  operator: VariableOperator,
  value: () => string,
): string {
  const current = variables.get(name);
  switch (operator) {
    case '':
      return current;
    case '=':
      variables.set(name, value());
      return '';
    case '+=':
      variables.add(name, value());
      return '';
    case '-=': {
      const subtrahend = Number(value());
      if (!Number.isNaN(subtrahend)) variables.add(name, String(-subtrahend));
      return '';
    }
    case '++':
    case '--':
      variables.add(name, operator === '++' ? '1' : '-1');
      return variables.get(name);
    case '||':
      return isFalsy(current) ? value() : current;
    case '??':
      return variables.has(name) ? current : value();
    case '||=':
      return isFalsy(current) ? assign(variables, name, value()) : current;
    case '??=':
      return variables.has(name) ? current : assign(variables, name, value());
    case '==':
      return String(current === value());
    case '!=':
      return String(current !== value());
    default:
      return String(compare(Number(current), operator, Number(value())));
  }
}

function assign(variables: Variables, name: string, value: string): string {
  variables.set(name, value);
  return value;
}

/** false if one of them is no number. */
function compare(left: number, operator: '>' | '<' | '>=' | '<=', right: number): boolean {
  switch (operator) {
    case '>':
      return left > right;
    case '<':
      return left < right;
    case '>=':
      return left >= right;
    case '<=':
      return left <= right;
  }
}
