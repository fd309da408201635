-- Which version of an agent plays new runs, by tenant and environment: every state it ever had, the highest revision counts.
--   active: plays them     next, percent: that share of them goes to another version     previous: what roll back returns to
-- A run keeps the version that it was recorded with (runs.agent_version), whatever happens here afterwards.
-- why: how it came to be. begun: by the first run that was asked for (what ran before, else the newest of the code).
CREATE TABLE agent_versions (
  tenant text NOT NULL REFERENCES tenants, agent text NOT NULL,
  environment text NOT NULL CHECK (environment IN ('production','sandbox')),
  revision int NOT NULL CHECK (revision > 0),
  active text NOT NULL, next text, percent int NOT NULL DEFAULT 0 CHECK (percent BETWEEN 0 AND 100), previous text,
  why text NOT NULL CHECK (why IN ('begun','set','rolled_back')), approval text, at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, agent, environment, revision), FOREIGN KEY (tenant, approval) REFERENCES approvals,
  CHECK ((next IS NULL) = (percent = 0)), CHECK (next <> active), CHECK (previous <> active));

ALTER TABLE agent_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON agent_versions USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
GRANT SELECT, INSERT ON agent_versions TO countersign_app;
