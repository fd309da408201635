/** The note of a checkpoint with what witnesses signed under it. @param c what the query calls the checkpoint's row */
export const cosignedNote = (c: string): string =>
  `${c}.note || coalesce((SELECT string_agg(s.line || E'\\n', '' ORDER BY s.witness) FROM ledger_cosignatures s
    WHERE s.tenant = ${c}.tenant AND s.size = ${c}.size), '')`;
