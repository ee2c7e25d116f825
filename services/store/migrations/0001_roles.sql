-- Extensions and the roles of the services. Roles belong to the whole cluster, so they may be there.
CREATE EXTENSION IF NOT EXISTS timescaledb;
CREATE EXTENSION IF NOT EXISTS btree_gist;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['qingkong_ingest', 'qingkong_alerts', 'qingkong_api', 'qingkong_registrar'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN', name);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
    EXECUTE format('GRANT %I TO CURRENT_USER', name);
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', name);
  END LOOP;
END
$$;

-- Whatever is evidence or history only grows. Retention drops chunks of bytes, never these rows.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege';
END
$$;

-- A history's position is the transaction that wrote it; it may be read once every transaction
-- that could still write at or below it has ended.
CREATE FUNCTION closed_position() RETURNS xid8 LANGUAGE sql STABLE
  RETURN pg_snapshot_xmin(pg_current_snapshot());
