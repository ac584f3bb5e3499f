import { describe, expect, it } from 'vitest';

import {
  deploymentOf,
  environments,
  holds,
  ofType,
  put,
  theOne,
  type Resource,
  type Rule,
} from './deployment.js';

const assignment = 'Microsoft.Authorization/roleAssignments';
const cosmosAssignment = 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments';

/** Built-in roles by id (Azure built-in roles; Cosmos DB data plane roles). */
const builtIn: Readonly<Record<string, string>> = {
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88': 'Storage Queue Data Contributor',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  '09976791-48a7-449e-bb21-39d1a415f350': 'Communication and Email Service Owner',
  '00000000-0000-0000-0000-000000000002': 'Cosmos DB Built-in Data Contributor',
};

/** Who needs what, and for which call of ours or of the host. An assignment that is not here is one too many. */
const needed: Readonly<Record<string, string>> = {
  'app: Storage Blob Data Owner at aispmhost':
    'the host: leases of triggers, packages (Functions, identity-based connections)',
  'app: Storage Queue Data Contributor at aispmhost': 'durable-functions: work items',
  'app: Storage Table Data Contributor at aispmhost': 'durable-functions: history',
  'app: AISPM blob keeper at aispmdata': 'shared/adapters/blob.ts',
  'app: AISPM key keeper at kv-aispm': 'shared/adapters/key-ring.ts',
  'app: Communication and Email Service Owner at acs-aispm': 'shared/adapters/mail-acs.ts',
  'app: Monitoring Metrics Publisher at appi-aispm': 'telemetry without a key',
  'app: Cosmos DB Built-in Data Contributor at cosmos-aispm': 'shared/adapters/cosmos, foldEvidence',
  'events: Storage Blob Data Contributor at deadletters': 'Event Grid: dead letters',
};

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The role by name; a role of our own by the name it is defined under, less its group. */
function roleName(resources: readonly Resource[], id: string): string {
  const own = ofType(resources, 'Microsoft.Authorization/roleDefinitions').find((role) => role.id === id);
  if (own) return String(own.properties['roleName']).replace(/ \(.*\)$/, '');
  return builtIn[id.split('/').at(-1) ?? ''] ?? id;
}

/** Names less what makes them unique or says the environment. */
const plain = (name: string): string => name.replace(/-?(?:[a-z0-9]{13}|dev|staging|production)$/, '');

function sayingsOf(resources: readonly Resource[]): string[] {
  return [...ofType(resources, assignment), ...ofType(resources, cosmosAssignment)].map((resource) => {
    const { principalId, roleDefinitionId, scope } = resource.properties as Record<string, string>;
    const who = /userAssignedIdentities\/id-aispm-(events)?/.exec(principalId ?? '');
    const at =
      resource.type === assignment ? resource.id.split('/providers/Microsoft.Authorization')[0] : scope;
    const name = who ? (who[1] ?? 'app') : (principalId ?? '');
    return `${name}: ${roleName(resources, roleDefinitionId ?? '')} at ${plain(at?.split('/').at(-1) ?? '')}`;
  });
}

const onlyNeeded: Rule = (resources) => {
  const said = sayingsOf(resources);
  return [
    ...said.filter((one) => !(one in needed)).map((one) => `not needed: ${one}`),
    ...Object.keys(needed)
      .filter((one) => !said.includes(one))
      .map((one) => `missing: ${one}`),
  ];
};

const namedWithReason: Rule = (resources) =>
  [...ofType(resources, assignment), ...ofType(resources, cosmosAssignment)]
    .filter(
      ({ name, type, properties }) =>
        !guid.test(name.split('/').at(-1) ?? '') || (type === assignment && !properties['description']),
    )
    .map(({ id }) => `${id} has no fixed name or says no reason`);

const narrow: Rule = (resources) =>
  ofType(resources, 'Microsoft.Authorization/roleDefinitions').flatMap(({ name, properties }) =>
    (properties['permissions'] as { actions: string[]; dataActions: string[] }[])
      .flatMap(({ actions, dataActions }) => [...actions, ...dataActions])
      .filter((action) => /\*|delete|purge|recover|backup/i.test(action))
      .map((action) => `${name} may ${action}`),
  );

describe('who may do what', () => {
  holds('every role that is given is needed, and every one that is needed is given', onlyNeeded, [
    {
      that: 'makes the app owner of its storage',
      by: (all) => {
        const role = ofType(all, assignment)[0];
        if (role) put(role, 'roleDefinitionId', '/x/8e3af657-a8ff-443c-a75c-2fe8c4bcb635');
      },
    },
    {
      that: 'gives a role at the whole group',
      by: (all) => {
        const role = ofType(all, assignment)[0];
        if (role)
          role.id = `/subscriptions/s/resourceGroups/g/providers/Microsoft.Authorization/roleAssignments/x`;
      },
    },
    {
      that: 'gives a role to somebody else',
      by: (all) => {
        const role = ofType(all, assignment)[0];
        if (role) put(role, 'principalId', '11111111-1111-1111-1111-111111111111');
      },
    },
    {
      that: 'forgets the database',
      by: (all) => void all.splice(all.indexOf(theOne(all, cosmosAssignment)), 1),
    },
  ]);

  holds('every assignment has a name made from what it is, and a reason', namedWithReason, [
    {
      that: 'names an assignment anew at every run',
      by: (all) => {
        const role = ofType(all, assignment)[0];
        if (role) role.name = '[newGuid()]';
      },
    },
    {
      that: 'gives no reason',
      by: (all) => {
        const role = ofType(all, assignment)[0];
        if (role) put(role, 'description', '');
      },
    },
  ]);

  holds('a role of our own can neither delete nor do everything', narrow, [
    {
      that: 'lets the app purge keys',
      by: (all) => {
        const role = ofType(all, 'Microsoft.Authorization/roleDefinitions')[0];
        const actions = ['Microsoft.KeyVault/vaults/secrets/purge/action'];
        if (role) put(role, 'permissions', [{ actions: [], dataActions: actions }]);
      },
    },
  ]);

  it('is the same at a second run: no name or value is new each time', () => {
    for (const environment of environments)
      expect(JSON.stringify(deploymentOf(environment))).not.toMatch(
        /newGuid\(|utcNow\(|deployment\(\)\.name/,
      );
  });
});
