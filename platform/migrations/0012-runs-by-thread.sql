-- A thread is about the run that was asked for in it: "@Countersign trace" there names no run.
CREATE INDEX runs_by_thread ON runs (tenant, (origin ->> 'conversation'), (origin ->> 'thread'))
  WHERE origin ->> 'thread' IS NOT NULL;
