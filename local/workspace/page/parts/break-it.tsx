import type { ReactNode } from 'react';
import type { ExperimentReport } from '../../wire.ts';
import { Dialog } from './dialog.tsx';

export type Attempt =
  { readonly busy: true } | { readonly busy: false; readonly report: ExperimentReport | { error: string } };

/** What was done, what really came back, and what the card says now. */
export function BreakIt({ attempt, onClose }: { attempt: Attempt; onClose: () => void }): ReactNode {
  return (
    <Dialog title="Try to break it" className="break-it" onClose={onClose}>
      <div className="dialog-body" aria-live="polite">
        {attempt.busy ? <p>Doing it for real…</p> : <Outcome of={attempt.report} />}
      </div>
      <footer>
        <button type="button" className="btn primary" onClick={onClose}>
          Back to the chats
        </button>
      </footer>
    </Dialog>
  );
}

function Outcome({ of }: { of: ExperimentReport | { error: string } }): ReactNode {
  if ('error' in of) return <p>{of.error}</p>;
  return (
    <>
      <p>{of.did}</p>
      <dl>
        {of.answers.map(({ who, answer }, i) => (
          <div key={i}>
            <dt>{who}</dt>
            <dd>{answer}</dd>
          </div>
        ))}
      </dl>
      <p className="now-says">
        <b>The card now:</b> {of.now}
      </p>
    </>
  );
}
