-- Who is on call. plan: core's Plan, whole. One rotation at each place; one that was replaced or ended stays, and says when.
CREATE TABLE on_call_rotations (
  tenant text NOT NULL REFERENCES tenants, rotation text NOT NULL,
  place text NOT NULL CHECK (place IN ('first','second')), team text NOT NULL, time_zone text NOT NULL, plan jsonb NOT NULL,
  created_by text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), ended_at timestamptz,
  PRIMARY KEY (tenant, rotation), FOREIGN KEY (tenant, created_by) REFERENCES people);
CREATE UNIQUE INDEX on_call_rotations_open ON on_call_rotations (tenant, place) WHERE ended_at IS NULL;

-- Somebody takes a rotation's place for a while; of several the newest (serial) counts.
CREATE TABLE on_call_overrides (
  tenant text NOT NULL, override text NOT NULL, rotation text NOT NULL, person text NOT NULL,
  from_at timestamptz NOT NULL, until_at timestamptz NOT NULL, serial bigint GENERATED ALWAYS AS IDENTITY,
  created_by text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), ended_at timestamptz,
  PRIMARY KEY (tenant, override), FOREIGN KEY (tenant, rotation) REFERENCES on_call_rotations,
  FOREIGN KEY (tenant, person) REFERENCES people, FOREIGN KEY (tenant, created_by) REFERENCES people,
  CHECK (from_at < until_at));
CREATE INDEX ON on_call_overrides (tenant, rotation, until_at) WHERE ended_at IS NULL;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['on_call_rotations', 'on_call_overrides'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_only ON %I USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant())', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO countersign_app', t);
    EXECUTE format('GRANT UPDATE (ended_at) ON %I TO countersign_app', t);
  END LOOP;
END $$;
