-- A channel is for ever what a device's code is: readings hang on it. Which point it serves is a
-- binding, dated, so that a wrong registration of the past is mended without touching a reading.
CREATE TABLE channel_binding (
  channel integer NOT NULL REFERENCES channel,
  point integer NOT NULL REFERENCES point,
  rank text NOT NULL DEFAULT 'main' CHECK (rank IN ('main', 'spare', 'comparison')),
  valid tstzrange NOT NULL CHECK (NOT isempty(valid))
);

-- Until now each binding of a code was a channel of its own: the lowest id stays. Revisions are
-- evidence and keep the ids they were written with, so the old ids stay known here.
CREATE TABLE channel_merged (
  old integer PRIMARY KEY,
  channel integer NOT NULL REFERENCES channel
);
INSERT INTO channel_merged (old, channel)
  SELECT id, kept FROM (SELECT id, min(id) OVER (PARTITION BY device, code) AS kept FROM channel) AS one
  WHERE id <> kept;

INSERT INTO channel_binding (channel, point, rank, valid)
  SELECT kept, point, rank, unnest(range_agg(valid))
  FROM (SELECT min(id) OVER (PARTITION BY device, code) AS kept, point, rank, valid FROM channel) AS one
  GROUP BY kept, point, rank;

-- The settings of each old channel hold while it was bound, and until the next one was.
CREATE TEMPORARY TABLE carried_setting ON COMMIT DROP AS
  SELECT lived.kept AS channel, setting.valid * lived.span AS valid, unit, scale, range_min, range_max,
    cycle_s, sentinels
  FROM (
    SELECT id, min(id) OVER code AS kept, tstzrange(
      CASE WHEN row_number() OVER (code ORDER BY valid) > 1 THEN lower(valid) END,
      lead(lower(valid)) OVER (code ORDER BY valid)) AS span
    FROM channel WINDOW code AS (PARTITION BY device, code)) AS lived
  JOIN channel_setting AS setting ON setting.channel = lived.id
  WHERE lived.kept IN (SELECT channel FROM channel_merged);
DELETE FROM channel_setting AS setting USING channel_merged AS merged
  WHERE setting.channel IN (merged.old, merged.channel);
INSERT INTO channel_setting (channel, valid, unit, scale, range_min, range_max, cycle_s, sentinels)
  SELECT channel, unnest(range_agg(valid)), unit, scale, range_min, range_max, cycle_s, sentinels
  FROM carried_setting WHERE NOT isempty(valid)
  GROUP BY channel, unit, scale, range_min, range_max, cycle_s, sentinels;

-- Readings under the old ids move to the one that stays. Where two meet, the later sent is believed
-- and the other is kept as a revision. A row is deleted and put in again, since its key never changes.
DO $$
DECLARE
  series text;
  readings text;
BEGIN
  IF NOT EXISTS (SELECT FROM channel_merged) THEN
    RETURN;
  END IF;
  CREATE TEMPORARY TABLE moved (LIKE reading_realtime) ON COMMIT DROP;
  FOR series, readings IN
    SELECT one, CASE one WHEN 'state' THEN one ELSE 'reading_' || one END
    FROM unnest(ARRAY['realtime', 'minute', 'five_minute', 'hour', 'day', 'state']) AS one
    WHERE to_regclass(CASE one WHEN 'state' THEN one ELSE 'reading_' || one END) IS NOT NULL
  LOOP
    EXECUTE format('WITH gone AS (DELETE FROM %I AS reading USING channel_merged AS merged
      WHERE reading.channel = merged.old RETURNING reading.*) INSERT INTO moved SELECT * FROM gone',
      readings);
    UPDATE moved SET channel = merged.channel FROM channel_merged AS merged WHERE moved.channel = merged.old;
    EXECUTE format('WITH gone AS (DELETE FROM %I AS reading USING (SELECT DISTINCT channel, time FROM moved) AS key
      WHERE reading.channel = key.channel AND reading.time = key.time RETURNING reading.*)
      INSERT INTO moved SELECT * FROM gone', readings);
    EXECUTE format('INSERT INTO %I SELECT DISTINCT ON (channel, time) * FROM moved
      ORDER BY channel, time, COALESCE(sent_at, received_at) DESC, received_at DESC, batch DESC, seq DESC',
      readings);
    EXECUTE format('INSERT INTO reading_revision
      SELECT %L, moved.* FROM moved JOIN %I AS believed USING (channel, time)
      WHERE (moved.batch, moved.seq) <> (believed.batch, believed.seq) ON CONFLICT DO NOTHING',
      series, readings);
    TRUNCATE moved;
  END LOOP;
  INSERT INTO reading_revision (series, time, channel, value, minimum, maximum, converted,
    converted_min, converted_max, total, flag, span_s, sampled_at, sent_at, received_at, batch, seq)
  SELECT known.series, known.time, merged.channel, known.value, known.minimum, known.maximum,
    known.converted, known.converted_min, known.converted_max, known.total, known.flag, known.span_s,
    known.sampled_at, known.sent_at, known.received_at, known.batch, known.seq
  FROM reading_revision AS known JOIN channel_merged AS merged ON merged.old = known.channel
  ON CONFLICT DO NOTHING;
END
$$;

DELETE FROM channel USING channel_merged AS merged WHERE channel.id = merged.old;
ALTER TABLE channel
  DROP COLUMN point, DROP COLUMN rank, DROP COLUMN valid,
  ADD CONSTRAINT one_channel_per_code UNIQUE (device, code);
-- Deferred by an import, in which main and spare may change places.
ALTER TABLE channel_binding
  ADD CONSTRAINT one_binding_per_channel EXCLUDE USING gist (channel WITH =, valid WITH &&)
    DEFERRABLE INITIALLY IMMEDIATE,
  ADD CONSTRAINT one_main_per_point EXCLUDE USING gist (point WITH =, valid WITH &&)
    WHERE (rank = 'main') DEFERRABLE INITIALLY IMMEDIATE;
CREATE INDEX channel_binding_point ON channel_binding (point, channel);

ALTER TABLE channel_setting ADD COLUMN total_scale double precision NOT NULL DEFAULT 1
  CHECK (total_scale <> 0);
ALTER TABLE process_unit
  ADD COLUMN fuel text,
  ADD COLUMN rated_capacity double precision CHECK (rated_capacity > 0),
  ADD COLUMN rated_unit text,
  ADD CHECK ((rated_capacity IS NULL) = (rated_unit IS NULL));
ALTER TABLE outlet
  ADD COLUMN role text NOT NULL DEFAULT 'discharge' CHECK (role IN ('discharge', 'inlet', 'bypass')),
  ADD CHECK (successor <> id) NOT VALID,
  ADD CHECK ((successor IS NULL) = (merged_at IS NULL)) NOT VALID;

-- A number as it is to be read: null for a sentinel, for one without a setting, and for one that is
-- larger than a float once scaled. services/rules/as_read.py is its twin.
CREATE FUNCTION as_read(number double precision, scale double precision, sentinels double precision[])
  RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE
    WHEN number = ANY (sentinels) OR scale IS NULL THEN NULL
    WHEN scale = 1 THEN number
    WHEN abs(number) > float8 '1e300' / greatest(abs(scale), 1) THEN NULL
    WHEN abs(number) < float8 '1e-300' / least(abs(scale), 1) THEN 0
    ELSE number * scale
  END;

-- The readings of each series by point, in the unit of their setting: what all judge and show.
DO $$
DECLARE
  series text;
BEGIN
  FOR series IN
    SELECT one FROM unnest(ARRAY['realtime', 'minute', 'five_minute', 'hour', 'day']) AS one
    WHERE to_regclass('reading_' || one) IS NOT NULL
  LOOP
    EXECUTE format($view$
CREATE VIEW measured_%1$s AS
SELECT reading.time, binding.point, point.subject, point.side, point.code, channel.device,
  reading.channel, binding.rank, setting.unit,
  as_read(reading.value, setting.scale, setting.sentinels) AS value,
  CASE WHEN reading.value = ANY (setting.sentinels) THEN NULL
    WHEN setting.scale < 0 THEN as_read(reading.maximum, setting.scale, setting.sentinels)
    ELSE as_read(reading.minimum, setting.scale, setting.sentinels) END AS minimum,
  CASE WHEN reading.value = ANY (setting.sentinels) THEN NULL
    WHEN setting.scale < 0 THEN as_read(reading.minimum, setting.scale, setting.sentinels)
    ELSE as_read(reading.maximum, setting.scale, setting.sentinels) END AS maximum,
  CASE WHEN reading.value = ANY (setting.sentinels) THEN NULL
    ELSE as_read(reading.converted, setting.scale, setting.sentinels) END AS converted,
  CASE WHEN reading.value = ANY (setting.sentinels) THEN NULL
    WHEN setting.scale < 0 THEN as_read(reading.converted_max, setting.scale, setting.sentinels)
    ELSE as_read(reading.converted_min, setting.scale, setting.sentinels) END AS converted_min,
  CASE WHEN reading.value = ANY (setting.sentinels) THEN NULL
    WHEN setting.scale < 0 THEN as_read(reading.converted_min, setting.scale, setting.sentinels)
    ELSE as_read(reading.converted_max, setting.scale, setting.sentinels) END AS converted_max,
  as_read(reading.total, setting.total_scale, setting.sentinels) AS total,
  reading.flag, reading.span_s, reading.sampled_at, reading.sent_at, reading.received_at,
  reading.batch, reading.seq,
  CASE WHEN setting.scale < 0 THEN as_read(setting.range_max, setting.scale, NULL)
    ELSE as_read(setting.range_min, setting.scale, NULL) END AS range_min,
  CASE WHEN setting.scale < 0 THEN as_read(setting.range_min, setting.scale, NULL)
    ELSE as_read(setting.range_max, setting.scale, NULL) END AS range_max,
  setting.cycle_s,
  COALESCE(reading.value = ANY (setting.sentinels), false) AS sentinel
FROM reading_%1$s AS reading
JOIN channel_binding AS binding ON binding.channel = reading.channel AND binding.valid @> reading.time
JOIN channel ON channel.id = binding.channel
JOIN point ON point.id = binding.point
LEFT JOIN channel_setting AS setting
  ON setting.channel = binding.channel AND setting.valid @> reading.time
$view$, series);
    EXECUTE format('GRANT SELECT ON measured_%s TO qingkong_ingest, qingkong_alerts, qingkong_api,
      qingkong_registrar', series);
  END LOOP;
END
$$;

-- The registry as it was known before: each row that was changed or removed, with the position at
-- which it was learnt (in the row, `known_from`) and that at which it went.
CREATE TABLE registry_history (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  table_name text NOT NULL,
  "row" jsonb NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  position xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX registry_history_position ON registry_history (position);
CREATE TRIGGER registry_history_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON registry_history
  EXECUTE FUNCTION refuse_change();

-- As the owner, so that nobody who changes the registry can write its history by hand.
CREATE FUNCTION keep_registry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO registry_history (table_name, "row") SELECT TG_TABLE_NAME, to_jsonb(gone) FROM gone;
  RETURN NULL;
END
$$;
CREATE FUNCTION date_registry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.known_from := pg_current_xact_id();
  RETURN NEW;
END
$$;
DO $$
DECLARE
  kept text;
BEGIN
  FOREACH kept IN ARRAY ARRAY['region', 'plant', 'subject', 'outlet', 'process_unit',
    'treatment_facility', 'facility_group', 'facility_group_member', 'facility_group_path', 'device',
    'device_mn', 'point', 'channel', 'channel_binding', 'channel_setting']
  LOOP
    -- Of what was there before, nobody knows since when: always.
    EXECUTE format('ALTER TABLE %I ADD COLUMN known_from xid8 NOT NULL DEFAULT ''0''', kept);
    EXECUTE format('ALTER TABLE %I ALTER COLUMN known_from SET DEFAULT pg_current_xact_id()', kept);
    EXECUTE format('CREATE TRIGGER date_registry BEFORE INSERT OR UPDATE ON %I FOR EACH ROW
      EXECUTE FUNCTION date_registry()', kept);
    EXECUTE format('CREATE TRIGGER keep_changed AFTER UPDATE ON %I REFERENCING OLD TABLE AS gone
      FOR EACH STATEMENT EXECUTE FUNCTION keep_registry()', kept);
    EXECUTE format('CREATE TRIGGER keep_removed AFTER DELETE ON %I REFERENCING OLD TABLE AS gone
      FOR EACH STATEMENT EXECUTE FUNCTION keep_registry()', kept);
  END LOOP;
END
$$;

-- Checkpoints made before say what the registry's rows were then: from here on they are others.
INSERT INTO registry_change (actor, source, summary)
  SELECT 'migration', '0008_bindings', jsonb_build_object('channels merged', count(*))
  FROM channel_merged HAVING EXISTS (SELECT FROM registry_change);

GRANT SELECT ON channel_binding, channel_merged, registry_history
  TO qingkong_ingest, qingkong_alerts, qingkong_api, qingkong_registrar;
GRANT INSERT, UPDATE, DELETE ON channel_binding TO qingkong_registrar;
-- Mending the registry is news about hours that have passed.
GRANT INSERT ON touched TO qingkong_registrar;
