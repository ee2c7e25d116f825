-- Run by psql as the superuser, connected to the database postgres; :database names the one to make.
-- In the Apache edition job 3 (retention of the job history) fails at each start and cannot be
-- altered or deleted; taken off the schedule in the extension's own transaction it never starts.
\set ON_ERROR_STOP on
SELECT format('CREATE DATABASE %I', :'database')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
\connect :"database"
SELECT NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') AS fresh \gset
\if :fresh
BEGIN;
CREATE EXTENSION timescaledb;
UPDATE _timescaledb_config.bgw_job SET scheduled = false WHERE id = 3;
CREATE EXTENSION IF NOT EXISTS btree_gist;
COMMIT;
\endif
