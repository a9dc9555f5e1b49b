import type { Command, Json } from '../model.ts';
import type { Simulation } from '../simulation.ts';
import { GLOBAL_COMMANDS } from '../world.ts';
import { invalidForm, refuse } from './failure.ts';
import { joinedGuild } from './lookup.ts';
import { created, noContent, ok, type RestAnswer, type RestRequest, type Route } from './router.ts';

/** Global commands and those of a guild have the same routes under two prefixes. */
export function commandRoutes(simulation: Simulation): Route[] {
  return [
    {
      method: 'GET',
      template: '/applications/:application/guilds/:guild/commands/permissions',
      handle: (request) => {
        scopeOf(simulation, request);
        return ok([]);
      },
    },
    {
      method: 'GET',
      template: '/applications/:application/guilds/:guild/commands/:command/permissions',
      handle: (request) => {
        find(scopeOf(simulation, request), request);
        throw refuse('unknownCommandPermissions');
      },
    },
    ...routesUnder(simulation, '/applications/:application/commands'),
    ...routesUnder(simulation, '/applications/:application/guilds/:guild/commands'),
  ];
}

type Scope = Map<string, Command>;

function routesUnder(simulation: Simulation, prefix: string): Route[] {
  const scope = (request: RestRequest) => scopeOf(simulation, request);
  return [
    { method: 'GET', template: prefix, handle: (request) => ok([...scope(request).values()]) },
    { method: 'PUT', template: prefix, handle: (request) => replaceAll(simulation, scope(request), request) },
    { method: 'POST', template: prefix, handle: (request) => upsert(simulation, scope(request), request) },
    { method: 'GET', template: `${prefix}/:command`, handle: (request) => ok(find(scope(request), request)) },
    {
      method: 'PATCH',
      template: `${prefix}/:command`,
      handle(request) {
        const commands = scope(request);
        const before = find(commands, request);
        const after = { ...before, ...request.body, id: before.id, version: simulation.newId() };
        commands.set(before.id, after);
        return ok(after);
      },
    },
    {
      method: 'DELETE',
      template: `${prefix}/:command`,
      handle(request) {
        const commands = scope(request);
        commands.delete(find(commands, request).id);
        return noContent;
      },
    },
  ];
}

function scopeOf(simulation: Simulation, { params }: RestRequest): Scope {
  const { commands } = simulation.world;
  if (params.application !== simulation.applicationId) throw refuse('missingAccess');
  const key = params.guild === undefined ? GLOBAL_COMMANDS : joinedGuild(simulation, params.guild).id;
  const scope = commands.get(key) ?? new Map<string, Command>();
  commands.set(key, scope);
  return scope;
}

function find(scope: Scope, { params }: RestRequest): Command {
  const command = scope.get(params.command ?? '');
  if (!command) throw refuse('unknownCommand');
  return command;
}

const identityOf = ({ name, type = 1 }: Json): string => `${String(type)} ${String(name)}`;

function replaceAll(simulation: Simulation, scope: Scope, request: RestRequest): RestAnswer {
  const definitions = request.rawBody as Json[];
  const names = definitions.map(identityOf);
  if (new Set(names).size < names.length) {
    throw invalidForm([], 'APPLICATION_COMMANDS_DUPLICATE_NAME', 'Application command names must be unique');
  }
  const before = new Map([...scope.values()].map((command) => [identityOf(command), command]));
  scope.clear();
  for (const definition of definitions) {
    const command = complete(simulation, definition, request, before.get(identityOf(definition))?.id);
    scope.set(command.id, command);
  }
  return ok([...scope.values()]);
}

/** Posting a name that exists overwrites that command. */
function upsert(simulation: Simulation, scope: Scope, request: RestRequest): RestAnswer {
  const before = [...scope.values()].find((command) => identityOf(command) === identityOf(request.body));
  const command = complete(simulation, request.body, request, before?.id);
  scope.set(command.id, command);
  return before ? ok(command) : created(command);
}

function complete(simulation: Simulation, definition: Json, { params }: RestRequest, id: string | undefined): Command {
  const isGlobal = params.guild === undefined;
  const { id: _, ...given } = definition;
  return {
    default_member_permissions: null,
    name_localizations: null,
    description: '',
    description_localizations: null,
    nsfw: false,
    dm_permission: isGlobal,
    ...(isGlobal ? { contexts: null, integration_types: [0] } : { guild_id: params.guild }),
    ...given,
    type: typeof given.type === 'number' ? given.type : 1,
    name: String(given.name),
    id: id ?? simulation.newId(),
    application_id: simulation.applicationId,
    version: simulation.newId(),
  };
}
