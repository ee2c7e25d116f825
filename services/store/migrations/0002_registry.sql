-- Who measures what, where, since when. Intervals of validity exclude each other in the database.
CREATE TABLE region (
  code text PRIMARY KEY CHECK (code ~ '^[0-9]{2,6}$'),
  name text NOT NULL,
  name_en text,
  parent text REFERENCES region
);

CREATE TABLE plant (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL UNIQUE,
  name text NOT NULL,
  name_en text,
  region text NOT NULL REFERENCES region,
  credit_code text,
  permit text,
  industry text,
  longitude double precision CHECK (longitude BETWEEN -180 AND 180),
  latitude double precision CHECK (latitude BETWEEN -90 AND 90)
);

-- What can be judged: an outlet, a process unit or a treatment facility.
CREATE TABLE subject (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  plant integer NOT NULL REFERENCES plant,
  kind text NOT NULL CHECK (kind IN ('outlet', 'unit', 'facility')),
  code text NOT NULL,
  name text NOT NULL,
  UNIQUE (plant, code),
  UNIQUE (id, kind)
);

CREATE TABLE outlet (
  id integer PRIMARY KEY,
  kind text NOT NULL DEFAULT 'outlet' CHECK (kind = 'outlet'),
  medium text NOT NULL CHECK (medium IN ('air', 'water')),
  reference_oxygen double precision CHECK (reference_oxygen > 0 AND reference_oxygen < 21),
  successor integer REFERENCES outlet,
  merged_at timestamptz,
  FOREIGN KEY (id, kind) REFERENCES subject (id, kind)
);

CREATE TABLE process_unit (
  id integer PRIMARY KEY,
  kind text NOT NULL DEFAULT 'unit' CHECK (kind = 'unit'),
  process text NOT NULL,
  FOREIGN KEY (id, kind) REFERENCES subject (id, kind)
);

CREATE TABLE treatment_facility (
  id integer PRIMARY KEY,
  kind text NOT NULL DEFAULT 'facility' CHECK (kind = 'facility'),
  treatment text NOT NULL,
  design_capacity double precision CHECK (design_capacity > 0),
  design_unit text,
  commissioned_on date,
  FOREIGN KEY (id, kind) REFERENCES subject (id, kind)
);

-- k of n facilities must run on the way from process units to an outlet.
CREATE TABLE facility_group (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  plant integer NOT NULL REFERENCES plant,
  code text NOT NULL,
  needed integer NOT NULL CHECK (needed > 0),
  UNIQUE (plant, code)
);
CREATE TABLE facility_group_member (
  facility_group integer NOT NULL REFERENCES facility_group,
  facility integer NOT NULL REFERENCES treatment_facility,
  PRIMARY KEY (facility_group, facility)
);
CREATE TABLE facility_group_path (
  facility_group integer NOT NULL REFERENCES facility_group,
  unit integer NOT NULL REFERENCES process_unit,
  outlet integer NOT NULL REFERENCES outlet,
  place integer NOT NULL DEFAULT 1,
  PRIMARY KEY (facility_group, unit, outlet)
);

-- A physical logger. Its MN is held for an interval: a replacement may carry the same MN on.
CREATE TABLE device (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  plant integer NOT NULL REFERENCES plant,
  code text NOT NULL,
  protocol text NOT NULL DEFAULT 'hj212-2017'
    CHECK (protocol IN ('hjt212-2005', 'hj212-2017', 'hj212-2025', 'cems-v1')),
  crc text NOT NULL DEFAULT 'strict' CHECK (crc IN ('strict', 'accept_modbus', 'off')),
  utc_offset_s integer NOT NULL DEFAULT 28800 CHECK (utc_offset_s BETWEEN -50400 AND 50400),
  realtime_interval_s integer NOT NULL DEFAULT 30 CHECK (realtime_interval_s BETWEEN 1 AND 3600),
  minute_interval_s integer NOT NULL DEFAULT 60 CHECK (minute_interval_s BETWEEN 60 AND 1800),
  unflagged_as text CHECK (length(unflagged_as) BETWEEN 1 AND 4),
  commissioned_at timestamptz NOT NULL,
  gateway text,
  UNIQUE (plant, code)
);
CREATE TABLE device_mn (
  device integer NOT NULL REFERENCES device,
  mn text NOT NULL CHECK (mn <> ''),
  valid tstzrange NOT NULL CHECK (NOT isempty(valid)),
  CONSTRAINT one_device_per_mn EXCLUDE USING gist (mn WITH =, valid WITH &&),
  CONSTRAINT one_mn_per_device EXCLUDE USING gist (device WITH =, valid WITH &&)
);

-- The stable key of judgement: a pollutant or a signal at a side of a subject.
CREATE TABLE point (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject integer NOT NULL REFERENCES subject,
  side text NOT NULL DEFAULT 'out' CHECK (side IN ('in', 'out', 'state')),
  code text NOT NULL,
  UNIQUE (subject, side, code)
);

-- A device's code bound to a point for an interval.
CREATE TABLE channel (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device integer NOT NULL REFERENCES device,
  code text NOT NULL CHECK (code <> ''),
  point integer NOT NULL REFERENCES point,
  rank text NOT NULL DEFAULT 'main' CHECK (rank IN ('main', 'spare', 'comparison')),
  valid tstzrange NOT NULL CHECK (NOT isempty(valid)),
  CONSTRAINT one_channel_per_code EXCLUDE USING gist (device WITH =, code WITH =, valid WITH &&),
  CONSTRAINT one_main_per_point EXCLUDE USING gist (point WITH =, valid WITH &&)
    WHERE (rank = 'main')
);

-- How the numbers of a channel are to be read; dated, so that mending one rewrites no reading.
CREATE TABLE channel_setting (
  channel integer NOT NULL REFERENCES channel,
  valid tstzrange NOT NULL CHECK (NOT isempty(valid)),
  unit text NOT NULL,
  scale double precision NOT NULL DEFAULT 1 CHECK (scale <> 0),
  range_min double precision,
  range_max double precision,
  cycle_s integer CHECK (cycle_s > 0),
  sentinels double precision[] NOT NULL DEFAULT '{}',
  CHECK (range_min < range_max),
  CONSTRAINT one_setting_at_a_time EXCLUDE USING gist (channel WITH =, valid WITH &&)
);

-- Each change of the registry, as a person made it. `version` wakes whoever keeps a copy.
CREATE TABLE registry_change (
  version bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL,
  source text NOT NULL,
  summary jsonb NOT NULL,
  position xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE TRIGGER registry_change_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON registry_change
  EXECUTE FUNCTION refuse_change();

GRANT SELECT ON region, plant, subject, outlet, process_unit, treatment_facility, facility_group,
  facility_group_member, facility_group_path, device, device_mn, point, channel, channel_setting,
  registry_change TO qingkong_ingest, qingkong_alerts, qingkong_api, qingkong_registrar;
GRANT INSERT, UPDATE, DELETE ON region, plant, subject, outlet, process_unit, treatment_facility,
  facility_group, facility_group_member, facility_group_path, device, device_mn, point, channel,
  channel_setting TO qingkong_registrar;
GRANT INSERT ON registry_change TO qingkong_registrar;
