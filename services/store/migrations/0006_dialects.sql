-- Named policies by which a device's deviations from HJ 212 are accepted (schemas/policies.py).
ALTER TABLE device ADD COLUMN policies text[] NOT NULL DEFAULT '{}';

-- SM4 keys (HJ 212-2025, 6.4), sealed: whoever reads the database alone reads no key.
CREATE TABLE device_key (
  device integer NOT NULL REFERENCES device,
  valid tstzrange NOT NULL CHECK (NOT isempty(valid)),
  sealed bytea NOT NULL,
  CONSTRAINT one_key_at_a_time EXCLUDE USING gist (device WITH =, valid WITH &&)
);
GRANT SELECT ON device_key TO qingkong_ingest;
GRANT SELECT, INSERT, UPDATE, DELETE ON device_key TO qingkong_registrar;

-- How many frames of a device in a batch needed a policy, were resent, encrypted or carried another
-- check sum: a frame that keeps to the standard has no note.
CREATE TABLE frame_note (
  batch bigint NOT NULL,
  device integer NOT NULL,
  note text NOT NULL CHECK (note <> ''),
  frames integer NOT NULL CHECK (frames > 0),
  position xid8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (batch, device, note)
);
CREATE INDEX frame_note_position ON frame_note (position);
CREATE TRIGGER frame_note_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON frame_note
  EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON frame_note TO qingkong_ingest;
GRANT SELECT ON frame_note TO qingkong_alerts, qingkong_api, qingkong_registrar;

-- The policy that, registered for the device, would accept what was rejected.
ALTER TABLE reject ADD COLUMN policy text;

-- Means of five minutes of waste incinerators' furnaces (HJ 212-2025, CN 2111).
CREATE TABLE reading_five_minute (LIKE reading_realtime INCLUDING ALL);
SELECT create_hypertable('reading_five_minute', by_range('time', INTERVAL '7 days'), create_default_indexes => false);
CREATE TRIGGER keep_revision BEFORE UPDATE ON reading_five_minute FOR EACH ROW EXECUTE FUNCTION keep_revision('five_minute');
GRANT SELECT, INSERT, UPDATE ON reading_five_minute TO qingkong_ingest;
GRANT SELECT ON reading_five_minute TO qingkong_alerts, qingkong_api, qingkong_registrar;
ALTER TABLE reading_revision DROP CONSTRAINT reading_revision_series_check,
  ADD CONSTRAINT reading_revision_series_check
  CHECK (series IN ('realtime', 'minute', 'hour', 'day', 'state', 'five_minute'));
