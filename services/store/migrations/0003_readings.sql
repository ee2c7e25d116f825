-- Five hypertables of one shape: what a channel said, stored as sent.
CREATE TABLE reading_realtime (
  time timestamptz NOT NULL,
  channel integer NOT NULL,
  value double precision,
  minimum double precision,
  maximum double precision,
  converted double precision,
  converted_min double precision,
  converted_max double precision,
  total double precision,
  flag text,
  span_s integer NOT NULL,
  sampled_at timestamptz,
  sent_at timestamptz,
  received_at timestamptz NOT NULL,
  batch bigint NOT NULL,
  seq integer NOT NULL,
  PRIMARY KEY (channel, time)
);
CREATE TABLE reading_minute (LIKE reading_realtime INCLUDING ALL);
CREATE TABLE reading_hour (LIKE reading_realtime INCLUDING ALL);
CREATE TABLE reading_day (LIKE reading_realtime INCLUDING ALL);
-- Run states of facilities, units and devices: value is the state's number (HJ 212-2017, table 4, SBn-RS).
CREATE TABLE state (LIKE reading_realtime INCLUDING ALL);

SELECT create_hypertable('reading_realtime', by_range('time', INTERVAL '1 day'), create_default_indexes => false);
SELECT create_hypertable('reading_minute', by_range('time', INTERVAL '7 days'), create_default_indexes => false);
SELECT create_hypertable('reading_hour', by_range('time', INTERVAL '90 days'), create_default_indexes => false);
SELECT create_hypertable('reading_day', by_range('time', INTERVAL '365 days'), create_default_indexes => false);
SELECT create_hypertable('state', by_range('time', INTERVAL '7 days'), create_default_indexes => false);

-- Values that were believed before, or that arrived older than what was believed.
CREATE TABLE reading_revision (
  series text NOT NULL CHECK (series IN ('realtime', 'minute', 'hour', 'day', 'state')),
  LIKE reading_realtime,
  position xid8 NOT NULL DEFAULT pg_current_xact_id()
);
-- An entry of an index has a largest size: a longer flag stands there by its digest.
CREATE UNIQUE INDEX a_revision_once ON reading_revision (series, channel, time, sent_at, value,
  minimum, maximum, converted, converted_min, converted_max, total,
  (CASE WHEN octet_length(flag) < 32 THEN flag ELSE md5(flag) END), sampled_at) NULLS NOT DISTINCT;
CREATE TRIGGER reading_revision_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON reading_revision
  EXECUTE FUNCTION refuse_change();

-- The believed value may change only for one that its sender made later, and the old one is kept.
-- A repeat changes nothing. It is looked for here, because each statement of a function sees what
-- others have committed by now; the one that fired it sees what was committed when it began.
CREATE FUNCTION keep_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (COALESCE(NEW.sent_at, NEW.received_at), NEW.received_at, NEW.batch, NEW.seq)
     <= (COALESCE(OLD.sent_at, OLD.received_at), OLD.received_at, OLD.batch, OLD.seq) THEN
    RAISE EXCEPTION 'a reading may be replaced only by one that was sent later'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF (NEW.channel, NEW.time) <> (OLD.channel, OLD.time) THEN
    RAISE EXCEPTION 'the key of a reading never changes' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- What was sent later than the believed one was sent later than all that is known.
  IF (NEW.sent_at > COALESCE(OLD.sent_at, OLD.received_at)) IS NOT TRUE THEN
    IF (NEW.sent_at, NEW.value, NEW.minimum, NEW.maximum, NEW.converted, NEW.converted_min,
        NEW.converted_max, NEW.total, NEW.flag, NEW.sampled_at)
      IS NOT DISTINCT FROM
       (OLD.sent_at, OLD.value, OLD.minimum, OLD.maximum, OLD.converted, OLD.converted_min,
        OLD.converted_max, OLD.total, OLD.flag, OLD.sampled_at)
      OR EXISTS (
        SELECT FROM reading_revision AS known
        WHERE known.series = TG_ARGV[0] AND known.channel = NEW.channel AND known.time = NEW.time
          AND (known.sent_at, known.value, known.minimum, known.maximum, known.converted,
               known.converted_min, known.converted_max, known.total, known.flag, known.sampled_at)
            IS NOT DISTINCT FROM
              (NEW.sent_at, NEW.value, NEW.minimum, NEW.maximum, NEW.converted, NEW.converted_min,
               NEW.converted_max, NEW.total, NEW.flag, NEW.sampled_at)) THEN
      RETURN NULL;
    END IF;
  END IF;
  INSERT INTO reading_revision (series, time, channel, value, minimum, maximum, converted,
    converted_min, converted_max, total, flag, span_s, sampled_at, sent_at, received_at, batch, seq)
  VALUES (TG_ARGV[0], OLD.time, OLD.channel, OLD.value, OLD.minimum, OLD.maximum, OLD.converted,
    OLD.converted_min, OLD.converted_max, OLD.total, OLD.flag, OLD.span_s, OLD.sampled_at,
    OLD.sent_at, OLD.received_at, OLD.batch, OLD.seq)
  ON CONFLICT DO NOTHING;
  RETURN NEW;
END
$$;
CREATE TRIGGER keep_revision BEFORE UPDATE ON reading_realtime FOR EACH ROW EXECUTE FUNCTION keep_revision('realtime');
CREATE TRIGGER keep_revision BEFORE UPDATE ON reading_minute FOR EACH ROW EXECUTE FUNCTION keep_revision('minute');
CREATE TRIGGER keep_revision BEFORE UPDATE ON reading_hour FOR EACH ROW EXECUTE FUNCTION keep_revision('hour');
CREATE TRIGGER keep_revision BEFORE UPDATE ON reading_day FOR EACH ROW EXECUTE FUNCTION keep_revision('day');
CREATE TRIGGER keep_revision BEFORE UPDATE ON state FOR EACH ROW EXECUTE FUNCTION keep_revision('state');

-- The intervals that the state reports make: each holds until the next one.
CREATE VIEW state_interval AS
  SELECT channel, value AS state, time AS began_at,
    lead(time) OVER (PARTITION BY channel ORDER BY time) AS ended_at, 'reported'::text AS source
  FROM state;

GRANT SELECT, INSERT, UPDATE ON reading_realtime, reading_minute, reading_hour, reading_day, state
  TO qingkong_ingest;
GRANT SELECT, INSERT ON reading_revision TO qingkong_ingest;
GRANT SELECT ON reading_realtime, reading_minute, reading_hour, reading_day, state, reading_revision,
  state_interval TO qingkong_alerts, qingkong_api, qingkong_registrar;
