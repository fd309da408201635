-- When many things go wrong at once they gather in one incident. Each stays a row: what is wrong, how badly, and when it was
-- over, by itself. The figures are those of the rule's last look.
CREATE TABLE incident_conditions (
  tenant text NOT NULL, incident text NOT NULL, fingerprint text NOT NULL, rule text NOT NULL, agent text, version text,
  severity text NOT NULL CHECK (severity IN ('p0','p1','p2')),
  state text NOT NULL CHECK (state IN ('firing','clear','no_data','cannot_know')),
  value float8, threshold float8 NOT NULL, unit text NOT NULL, sample int NOT NULL, worst_runs text[] NOT NULL,
  since timestamptz NOT NULL, seen_at timestamptz NOT NULL, clear_since timestamptz, over_at timestamptz,
  PRIMARY KEY (tenant, incident, fingerprint), FOREIGN KEY (tenant, incident) REFERENCES incidents);
-- what is wrong is in one incident at a time
CREATE UNIQUE INDEX incident_conditions_open ON incident_conditions (tenant, fingerprint) WHERE over_at IS NULL;
-- how many came lately is asked whenever something new goes wrong
CREATE INDEX incident_events_came ON incident_events (tenant, at) WHERE kind IN ('opened','reopened');

ALTER TABLE incident_conditions ENABLE ROW LEVEL SECURITY;
ALTER TABLE incident_conditions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON incident_conditions USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
GRANT SELECT, INSERT ON incident_conditions TO countersign_app;
GRANT UPDATE (rule, agent, version, severity, state, value, threshold, unit, sample, worst_runs, since, seen_at, clear_since, over_at)
  ON incident_conditions TO countersign_app;
