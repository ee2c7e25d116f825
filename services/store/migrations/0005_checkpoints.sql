-- Checkpoints and readers of histories go on from a position: each history is found by it.
ALTER TABLE checkpoint ADD COLUMN position xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX reading_revision_position ON reading_revision (position);
CREATE INDEX reject_position ON reject (position);
CREATE INDEX reject_retry_position ON reject_retry (position);
CREATE INDEX parameter_position ON parameter (position);
CREATE INDEX device_event_position ON device_event (position);
