-- What was counted in an hour that is over, one row a measure and scope; core/metrics.ts says what each measure is.
-- buckets, counts: the spread of a duration, as in core/histogram.ts; both null where there is none. An unknown version or
-- route is ''. A row is written once, when its hour is rolled up.
CREATE TABLE metric_hours (
  tenant text NOT NULL REFERENCES tenants, measure text NOT NULL, hour timestamptz NOT NULL,
  agent text NOT NULL, version text NOT NULL, route text NOT NULL,
  environment text NOT NULL CHECK (environment IN ('production','sandbox','eval')),
  n bigint NOT NULL, sum double precision NOT NULL CHECK (sum <> 'NaN'), buckets int[], counts bigint[],
  PRIMARY KEY (tenant, measure, hour, agent, version, route, environment),
  CHECK ((buckets IS NULL) = (counts IS NULL)), CHECK (cardinality(buckets) = cardinality(counts)));

-- Hours before this instant are rolled up, all of them.
CREATE TABLE metric_rolled (
  tenant text PRIMARY KEY REFERENCES tenants, until timestamptz NOT NULL);

-- How a tool looked when it was seen last, so that a change of it can be told.
CREATE TABLE tool_schemas (
  tenant text NOT NULL REFERENCES tenants, connector text NOT NULL, tool text NOT NULL, schema_hash text NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant, connector, tool));

-- What happened when: each measure is counted by the instant at which it happened.
CREATE INDEX runs_admitted ON runs (tenant, admitted_at) WHERE admitted_at IS NOT NULL;
CREATE INDEX run_steps_paid ON run_steps (tenant, started_at) INCLUDE (run, cost_micros) WHERE cost_micros > 0;
CREATE INDEX approvals_decided ON approvals (tenant, (((state ->> 'decidedAtMs'))::bigint))
  WHERE (state ->> 'decidedAtMs') IS NOT NULL;
CREATE INDEX dead_letters_since ON dead_letters (tenant, since);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['metric_hours', 'metric_rolled', 'tool_schemas'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO countersign_app', t);
  END LOOP;
END $$;
GRANT UPDATE (until) ON metric_rolled TO countersign_app;
GRANT UPDATE (schema_hash, seen_at) ON tool_schemas TO countersign_app;
