-- Retries of rejects that somebody asked for, for ingest to carry out piece by piece: the row tells how
-- far it is. Who asked for what is in the audit log, and what became of each reject in reject_retry.
CREATE TABLE asked_retry (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account integer,
  actor text NOT NULL CHECK (actor <> ''),
  asked_at timestamptz NOT NULL,
  -- What was asked for: one reject, or all that match.
  reject bigint REFERENCES reject,
  mn text,
  reason text,
  since timestamptz,
  until timestamptz,
  -- What that came to within the sight of who asked, in order: nothing is added to it afterwards.
  rejects bigint[] NOT NULL CHECK (cardinality(rejects) > 0),
  -- The plants that they are of; null: also of devices that nobody registered.
  plants integer[],
  clock_offset_s integer NOT NULL DEFAULT 0,
  again boolean NOT NULL DEFAULT false,
  dry boolean NOT NULL,
  state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'running', 'done', 'failed')),
  looked integer NOT NULL DEFAULT 0,
  stored integer NOT NULL DEFAULT 0,
  repeated integer NOT NULL DEFAULT 0,
  rejected integer NOT NULL DEFAULT 0,
  skipped integer NOT NULL DEFAULT 0,
  -- Why something was refused, counted by reason; and a few of the sentences.
  reasons jsonb NOT NULL DEFAULT '{}',
  examples jsonb NOT NULL DEFAULT '[]',
  error text NOT NULL DEFAULT '',
  began_at timestamptz,
  finished_at timestamptz,
  CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL)),
  CHECK (looked = stored + repeated + rejected + skipped AND looked <= cardinality(rejects)),
  CHECK (state <> 'done' OR looked = cardinality(rejects))
);
CREATE INDEX asked_retry_waiting ON asked_retry (id) WHERE state IN ('asked', 'running');

GRANT SELECT, INSERT ON asked_retry TO qingkong_api;
GRANT SELECT ON asked_retry TO qingkong_ingest;
GRANT UPDATE (state, looked, stored, repeated, rejected, skipped, reasons, examples, error, began_at,
  finished_at) ON asked_retry TO qingkong_ingest;
