-- What each slot's worker held behind its last batch: received, and not yet committed. The row is
-- replaced in the transaction of each batch, so one snapshot sees a message there or in a batch.
-- Logged: after a crash of the server the batch before would else stand there as if it was the end.
CREATE TABLE slot_pending (
  slot integer PRIMARY KEY,
  reported_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  publishers text[] NOT NULL,
  hours timestamptz[] NOT NULL,
  messages integer[] NOT NULL,
  CHECK (cardinality(publishers) = cardinality(messages) AND cardinality(hours) = cardinality(messages))
) WITH (fillfactor = 20);

GRANT SELECT, INSERT, UPDATE, DELETE ON slot_pending TO qingkong_ingest;
GRANT SELECT ON slot_pending TO qingkong_alerts, qingkong_api, qingkong_registrar;
