-- What arrived, byte for byte, in the order it was committed, as one digest chain per slot.
CREATE SEQUENCE batch_id;
CREATE TABLE batch (
  id bigint PRIMARY KEY,
  slot integer NOT NULL,
  number bigint NOT NULL,
  origin text NOT NULL DEFAULT 'mqtt' CHECK (origin IN ('mqtt', 'retry')),
  received_from timestamptz NOT NULL,
  received_to timestamptz NOT NULL,
  committed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  frames integer NOT NULL,
  stored integer NOT NULL,
  repeated integer NOT NULL,
  rejected integer NOT NULL,
  readings integer NOT NULL,
  revised integer NOT NULL,
  devices integer[] NOT NULL,
  received_ms integer[] NOT NULL,
  outcomes text NOT NULL,
  block_bytes integer NOT NULL,
  previous bytea NOT NULL CHECK (length(previous) = 32),
  digest bytea NOT NULL CHECK (length(digest) = 32),
  position xid8 NOT NULL DEFAULT pg_current_xact_id(),
  UNIQUE (slot, number),
  CHECK (frames = stored + repeated + rejected)
);
CREATE INDEX batch_received ON batch USING brin (received_from) WITH (pages_per_range = 16);
CREATE TRIGGER batch_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON batch
  EXECUTE FUNCTION refuse_change();

-- The frames of a batch as one compressed block; its own hypertable, so that retention may drop bytes.
CREATE TABLE batch_block (
  received_from timestamptz NOT NULL,
  batch bigint NOT NULL,
  block bytea NOT NULL,
  PRIMARY KEY (batch, received_from)
);
ALTER TABLE batch_block ALTER COLUMN block SET STORAGE EXTERNAL;
SELECT create_hypertable('batch_block', by_range('received_from', INTERVAL '7 days'), create_default_indexes => false);

CREATE TABLE reject (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  batch bigint NOT NULL,
  seq integer NOT NULL,
  topic text NOT NULL,
  mn text,
  device integer,
  reason text NOT NULL,
  detail text NOT NULL,
  codes text[] NOT NULL DEFAULT '{}',
  whole boolean NOT NULL,
  received_at timestamptz NOT NULL,
  bytes bytea NOT NULL,
  position xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX reject_batch ON reject (batch);
CREATE INDEX reject_received ON reject (received_at);
CREATE TRIGGER reject_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON reject
  EXECUTE FUNCTION refuse_change();

CREATE TABLE reject_retry (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reject bigint NOT NULL REFERENCES reject,
  retried_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL,
  clock_offset_s integer NOT NULL DEFAULT 0,
  batch bigint NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('stored', 'repeated', 'rejected')),
  position xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX reject_retry_reject ON reject_retry (reject);
CREATE TRIGGER reject_retry_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON reject_retry
  EXECUTE FUNCTION refuse_change();

-- Work for the evaluators: a subject's hour about which something new is known.
CREATE TABLE touched (
  subject integer NOT NULL,
  hour timestamptz NOT NULL,
  batch bigint NOT NULL
);

-- Settings of devices, a row per value said (HJ 212-2017, CN 3019-3021, 1061, 1063).
CREATE TABLE parameter (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device integer NOT NULL,
  about text,
  code text NOT NULL,
  value text NOT NULL,
  effective_at timestamptz NOT NULL,
  sent_at timestamptz,
  received_at timestamptz NOT NULL,
  batch bigint NOT NULL,
  seq integer NOT NULL,
  position xid8 NOT NULL DEFAULT pg_current_xact_id()
);
-- An entry of an index has a largest size, so texts of any length stand there by their digests. The
-- doubled backslashes make the cast take the text as it is (convert_to is not immutable).
CREATE UNIQUE INDEX a_parameter_once ON parameter (device, effective_at, sent_at,
  sha256(replace(about, '\', '\\')::bytea), sha256(replace(code, '\', '\\')::bytea),
  sha256(replace(value, '\', '\\')::bytea)) NULLS NOT DISTINCT;
CREATE TRIGGER parameter_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON parameter
  EXECUTE FUNCTION refuse_change();

-- Logs, power-on, calibrations, samples kept, alarms of the device (HJ 212-2017, CN 2081, 3015, 3020).
CREATE TABLE device_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device integer NOT NULL,
  kind text NOT NULL,
  about text,
  code text,
  text text NOT NULL,
  happened_at timestamptz NOT NULL,
  sent_at timestamptz,
  received_at timestamptz NOT NULL,
  batch bigint NOT NULL,
  seq integer NOT NULL,
  position xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE UNIQUE INDEX an_event_once ON device_event (device, happened_at, sent_at,
  sha256(replace(kind, '\', '\\')::bytea), sha256(replace(about, '\', '\\')::bytea),
  sha256(replace(code, '\', '\\')::bytea), sha256(replace(text, '\', '\\')::bytea))
  NULLS NOT DISTINCT;
CREATE TRIGGER device_event_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON device_event
  EXECUTE FUNCTION refuse_change();

-- A signed statement of all chain heads and histories; the same text is written outside the database.
CREATE TABLE checkpoint (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  made_at timestamptz NOT NULL,
  closed xid8 NOT NULL,
  body text NOT NULL,
  key_id text NOT NULL,
  signature bytea NOT NULL
);
CREATE TRIGGER checkpoint_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoint
  EXECUTE FUNCTION refuse_change();

GRANT USAGE ON SEQUENCE batch_id TO qingkong_ingest;
GRANT SELECT, INSERT ON batch, batch_block, reject, reject_retry, parameter, device_event, checkpoint
  TO qingkong_ingest;
GRANT INSERT ON touched TO qingkong_ingest;
GRANT SELECT, DELETE ON touched TO qingkong_alerts;
GRANT SELECT ON batch, batch_block, reject, reject_retry, touched, parameter, device_event, checkpoint
  TO qingkong_alerts, qingkong_api, qingkong_registrar;
