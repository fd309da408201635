-- Evaluations that are asked for in chat. request_key: the same request, come twice, is one evaluation. why: a code of what
-- kept one from ending well. comparison: the marks against the last of the same kind of model, as they were compared when it
-- ended. metrics: the figures of a judge, with who judged and what embedded; no words of a model.

ALTER TABLE eval_runs ADD COLUMN request_key text, ADD COLUMN why text CHECK (why ~ '^[a-z][a-z0-9-]{1,60}$'),
  ADD COLUMN comparison jsonb, ADD COLUMN metrics jsonb;
CREATE UNIQUE INDEX eval_runs_request ON eval_runs (tenant, request_key) WHERE request_key IS NOT NULL;
CREATE INDEX eval_runs_running ON eval_runs (tenant, agent, agent_version) WHERE status = 'running';
GRANT UPDATE (why, comparison, metrics) ON eval_runs TO countersign_app;
