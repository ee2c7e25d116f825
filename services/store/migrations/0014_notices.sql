-- Who is told of a case and what became of it. An outbox: a notice is an event for a receiver, a
-- delivery is one message of one or more notices, sent at least once under the same key.

-- A newer row of the same name is the newer belief. `sealed` holds the address with its tokens and
-- the secret, under a key that the database does not have; the histories cover its digest, for whoever
-- verifies them need not see it.
CREATE TABLE receiver (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (name ~ '^[^\s/]{1,64}$'),
  channel text NOT NULL
    CHECK (channel IN ('webhook', 'email', 'mqtt', 'dingtalk', 'wecom', 'feishu', 'sms')),
  address text NOT NULL CHECK (address <> ''),
  config jsonb NOT NULL DEFAULT '{}',
  sealed bytea,
  sealed_digest bytea GENERATED ALWAYS AS (sha256(sealed)) STORED,
  language text NOT NULL CHECK (language IN ('zh', 'en')),
  active boolean NOT NULL,
  reason text NOT NULL DEFAULT '',
  actor text NOT NULL CHECK (actor <> ''),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  position xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX receiver_name ON receiver (name, id);

-- `rule` is the route as schemas/notice.py has it.
CREATE TABLE route (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (name ~ '^[^\s/]{1,64}$'),
  rule jsonb NOT NULL,
  active boolean NOT NULL,
  reason text NOT NULL DEFAULT '',
  actor text NOT NULL CHECK (actor <> ''),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  position xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX route_name ON route (name, id);

CREATE TABLE plant_contact (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  plant integer NOT NULL REFERENCES plant,
  receiver text NOT NULL,
  person text NOT NULL DEFAULT '',
  active boolean NOT NULL,
  actor text NOT NULL CHECK (actor <> ''),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  position xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX plant_contact_of ON plant_contact (plant, receiver, id);

CREATE TABLE delivery (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  receiver text NOT NULL,
  bundle text NOT NULL,
  form text NOT NULL CHECK (form IN ('event', 'group', 'digest', 'escalation', 'test')),
  message jsonb NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead')),
  tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
  next_at timestamptz NOT NULL,
  leased_until timestamptz,
  last_error text NOT NULL DEFAULT '',
  made_at timestamptz NOT NULL,
  sent_at timestamptz,
  CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX delivery_waiting ON delivery (next_at) WHERE state = 'waiting';
CREATE INDEX delivery_state ON delivery (state, id);
CREATE INDEX delivery_receiver ON delivery (receiver, made_at);

-- `bundle` names what goes into one message; `hold_s` is the least time between two messages of a
-- bundle; more than `digest_over` notices at a time become one digest.
CREATE TABLE notice (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event bigint NOT NULL REFERENCES alert_event,
  alert bigint NOT NULL REFERENCES alert,
  receiver text NOT NULL,
  route text NOT NULL,
  manner text NOT NULL CHECK (manner IN ('at_once', 'grouped', 'digest', 'escalation')),
  step integer NOT NULL DEFAULT 0 CHECK (step >= 0),
  bundle text NOT NULL,
  due_at timestamptz NOT NULL,
  hold_s integer NOT NULL,
  digest_over integer NOT NULL,
  state text NOT NULL
    CHECK (state IN ('waiting', 'silenced', 'inhibited', 'bundled', 'needless')),
  silence bigint,
  delivery bigint REFERENCES delivery,
  made_at timestamptz NOT NULL,
  CHECK ((state = 'bundled') = (delivery IS NOT NULL)),
  CHECK ((state = 'silenced') = (silence IS NOT NULL)),
  CHECK ((manner = 'escalation') = (step > 0)),
  UNIQUE (event, receiver, step)
);
CREATE INDEX notice_alert ON notice (alert, receiver, event);
CREATE INDEX notice_delivery ON notice (delivery);
CREATE INDEX notice_due ON notice (due_at) WHERE state = 'waiting';
-- One escalation of a case to a receiver at a time.
CREATE UNIQUE INDEX notice_escalation ON notice (alert, receiver, step)
  WHERE state = 'waiting' AND step > 0;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['receiver', 'route', 'plant_contact'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I EXECUTE FUNCTION refuse_change()',
      name || '_only_grows', name);
    -- Ingest makes the checkpoints, which cover every history.
    EXECUTE format('GRANT SELECT ON %I TO qingkong_ingest, qingkong_alerts, qingkong_registrar', name);
    EXECUTE format('GRANT INSERT ON %I TO qingkong_registrar', name);
    EXECUTE format('CREATE INDEX %I ON %I (position)', name || '_position', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['notice', 'delivery'] LOOP
    EXECUTE format('GRANT SELECT ON %I TO qingkong_alerts, qingkong_api, qingkong_registrar', name);
    EXECUTE format('GRANT INSERT, UPDATE ON %I TO qingkong_alerts', name);
  END LOOP;
END
$$;
-- Whoever verifies reads every history, but nothing that is sealed.
GRANT SELECT (id, name, channel, address, config, sealed_digest, language, active, reason, actor,
  recorded_at, position) ON receiver TO qingkong_api;
GRANT SELECT ON route, plant_contact TO qingkong_api;
GRANT INSERT, UPDATE ON delivery TO qingkong_registrar;
