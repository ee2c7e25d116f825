-- Who may use the platform, and what persons did. Secrets are kept as digests; the audit log only grows.
CREATE TABLE account (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (name ~ '^[^[:space:][:cntrl:]]{1,64}$'),
  role text NOT NULL CHECK (role IN ('operator', 'plant', 'auditor', 'administrator')),
  region text REFERENCES region,
  -- Null: all plants of the region. A plant's account names its own.
  plants integer[],
  -- Argon2 with its parameters and salt; null: no sign-in by password.
  password text,
  -- Who it is to the identity provider (OIDC `sub`).
  external text UNIQUE CHECK (external <> ''),
  disabled boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
  made_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  CHECK (role <> 'plant' OR cardinality(plants) >= 1)
);
-- One name in whatever case.
CREATE UNIQUE INDEX account_name ON account (lower(name));

CREATE TABLE session (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest bytea NOT NULL UNIQUE CHECK (length(digest) = 32),
  account integer NOT NULL REFERENCES account,
  made_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > made_at),
  address text NOT NULL
);
CREATE INDEX session_account ON session (account);
CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE token (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account integer NOT NULL REFERENCES account,
  name text NOT NULL CHECK (name <> '' AND length(name) <= 100),
  beginning text NOT NULL CHECK (length(beginning) BETWEEN 4 AND 12),
  digest bytea NOT NULL UNIQUE CHECK (length(digest) = 32),
  -- Null: all that the account may and sees. A token never gives more than its account.
  permissions text[],
  region text REFERENCES region,
  plants integer[],
  made_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > made_at),
  revoked_at timestamptz,
  used_at timestamptz
);
CREATE INDEX token_account ON token (account);

-- Failures to sign in, by account and by address; a success takes the account's away.
CREATE TABLE login_throttle (
  key text PRIMARY KEY CHECK (length(key) <= 100),
  failures integer NOT NULL CHECK (failures >= 0),
  last_at timestamptz NOT NULL,
  until timestamptz NOT NULL
);
CREATE INDEX login_throttle_last ON login_throttle (last_at);

-- A sign-in at the identity provider that has begun; its browser holds the state.
CREATE TABLE login_begun (
  digest bytea PRIMARY KEY CHECK (length(digest) = 32),
  nonce text NOT NULL,
  verifier text NOT NULL,
  made_at timestamptz NOT NULL
);

CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  account integer,
  actor text NOT NULL CHECK (actor <> ''),
  way text NOT NULL CHECK (way IN ('session', 'token', 'open', 'command')),
  action text NOT NULL CHECK (action ~ '^[a-z_]+(\.[a-z_]+)*$'),
  object text NOT NULL,
  -- The plant that it concerns, so that an auditor sees his own.
  plant integer,
  detail jsonb NOT NULL DEFAULT '{}',
  request_id text NOT NULL,
  address text NOT NULL,
  position xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX audit_position ON audit (position);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_plant ON audit (plant, id);
CREATE INDEX audit_object ON audit (object, id);
CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit EXECUTE FUNCTION refuse_change();

-- What was answered to a request that may come again.
CREATE TABLE idempotency (
  account integer NOT NULL REFERENCES account,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
  digest bytea NOT NULL CHECK (length(digest) = 32),
  made_at timestamptz NOT NULL,
  status integer,
  headers jsonb NOT NULL DEFAULT '{}',
  body bytea,
  PRIMARY KEY (account, key)
);
CREATE INDEX idempotency_made ON idempotency (made_at);

-- Which position was closed when: a time is asked for by it, and it never changes afterwards.
CREATE TABLE position_clock (
  at timestamptz PRIMARY KEY,
  position xid8 NOT NULL
);
-- The lock comes before the clock, so whoever waited for it knows all rows of times that are over.
CREATE FUNCTION tell_position() RETURNS xid8 LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  closed xid8;
BEGIN
  PERFORM pg_advisory_xact_lock(1903912035);
  closed := closed_position();
  INSERT INTO position_clock (at, position)
  SELECT clock_timestamp(), closed
  WHERE NOT EXISTS (SELECT FROM position_clock WHERE position >= closed);
  RETURN closed;
END
$$;
REVOKE ALL ON FUNCTION tell_position() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tell_position() TO qingkong_ingest, qingkong_alerts, qingkong_api, qingkong_registrar;
GRANT SELECT ON position_clock TO qingkong_ingest, qingkong_alerts, qingkong_api, qingkong_registrar;

GRANT SELECT, INSERT ON account, session, token, login_throttle, login_begun, audit, idempotency TO qingkong_api;
GRANT SELECT, INSERT ON audit TO qingkong_registrar, qingkong_alerts;
-- Checkpoints cover it.
GRANT SELECT ON audit TO qingkong_ingest;
GRANT UPDATE (role, region, plants, password, external, disabled, version, changed_at) ON account TO qingkong_api;
GRANT UPDATE (seen_at), DELETE ON session TO qingkong_api;
GRANT UPDATE (revoked_at, used_at) ON token TO qingkong_api;
GRANT UPDATE (failures, last_at, until), DELETE ON login_throttle TO qingkong_api;
GRANT DELETE ON login_begun TO qingkong_api;
GRANT UPDATE (status, headers, body, digest, made_at), DELETE ON idempotency TO qingkong_api;
