import { createContext, useContext } from 'react';
import type { CastMember } from '../cast-types.ts';
import type { Snapshot } from '../wire.ts';
import type { ActAnswer } from './api.ts';

/** What every part of the page works with: who the visitor is, what they see, and how they act. */
export interface Desk {
  readonly me: CastMember;
  readonly snapshot: Snapshot;
  /** Acts as the current person; trouble is told in the notice line. */
  act(what: { readonly act: string } & Record<string, unknown>): Promise<ActAnswer>;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('no desk here');
  return desk;
}

export interface Draft {
  readonly text: string;
  readonly at: number;
}
