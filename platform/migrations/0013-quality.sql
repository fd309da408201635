-- What happened to an agent beside its runs, one row each; `key` makes telling it twice harmless.
--   guardrail: something was held back or refused     pii: personal data found and redacted     pii_leak: it got out
--   breaker: a model's or connector's breaker opened   change: a deploy, prompt, model, connector or policy changed
--   tool_pattern: tools called in an order not seen before   input_drift: inputs no longer look like those before
-- detail holds figures and names of ours, nothing personal.
CREATE TABLE agent_events (
  tenant text NOT NULL REFERENCES tenants, event text NOT NULL, at timestamptz NOT NULL DEFAULT now(),
  agent text NOT NULL, agent_version text, run text,
  kind text NOT NULL CHECK (kind IN
    ('guardrail','pii','pii_leak','breaker','change','tool_pattern','input_drift')),
  key text NOT NULL, detail jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant, event), FOREIGN KEY (tenant, run) REFERENCES runs);
CREATE UNIQUE INDEX ON agent_events (tenant, kind, key);
CREATE INDEX ON agent_events (tenant, agent, kind, at);
CREATE INDEX ON agent_events (tenant, at);

-- How good a live run was, by metric. score is null where it could not be measured, and `reason` says why: never 0.
CREATE TABLE run_scores (
  tenant text NOT NULL, run text NOT NULL, metric text NOT NULL CHECK (metric IN
    ('faithfulness','answer_relevancy','context_precision','context_recall','judge')),
  score double precision CHECK (score <> 'NaN'), reason text, judge text NOT NULL,
  rehearsal boolean NOT NULL, scored_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, run, metric), FOREIGN KEY (tenant, run) REFERENCES runs,
  CHECK ((score IS NULL) = (reason IS NOT NULL)));
CREATE INDEX ON run_scores (tenant, scored_at);

-- Windows of the metrics are read by when a run ended.
CREATE INDEX ON runs (tenant, finished_at) WHERE finished_at IS NOT NULL;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['agent_events', 'run_scores'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO countersign_app', t);
  END LOOP;
END $$;
