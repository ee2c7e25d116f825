-- Who speaks, and what no reading judges: present states that a watch keeps, so that one that is
-- killed goes on where it stopped.

-- A row a device; half of each page is left free, for a row changes with nearly every look.
CREATE TABLE device_heard (
  device integer PRIMARY KEY REFERENCES device,
  known_at timestamptz NOT NULL,
  first_at timestamptz,
  heard_at timestamptz,
  looked_at timestamptz,
  data_at timestamptz,
  said_at timestamptz,
  received_at timestamptz,
  skews double precision[] NOT NULL DEFAULT '{}',
  clock_rejected_at timestamptz,
  CHECK ((first_at IS NULL) = (heard_at IS NULL) AND first_at <= heard_at)
) WITH (fillfactor = 50);

-- The silences of devices that have ended: those between two frames, and long enough to mean something.
CREATE TABLE device_gap (
  device integer NOT NULL REFERENCES device,
  since timestamptz NOT NULL,
  until timestamptz NOT NULL CHECK (until > since),
  said_at timestamptz,
  PRIMARY KEY (device, since)
);
CREATE INDEX device_gap_until ON device_gap (until);

-- What a watch holds to be wrong: of which device (none: the platform), and where it knows that from.
-- `standing` false: it no longer holds it; `news`: whoever raises cases has not been told.
CREATE TABLE watch_span (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind <> ''),
  plant integer REFERENCES plant,
  device integer REFERENCES device,
  source text NOT NULL,
  since timestamptz NOT NULL,
  until timestamptz CHECK (until >= since),
  seen_at timestamptz NOT NULL,
  exempt boolean NOT NULL DEFAULT false,
  standing boolean NOT NULL DEFAULT true,
  news boolean NOT NULL DEFAULT true,
  zh text NOT NULL,
  en text NOT NULL,
  evidence jsonb NOT NULL DEFAULT '{}',
  UNIQUE NULLS NOT DISTINCT (kind, device, source, since)
);
CREATE INDEX watch_span_news ON watch_span (id) WHERE news;
CREATE INDEX watch_span_until ON watch_span (kind, COALESCE(until, 'infinity'::timestamptz))
  WHERE standing;

-- How far each loop of each process is behind, and by how much its clock differs from this server's.
CREATE TABLE loop_progress (
  name text NOT NULL CHECK (name <> ''),
  host text NOT NULL CHECK (host <> ''),
  lag_s double precision NOT NULL,
  skew_s double precision,
  said_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (name, host)
) WITH (fillfactor = 50);

GRANT SELECT, INSERT, UPDATE, DELETE ON device_heard, device_gap, watch_span, loop_progress
  TO qingkong_alerts;
GRANT SELECT ON device_heard, device_gap, watch_span, loop_progress
  TO qingkong_ingest, qingkong_api, qingkong_registrar;
