const HOLDS = `working_since IS NOT NULL AND status IN ('queued', 'running')`;

/** In an UPDATE of a run that ends or begins to wait for people: gives its place back and notes how long it was held. */
export const GIVE_BACK = `left_at = CASE WHEN ${HOLDS} THEN now() ELSE left_at END,
  worked_ms = worked_ms + CASE WHEN ${HOLDS} THEN (extract(epoch FROM now() - working_since) * 1000)::bigint ELSE 0 END`;

/** In an UPDATE of a run that goes on: what people answered waits in no line, however full the house is. */
export const TAKE_PLACE = `working_since = CASE WHEN status = 'waiting' OR working_since IS NULL THEN now() ELSE working_since END`;

/** Of a cancelled run that never began: its way out is closed, so that nothing is left to deliver. */
export const CLOSE_WAY_OUT = `UPDATE outbox SET done_at = now()
  WHERE topic = 'intake' AND key = $1 AND done_at IS NULL AND enqueued_at IS NULL AND due_at = 'infinity'`;
