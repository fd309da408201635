-- Delivered rows and request keys are of no use after a week: platforms repeat a request within the hour. The database
-- itself lets nobody but the dispatcher delete them, and nothing younger or undelivered.
CREATE POLICY dispatcher_forgets ON outbox FOR DELETE TO countersign_dispatcher
  USING (done_at < now() - interval '7 days');
GRANT DELETE ON outbox TO countersign_dispatcher;
CREATE POLICY dispatcher_sees ON seen_requests FOR SELECT TO countersign_dispatcher
  USING (seen_at < now() - interval '7 days');
CREATE POLICY dispatcher_forgets ON seen_requests FOR DELETE TO countersign_dispatcher
  USING (seen_at < now() - interval '7 days');
GRANT SELECT (seen_at), DELETE ON seen_requests TO countersign_dispatcher;
