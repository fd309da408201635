-- One evaluation of one version of an agent by its golden cases. prompt_hash is of what the model was told, cases_hash of
-- what was asked of it: figures are compared only where the cases are the same. origin: where somebody asked for it in chat.
CREATE TABLE eval_runs (
  tenant text NOT NULL REFERENCES tenants, eval text NOT NULL, agent text NOT NULL, agent_version text NOT NULL,
  prompt_hash text NOT NULL, cases_hash text NOT NULL, model text NOT NULL, rehearsal boolean NOT NULL,
  source text NOT NULL CHECK (source IN ('command','chat','schedule')), requester text, origin jsonb NOT NULL DEFAULT '{}',
  cases integer NOT NULL CHECK (cases > 0),
  status text NOT NULL DEFAULT 'running' CHECK (status IN ('running','done','failed')),
  mean double precision CHECK (mean BETWEEN 0 AND 1), cost_micros bigint NOT NULL DEFAULT 0,
  started_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz,
  PRIMARY KEY (tenant, eval), CHECK ((status = 'running') = (finished_at IS NULL)),
  CHECK ((status = 'done') = (mean IS NOT NULL)));
CREATE INDEX ON eval_runs (tenant, agent, finished_at);

-- One golden case of it. grades: [{grader, mark, why}], no words of a model. run: the sandbox run that was marked.
CREATE TABLE eval_results (
  tenant text NOT NULL, eval text NOT NULL, case_id text NOT NULL, kind text NOT NULL, mark double precision NOT NULL
    CHECK (mark BETWEEN 0 AND 1),
  grades jsonb NOT NULL, failure text, run text, cost_micros bigint NOT NULL, latency_ms integer NOT NULL,
  graded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, eval, case_id), FOREIGN KEY (tenant, eval) REFERENCES eval_runs,
  FOREIGN KEY (tenant, run) REFERENCES runs);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['eval_runs', 'eval_results'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO countersign_app', t);
  END LOOP;
END $$;
GRANT UPDATE (status, mean, cost_micros, finished_at) ON eval_runs TO countersign_app;
