-- A retry of rejects may be stopped by a person: what was done of it stays, the rest is not begun. That
-- it was stopped is all that the API may say of it: how far it is, ingest alone tells.
ALTER TABLE asked_retry ADD COLUMN stopped_by text CHECK (stopped_by <> ''),
  ADD COLUMN stopped_at timestamptz,
  ADD CHECK ((stopped_by IS NULL) = (stopped_at IS NULL));
DROP INDEX asked_retry_waiting;
CREATE INDEX asked_retry_waiting ON asked_retry (id)
  WHERE state IN ('asked', 'running') AND stopped_by IS NULL;

GRANT UPDATE (stopped_by, stopped_at) ON asked_retry TO qingkong_api;
