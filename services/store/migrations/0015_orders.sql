-- Supervision orders 督办 and contests 申诉. The row is the newest version; each version is an event
-- row, and events only grow. So do attachments.
CREATE TABLE supervision_order (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  region text NOT NULL REFERENCES region,
  year integer NOT NULL,
  serial integer NOT NULL CHECK (serial >= 1),
  plant integer NOT NULL REFERENCES plant,
  level text NOT NULL CHECK (level IN ('ordinary', 'listed')),
  state text NOT NULL CHECK (state IN ('issued', 'accepted', 'answered', 'returned', 'verified', 'closed',
    'filed', 'withdrawn')),
  demand text NOT NULL CHECK (demand <> ''),
  basis text NOT NULL DEFAULT '',
  issued_at timestamptz NOT NULL,
  issued_by text NOT NULL CHECK (issued_by <> ''),
  held_by text NOT NULL REFERENCES region,
  accept_due timestamptz,
  answer_due timestamptz,
  verify_due timestamptz,
  total_due timestamptz,
  overdue text[] NOT NULL DEFAULT '{}',
  clock_at timestamptz NOT NULL,
  rounds integer NOT NULL DEFAULT 0,
  disposition text CHECK (disposition IN ('confirmed', 'partly', 'unfounded')),
  consequence text CHECK (consequence IN ('none', 'rectified', 'ordered', 'penalty', 'transferred')),
  conclusion text,
  -- What an order by rule was issued for: once for ever.
  rule_key text UNIQUE CHECK (rule_key <> ''),
  version integer NOT NULL CHECK (version >= 1),
  changed_at timestamptz NOT NULL,
  UNIQUE (region, year, serial),
  CHECK ((state IN ('closed', 'filed')) = (disposition IS NOT NULL)),
  CHECK (num_nonnulls(disposition, consequence, conclusion) IN (0, 3))
);
CREATE INDEX supervision_order_plant ON supervision_order (plant, issued_at);
CREATE INDEX supervision_order_running ON supervision_order (id)
  WHERE state IN ('issued', 'accepted', 'answered', 'returned', 'verified');

-- What an order is about. Who issued it said so in its first event; this is to find it by.
CREATE TABLE order_alert (
  alert bigint NOT NULL REFERENCES alert,
  supervision_order bigint NOT NULL REFERENCES supervision_order,
  PRIMARY KEY (alert, supervision_order)
);
CREATE INDEX order_alert_order ON order_alert (supervision_order);

-- `at` is when it happened, for the clock when it was due; `made_at` when it was written.
CREATE TABLE order_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  supervision_order bigint NOT NULL REFERENCES supervision_order,
  version integer NOT NULL,
  what text NOT NULL CHECK (what <> ''),
  reason text NOT NULL CHECK (reason <> ''),
  actor text NOT NULL CHECK (actor <> ''),
  party text NOT NULL CHECK (party IN ('platform', 'bureau', 'plant')),
  place text NOT NULL,
  at timestamptz NOT NULL,
  made_at timestamptz NOT NULL,
  state text NOT NULL,
  held_by text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  position xid8 NOT NULL DEFAULT pg_current_xact_id(),
  UNIQUE (supervision_order, version)
);
CREATE INDEX order_event_position ON order_event (position);

-- `key` names a row of what is contested: the id of a verdict, finding, order or alert, the key of a mark.
CREATE TABLE contest (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  plant integer NOT NULL REFERENCES plant,
  about text NOT NULL CHECK (about IN ('verdict', 'finding', 'mark', 'order', 'alert')),
  key bigint NOT NULL,
  title text NOT NULL,
  grounds text NOT NULL CHECK (grounds <> ''),
  state text NOT NULL CHECK (state IN ('filed', 'upheld', 'partly', 'rejected', 'withdrawn')),
  filed_at timestamptz NOT NULL,
  filed_by text NOT NULL CHECK (filed_by <> ''),
  region text NOT NULL REFERENCES region,
  held_by text NOT NULL REFERENCES region,
  due timestamptz NOT NULL,
  clock_at timestamptz NOT NULL,
  overdue boolean NOT NULL DEFAULT false,
  answer text NOT NULL DEFAULT '',
  needed text[] NOT NULL DEFAULT '{}',
  version integer NOT NULL CHECK (version >= 1),
  changed_at timestamptz NOT NULL,
  CHECK ((state IN ('upheld', 'partly', 'rejected')) = (answer <> ''))
);
-- Of one thing there is one contest at a time that is not answered.
CREATE UNIQUE INDEX contest_open ON contest (about, key) WHERE state = 'filed';
CREATE INDEX contest_of ON contest (about, key);
CREATE INDEX contest_plant ON contest (plant, filed_at);

CREATE TABLE contest_alert (
  alert bigint NOT NULL REFERENCES alert,
  contest bigint NOT NULL REFERENCES contest,
  PRIMARY KEY (alert, contest)
);
CREATE INDEX contest_alert_contest ON contest_alert (contest);

CREATE TABLE contest_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  contest bigint NOT NULL REFERENCES contest,
  version integer NOT NULL,
  what text NOT NULL CHECK (what <> ''),
  reason text NOT NULL CHECK (reason <> ''),
  actor text NOT NULL CHECK (actor <> ''),
  party text NOT NULL CHECK (party IN ('platform', 'bureau', 'plant')),
  place text NOT NULL,
  at timestamptz NOT NULL,
  made_at timestamptz NOT NULL,
  state text NOT NULL,
  held_by text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  position xid8 NOT NULL DEFAULT pg_current_xact_id(),
  UNIQUE (contest, version)
);
CREATE INDEX contest_event_position ON contest_event (position);

-- Files that were handed in with a version of an order or a contest. Nobody looks into them.
CREATE TABLE attachment (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  supervision_order bigint REFERENCES supervision_order,
  contest bigint REFERENCES contest,
  version integer NOT NULL,
  name text NOT NULL CHECK (name <> '' AND length(name) <= 200),
  media_type text NOT NULL CHECK (media_type <> ''),
  bytes bytea NOT NULL CHECK (length(bytes) > 0),
  sha256 bytea NOT NULL CHECK (sha256 = sha256(bytes)),
  actor text NOT NULL CHECK (actor <> ''),
  added_at timestamptz NOT NULL,
  position xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CHECK (num_nonnulls(supervision_order, contest) = 1)
);
ALTER TABLE attachment ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX attachment_order ON attachment (supervision_order);
CREATE INDEX attachment_contest ON attachment (contest);
CREATE INDEX attachment_position ON attachment (position);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['order_event', 'contest_event', 'attachment', 'order_alert', 'contest_alert',
    'supervision_order', 'contest'] LOOP
    EXECUTE format('GRANT SELECT ON %I TO qingkong_ingest, qingkong_alerts, qingkong_api, qingkong_registrar', name);
    EXECUTE format('GRANT INSERT ON %I TO qingkong_alerts, qingkong_api, qingkong_registrar', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['order_event', 'contest_event', 'attachment'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I EXECUTE FUNCTION refuse_change()',
      name || '_only_grows', name);
  END LOOP;
END
$$;
-- What an order or a contest is about stays; how it stands may change.
GRANT UPDATE (state, held_by, accept_due, answer_due, verify_due, total_due, overdue, clock_at, rounds,
  disposition, consequence, conclusion, version, changed_at) ON supervision_order
  TO qingkong_alerts, qingkong_api, qingkong_registrar;
GRANT UPDATE (state, held_by, clock_at, overdue, answer, needed, version, changed_at) ON contest
  TO qingkong_alerts, qingkong_api, qingkong_registrar;
