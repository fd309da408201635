-- A window of absence can be ended before its time: by moving its end, and by nothing else.
GRANT UPDATE (until_at) ON delegations TO countersign_app;
CREATE INDEX ON delegations (tenant, from_person, until_at);
CREATE INDEX ON delegations (tenant, to_person, until_at);
