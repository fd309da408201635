import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { PERSON_IDS, type CastId } from '../cast-types.ts';
import type { ExperimentId, Snapshot } from '../wire.ts';
import { act as actAs, tryToBreak } from './api.ts';
import { DeskContext, useDesk, type Desk, type Draft } from './desk.ts';
import { readJourney, type Journey } from './journey.ts';
import { BreakIt, type Attempt } from './parts/break-it.tsx';
import { LedgerList, LedgerStrip } from './parts/ledger.tsx';
import { Announcer } from './parts/announcer.tsx';
import { Steps } from './parts/steps.tsx';
import { Tabs, type Tab } from './parts/tabs.tsx';
import { TopBar } from './parts/top-bar.tsx';
import { SlackPane, type SlackPlace } from './slack/pane.tsx';
import { TeamsPane, type TeamsPlace } from './teams/pane.tsx';
import { useLive } from './use-live.ts';
import { useShowMe } from './use-show-me.ts';

const CLAIM = 'CLM-0847';
const RUN = /^\/(countersign|cs)\s+run\b/;
/** After this long without a card the first step stops saying that the agent is at work. */
const PATIENCE_MS = 60_000;

const remembered = (): CastId => {
  const kept = localStorage.getItem('countersign.me');
  return PERSON_IDS.find((id) => id === kept) ?? 'robin';
};

/** True from the moment a run was asked for until its card is there. */
function useWaiting(journey: Journey | null): [boolean, () => void] {
  const [asked, setAsked] = useState<{ readonly before: string | null } | null>(null);
  useEffect(() => {
    if (!asked) return;
    const timer = setTimeout(() => setAsked(null), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  const waiting = asked !== null && asked.before === (journey?.slackTs ?? null);
  return [waiting, () => setAsked({ before: journey?.slackTs ?? null })];
}

function useBreaking(): [Attempt | null, (id: ExperimentId) => void, () => void] {
  const [attempt, setAttempt] = useState<Attempt | null>(null);
  const run = async (id: ExperimentId): Promise<void> => {
    setAttempt({ busy: true });
    setAttempt({ busy: false, report: await tryToBreak(id) });
  };
  return [attempt, (id) => void run(id), () => setAttempt(null)];
}

function waitingCards(snapshot: Snapshot): { slack: number; teams: number } {
  const { slack, teams } = snapshot;
  const open = (json: string): boolean => /"(action_id|verb)":"approve"/.test(json);
  return {
    slack: slack.messages.filter((m) => m.visibleTo === null && open(JSON.stringify(m.blocks))).length,
    teams: teams.messages.filter((m) => !m.deleted && open(JSON.stringify(m.card))).length,
  };
}

export function App(): ReactNode {
  const [me, setMe] = useState<CastId>(remembered);
  const { snapshot, connected } = useLive(me);
  if (!snapshot)
    return (
      <p className="loading">{connected ? 'Opening the workspace…' : 'The workspace does not answer yet…'}</p>
    );
  const pick = (id: CastId): void => {
    localStorage.setItem('countersign.me', id);
    setMe(id);
  };
  return <Room snapshot={snapshot} connected={connected} me={me} onPick={pick} />;
}

function Room(props: {
  snapshot: Snapshot;
  connected: boolean;
  me: CastId;
  onPick: (id: CastId) => void;
}): ReactNode {
  const { snapshot, me, onPick } = props;
  const journey = useMemo(() => readJourney(snapshot), [snapshot]);
  const [waiting, ask] = useWaiting(journey);
  const [tab, setTab] = useState<Tab>('slack');
  const [places, setPlaces] = useState<Places>({
    slack: 'channel',
    teams: 'channel',
  });
  const [draft, setDraft] = useState<Draft | null>(null);
  const [attempt, tryIt, endAttempt] = useBreaking();
  const showIt = useShowMe(snapshot);

  const member = snapshot.cast.find((c) => c.id === snapshot.me) ?? snapshot.cast[0];
  const act = useCallback<Desk['act']>(
    (what) => {
      if (what.act === 'slackSend' && RUN.test(String(what['text']))) ask();
      return actAs(snapshot.me, what);
    },
    [snapshot.me, ask],
  );
  const desk = useMemo<Desk | null>(
    () => (member ? { me: member, snapshot, act } : null),
    [member, snapshot, act],
  );

  const show = (): void => {
    const at = Date.now();
    const chat = journey.stage === 'countersign' ? 'teams' : 'slack';
    const asking = journey.stage === 'ask' || journey.stage === 'done';
    const as = asking ? 'robin' : journey.next;
    setTab(chat);
    setPlaces((old) => ({ ...old, [chat]: 'channel' }));
    if (asking) setDraft({ text: `/countersign run fraud-review ${CLAIM}`, at });
    const message = asking ? null : chat === 'teams' ? journey.teamsId : journey.slackTs;
    onPick(as);
    showIt({ as, chat, message, at });
  };

  if (!desk) return null;
  return (
    <DeskContext.Provider value={desk}>
      <div className="room" data-tab={tab} data-me={desk.me.id}>
        <TopBar
          {...{ cast: snapshot.cast, me, rehearsal: snapshot.rehearsal, connected: props.connected, onPick }}
        />
        <Steps {...{ journey, waiting, cast: snapshot.cast, onShow: show, onBreak: tryIt }} />
        <Tabs tab={tab} waiting={waitingCards(snapshot)} onPick={setTab} />
        <Chats {...{ places, onPlaces: setPlaces, draft }} />
        <LedgerStrip lines={snapshot.ledger} />
        <Announcer snapshot={snapshot} />
        {attempt ? <BreakIt attempt={attempt} onClose={endAttempt} /> : null}
      </div>
    </DeskContext.Provider>
  );
}

interface Places {
  readonly slack: SlackPlace;
  readonly teams: TeamsPlace;
}

/** Both clients, and on a narrow screen the ledger as a third. */
function Chats(props: {
  places: Places;
  onPlaces: (places: Places) => void;
  draft: Draft | null;
}): ReactNode {
  const { places, onPlaces } = props;
  const { snapshot } = useDesk();
  return (
    <main>
      <SlackPane
        place={places.slack}
        onPlace={(slack) => onPlaces({ ...places, slack })}
        draft={props.draft}
      />
      <TeamsPane place={places.teams} onPlace={(teams) => onPlaces({ ...places, teams })} draft={null} />
      <section className="pane ledger-pane" aria-label="All ledger entries">
        <LedgerList lines={snapshot.ledger} />
      </section>
    </main>
  );
}
