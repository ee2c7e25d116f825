-- A case: what a rule holds to be wrong, as one problem with a beginning, an end and an outcome. The
-- row is its newest version; each version is an event row, and events only grow.

-- What keeps quiet: for whom and which kinds, over which time, by whom and why. A newer row of the
-- same key is the newer belief.
CREATE SEQUENCE silence_key AS integer;
CREATE TABLE silence (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  silence_key integer NOT NULL,
  maintenance boolean NOT NULL,
  region text REFERENCES region,
  plant integer REFERENCES plant,
  subject integer REFERENCES subject,
  device integer REFERENCES device,
  kinds text[] NOT NULL DEFAULT '{}',
  severity text CHECK (severity IN ('blue', 'yellow', 'orange', 'red')),
  during tstzrange NOT NULL
    CHECK (NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)),
  withdrawn boolean NOT NULL DEFAULT false,
  reason text NOT NULL CHECK (reason <> ''),
  actor text NOT NULL CHECK (actor <> ''),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  position xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CHECK (num_nonnulls(region, plant, subject, device) >= 1 OR kinds <> '{}')
);
CREATE INDEX silence_key_of ON silence (silence_key, id);
CREATE INDEX silence_position ON silence (position);

CREATE TABLE alert (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key text NOT NULL CHECK (key <> ''),
  kind text NOT NULL CHECK (kind <> ''),
  plant integer REFERENCES plant,
  subject integer REFERENCES subject,
  point integer REFERENCES point,
  device integer REFERENCES device,
  state text NOT NULL CHECK (state IN ('pending', 'open', 'acknowledged', 'resolved', 'lapsed')),
  severity text NOT NULL CHECK (severity IN ('blue', 'yellow', 'orange', 'red')),
  since timestamptz NOT NULL,
  until timestamptz CHECK (until >= since),
  spells integer NOT NULL DEFAULT 1 CHECK (spells >= 1),
  spans integer NOT NULL DEFAULT 1,
  worst numeric,
  sure boolean NOT NULL,
  found_late boolean NOT NULL DEFAULT false,
  zh text NOT NULL,
  en text NOT NULL,
  clause text NOT NULL DEFAULT '',
  evidence jsonb NOT NULL DEFAULT '{}',
  opened_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text CHECK (acknowledged_by <> ''),
  resolved_at timestamptz,
  resolved_by text CHECK (resolved_by <> ''),
  assignee text CHECK (assignee <> ''),
  disposition text CHECK (disposition IN ('confirmed', 'instrument', 'exempt', 'test', 'duplicate')),
  cause text CHECK (cause <> ''),
  duplicate_of bigint REFERENCES alert,
  due_at timestamptz,
  version integer NOT NULL CHECK (version >= 1),
  changed_at timestamptz NOT NULL,
  CHECK (state NOT IN ('open', 'acknowledged', 'resolved') OR opened_at IS NOT NULL),
  CHECK (state <> 'lapsed' OR opened_at IS NULL),
  CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)),
  CHECK (disposition IS NULL OR state = 'resolved'),
  CHECK ((disposition = 'duplicate') = (duplicate_of IS NOT NULL) OR disposition IS NULL)
);
-- Of one key there is one case at a time that is not over.
CREATE UNIQUE INDEX alert_active ON alert (key) WHERE state IN ('pending', 'open', 'acknowledged');
CREATE INDEX alert_key_since ON alert (key, since);
CREATE INDEX alert_plant ON alert (plant, since);
CREATE INDEX alert_subject ON alert (subject, since);
CREATE INDEX alert_state ON alert (state, since);
CREATE INDEX alert_due ON alert (due_at) WHERE due_at IS NOT NULL;

-- `at` is the time of what happened; `made_at` the clock when it was noticed. The detail holds what
-- the version said: numbers, sentences, evidence, a person's words.
CREATE TABLE alert_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  alert bigint NOT NULL REFERENCES alert,
  version integer NOT NULL,
  what text NOT NULL CHECK (what <> ''),
  reason text NOT NULL CHECK (reason <> ''),
  actor text NOT NULL CHECK (actor <> ''),
  at timestamptz NOT NULL,
  made_at timestamptz NOT NULL,
  state text NOT NULL,
  severity text NOT NULL,
  since timestamptz NOT NULL,
  until timestamptz,
  detail jsonb NOT NULL DEFAULT '{}',
  position xid8 NOT NULL DEFAULT pg_current_xact_id(),
  UNIQUE (alert, version)
);
CREATE INDEX alert_event_position ON alert_event (position);
CREATE INDEX alert_event_made ON alert_event (made_at);

-- How often a limit was exceeded of late is asked of every case.
CREATE INDEX verdict_over ON verdict (point, period, start)
  WHERE outcome IN ('exceeding', 'exceeding_at_least');

-- How far who reads a history has come: all below `position`, of that position itself all up to the
-- id `after`, and the rows named.
CREATE TABLE reading_cursor (
  reader text PRIMARY KEY,
  position xid8 NOT NULL,
  after bigint NOT NULL DEFAULT 0,
  seen bigint[] NOT NULL DEFAULT '{}'
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['silence', 'alert_event'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I EXECUTE FUNCTION refuse_change()',
      name || '_only_grows', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['silence', 'alert_event', 'alert'] LOOP
    EXECUTE format('GRANT SELECT ON %I TO qingkong_ingest, qingkong_alerts, qingkong_api, qingkong_registrar', name);
    EXECUTE format('GRANT INSERT ON %I TO qingkong_alerts, qingkong_api, qingkong_registrar', name);
  END LOOP;
END
$$;
GRANT UPDATE ON alert TO qingkong_alerts, qingkong_api, qingkong_registrar;
GRANT USAGE ON SEQUENCE silence_key TO qingkong_alerts, qingkong_api, qingkong_registrar;
GRANT SELECT, INSERT, UPDATE ON reading_cursor TO qingkong_alerts;
GRANT SELECT ON reading_cursor TO qingkong_api, qingkong_registrar;
