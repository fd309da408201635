import { EXAMPLE } from '../example/example.ts';
import type { CastMember } from '../workspace/cast-types.ts';

/** As the local Teams names accounts: Teams' own ids differ per app, so people are known by their Entra object. */
export const accountOf = ({ entraObject }: Pick<CastMember, 'entraObject'>): string => `29:${entraObject}`;

/** The Playground takes exactly so many beside its user. */
const OTHERS = 5;

const person = (one: CastMember) => {
  const [givenName = one.name, ...rest] = one.name.split(' ');
  return {
    id: accountOf(one),
    name: one.name,
    userPrincipleName: one.email,
    aadObjectId: one.entraObject,
    givenName,
    surname: rest.join(' '),
    email: one.email,
  };
};

/**
 * The Playground's `.m365agentsplayground.yml` (JSON is YAML): the example insurer's Entra tenant, people and channel instead
 * of its own mock ones. @see https://aka.ms/teams-app-test-tool-config-guide
 */
export function castFile(cast: readonly CastMember[], me: CastMember): string {
  const { tenant, clientId, channel, channelName } = EXAMPLE.teams;
  const others = cast.filter(({ id }) => id !== me.id && id !== 'sam');
  return JSON.stringify({
    version: '0.1.0',
    tenantId: tenant,
    bot: { id: clientId, name: 'Countersign' },
    currentUser: person(me),
    users: others.slice(0, OTHERS).map(person),
    personalChat: { id: 'personal-chat' },
    groupChat: { id: 'group-chat', name: 'Group' },
    team: {
      id: 'harbour-mutual',
      name: EXAMPLE.name,
      aadGroupId: '5f0d1a3e-9c0b-4b52-8a3e-1f1d2c3b4a59',
      channels: [{ id: channel, name: channelName }],
    },
  });
}
