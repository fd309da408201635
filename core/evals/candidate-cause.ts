/** Why a run is worth a golden case: a person changed or declined what it proposed, or thought it bad. */
export interface CandidateCause {
  readonly how: 'edited' | 'declined' | 'thumb';
  /** The tool that was changed or declined; null for a thumb. */
  readonly tool: string | null;
  /** In their own words, without personal data as far as rules find it. */
  readonly reason: string | null;
}
