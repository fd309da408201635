-- One more kind of what happens to an agent beside its runs: eval_worse, its weekly evaluation was surely worse than the last.
ALTER TABLE agent_events DROP CONSTRAINT agent_events_kind_check, ADD CONSTRAINT agent_events_kind_check CHECK (kind IN
  ('guardrail','pii','pii_leak','breaker','change','tool_pattern','input_drift','eval_worse'));
