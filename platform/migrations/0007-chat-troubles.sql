-- What a chat refuses us, so that an Admin is told once and learns when it is over: a workspace that took our access away or
-- does not answer (conversation ''), a channel that is closed to us, a person who cannot be written to.
CREATE TABLE chat_troubles (
  tenant text NOT NULL REFERENCES tenants, trouble text NOT NULL,
  platform text NOT NULL CHECK (platform IN ('slack','teams')), workspace text NOT NULL, conversation text NOT NULL,
  person text, kind text NOT NULL CHECK (kind IN ('cut_off','silent','closed','unreachable','refused')),
  why text NOT NULL, version int NOT NULL DEFAULT 1, since timestamptz NOT NULL DEFAULT now(), over_at timestamptz,
  PRIMARY KEY (tenant, trouble));
-- one place is in one trouble at a time
CREATE UNIQUE INDEX ON chat_troubles (tenant, platform, workspace, conversation) WHERE over_at IS NULL;

ALTER TABLE chat_troubles ENABLE ROW LEVEL SECURITY;
ALTER TABLE chat_troubles FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON chat_troubles USING (tenant = current_tenant()) WITH CHECK (tenant = current_tenant());
GRANT SELECT, INSERT ON chat_troubles TO countersign_app;
GRANT UPDATE (kind, why, version, since, over_at) ON chat_troubles TO countersign_app;

-- Looked through when a workspace is back, for what waits there.
CREATE INDEX card_copies_behind ON card_copies (tenant, platform, workspace)
  WHERE shown_version < wanted_version AND status <> 'failed';
