/** What of the record somebody can read. */
export type ReadWhat =
  | 'output'
  | 'trace'
  | 'request'
  | 'evidence'
  | 'changes'
  | 'explanation'
  | 'receipt'
  | 'verification'
  | 'entries'
  | 'export'
  | 'reads';

/** The door by which they do. */
export type ReadVia = 'slack' | 'teams' | 'api' | 'mcp' | 'page' | 'link' | 'shell';

/** That somebody read something of the record. */
export interface RecordRead {
  /** A run, a request, or the tenant where it was all of it. */
  readonly subject: string;
  /** A person's id; `link` and the beginning of a link's digest; or `operator`, who has a shell. */
  readonly reader: string;
  readonly what: ReadWhat;
  readonly via: ReadVia;
}

export interface RecordReadView extends RecordRead {
  readonly readAtMs: number;
  /** Null: nobody of the company. */
  readonly name: string | null;
}
