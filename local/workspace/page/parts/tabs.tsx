import type { ReactNode } from 'react';

export type Tab = 'slack' | 'teams' | 'ledger';
const NAMES: Readonly<Record<Tab, string>> = { slack: 'Slack', teams: 'Teams', ledger: 'Ledger' };

/** On a narrow screen, one client at a time. */
export function Tabs(props: {
  tab: Tab;
  waiting: Readonly<Partial<Record<Tab, number>>>;
  onPick: (tab: Tab) => void;
}): ReactNode {
  return (
    <nav className="tabs" aria-label="Which client">
      {(Object.keys(NAMES) as Tab[]).map((tab) => (
        <button
          key={tab}
          type="button"
          aria-current={tab === props.tab ? 'page' : undefined}
          onClick={() => props.onPick(tab)}
        >
          {NAMES[tab]}
          {props.waiting[tab] ? (
            <span className="count">
              {props.waiting[tab]}
              <span className="sr-only"> waiting for a signature</span>
            </span>
          ) : null}
        </button>
      ))}
    </nav>
  );
}
