-- What each slot's worker held behind its last batch: received, and not yet committed. The row is
-- replaced in the transaction of each batch, so one snapshot sees a message there or in a batch.
-- Logged: after a crash of the server the batch before would else stand there as if it was the end.
-- One entry an hour; its publishers as lines of one text, and as many numbers of messages: thousands
-- of elements in arrays cost the server ten times as much, with every batch.
CREATE TABLE slot_pending (
  slot integer PRIMARY KEY,
  reported_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  hours timestamptz[] NOT NULL,
  publishers text[] NOT NULL,
  messages text[] NOT NULL,
  CHECK (cardinality(publishers) = cardinality(hours) AND cardinality(messages) = cardinality(hours))
) WITH (fillfactor = 20);
ALTER TABLE slot_pending ALTER COLUMN publishers SET STORAGE EXTERNAL,
  ALTER COLUMN messages SET STORAGE EXTERNAL;

CREATE VIEW pending AS
  SELECT slot, said.publisher, lot.hour, said.messages::integer AS messages
  FROM slot_pending,
    LATERAL unnest(hours, publishers, messages) AS lot (hour, lines, numbers),
    LATERAL ROWS FROM (
      unnest(string_to_array(lot.lines, E'\n')), unnest(string_to_array(lot.numbers, ','))
    ) AS said (publisher, messages)
  WHERE said.messages IS NOT NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON slot_pending TO qingkong_ingest;
GRANT SELECT ON slot_pending, pending TO qingkong_ingest, qingkong_alerts, qingkong_api,
  qingkong_registrar;
