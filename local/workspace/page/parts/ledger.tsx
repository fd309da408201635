import { useState, type ReactNode } from 'react';
import type { LedgerLine } from '../../wire.ts';
import { verifyChain } from '../api.ts';
import { clock } from '../dates.ts';
import { useDesk } from '../desk.ts';
import { Dialog } from './dialog.tsx';
import { TickIcon } from './icons.tsx';

const SHOWN = 4;

export const newestFirst = (lines: readonly LedgerLine[]): LedgerLine[] =>
  [...lines].sort((a, b) => b.seq - a.seq);

type Verdict = { readonly ok: boolean; readonly sentence: string };

function Verify({ onVerdict }: { onVerdict: (v: Verdict | null) => void }): ReactNode {
  const [busy, setBusy] = useState(false);
  const verify = async (): Promise<void> => {
    setBusy(true);
    onVerdict(null);
    onVerdict(await verifyChain());
    setBusy(false);
  };
  return (
    <button type="button" className="btn" aria-busy={busy} onClick={() => void verify()}>
      Verify<span className="wide"> the chain</span>
    </button>
  );
}

function AllEntries({ lines, onClose }: { lines: readonly LedgerLine[]; onClose: () => void }): ReactNode {
  return (
    <Dialog title="Ledger" className="ledger-all" onClose={onClose}>
      <LedgerList lines={lines} />
    </Dialog>
  );
}

/** Every entry, newest first. */
export function LedgerList({ lines }: { lines: readonly LedgerLine[] }): ReactNode {
  const { me } = useDesk();
  if (!lines.length) return <p className="empty">The ledger is empty. It begins with the first run.</p>;
  return (
    <ol className="ledger-list" tabIndex={0} aria-label="Ledger entries, newest first">
      {newestFirst(lines).map((line) => (
        <li key={line.seq}>
          <span className="seq">#{line.seq}</span>
          <span className="grow">{line.sentence}</span>
          <time dateTime={new Date(line.atMs).toISOString()}>{clock(line.atMs, me.timeZone)}</time>
        </li>
      ))}
    </ol>
  );
}

function Said({ verdict }: { verdict: Verdict | null }): ReactNode {
  return (
    <p className={`verdict ${verdict?.ok ? 'ok' : 'bad'}`} role="status">
      {verdict ? (
        <>
          {verdict.ok ? <TickIcon /> : <span aria-hidden="true">⚠</span>} {verdict.sentence}
        </>
      ) : null}
    </p>
  );
}

/** The strip below the chats: the newest entries, and the proof. */
export function LedgerStrip({ lines }: { lines: readonly LedgerLine[] }): ReactNode {
  const [all, setAll] = useState(false);
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const latest = newestFirst(lines).slice(0, SHOWN).reverse();
  return (
    <section className="ledger" aria-label="Ledger">
      <h2>
        <span className="live-dot" aria-hidden="true" /> Ledger, live
      </h2>
      <Said verdict={verdict} />
      {verdict ? null : latest.length ? (
        <ol>
          {latest.map((line, i) => (
            <li key={line.seq} className={i === latest.length - 1 ? 'newest' : ''}>
              <span className="seq">#{line.seq}</span> {line.sentence}
            </li>
          ))}
        </ol>
      ) : (
        <p className="muted">Every step will be written here, each entry sealed to the one before.</p>
      )}
      <span className="ledger-actions">
        <Verify onVerdict={setVerdict} />
        <button type="button" className="btn see-all" onClick={() => setAll(true)}>
          See all
        </button>
      </span>
      {all ? <AllEntries lines={lines} onClose={() => setAll(false)} /> : null}
    </section>
  );
}
