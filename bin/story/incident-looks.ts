import type { IncidentId } from '../../core/ids.ts';
import type { Happened } from '../../core/incident/types.ts';
import { incidentEventSubject } from '../../core/incident/subject.ts';
import { expect, wordsOf, type World } from './world.ts';

/** What hangs in both channels about a subject, once it does. */
export async function bothCards(world: World, subject: string) {
  await world.until(`${subject} in Slack and in Teams`, async () =>
    (await Promise.all([world.messageOf('slack', subject), world.messageOf('teams', subject)])).every(
      Boolean,
    ),
  );
  const slack = await world.until(`${subject} in Slack`, () => world.slackCard(subject).catch(() => null));
  const teams = await world.until(`${subject} in Teams`, () => world.teamsCard(subject).catch(() => null));
  return { slack, teams };
}

/** Everything about the incident is one thread in each chat. */
export async function expectOne(world: World, incident: IncidentId, title: string): Promise<void> {
  const { control, stores, tenant } = world;
  // A request that quotes the title as its reason names no runs.
  const isIt = (card: unknown): boolean =>
    [title, 'Worst runs'].every((said) => wordsOf(card).includes(said));
  const roots = (await control.messages('slack')).filter((m) => isIt(m.blocks));
  const threads = (await control.messages('teams')).filter((m) => m.thread === null && isIt(m.card));
  const others = (await stores.incidents.open(tenant)).filter(({ id }) => id !== incident);
  expect(
    roots.length === 1 && threads.length === 1 && others.length === 0,
    `There are ${roots.length} threads in Slack, ${threads.length} in Teams and ${others.length} other incidents.`,
  );
}

/** That the incident's card in both chats comes to say something. */
export const untilBothSay = (
  world: World,
  incident: IncidentId,
  said: string,
  waitMs?: number,
): Promise<boolean> =>
  world.until(
    `"${said}" on the card in Slack and in Teams`,
    async () =>
      wordsOf((await world.slackCard(incident)).blocks).includes(said) &&
      wordsOf((await world.teamsCard(incident)).card).includes(said),
    waitMs,
  );

/** The message that tells of it, under the incident's card in both chats. */
export async function toldUnder(world: World, incident: IncidentId, what: Happened): Promise<boolean> {
  const { control, stores, tenant } = world;
  for (let seq = 1; ; seq += 1) {
    const event = await stores.incidents.event(tenant, incident, seq);
    if (event === null) return false;
    if (event.what !== what) continue;
    const subject = incidentEventSubject({ incident, seq });
    const { ts } = await world.slackCard(incident);
    const { id } = await world.teamsCard(incident);
    return world.until(`"${what}" in both threads`, async () => {
      const [slack, teams] = [
        await world.messageOf('slack', subject),
        await world.messageOf('teams', subject),
      ];
      const inSlack = (await control.messages('slack', undefined, ts)).some((m) => m.ts === slack);
      return inSlack && (await control.messages('teams')).some((m) => m.id === teams && m.thread === id);
    });
  }
}
