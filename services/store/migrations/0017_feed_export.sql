-- The live feed numbers what happened once it is committed, one step after the other: a number says
-- for ever what came before it, and is all that a reader has to name to go on. It can be derived
-- again from the events and is no history.
CREATE TABLE feed (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source text NOT NULL CHECK (source IN ('alert', 'order')),
  event bigint NOT NULL,
  UNIQUE (source, event)
);
-- Every event below the position has its number.
CREATE TABLE feed_mark (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  position xid8 NOT NULL
);
INSERT INTO feed (source, event)
  SELECT source, event FROM (
    SELECT 'alert' AS source, id AS event, position, made_at FROM alert_event
    UNION ALL SELECT 'order', id, position, made_at FROM order_event
  ) AS known ORDER BY position, made_at, source, event;
INSERT INTO feed_mark (position) SELECT pg_snapshot_xmin(pg_current_snapshot());

-- What was handed out, of what, as of when, and the digests to know it again by. Of an export that
-- was broken off there is no row.
CREATE TABLE export (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE CHECK (name ~ '^[0-9a-f]{32}$'),
  what text NOT NULL CHECK (what IN ('readings', 'means', 'verdicts', 'alerts', 'marks', 'limits')),
  format text NOT NULL CHECK (format IN ('csv', 'parquet', 'xlsx')),
  query jsonb NOT NULL,
  as_of xid8 NOT NULL,
  columns text[] NOT NULL,
  rows bigint NOT NULL CHECK (rows >= 0),
  -- Of the file as it was sent, and of its rows as lines, which do not depend on the format's writer.
  bytes bigint NOT NULL CHECK (bytes >= 0),
  digest bytea NOT NULL CHECK (length(digest) = 32),
  rows_digest bytea NOT NULL CHECK (length(rows_digest) = 32),
  checkpoint bigint,
  software text NOT NULL,
  account integer,
  actor text NOT NULL CHECK (actor <> ''),
  began_at timestamptz NOT NULL,
  made_at timestamptz NOT NULL,
  position xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX export_position ON export (position);
CREATE TRIGGER export_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON export
  EXECUTE FUNCTION refuse_change();

GRANT SELECT ON feed, feed_mark, export TO qingkong_ingest, qingkong_alerts, qingkong_api, qingkong_registrar;
GRANT INSERT ON feed, export TO qingkong_api;
GRANT UPDATE (position) ON feed_mark TO qingkong_api;
