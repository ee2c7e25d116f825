-- What is judged, by which limit, and what came of it. All of these only grow: a newer belief is a
-- new row, and the row with the greatest (position, id) below a position is what was known then.

-- For a limit (a key), over `valid`, this binds; or nothing does (withdrawn).
CREATE SEQUENCE limit_key AS integer;
CREATE TABLE limit_version (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  limit_key integer NOT NULL,
  point integer NOT NULL REFERENCES point,
  valid tstzrange NOT NULL CHECK (NOT isempty(valid)),
  act text NOT NULL CHECK (act IN ('assign', 'change', 'correct', 'withdraw')),
  withdrawn boolean NOT NULL DEFAULT false,
  comparator text CHECK (comparator IN ('<=', '>=', 'between')),
  low numeric,
  high numeric,
  unit text,
  quantity text CHECK (quantity IN ('concentration', 'rate', 'removal', 'value')),
  averaging text CHECK (averaging IN ('hour', 'day', 'month', 'sample', 'instant')),
  reference_oxygen numeric CHECK (reference_oxygen > 0 AND reference_oxygen < 21),
  condition text NOT NULL DEFAULT '',
  origin text NOT NULL CHECK (origin IN ('standard', 'permit', 'ultra_low', 'local', 'order')),
  standard text NOT NULL,
  clause text NOT NULL,
  confidence text NOT NULL CHECK (confidence IN ('high', 'medium', 'low', 'ours')),
  verified boolean NOT NULL,
  source text NOT NULL,
  catalogue text NOT NULL DEFAULT '',
  reason text NOT NULL DEFAULT '',
  actor text NOT NULL CHECK (actor <> ''),
  approver text CHECK (approver <> ''),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  position xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CHECK (withdrawn = (comparator IS NULL)),
  CHECK (withdrawn OR (unit IS NOT NULL AND quantity IS NOT NULL AND averaging IS NOT NULL)),
  CHECK (withdrawn OR CASE comparator WHEN '<=' THEN high IS NOT NULL AND low IS NULL
    WHEN '>=' THEN low IS NOT NULL AND high IS NULL ELSE low < high END),
  CHECK (act <> 'correct' OR (reason <> '' AND approver IS NOT NULL)),
  CHECK (act <> 'withdraw' OR withdrawn)
);
CREATE INDEX limit_version_point ON limit_version (point);
CREATE INDEX limit_version_key ON limit_version (limit_key);
CREATE INDEX limit_version_position ON limit_version (position);

-- A rule's parameter as a bureau sets it; `scope` names what it is set for.
CREATE TABLE rule_setting (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (name <> ''),
  scope text NOT NULL CHECK (scope IN ('all', 'region', 'plant', 'subject', 'point')),
  scope_key text NOT NULL DEFAULT '',
  value jsonb,
  valid tstzrange NOT NULL CHECK (NOT isempty(valid)),
  reason text NOT NULL CHECK (reason <> ''),
  actor text NOT NULL CHECK (actor <> ''),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  position xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CHECK ((scope = 'all') = (scope_key = ''))
);
CREATE INDEX rule_setting_position ON rule_setting (position);

CREATE SEQUENCE mark_key AS integer;
CREATE TABLE mark (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  mark_key integer NOT NULL,
  kind text NOT NULL CHECK (kind <> ''),
  subject integer NOT NULL REFERENCES subject,
  point integer REFERENCES point,
  during tstzrange NOT NULL CHECK (NOT isempty(during) AND lower(during) IS NOT NULL),
  origin text NOT NULL CHECK (origin IN ('logger', 'plant', 'bureau')),
  planned boolean NOT NULL,
  entered_at timestamptz NOT NULL,
  evidence text NOT NULL DEFAULT '',
  review text NOT NULL CHECK (review IN ('claimed', 'accepted', 'rejected', 'lapsed')),
  reviewer text CHECK (reviewer <> ''),
  reason text NOT NULL DEFAULT '',
  withdrawn boolean NOT NULL DEFAULT false,
  actor text NOT NULL CHECK (actor <> ''),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  position xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CHECK (review NOT IN ('accepted', 'rejected') OR reviewer IS NOT NULL),
  CHECK (review <> 'rejected' OR reason <> '')
);
CREATE INDEX mark_subject ON mark (subject);
CREATE INDEX mark_key_of ON mark (mark_key);
CREATE INDEX mark_position ON mark (position);

CREATE SEQUENCE manual_result_key AS integer;
CREATE TABLE manual_result (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  result_key integer NOT NULL,
  point integer NOT NULL REFERENCES point,
  kind text NOT NULL CHECK (kind IN ('self', 'supervisory', 'comparison', 'gap')),
  sampled tstzrange NOT NULL CHECK (NOT isempty(sampled) AND NOT lower_inf(sampled) AND NOT upper_inf(sampled)),
  value numeric,
  unit text NOT NULL,
  converted numeric,
  reference_oxygen numeric CHECK (reference_oxygen > 0 AND reference_oxygen < 21),
  samples integer NOT NULL DEFAULT 1 CHECK (samples > 0),
  method text NOT NULL DEFAULT '',
  laboratory text NOT NULL DEFAULT '',
  withdrawn boolean NOT NULL DEFAULT false,
  reason text NOT NULL DEFAULT '',
  actor text NOT NULL CHECK (actor <> ''),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  position xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX manual_result_point ON manual_result (point);
CREATE INDEX manual_result_position ON manual_result (position);

CREATE SEQUENCE judgement_id;

CREATE TABLE mean (
  start timestamptz NOT NULL,
  id bigint NOT NULL DEFAULT nextval('judgement_id'),
  point integer NOT NULL,
  period text NOT NULL CHECK (period IN ('five_minute', 'hour', 'day', 'month')),
  stage text NOT NULL CHECK (stage IN ('provisional', 'final', 'closed')),
  source text NOT NULL CHECK (source IN ('computed', 'device', 'manual')),
  value numeric,
  converted jsonb NOT NULL DEFAULT '{}',
  valid_s integer NOT NULL,
  due_s integer NOT NULL,
  valid boolean NOT NULL,
  at_least boolean NOT NULL DEFAULT false,
  mass numeric CHECK (mass >= 0),
  evidence jsonb NOT NULL,
  rules text NOT NULL,
  position xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE TABLE verdict (
  start timestamptz NOT NULL,
  id bigint NOT NULL DEFAULT nextval('judgement_id'),
  point integer NOT NULL,
  limit_key integer NOT NULL,
  limit_version bigint NOT NULL,
  period text NOT NULL CHECK (period IN ('five_minute', 'hour', 'day', 'month')),
  stage text NOT NULL CHECK (stage IN ('provisional', 'final', 'closed')),
  outcome text NOT NULL CHECK (outcome IN ('compliant', 'exceeding', 'exceeding_at_least', 'exemption_claimed',
    'exempt', 'stopped', 'invalid', 'no_data', 'unknown')),
  value numeric,
  multiple numeric,
  sure boolean NOT NULL,
  doubts text[] NOT NULL DEFAULT '{}',
  why text NOT NULL,
  evidence jsonb NOT NULL,
  rules text NOT NULL,
  position xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE TABLE performance (
  start timestamptz NOT NULL,
  id bigint NOT NULL DEFAULT nextval('judgement_id'),
  subject integer NOT NULL,
  measure text NOT NULL,
  code text NOT NULL DEFAULT '',
  period text NOT NULL CHECK (period IN ('five_minute', 'hour', 'day', 'month')),
  stage text NOT NULL CHECK (stage IN ('provisional', 'final', 'closed')),
  numerator numeric NOT NULL,
  denominator numeric NOT NULL,
  sure boolean NOT NULL,
  evidence jsonb NOT NULL,
  rules text NOT NULL,
  position xid8 NOT NULL DEFAULT pg_current_xact_id()
);
SELECT create_hypertable('mean', by_range('start', INTERVAL '30 days'), create_default_indexes => false);
SELECT create_hypertable('verdict', by_range('start', INTERVAL '30 days'), create_default_indexes => false);
SELECT create_hypertable('performance', by_range('start', INTERVAL '90 days'), create_default_indexes => false);
CREATE UNIQUE INDEX mean_belief ON mean (point, period, start, id);
CREATE UNIQUE INDEX verdict_belief ON verdict (point, period, start, limit_key, id);
CREATE UNIQUE INDEX performance_belief ON performance (subject, measure, code, period, start, id);
CREATE INDEX mean_position ON mean (position);
CREATE INDEX verdict_position ON verdict (position);
CREATE INDEX performance_position ON performance (position);

-- An episode's key is its rule, subject, point and where it begins. A newer row of the same key is
-- the newer belief; `standing` false: it no longer holds.
CREATE TABLE finding (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rule text NOT NULL CHECK (rule <> ''),
  subject integer NOT NULL REFERENCES subject,
  point integer REFERENCES point,
  since timestamptz NOT NULL,
  until timestamptz CHECK (until > since),
  stage text NOT NULL CHECK (stage IN ('provisional', 'final', 'closed')),
  standing boolean NOT NULL,
  zh text NOT NULL,
  en text NOT NULL,
  clause text NOT NULL,
  sure boolean NOT NULL,
  doubts text[] NOT NULL DEFAULT '{}',
  evidence jsonb NOT NULL,
  rules text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  position xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX finding_subject ON finding (subject, rule, since);
CREATE INDEX finding_position ON finding (position);

-- Work that the clock brings: the next hour of a plant that reaches a stage, and when.
CREATE TABLE judging (
  plant integer NOT NULL REFERENCES plant,
  stage text NOT NULL CHECK (stage IN ('provisional', 'final', 'closed')),
  next_hour timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  PRIMARY KEY (plant, stage)
);
CREATE INDEX judging_due ON judging (due_at);
-- Whoever judges takes a plant's touched hours away, out of those of all plants.
CREATE INDEX touched_subject ON touched (subject);
-- The index of the exclusion finds settings by time as well, and is taken for cheap where it reads all.
CREATE INDEX channel_setting_channel ON channel_setting (channel);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['limit_version', 'rule_setting', 'mark', 'manual_result', 'mean', 'verdict',
    'performance', 'finding'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I EXECUTE FUNCTION refuse_change()',
      name || '_only_grows', name);
    -- Ingest makes the checkpoints, which cover every history.
    EXECUTE format('GRANT SELECT ON %I TO qingkong_ingest, qingkong_alerts, qingkong_api, qingkong_registrar', name);
  END LOOP;
  -- A hypertable hands its triggers for rows, and no others, down to its chunks.
  FOREACH name IN ARRAY ARRAY['mean', 'verdict', 'performance'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()',
      name || '_rows_only_grow', name);
  END LOOP;
END
$$;
GRANT INSERT ON mean, verdict, performance, finding, mark TO qingkong_alerts;
GRANT INSERT ON limit_version, rule_setting, mark, manual_result TO qingkong_registrar, qingkong_api;
GRANT USAGE ON SEQUENCE limit_key, mark_key, manual_result_key TO qingkong_registrar, qingkong_api;
GRANT USAGE ON SEQUENCE judgement_id, mark_key TO qingkong_alerts;
GRANT SELECT, INSERT, UPDATE, DELETE ON judging TO qingkong_alerts;
GRANT SELECT ON judging TO qingkong_api, qingkong_registrar;
-- A limit, a mark or a laboratory's result is news about hours that have passed; so is a judgement
-- about the hours that rest on it.
GRANT INSERT ON touched TO qingkong_api, qingkong_alerts;

-- Where nearly all settings are open on both sides, the planner looked them up by their time alone
-- (99 s for 34,560 readings of 16,000 channels, 0.5 s so): the condition is no longer one for an index.
DO $$
DECLARE
  series text;
  definition text;
  asked CONSTANT text := '(setting.valid @> reading."time")';
BEGIN
  FOREACH series IN ARRAY ARRAY['realtime', 'minute', 'five_minute', 'hour', 'day'] LOOP
    definition := pg_get_viewdef(format('measured_%s', series)::regclass);
    IF position(asked IN definition) = 0 THEN
      RAISE EXCEPTION 'measured_% does not look its settings up as it did', series;
    END IF;
    EXECUTE format('CREATE OR REPLACE VIEW measured_%s AS %s', series,
      replace(definition, asked, '(' || asked || ' IS TRUE)'));
  END LOOP;
END
$$;
