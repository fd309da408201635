-- What became of a live run that people overrode or thought bad: a golden case of its company and agent (core's GoldenCase,
-- read by a person before it came here), or nothing. One decision a run, never said anew.
CREATE TABLE golden_cases (
  tenant text NOT NULL, run text NOT NULL, agent text NOT NULL, status text NOT NULL CHECK (status IN ('accepted','dropped')),
  golden jsonb, decided_by text NOT NULL, decided_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, run), FOREIGN KEY (tenant, run) REFERENCES runs,
  CHECK ((status = 'accepted') = (golden IS NOT NULL)));
CREATE INDEX ON golden_cases (tenant, agent, decided_at) WHERE status = 'accepted';
CREATE INDEX ON run_feedback (tenant, rated_at) WHERE thumb = 'down';

ALTER TABLE golden_cases ENABLE ROW LEVEL SECURITY;
ALTER TABLE golden_cases FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON golden_cases USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
GRANT SELECT, INSERT ON golden_cases TO countersign_app;
