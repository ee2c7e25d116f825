COMMENT ON SCHEMA public IS 'standard public schema';

CREATE FUNCTION public.as_read(number double precision, scale double precision, sentinels double precision[]) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ((number = ANY (sentinels)) OR (scale IS NULL)) THEN NULL::double precision WHEN (scale = (1)::double precision) THEN number WHEN (abs(number) > ('1e+300'::double precision / GREATEST(abs(scale), (1)::double precision))) THEN NULL::double precision WHEN (abs(number) < ('1e-300'::double precision / LEAST(abs(scale), (1)::double precision))) THEN (0)::double precision ELSE (number * scale) END;

CREATE FUNCTION public.closed_position() RETURNS xid8
    LANGUAGE sql STABLE
    RETURN pg_snapshot_xmin(pg_current_snapshot());

CREATE FUNCTION public.date_registry() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW.known_from := pg_current_xact_id();
  RETURN NEW;
END
$$;

CREATE FUNCTION public.keep_registry() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO registry_history (table_name, "row") SELECT TG_TABLE_NAME, to_jsonb(gone) FROM gone;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.keep_revision() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF (COALESCE(NEW.sent_at, NEW.received_at), NEW.received_at, NEW.batch, NEW.seq)
     <= (COALESCE(OLD.sent_at, OLD.received_at), OLD.received_at, OLD.batch, OLD.seq) THEN
    RAISE EXCEPTION 'a reading may be replaced only by one that was sent later'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF (NEW.channel, NEW.time) <> (OLD.channel, OLD.time) THEN
    RAISE EXCEPTION 'the key of a reading never changes' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- What was sent later than the believed one was sent later than all that is known.
  IF (NEW.sent_at > COALESCE(OLD.sent_at, OLD.received_at)) IS NOT TRUE THEN
    IF (NEW.sent_at, NEW.value, NEW.minimum, NEW.maximum, NEW.converted, NEW.converted_min,
        NEW.converted_max, NEW.total, NEW.flag, NEW.sampled_at)
      IS NOT DISTINCT FROM
       (OLD.sent_at, OLD.value, OLD.minimum, OLD.maximum, OLD.converted, OLD.converted_min,
        OLD.converted_max, OLD.total, OLD.flag, OLD.sampled_at)
      OR EXISTS (
        SELECT FROM reading_revision AS known
        WHERE known.series = TG_ARGV[0] AND known.channel = NEW.channel AND known.time = NEW.time
          AND (known.sent_at, known.value, known.minimum, known.maximum, known.converted,
               known.converted_min, known.converted_max, known.total, known.flag, known.sampled_at)
            IS NOT DISTINCT FROM
              (NEW.sent_at, NEW.value, NEW.minimum, NEW.maximum, NEW.converted, NEW.converted_min,
               NEW.converted_max, NEW.total, NEW.flag, NEW.sampled_at)) THEN
      RETURN NULL;
    END IF;
  END IF;
  INSERT INTO reading_revision (series, time, channel, value, minimum, maximum, converted,
    converted_min, converted_max, total, flag, span_s, sampled_at, sent_at, received_at, batch, seq)
  VALUES (TG_ARGV[0], OLD.time, OLD.channel, OLD.value, OLD.minimum, OLD.maximum, OLD.converted,
    OLD.converted_min, OLD.converted_max, OLD.total, OLD.flag, OLD.span_s, OLD.sampled_at,
    OLD.sent_at, OLD.received_at, OLD.batch, OLD.seq)
  ON CONFLICT DO NOTHING;
  RETURN NEW;
END
$$;

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION public.tell_position() RETURNS xid8
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE TABLE public.account (
    id integer NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    region text,
    plants integer[],
    password text,
    external text,
    disabled boolean DEFAULT false NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    made_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT account_check CHECK (((role <> 'plant'::text) OR (cardinality(plants) >= 1))),
    CONSTRAINT account_external_check CHECK ((external <> ''::text)),
    CONSTRAINT account_name_check CHECK ((name ~ '^[^[:space:][:cntrl:]]{1,64}$'::text)),
    CONSTRAINT account_role_check CHECK ((role = ANY (ARRAY['operator'::text, 'plant'::text, 'auditor'::text, 'administrator'::text]))),
    CONSTRAINT account_version_check CHECK ((version >= 1))
);

ALTER TABLE public.account ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.alert (
    id bigint NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    plant integer,
    subject integer,
    point integer,
    device integer,
    state text NOT NULL,
    severity text NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone,
    spells integer DEFAULT 1 NOT NULL,
    spans integer DEFAULT 1 NOT NULL,
    worst numeric,
    sure boolean NOT NULL,
    found_late boolean DEFAULT false NOT NULL,
    zh text NOT NULL,
    en text NOT NULL,
    clause text DEFAULT ''::text NOT NULL,
    evidence jsonb DEFAULT '{}'::jsonb NOT NULL,
    opened_at timestamp with time zone,
    acknowledged_at timestamp with time zone,
    acknowledged_by text,
    resolved_at timestamp with time zone,
    resolved_by text,
    assignee text,
    disposition text,
    cause text,
    duplicate_of bigint,
    due_at timestamp with time zone,
    version integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT alert_acknowledged_by_check CHECK ((acknowledged_by <> ''::text)),
    CONSTRAINT alert_assignee_check CHECK ((assignee <> ''::text)),
    CONSTRAINT alert_cause_check CHECK ((cause <> ''::text)),
    CONSTRAINT alert_check CHECK ((until >= since)),
    CONSTRAINT alert_check1 CHECK (((state <> ALL (ARRAY['open'::text, 'acknowledged'::text, 'resolved'::text])) OR (opened_at IS NOT NULL))),
    CONSTRAINT alert_check2 CHECK (((state <> 'lapsed'::text) OR (opened_at IS NULL))),
    CONSTRAINT alert_check3 CHECK (((state = 'resolved'::text) = (resolved_at IS NOT NULL))),
    CONSTRAINT alert_check4 CHECK (((disposition IS NULL) OR (state = 'resolved'::text))),
    CONSTRAINT alert_check5 CHECK ((((disposition = 'duplicate'::text) = (duplicate_of IS NOT NULL)) OR (disposition IS NULL))),
    CONSTRAINT alert_disposition_check CHECK ((disposition = ANY (ARRAY['confirmed'::text, 'instrument'::text, 'exempt'::text, 'test'::text, 'duplicate'::text]))),
    CONSTRAINT alert_key_check CHECK ((key <> ''::text)),
    CONSTRAINT alert_kind_check CHECK ((kind <> ''::text)),
    CONSTRAINT alert_resolved_by_check CHECK ((resolved_by <> ''::text)),
    CONSTRAINT alert_severity_check CHECK ((severity = ANY (ARRAY['blue'::text, 'yellow'::text, 'orange'::text, 'red'::text]))),
    CONSTRAINT alert_spells_check CHECK ((spells >= 1)),
    CONSTRAINT alert_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'open'::text, 'acknowledged'::text, 'resolved'::text, 'lapsed'::text]))),
    CONSTRAINT alert_version_check CHECK ((version >= 1))
);

CREATE TABLE public.alert_event (
    id bigint NOT NULL,
    alert bigint NOT NULL,
    version integer NOT NULL,
    what text NOT NULL,
    reason text NOT NULL,
    actor text NOT NULL,
    at timestamp with time zone NOT NULL,
    made_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    severity text NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT alert_event_actor_check CHECK ((actor <> ''::text)),
    CONSTRAINT alert_event_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT alert_event_what_check CHECK ((what <> ''::text))
);

ALTER TABLE public.alert_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.alert_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.alert ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.alert_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.asked_retry (
    id bigint NOT NULL,
    account integer,
    actor text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    reject bigint,
    mn text,
    reason text,
    since timestamp with time zone,
    until timestamp with time zone,
    rejects bigint[] NOT NULL,
    plants integer[],
    clock_offset_s integer DEFAULT 0 NOT NULL,
    again boolean DEFAULT false NOT NULL,
    dry boolean NOT NULL,
    state text DEFAULT 'asked'::text NOT NULL,
    looked integer DEFAULT 0 NOT NULL,
    stored integer DEFAULT 0 NOT NULL,
    repeated integer DEFAULT 0 NOT NULL,
    rejected integer DEFAULT 0 NOT NULL,
    skipped integer DEFAULT 0 NOT NULL,
    reasons jsonb DEFAULT '{}'::jsonb NOT NULL,
    examples jsonb DEFAULT '[]'::jsonb NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    began_at timestamp with time zone,
    finished_at timestamp with time zone,
    stopped_by text,
    stopped_at timestamp with time zone,
    CONSTRAINT asked_retry_actor_check CHECK ((actor <> ''::text)),
    CONSTRAINT asked_retry_check CHECK (((state = ANY (ARRAY['done'::text, 'failed'::text])) = (finished_at IS NOT NULL))),
    CONSTRAINT asked_retry_check1 CHECK (((looked = (((stored + repeated) + rejected) + skipped)) AND (looked <= cardinality(rejects)))),
    CONSTRAINT asked_retry_check2 CHECK (((state <> 'done'::text) OR (looked = cardinality(rejects)))),
    CONSTRAINT asked_retry_check3 CHECK (((stopped_by IS NULL) = (stopped_at IS NULL))),
    CONSTRAINT asked_retry_rejects_check CHECK ((cardinality(rejects) > 0)),
    CONSTRAINT asked_retry_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'running'::text, 'done'::text, 'failed'::text]))),
    CONSTRAINT asked_retry_stopped_by_check CHECK ((stopped_by <> ''::text))
);

ALTER TABLE public.asked_retry ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.asked_retry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.attachment (
    id bigint NOT NULL,
    supervision_order bigint,
    contest bigint,
    version integer NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    bytes bytea NOT NULL,
    sha256 bytea NOT NULL,
    actor text NOT NULL,
    added_at timestamp with time zone NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT attachment_actor_check CHECK ((actor <> ''::text)),
    CONSTRAINT attachment_bytes_check CHECK ((length(bytes) > 0)),
    CONSTRAINT attachment_check CHECK ((sha256 = sha256(bytes))),
    CONSTRAINT attachment_check1 CHECK ((num_nonnulls(supervision_order, contest) = 1)),
    CONSTRAINT attachment_media_type_check CHECK ((media_type <> ''::text)),
    CONSTRAINT attachment_name_check CHECK (((name <> ''::text) AND (length(name) <= 200)))
);
ALTER TABLE ONLY public.attachment ALTER COLUMN bytes SET STORAGE EXTERNAL;

ALTER TABLE public.attachment ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.attachment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.audit (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    account integer,
    actor text NOT NULL,
    way text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    plant integer,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id text NOT NULL,
    address text NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT audit_action_check CHECK ((action ~ '^[a-z_]+(\.[a-z_]+)*$'::text)),
    CONSTRAINT audit_actor_check CHECK ((actor <> ''::text)),
    CONSTRAINT audit_way_check CHECK ((way = ANY (ARRAY['session'::text, 'token'::text, 'open'::text, 'command'::text])))
);

ALTER TABLE public.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.batch (
    id bigint NOT NULL,
    slot integer NOT NULL,
    number bigint NOT NULL,
    origin text DEFAULT 'mqtt'::text NOT NULL,
    received_from timestamp with time zone NOT NULL,
    received_to timestamp with time zone NOT NULL,
    committed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    frames integer NOT NULL,
    stored integer NOT NULL,
    repeated integer NOT NULL,
    rejected integer NOT NULL,
    readings integer NOT NULL,
    revised integer NOT NULL,
    devices integer[] NOT NULL,
    received_ms integer[] NOT NULL,
    outcomes text NOT NULL,
    block_bytes integer NOT NULL,
    previous bytea NOT NULL,
    digest bytea NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT batch_check CHECK ((frames = ((stored + repeated) + rejected))),
    CONSTRAINT batch_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT batch_origin_check CHECK ((origin = ANY (ARRAY['mqtt'::text, 'retry'::text]))),
    CONSTRAINT batch_previous_check CHECK ((length(previous) = 32))
);

CREATE TABLE public.batch_block (
    received_from timestamp with time zone NOT NULL,
    batch bigint NOT NULL,
    block bytea NOT NULL
);
ALTER TABLE ONLY public.batch_block ALTER COLUMN block SET STORAGE EXTERNAL;

CREATE SEQUENCE public.batch_id
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.channel (
    id integer NOT NULL,
    device integer NOT NULL,
    code text NOT NULL,
    known_from xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT channel_code_check CHECK ((code <> ''::text))
);

CREATE TABLE public.channel_binding (
    channel integer NOT NULL,
    point integer NOT NULL,
    rank text DEFAULT 'main'::text NOT NULL,
    valid tstzrange NOT NULL,
    known_from xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT channel_binding_rank_check CHECK ((rank = ANY (ARRAY['main'::text, 'spare'::text, 'comparison'::text]))),
    CONSTRAINT channel_binding_valid_check CHECK ((NOT isempty(valid)))
);

ALTER TABLE public.channel ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.channel_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.channel_merged (
    old integer NOT NULL,
    channel integer NOT NULL
);

CREATE TABLE public.channel_setting (
    channel integer NOT NULL,
    valid tstzrange NOT NULL,
    unit text NOT NULL,
    scale double precision DEFAULT 1 NOT NULL,
    range_min double precision,
    range_max double precision,
    cycle_s integer,
    sentinels double precision[] DEFAULT '{}'::double precision[] NOT NULL,
    total_scale double precision DEFAULT 1 NOT NULL,
    known_from xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT channel_setting_check CHECK ((range_min < range_max)),
    CONSTRAINT channel_setting_cycle_s_check CHECK ((cycle_s > 0)),
    CONSTRAINT channel_setting_scale_check CHECK ((scale <> (0)::double precision)),
    CONSTRAINT channel_setting_total_scale_check CHECK ((total_scale <> (0)::double precision)),
    CONSTRAINT channel_setting_valid_check CHECK ((NOT isempty(valid)))
);

CREATE TABLE public.checkpoint (
    id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    closed xid8 NOT NULL,
    body text NOT NULL,
    key_id text NOT NULL,
    signature bytea NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL
);

ALTER TABLE public.checkpoint ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.checkpoint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.contest (
    id bigint NOT NULL,
    plant integer NOT NULL,
    about text NOT NULL,
    key bigint NOT NULL,
    title text NOT NULL,
    grounds text NOT NULL,
    state text NOT NULL,
    filed_at timestamp with time zone NOT NULL,
    filed_by text NOT NULL,
    region text NOT NULL,
    held_by text NOT NULL,
    due timestamp with time zone NOT NULL,
    clock_at timestamp with time zone NOT NULL,
    overdue boolean DEFAULT false NOT NULL,
    answer text DEFAULT ''::text NOT NULL,
    needed text[] DEFAULT '{}'::text[] NOT NULL,
    version integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT contest_about_check CHECK ((about = ANY (ARRAY['verdict'::text, 'finding'::text, 'mark'::text, 'order'::text, 'alert'::text]))),
    CONSTRAINT contest_check CHECK (((state = ANY (ARRAY['upheld'::text, 'partly'::text, 'rejected'::text])) = (answer <> ''::text))),
    CONSTRAINT contest_filed_by_check CHECK ((filed_by <> ''::text)),
    CONSTRAINT contest_grounds_check CHECK ((grounds <> ''::text)),
    CONSTRAINT contest_state_check CHECK ((state = ANY (ARRAY['filed'::text, 'upheld'::text, 'partly'::text, 'rejected'::text, 'withdrawn'::text]))),
    CONSTRAINT contest_version_check CHECK ((version >= 1))
);

CREATE TABLE public.contest_alert (
    alert bigint NOT NULL,
    contest bigint NOT NULL
);

CREATE TABLE public.contest_event (
    id bigint NOT NULL,
    contest bigint NOT NULL,
    version integer NOT NULL,
    what text NOT NULL,
    reason text NOT NULL,
    actor text NOT NULL,
    party text NOT NULL,
    place text NOT NULL,
    at timestamp with time zone NOT NULL,
    made_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    held_by text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT contest_event_actor_check CHECK ((actor <> ''::text)),
    CONSTRAINT contest_event_party_check CHECK ((party = ANY (ARRAY['platform'::text, 'bureau'::text, 'plant'::text]))),
    CONSTRAINT contest_event_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT contest_event_what_check CHECK ((what <> ''::text))
);

ALTER TABLE public.contest_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.contest_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.contest ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.contest_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.delivery (
    id bigint NOT NULL,
    key uuid DEFAULT gen_random_uuid() NOT NULL,
    receiver text NOT NULL,
    bundle text NOT NULL,
    form text NOT NULL,
    message jsonb NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone NOT NULL,
    leased_until timestamp with time zone,
    last_error text DEFAULT ''::text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    CONSTRAINT delivery_check CHECK (((state = 'sent'::text) = (sent_at IS NOT NULL))),
    CONSTRAINT delivery_form_check CHECK ((form = ANY (ARRAY['event'::text, 'group'::text, 'digest'::text, 'escalation'::text, 'test'::text]))),
    CONSTRAINT delivery_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'dead'::text]))),
    CONSTRAINT delivery_tries_check CHECK ((tries >= 0))
);

ALTER TABLE public.delivery ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.device (
    id integer NOT NULL,
    plant integer NOT NULL,
    code text NOT NULL,
    protocol text DEFAULT 'hj212-2017'::text NOT NULL,
    crc text DEFAULT 'strict'::text NOT NULL,
    utc_offset_s integer DEFAULT 28800 NOT NULL,
    realtime_interval_s integer DEFAULT 30 NOT NULL,
    minute_interval_s integer DEFAULT 60 NOT NULL,
    unflagged_as text,
    commissioned_at timestamp with time zone NOT NULL,
    gateway text,
    policies text[] DEFAULT '{}'::text[] NOT NULL,
    known_from xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT device_crc_check CHECK ((crc = ANY (ARRAY['strict'::text, 'accept_modbus'::text, 'off'::text]))),
    CONSTRAINT device_minute_interval_s_check CHECK (((minute_interval_s >= 60) AND (minute_interval_s <= 1800))),
    CONSTRAINT device_protocol_check CHECK ((protocol = ANY (ARRAY['hjt212-2005'::text, 'hj212-2017'::text, 'hj212-2025'::text, 'cems-v1'::text]))),
    CONSTRAINT device_realtime_interval_s_check CHECK (((realtime_interval_s >= 1) AND (realtime_interval_s <= 3600))),
    CONSTRAINT device_unflagged_as_check CHECK (((length(unflagged_as) >= 1) AND (length(unflagged_as) <= 4))),
    CONSTRAINT device_utc_offset_s_check CHECK (((utc_offset_s >= '-50400'::integer) AND (utc_offset_s <= 50400)))
);

CREATE TABLE public.device_event (
    id bigint NOT NULL,
    device integer NOT NULL,
    kind text NOT NULL,
    about text,
    code text,
    text text NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    batch bigint NOT NULL,
    seq integer NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL
);

ALTER TABLE public.device_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.device_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.device_gap (
    device integer NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    said_at timestamp with time zone,
    CONSTRAINT device_gap_check CHECK ((until > since))
);

CREATE TABLE public.device_heard (
    device integer NOT NULL,
    known_at timestamp with time zone NOT NULL,
    first_at timestamp with time zone,
    heard_at timestamp with time zone,
    looked_at timestamp with time zone,
    data_at timestamp with time zone,
    said_at timestamp with time zone,
    received_at timestamp with time zone,
    skews double precision[] DEFAULT '{}'::double precision[] NOT NULL,
    clock_rejected_at timestamp with time zone,
    CONSTRAINT device_heard_check CHECK ((((first_at IS NULL) = (heard_at IS NULL)) AND (first_at <= heard_at)))
)
WITH (fillfactor='50');

ALTER TABLE public.device ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.device_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.device_key (
    device integer NOT NULL,
    valid tstzrange NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT device_key_valid_check CHECK ((NOT isempty(valid)))
);

CREATE TABLE public.device_mn (
    device integer NOT NULL,
    mn text NOT NULL,
    valid tstzrange NOT NULL,
    known_from xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT device_mn_mn_check CHECK ((mn <> ''::text)),
    CONSTRAINT device_mn_valid_check CHECK ((NOT isempty(valid)))
);

CREATE TABLE public.export (
    id bigint NOT NULL,
    name text NOT NULL,
    what text NOT NULL,
    format text NOT NULL,
    query jsonb NOT NULL,
    as_of xid8 NOT NULL,
    columns text[] NOT NULL,
    rows bigint NOT NULL,
    bytes bigint NOT NULL,
    digest bytea NOT NULL,
    rows_digest bytea NOT NULL,
    checkpoint bigint,
    software text NOT NULL,
    account integer,
    actor text NOT NULL,
    began_at timestamp with time zone NOT NULL,
    made_at timestamp with time zone NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT export_actor_check CHECK ((actor <> ''::text)),
    CONSTRAINT export_bytes_check CHECK ((bytes >= 0)),
    CONSTRAINT export_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT export_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'parquet'::text, 'xlsx'::text]))),
    CONSTRAINT export_name_check CHECK ((name ~ '^[0-9a-f]{32}$'::text)),
    CONSTRAINT export_rows_check CHECK ((rows >= 0)),
    CONSTRAINT export_rows_digest_check CHECK ((length(rows_digest) = 32)),
    CONSTRAINT export_what_check CHECK ((what = ANY (ARRAY['readings'::text, 'means'::text, 'verdicts'::text, 'alerts'::text, 'marks'::text, 'limits'::text])))
);

ALTER TABLE public.export ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.export_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.facility_group (
    id integer NOT NULL,
    plant integer NOT NULL,
    code text NOT NULL,
    needed integer NOT NULL,
    known_from xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT facility_group_needed_check CHECK ((needed > 0))
);

ALTER TABLE public.facility_group ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.facility_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.facility_group_member (
    facility_group integer NOT NULL,
    facility integer NOT NULL,
    known_from xid8 DEFAULT pg_current_xact_id() NOT NULL
);

CREATE TABLE public.facility_group_path (
    facility_group integer NOT NULL,
    unit integer NOT NULL,
    outlet integer NOT NULL,
    place integer DEFAULT 1 NOT NULL,
    known_from xid8 DEFAULT pg_current_xact_id() NOT NULL
);

CREATE TABLE public.feed (
    number bigint NOT NULL,
    source text NOT NULL,
    event bigint NOT NULL,
    CONSTRAINT feed_source_check CHECK ((source = ANY (ARRAY['alert'::text, 'order'::text])))
);

CREATE TABLE public.feed_mark (
    single boolean DEFAULT true NOT NULL,
    "position" xid8 NOT NULL,
    CONSTRAINT feed_mark_single_check CHECK (single)
);

ALTER TABLE public.feed ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.feed_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.finding (
    id bigint NOT NULL,
    rule text NOT NULL,
    subject integer NOT NULL,
    point integer,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone,
    stage text NOT NULL,
    standing boolean NOT NULL,
    zh text NOT NULL,
    en text NOT NULL,
    clause text NOT NULL,
    sure boolean NOT NULL,
    doubts text[] DEFAULT '{}'::text[] NOT NULL,
    evidence jsonb NOT NULL,
    rules text NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT finding_check CHECK ((until > since)),
    CONSTRAINT finding_rule_check CHECK ((rule <> ''::text)),
    CONSTRAINT finding_stage_check CHECK ((stage = ANY (ARRAY['provisional'::text, 'final'::text, 'closed'::text])))
);

ALTER TABLE public.finding ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.finding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.frame_note (
    batch bigint NOT NULL,
    device integer NOT NULL,
    note text NOT NULL,
    frames integer NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT frame_note_frames_check CHECK ((frames > 0)),
    CONSTRAINT frame_note_note_check CHECK ((note <> ''::text))
);

CREATE TABLE public.idempotency (
    account integer NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    made_at timestamp with time zone NOT NULL,
    status integer,
    headers jsonb DEFAULT '{}'::jsonb NOT NULL,
    body bytea,
    CONSTRAINT idempotency_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT idempotency_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200)))
);

CREATE SEQUENCE public.judgement_id
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.judging (
    plant integer NOT NULL,
    stage text NOT NULL,
    next_hour timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    CONSTRAINT judging_stage_check CHECK ((stage = ANY (ARRAY['provisional'::text, 'final'::text, 'closed'::text])))
);

CREATE SEQUENCE public.limit_key
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.limit_version (
    id bigint NOT NULL,
    limit_key integer NOT NULL,
    point integer NOT NULL,
    valid tstzrange NOT NULL,
    act text NOT NULL,
    withdrawn boolean DEFAULT false NOT NULL,
    comparator text,
    low numeric,
    high numeric,
    unit text,
    quantity text,
    averaging text,
    reference_oxygen numeric,
    condition text DEFAULT ''::text NOT NULL,
    origin text NOT NULL,
    standard text NOT NULL,
    clause text NOT NULL,
    confidence text NOT NULL,
    verified boolean NOT NULL,
    source text NOT NULL,
    catalogue text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    actor text NOT NULL,
    approver text,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT limit_version_act_check CHECK ((act = ANY (ARRAY['assign'::text, 'change'::text, 'correct'::text, 'withdraw'::text]))),
    CONSTRAINT limit_version_actor_check CHECK ((actor <> ''::text)),
    CONSTRAINT limit_version_approver_check CHECK ((approver <> ''::text)),
    CONSTRAINT limit_version_averaging_check CHECK ((averaging = ANY (ARRAY['hour'::text, 'day'::text, 'month'::text, 'sample'::text, 'instant'::text]))),
    CONSTRAINT limit_version_check CHECK ((withdrawn = (comparator IS NULL))),
    CONSTRAINT limit_version_check1 CHECK ((withdrawn OR ((unit IS NOT NULL) AND (quantity IS NOT NULL) AND (averaging IS NOT NULL)))),
    CONSTRAINT limit_version_check2 CHECK ((withdrawn OR
CASE comparator
    WHEN '<='::text THEN ((high IS NOT NULL) AND (low IS NULL))
    WHEN '>='::text THEN ((low IS NOT NULL) AND (high IS NULL))
    ELSE (low < high)
END)),
    CONSTRAINT limit_version_check3 CHECK (((act <> 'correct'::text) OR ((reason <> ''::text) AND (approver IS NOT NULL)))),
    CONSTRAINT limit_version_check4 CHECK (((act <> 'withdraw'::text) OR withdrawn)),
    CONSTRAINT limit_version_comparator_check CHECK ((comparator = ANY (ARRAY['<='::text, '>='::text, 'between'::text]))),
    CONSTRAINT limit_version_confidence_check CHECK ((confidence = ANY (ARRAY['high'::text, 'medium'::text, 'low'::text, 'ours'::text]))),
    CONSTRAINT limit_version_origin_check CHECK ((origin = ANY (ARRAY['standard'::text, 'permit'::text, 'ultra_low'::text, 'local'::text, 'order'::text]))),
    CONSTRAINT limit_version_quantity_check CHECK ((quantity = ANY (ARRAY['concentration'::text, 'rate'::text, 'removal'::text, 'value'::text]))),
    CONSTRAINT limit_version_reference_oxygen_check CHECK (((reference_oxygen > (0)::numeric) AND (reference_oxygen < (21)::numeric))),
    CONSTRAINT limit_version_valid_check CHECK ((NOT isempty(valid)))
);

ALTER TABLE public.limit_version ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.limit_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.login_begun (
    digest bytea NOT NULL,
    nonce text NOT NULL,
    verifier text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT login_begun_digest_check CHECK ((length(digest) = 32))
);

CREATE TABLE public.login_throttle (
    key text NOT NULL,
    failures integer NOT NULL,
    last_at timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    CONSTRAINT login_throttle_failures_check CHECK ((failures >= 0)),
    CONSTRAINT login_throttle_key_check CHECK ((length(key) <= 100))
);

CREATE TABLE public.loop_progress (
    name text NOT NULL,
    host text NOT NULL,
    lag_s double precision NOT NULL,
    skew_s double precision,
    said_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT loop_progress_host_check CHECK ((host <> ''::text)),
    CONSTRAINT loop_progress_name_check CHECK ((name <> ''::text))
)
WITH (fillfactor='50');

CREATE TABLE public.manual_result (
    id bigint NOT NULL,
    result_key integer NOT NULL,
    point integer NOT NULL,
    kind text NOT NULL,
    sampled tstzrange NOT NULL,
    value numeric,
    unit text NOT NULL,
    converted numeric,
    reference_oxygen numeric,
    samples integer DEFAULT 1 NOT NULL,
    method text DEFAULT ''::text NOT NULL,
    laboratory text DEFAULT ''::text NOT NULL,
    withdrawn boolean DEFAULT false NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    actor text NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT manual_result_actor_check CHECK ((actor <> ''::text)),
    CONSTRAINT manual_result_kind_check CHECK ((kind = ANY (ARRAY['self'::text, 'supervisory'::text, 'comparison'::text, 'gap'::text]))),
    CONSTRAINT manual_result_reference_oxygen_check CHECK (((reference_oxygen > (0)::numeric) AND (reference_oxygen < (21)::numeric))),
    CONSTRAINT manual_result_sampled_check CHECK (((NOT isempty(sampled)) AND (NOT lower_inf(sampled)) AND (NOT upper_inf(sampled)))),
    CONSTRAINT manual_result_samples_check CHECK ((samples > 0))
);

ALTER TABLE public.manual_result ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.manual_result_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE SEQUENCE public.manual_result_key
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.mark (
    id bigint NOT NULL,
    mark_key integer NOT NULL,
    kind text NOT NULL,
    subject integer NOT NULL,
    point integer,
    during tstzrange NOT NULL,
    origin text NOT NULL,
    planned boolean NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    evidence text DEFAULT ''::text NOT NULL,
    review text NOT NULL,
    reviewer text,
    reason text DEFAULT ''::text NOT NULL,
    withdrawn boolean DEFAULT false NOT NULL,
    actor text NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT mark_actor_check CHECK ((actor <> ''::text)),
    CONSTRAINT mark_check CHECK (((review <> ALL (ARRAY['accepted'::text, 'rejected'::text])) OR (reviewer IS NOT NULL))),
    CONSTRAINT mark_check1 CHECK (((review <> 'rejected'::text) OR (reason <> ''::text))),
    CONSTRAINT mark_during_check CHECK (((NOT isempty(during)) AND (lower(during) IS NOT NULL))),
    CONSTRAINT mark_kind_check CHECK ((kind <> ''::text)),
    CONSTRAINT mark_origin_check CHECK ((origin = ANY (ARRAY['logger'::text, 'plant'::text, 'bureau'::text]))),
    CONSTRAINT mark_review_check CHECK ((review = ANY (ARRAY['claimed'::text, 'accepted'::text, 'rejected'::text, 'lapsed'::text]))),
    CONSTRAINT mark_reviewer_check CHECK ((reviewer <> ''::text))
);

ALTER TABLE public.mark ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.mark_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE SEQUENCE public.mark_key
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.mean (
    start timestamp with time zone NOT NULL,
    id bigint DEFAULT nextval('public.judgement_id'::regclass) NOT NULL,
    point integer NOT NULL,
    period text NOT NULL,
    stage text NOT NULL,
    source text NOT NULL,
    value numeric,
    converted jsonb DEFAULT '{}'::jsonb NOT NULL,
    valid_s integer NOT NULL,
    due_s integer NOT NULL,
    valid boolean NOT NULL,
    at_least boolean DEFAULT false NOT NULL,
    mass numeric,
    evidence jsonb NOT NULL,
    rules text NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT mean_mass_check CHECK ((mass >= (0)::numeric)),
    CONSTRAINT mean_period_check CHECK ((period = ANY (ARRAY['five_minute'::text, 'hour'::text, 'day'::text, 'month'::text]))),
    CONSTRAINT mean_source_check CHECK ((source = ANY (ARRAY['computed'::text, 'device'::text, 'manual'::text]))),
    CONSTRAINT mean_stage_check CHECK ((stage = ANY (ARRAY['provisional'::text, 'final'::text, 'closed'::text])))
);

CREATE TABLE public.point (
    id integer NOT NULL,
    subject integer NOT NULL,
    side text DEFAULT 'out'::text NOT NULL,
    code text NOT NULL,
    known_from xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT point_side_check CHECK ((side = ANY (ARRAY['in'::text, 'out'::text, 'state'::text])))
);

CREATE TABLE public.reading_day (
    "time" timestamp with time zone NOT NULL,
    channel integer NOT NULL,
    value double precision,
    minimum double precision,
    maximum double precision,
    converted double precision,
    converted_min double precision,
    converted_max double precision,
    total double precision,
    flag text,
    span_s integer NOT NULL,
    sampled_at timestamp with time zone,
    sent_at timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    batch bigint NOT NULL,
    seq integer NOT NULL
);

CREATE VIEW public.measured_day AS
 SELECT reading."time",
    binding.point,
    point.subject,
    point.side,
    point.code,
    channel.device,
    reading.channel,
    binding.rank,
    setting.unit,
    public.as_read(reading.value, setting.scale, setting.sentinels) AS value,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.maximum, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.minimum, setting.scale, setting.sentinels)
        END AS minimum,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.minimum, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.maximum, setting.scale, setting.sentinels)
        END AS maximum,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            ELSE public.as_read(reading.converted, setting.scale, setting.sentinels)
        END AS converted,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.converted_max, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.converted_min, setting.scale, setting.sentinels)
        END AS converted_min,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.converted_min, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.converted_max, setting.scale, setting.sentinels)
        END AS converted_max,
    public.as_read(reading.total, setting.total_scale, setting.sentinels) AS total,
    reading.flag,
    reading.span_s,
    reading.sampled_at,
    reading.sent_at,
    reading.received_at,
    reading.batch,
    reading.seq,
        CASE
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(setting.range_max, setting.scale, NULL::double precision[])
            ELSE public.as_read(setting.range_min, setting.scale, NULL::double precision[])
        END AS range_min,
        CASE
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(setting.range_min, setting.scale, NULL::double precision[])
            ELSE public.as_read(setting.range_max, setting.scale, NULL::double precision[])
        END AS range_max,
    setting.cycle_s,
    COALESCE((reading.value = ANY (setting.sentinels)), false) AS sentinel
   FROM ((((public.reading_day reading
     JOIN public.channel_binding binding ON (((binding.channel = reading.channel) AND (binding.valid @> reading."time"))))
     JOIN public.channel ON ((channel.id = binding.channel)))
     JOIN public.point ON ((point.id = binding.point)))
     LEFT JOIN public.channel_setting setting ON (((setting.channel = binding.channel) AND ((setting.valid @> reading."time") IS TRUE))));

CREATE TABLE public.reading_five_minute (
    "time" timestamp with time zone NOT NULL,
    channel integer NOT NULL,
    value double precision,
    minimum double precision,
    maximum double precision,
    converted double precision,
    converted_min double precision,
    converted_max double precision,
    total double precision,
    flag text,
    span_s integer NOT NULL,
    sampled_at timestamp with time zone,
    sent_at timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    batch bigint NOT NULL,
    seq integer NOT NULL
);

CREATE VIEW public.measured_five_minute AS
 SELECT reading."time",
    binding.point,
    point.subject,
    point.side,
    point.code,
    channel.device,
    reading.channel,
    binding.rank,
    setting.unit,
    public.as_read(reading.value, setting.scale, setting.sentinels) AS value,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.maximum, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.minimum, setting.scale, setting.sentinels)
        END AS minimum,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.minimum, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.maximum, setting.scale, setting.sentinels)
        END AS maximum,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            ELSE public.as_read(reading.converted, setting.scale, setting.sentinels)
        END AS converted,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.converted_max, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.converted_min, setting.scale, setting.sentinels)
        END AS converted_min,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.converted_min, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.converted_max, setting.scale, setting.sentinels)
        END AS converted_max,
    public.as_read(reading.total, setting.total_scale, setting.sentinels) AS total,
    reading.flag,
    reading.span_s,
    reading.sampled_at,
    reading.sent_at,
    reading.received_at,
    reading.batch,
    reading.seq,
        CASE
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(setting.range_max, setting.scale, NULL::double precision[])
            ELSE public.as_read(setting.range_min, setting.scale, NULL::double precision[])
        END AS range_min,
        CASE
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(setting.range_min, setting.scale, NULL::double precision[])
            ELSE public.as_read(setting.range_max, setting.scale, NULL::double precision[])
        END AS range_max,
    setting.cycle_s,
    COALESCE((reading.value = ANY (setting.sentinels)), false) AS sentinel
   FROM ((((public.reading_five_minute reading
     JOIN public.channel_binding binding ON (((binding.channel = reading.channel) AND (binding.valid @> reading."time"))))
     JOIN public.channel ON ((channel.id = binding.channel)))
     JOIN public.point ON ((point.id = binding.point)))
     LEFT JOIN public.channel_setting setting ON (((setting.channel = binding.channel) AND ((setting.valid @> reading."time") IS TRUE))));

CREATE TABLE public.reading_hour (
    "time" timestamp with time zone NOT NULL,
    channel integer NOT NULL,
    value double precision,
    minimum double precision,
    maximum double precision,
    converted double precision,
    converted_min double precision,
    converted_max double precision,
    total double precision,
    flag text,
    span_s integer NOT NULL,
    sampled_at timestamp with time zone,
    sent_at timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    batch bigint NOT NULL,
    seq integer NOT NULL
);

CREATE VIEW public.measured_hour AS
 SELECT reading."time",
    binding.point,
    point.subject,
    point.side,
    point.code,
    channel.device,
    reading.channel,
    binding.rank,
    setting.unit,
    public.as_read(reading.value, setting.scale, setting.sentinels) AS value,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.maximum, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.minimum, setting.scale, setting.sentinels)
        END AS minimum,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.minimum, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.maximum, setting.scale, setting.sentinels)
        END AS maximum,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            ELSE public.as_read(reading.converted, setting.scale, setting.sentinels)
        END AS converted,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.converted_max, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.converted_min, setting.scale, setting.sentinels)
        END AS converted_min,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.converted_min, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.converted_max, setting.scale, setting.sentinels)
        END AS converted_max,
    public.as_read(reading.total, setting.total_scale, setting.sentinels) AS total,
    reading.flag,
    reading.span_s,
    reading.sampled_at,
    reading.sent_at,
    reading.received_at,
    reading.batch,
    reading.seq,
        CASE
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(setting.range_max, setting.scale, NULL::double precision[])
            ELSE public.as_read(setting.range_min, setting.scale, NULL::double precision[])
        END AS range_min,
        CASE
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(setting.range_min, setting.scale, NULL::double precision[])
            ELSE public.as_read(setting.range_max, setting.scale, NULL::double precision[])
        END AS range_max,
    setting.cycle_s,
    COALESCE((reading.value = ANY (setting.sentinels)), false) AS sentinel
   FROM ((((public.reading_hour reading
     JOIN public.channel_binding binding ON (((binding.channel = reading.channel) AND (binding.valid @> reading."time"))))
     JOIN public.channel ON ((channel.id = binding.channel)))
     JOIN public.point ON ((point.id = binding.point)))
     LEFT JOIN public.channel_setting setting ON (((setting.channel = binding.channel) AND ((setting.valid @> reading."time") IS TRUE))));

CREATE TABLE public.reading_minute (
    "time" timestamp with time zone NOT NULL,
    channel integer NOT NULL,
    value double precision,
    minimum double precision,
    maximum double precision,
    converted double precision,
    converted_min double precision,
    converted_max double precision,
    total double precision,
    flag text,
    span_s integer NOT NULL,
    sampled_at timestamp with time zone,
    sent_at timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    batch bigint NOT NULL,
    seq integer NOT NULL
);

CREATE VIEW public.measured_minute AS
 SELECT reading."time",
    binding.point,
    point.subject,
    point.side,
    point.code,
    channel.device,
    reading.channel,
    binding.rank,
    setting.unit,
    public.as_read(reading.value, setting.scale, setting.sentinels) AS value,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.maximum, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.minimum, setting.scale, setting.sentinels)
        END AS minimum,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.minimum, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.maximum, setting.scale, setting.sentinels)
        END AS maximum,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            ELSE public.as_read(reading.converted, setting.scale, setting.sentinels)
        END AS converted,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.converted_max, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.converted_min, setting.scale, setting.sentinels)
        END AS converted_min,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.converted_min, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.converted_max, setting.scale, setting.sentinels)
        END AS converted_max,
    public.as_read(reading.total, setting.total_scale, setting.sentinels) AS total,
    reading.flag,
    reading.span_s,
    reading.sampled_at,
    reading.sent_at,
    reading.received_at,
    reading.batch,
    reading.seq,
        CASE
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(setting.range_max, setting.scale, NULL::double precision[])
            ELSE public.as_read(setting.range_min, setting.scale, NULL::double precision[])
        END AS range_min,
        CASE
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(setting.range_min, setting.scale, NULL::double precision[])
            ELSE public.as_read(setting.range_max, setting.scale, NULL::double precision[])
        END AS range_max,
    setting.cycle_s,
    COALESCE((reading.value = ANY (setting.sentinels)), false) AS sentinel
   FROM ((((public.reading_minute reading
     JOIN public.channel_binding binding ON (((binding.channel = reading.channel) AND (binding.valid @> reading."time"))))
     JOIN public.channel ON ((channel.id = binding.channel)))
     JOIN public.point ON ((point.id = binding.point)))
     LEFT JOIN public.channel_setting setting ON (((setting.channel = binding.channel) AND ((setting.valid @> reading."time") IS TRUE))));

CREATE TABLE public.reading_realtime (
    "time" timestamp with time zone NOT NULL,
    channel integer NOT NULL,
    value double precision,
    minimum double precision,
    maximum double precision,
    converted double precision,
    converted_min double precision,
    converted_max double precision,
    total double precision,
    flag text,
    span_s integer NOT NULL,
    sampled_at timestamp with time zone,
    sent_at timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    batch bigint NOT NULL,
    seq integer NOT NULL
);

CREATE VIEW public.measured_realtime AS
 SELECT reading."time",
    binding.point,
    point.subject,
    point.side,
    point.code,
    channel.device,
    reading.channel,
    binding.rank,
    setting.unit,
    public.as_read(reading.value, setting.scale, setting.sentinels) AS value,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.maximum, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.minimum, setting.scale, setting.sentinels)
        END AS minimum,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.minimum, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.maximum, setting.scale, setting.sentinels)
        END AS maximum,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            ELSE public.as_read(reading.converted, setting.scale, setting.sentinels)
        END AS converted,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.converted_max, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.converted_min, setting.scale, setting.sentinels)
        END AS converted_min,
        CASE
            WHEN (reading.value = ANY (setting.sentinels)) THEN NULL::double precision
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(reading.converted_min, setting.scale, setting.sentinels)
            ELSE public.as_read(reading.converted_max, setting.scale, setting.sentinels)
        END AS converted_max,
    public.as_read(reading.total, setting.total_scale, setting.sentinels) AS total,
    reading.flag,
    reading.span_s,
    reading.sampled_at,
    reading.sent_at,
    reading.received_at,
    reading.batch,
    reading.seq,
        CASE
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(setting.range_max, setting.scale, NULL::double precision[])
            ELSE public.as_read(setting.range_min, setting.scale, NULL::double precision[])
        END AS range_min,
        CASE
            WHEN (setting.scale < (0)::double precision) THEN public.as_read(setting.range_min, setting.scale, NULL::double precision[])
            ELSE public.as_read(setting.range_max, setting.scale, NULL::double precision[])
        END AS range_max,
    setting.cycle_s,
    COALESCE((reading.value = ANY (setting.sentinels)), false) AS sentinel
   FROM ((((public.reading_realtime reading
     JOIN public.channel_binding binding ON (((binding.channel = reading.channel) AND (binding.valid @> reading."time"))))
     JOIN public.channel ON ((channel.id = binding.channel)))
     JOIN public.point ON ((point.id = binding.point)))
     LEFT JOIN public.channel_setting setting ON (((setting.channel = binding.channel) AND ((setting.valid @> reading."time") IS TRUE))));

CREATE TABLE public.notice (
    id bigint NOT NULL,
    event bigint NOT NULL,
    alert bigint NOT NULL,
    receiver text NOT NULL,
    route text NOT NULL,
    manner text NOT NULL,
    step integer DEFAULT 0 NOT NULL,
    bundle text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    hold_s integer NOT NULL,
    digest_over integer NOT NULL,
    state text NOT NULL,
    silence bigint,
    delivery bigint,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT notice_check CHECK (((state = 'bundled'::text) = (delivery IS NOT NULL))),
    CONSTRAINT notice_check1 CHECK (((state = 'silenced'::text) = (silence IS NOT NULL))),
    CONSTRAINT notice_check2 CHECK (((manner = 'escalation'::text) = (step > 0))),
    CONSTRAINT notice_manner_check CHECK ((manner = ANY (ARRAY['at_once'::text, 'grouped'::text, 'digest'::text, 'escalation'::text]))),
    CONSTRAINT notice_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'silenced'::text, 'inhibited'::text, 'bundled'::text, 'needless'::text]))),
    CONSTRAINT notice_step_check CHECK ((step >= 0))
);

ALTER TABLE public.notice ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.notice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.order_alert (
    alert bigint NOT NULL,
    supervision_order bigint NOT NULL
);

CREATE TABLE public.order_event (
    id bigint NOT NULL,
    supervision_order bigint NOT NULL,
    version integer NOT NULL,
    what text NOT NULL,
    reason text NOT NULL,
    actor text NOT NULL,
    party text NOT NULL,
    place text NOT NULL,
    at timestamp with time zone NOT NULL,
    made_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    held_by text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT order_event_actor_check CHECK ((actor <> ''::text)),
    CONSTRAINT order_event_party_check CHECK ((party = ANY (ARRAY['platform'::text, 'bureau'::text, 'plant'::text]))),
    CONSTRAINT order_event_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT order_event_what_check CHECK ((what <> ''::text))
);

ALTER TABLE public.order_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.order_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.outlet (
    id integer NOT NULL,
    kind text DEFAULT 'outlet'::text NOT NULL,
    medium text NOT NULL,
    reference_oxygen double precision,
    successor integer,
    merged_at timestamp with time zone,
    role text DEFAULT 'discharge'::text NOT NULL,
    known_from xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT outlet_kind_check CHECK ((kind = 'outlet'::text)),
    CONSTRAINT outlet_medium_check CHECK ((medium = ANY (ARRAY['air'::text, 'water'::text]))),
    CONSTRAINT outlet_reference_oxygen_check CHECK (((reference_oxygen > (0)::double precision) AND (reference_oxygen < (21)::double precision))),
    CONSTRAINT outlet_role_check CHECK ((role = ANY (ARRAY['discharge'::text, 'inlet'::text, 'bypass'::text])))
);

CREATE TABLE public.parameter (
    id bigint NOT NULL,
    device integer NOT NULL,
    about text,
    code text NOT NULL,
    value text NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    batch bigint NOT NULL,
    seq integer NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL
);

ALTER TABLE public.parameter ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.parameter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.slot_pending (
    slot integer NOT NULL,
    reported_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    hours timestamp with time zone[] NOT NULL,
    publishers text[] NOT NULL,
    messages text[] NOT NULL,
    CONSTRAINT slot_pending_check CHECK (((cardinality(publishers) = cardinality(hours)) AND (cardinality(messages) = cardinality(hours))))
)
WITH (fillfactor='20');
ALTER TABLE ONLY public.slot_pending ALTER COLUMN publishers SET STORAGE EXTERNAL;
ALTER TABLE ONLY public.slot_pending ALTER COLUMN messages SET STORAGE EXTERNAL;

CREATE VIEW public.pending AS
 SELECT slot_pending.slot,
    said.publisher,
    lot.hour,
    (said.messages)::integer AS messages
   FROM public.slot_pending,
    LATERAL UNNEST(slot_pending.hours, slot_pending.publishers, slot_pending.messages) lot(hour, lines, numbers),
    LATERAL UNNEST(string_to_array(lot.lines, '
'::text), string_to_array(lot.numbers, ','::text)) said(publisher, messages)
  WHERE (said.messages IS NOT NULL);

CREATE TABLE public.performance (
    start timestamp with time zone NOT NULL,
    id bigint DEFAULT nextval('public.judgement_id'::regclass) NOT NULL,
    subject integer NOT NULL,
    measure text NOT NULL,
    code text DEFAULT ''::text NOT NULL,
    period text NOT NULL,
    stage text NOT NULL,
    numerator numeric NOT NULL,
    denominator numeric NOT NULL,
    sure boolean NOT NULL,
    evidence jsonb NOT NULL,
    rules text NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT performance_period_check CHECK ((period = ANY (ARRAY['five_minute'::text, 'hour'::text, 'day'::text, 'month'::text, 'quarter'::text, 'year'::text]))),
    CONSTRAINT performance_stage_check CHECK ((stage = ANY (ARRAY['provisional'::text, 'final'::text, 'closed'::text])))
);

CREATE TABLE public.plant (
    id integer NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    name_en text,
    region text NOT NULL,
    credit_code text,
    permit text,
    industry text,
    longitude double precision,
    latitude double precision,
    known_from xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT plant_latitude_check CHECK (((latitude >= ('-90'::integer)::double precision) AND (latitude <= (90)::double precision))),
    CONSTRAINT plant_longitude_check CHECK (((longitude >= ('-180'::integer)::double precision) AND (longitude <= (180)::double precision)))
);

CREATE TABLE public.plant_contact (
    id bigint NOT NULL,
    plant integer NOT NULL,
    receiver text NOT NULL,
    person text DEFAULT ''::text NOT NULL,
    active boolean NOT NULL,
    actor text NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT plant_contact_actor_check CHECK ((actor <> ''::text))
);

ALTER TABLE public.plant_contact ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.plant_contact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.plant ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.plant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.point ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.point_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.position_clock (
    at timestamp with time zone NOT NULL,
    "position" xid8 NOT NULL
);

CREATE TABLE public.process_unit (
    id integer NOT NULL,
    kind text DEFAULT 'unit'::text NOT NULL,
    process text NOT NULL,
    fuel text,
    rated_capacity double precision,
    rated_unit text,
    known_from xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT process_unit_check CHECK (((rated_capacity IS NULL) = (rated_unit IS NULL))),
    CONSTRAINT process_unit_kind_check CHECK ((kind = 'unit'::text)),
    CONSTRAINT process_unit_rated_capacity_check CHECK ((rated_capacity > (0)::double precision))
);

CREATE TABLE public.reading_cursor (
    reader text NOT NULL,
    "position" xid8 NOT NULL,
    after bigint DEFAULT 0 NOT NULL,
    seen bigint[] DEFAULT '{}'::bigint[] NOT NULL
);

CREATE TABLE public.reading_revision (
    series text NOT NULL,
    "time" timestamp with time zone NOT NULL,
    channel integer NOT NULL,
    value double precision,
    minimum double precision,
    maximum double precision,
    converted double precision,
    converted_min double precision,
    converted_max double precision,
    total double precision,
    flag text,
    span_s integer NOT NULL,
    sampled_at timestamp with time zone,
    sent_at timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    batch bigint NOT NULL,
    seq integer NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT reading_revision_series_check CHECK ((series = ANY (ARRAY['realtime'::text, 'minute'::text, 'hour'::text, 'day'::text, 'state'::text, 'five_minute'::text])))
);

CREATE TABLE public.receiver (
    id bigint NOT NULL,
    name text NOT NULL,
    channel text NOT NULL,
    address text NOT NULL,
    config jsonb DEFAULT '{}'::jsonb NOT NULL,
    sealed bytea,
    sealed_digest bytea GENERATED ALWAYS AS (sha256(sealed)) STORED,
    language text NOT NULL,
    active boolean NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    actor text NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT receiver_actor_check CHECK ((actor <> ''::text)),
    CONSTRAINT receiver_address_check CHECK ((address <> ''::text)),
    CONSTRAINT receiver_channel_check CHECK ((channel = ANY (ARRAY['webhook'::text, 'email'::text, 'mqtt'::text, 'dingtalk'::text, 'wecom'::text, 'feishu'::text, 'sms'::text]))),
    CONSTRAINT receiver_language_check CHECK ((language = ANY (ARRAY['zh'::text, 'en'::text]))),
    CONSTRAINT receiver_name_check CHECK ((name ~ '^[^\s/]{1,64}$'::text))
);

ALTER TABLE public.receiver ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.receiver_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.region (
    code text NOT NULL,
    name text NOT NULL,
    name_en text,
    parent text,
    known_from xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT region_code_check CHECK ((code ~ '^[0-9]{2,6}$'::text))
);

CREATE TABLE public.registry_change (
    version bigint NOT NULL,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor text NOT NULL,
    source text NOT NULL,
    summary jsonb NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL
);

ALTER TABLE public.registry_change ALTER COLUMN version ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.registry_change_version_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.registry_history (
    id bigint NOT NULL,
    table_name text NOT NULL,
    "row" jsonb NOT NULL,
    changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL
);

ALTER TABLE public.registry_history ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.registry_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.reject (
    id bigint NOT NULL,
    batch bigint NOT NULL,
    seq integer NOT NULL,
    topic text NOT NULL,
    mn text,
    device integer,
    reason text NOT NULL,
    detail text NOT NULL,
    codes text[] DEFAULT '{}'::text[] NOT NULL,
    whole boolean NOT NULL,
    received_at timestamp with time zone NOT NULL,
    bytes bytea NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    policy text
);

ALTER TABLE public.reject ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.reject_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.reject_retry (
    id bigint NOT NULL,
    reject bigint NOT NULL,
    retried_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor text NOT NULL,
    clock_offset_s integer DEFAULT 0 NOT NULL,
    batch bigint NOT NULL,
    outcome text NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT reject_retry_outcome_check CHECK ((outcome = ANY (ARRAY['stored'::text, 'repeated'::text, 'rejected'::text])))
);

ALTER TABLE public.reject_retry ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.reject_retry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.route (
    id bigint NOT NULL,
    name text NOT NULL,
    rule jsonb NOT NULL,
    active boolean NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    actor text NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT route_actor_check CHECK ((actor <> ''::text)),
    CONSTRAINT route_name_check CHECK ((name ~ '^[^\s/]{1,64}$'::text))
);

ALTER TABLE public.route ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.route_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.rule_setting (
    id bigint NOT NULL,
    name text NOT NULL,
    scope text NOT NULL,
    scope_key text DEFAULT ''::text NOT NULL,
    value jsonb,
    valid tstzrange NOT NULL,
    reason text NOT NULL,
    actor text NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT rule_setting_actor_check CHECK ((actor <> ''::text)),
    CONSTRAINT rule_setting_check CHECK (((scope = 'all'::text) = (scope_key = ''::text))),
    CONSTRAINT rule_setting_name_check CHECK ((name <> ''::text)),
    CONSTRAINT rule_setting_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT rule_setting_scope_check CHECK ((scope = ANY (ARRAY['all'::text, 'region'::text, 'plant'::text, 'subject'::text, 'point'::text]))),
    CONSTRAINT rule_setting_valid_check CHECK ((NOT isempty(valid)))
);

ALTER TABLE public.rule_setting ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.rule_setting_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.schema_migration (
    number integer NOT NULL,
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.session (
    id bigint NOT NULL,
    digest bytea NOT NULL,
    account integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    address text NOT NULL,
    CONSTRAINT session_check CHECK ((expires_at > made_at)),
    CONSTRAINT session_digest_check CHECK ((length(digest) = 32))
);

ALTER TABLE public.session ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.session_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.silence (
    id bigint NOT NULL,
    silence_key integer NOT NULL,
    maintenance boolean NOT NULL,
    region text,
    plant integer,
    subject integer,
    device integer,
    kinds text[] DEFAULT '{}'::text[] NOT NULL,
    severity text,
    during tstzrange NOT NULL,
    withdrawn boolean DEFAULT false NOT NULL,
    reason text NOT NULL,
    actor text NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT silence_actor_check CHECK ((actor <> ''::text)),
    CONSTRAINT silence_check CHECK (((num_nonnulls(region, plant, subject, device) >= 1) OR (kinds <> '{}'::text[]))),
    CONSTRAINT silence_during_check CHECK (((NOT isempty(during)) AND (NOT lower_inf(during)) AND (NOT upper_inf(during)))),
    CONSTRAINT silence_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT silence_severity_check CHECK ((severity = ANY (ARRAY['blue'::text, 'yellow'::text, 'orange'::text, 'red'::text])))
);

ALTER TABLE public.silence ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.silence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE SEQUENCE public.silence_key
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.state (
    "time" timestamp with time zone NOT NULL,
    channel integer NOT NULL,
    value double precision,
    minimum double precision,
    maximum double precision,
    converted double precision,
    converted_min double precision,
    converted_max double precision,
    total double precision,
    flag text,
    span_s integer NOT NULL,
    sampled_at timestamp with time zone,
    sent_at timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    batch bigint NOT NULL,
    seq integer NOT NULL
);

CREATE VIEW public.state_interval AS
 SELECT channel,
    value AS state,
    "time" AS began_at,
    lead("time") OVER (PARTITION BY channel ORDER BY "time") AS ended_at,
    'reported'::text AS source
   FROM public.state;

CREATE TABLE public.subject (
    id integer NOT NULL,
    plant integer NOT NULL,
    kind text NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    known_from xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT subject_kind_check CHECK ((kind = ANY (ARRAY['outlet'::text, 'unit'::text, 'facility'::text])))
);

ALTER TABLE public.subject ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.subject_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.supervision_order (
    id bigint NOT NULL,
    region text NOT NULL,
    year integer NOT NULL,
    serial integer NOT NULL,
    plant integer NOT NULL,
    level text NOT NULL,
    state text NOT NULL,
    demand text NOT NULL,
    basis text DEFAULT ''::text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    issued_by text NOT NULL,
    held_by text NOT NULL,
    accept_due timestamp with time zone,
    answer_due timestamp with time zone,
    verify_due timestamp with time zone,
    total_due timestamp with time zone,
    overdue text[] DEFAULT '{}'::text[] NOT NULL,
    clock_at timestamp with time zone NOT NULL,
    rounds integer DEFAULT 0 NOT NULL,
    disposition text,
    consequence text,
    conclusion text,
    rule_key text,
    version integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT supervision_order_check CHECK (((state = ANY (ARRAY['closed'::text, 'filed'::text])) = (disposition IS NOT NULL))),
    CONSTRAINT supervision_order_check1 CHECK ((num_nonnulls(disposition, consequence, conclusion) = ANY (ARRAY[0, 3]))),
    CONSTRAINT supervision_order_consequence_check CHECK ((consequence = ANY (ARRAY['none'::text, 'rectified'::text, 'ordered'::text, 'penalty'::text, 'transferred'::text]))),
    CONSTRAINT supervision_order_demand_check CHECK ((demand <> ''::text)),
    CONSTRAINT supervision_order_disposition_check CHECK ((disposition = ANY (ARRAY['confirmed'::text, 'partly'::text, 'unfounded'::text]))),
    CONSTRAINT supervision_order_issued_by_check CHECK ((issued_by <> ''::text)),
    CONSTRAINT supervision_order_level_check CHECK ((level = ANY (ARRAY['ordinary'::text, 'listed'::text]))),
    CONSTRAINT supervision_order_rule_key_check CHECK ((rule_key <> ''::text)),
    CONSTRAINT supervision_order_serial_check CHECK ((serial >= 1)),
    CONSTRAINT supervision_order_state_check CHECK ((state = ANY (ARRAY['issued'::text, 'accepted'::text, 'answered'::text, 'returned'::text, 'verified'::text, 'closed'::text, 'filed'::text, 'withdrawn'::text]))),
    CONSTRAINT supervision_order_version_check CHECK ((version >= 1))
);

ALTER TABLE public.supervision_order ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.supervision_order_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.token (
    id bigint NOT NULL,
    account integer NOT NULL,
    name text NOT NULL,
    beginning text NOT NULL,
    digest bytea NOT NULL,
    permissions text[],
    region text,
    plants integer[],
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    used_at timestamp with time zone,
    CONSTRAINT token_beginning_check CHECK (((length(beginning) >= 4) AND (length(beginning) <= 12))),
    CONSTRAINT token_check CHECK ((expires_at > made_at)),
    CONSTRAINT token_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT token_name_check CHECK (((name <> ''::text) AND (length(name) <= 100)))
);

ALTER TABLE public.token ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.token_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.touched (
    subject integer NOT NULL,
    hour timestamp with time zone NOT NULL,
    batch bigint NOT NULL
);

CREATE TABLE public.treatment_facility (
    id integer NOT NULL,
    kind text DEFAULT 'facility'::text NOT NULL,
    treatment text NOT NULL,
    design_capacity double precision,
    design_unit text,
    commissioned_on date,
    known_from xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT treatment_facility_design_capacity_check CHECK ((design_capacity > (0)::double precision)),
    CONSTRAINT treatment_facility_kind_check CHECK ((kind = 'facility'::text))
);

CREATE TABLE public.verdict (
    start timestamp with time zone NOT NULL,
    id bigint DEFAULT nextval('public.judgement_id'::regclass) NOT NULL,
    point integer NOT NULL,
    limit_key integer NOT NULL,
    limit_version bigint NOT NULL,
    period text NOT NULL,
    stage text NOT NULL,
    outcome text NOT NULL,
    value numeric,
    multiple numeric,
    sure boolean NOT NULL,
    doubts text[] DEFAULT '{}'::text[] NOT NULL,
    why text NOT NULL,
    evidence jsonb NOT NULL,
    rules text NOT NULL,
    "position" xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT verdict_outcome_check CHECK ((outcome = ANY (ARRAY['compliant'::text, 'exceeding'::text, 'exceeding_at_least'::text, 'exemption_claimed'::text, 'exempt'::text, 'stopped'::text, 'invalid'::text, 'no_data'::text, 'unknown'::text]))),
    CONSTRAINT verdict_period_check CHECK ((period = ANY (ARRAY['five_minute'::text, 'hour'::text, 'day'::text, 'month'::text]))),
    CONSTRAINT verdict_stage_check CHECK ((stage = ANY (ARRAY['provisional'::text, 'final'::text, 'closed'::text])))
);

CREATE TABLE public.watch_span (
    id bigint NOT NULL,
    kind text NOT NULL,
    plant integer,
    device integer,
    source text NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone,
    seen_at timestamp with time zone NOT NULL,
    exempt boolean DEFAULT false NOT NULL,
    standing boolean DEFAULT true NOT NULL,
    news boolean DEFAULT true NOT NULL,
    zh text NOT NULL,
    en text NOT NULL,
    evidence jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT watch_span_check CHECK ((until >= since)),
    CONSTRAINT watch_span_kind_check CHECK ((kind <> ''::text))
);

ALTER TABLE public.watch_span ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.watch_span_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_external_key UNIQUE (external);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.alert_event
    ADD CONSTRAINT alert_event_alert_version_key UNIQUE (alert, version);

ALTER TABLE ONLY public.alert_event
    ADD CONSTRAINT alert_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.asked_retry
    ADD CONSTRAINT asked_retry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.attachment
    ADD CONSTRAINT attachment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.batch_block
    ADD CONSTRAINT batch_block_pkey PRIMARY KEY (batch, received_from);

ALTER TABLE ONLY public.batch
    ADD CONSTRAINT batch_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.batch
    ADD CONSTRAINT batch_slot_number_key UNIQUE (slot, number);

ALTER TABLE ONLY public.channel_merged
    ADD CONSTRAINT channel_merged_pkey PRIMARY KEY (old);

ALTER TABLE ONLY public.channel
    ADD CONSTRAINT channel_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.checkpoint
    ADD CONSTRAINT checkpoint_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contest_alert
    ADD CONSTRAINT contest_alert_pkey PRIMARY KEY (alert, contest);

ALTER TABLE ONLY public.contest_event
    ADD CONSTRAINT contest_event_contest_version_key UNIQUE (contest, version);

ALTER TABLE ONLY public.contest_event
    ADD CONSTRAINT contest_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contest
    ADD CONSTRAINT contest_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_key_key UNIQUE (key);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.device_event
    ADD CONSTRAINT device_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.device_gap
    ADD CONSTRAINT device_gap_pkey PRIMARY KEY (device, since);

ALTER TABLE ONLY public.device_heard
    ADD CONSTRAINT device_heard_pkey PRIMARY KEY (device);

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_plant_code_key UNIQUE (plant, code);

ALTER TABLE ONLY public.export
    ADD CONSTRAINT export_name_key UNIQUE (name);

ALTER TABLE ONLY public.export
    ADD CONSTRAINT export_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.facility_group_member
    ADD CONSTRAINT facility_group_member_pkey PRIMARY KEY (facility_group, facility);

ALTER TABLE ONLY public.facility_group_path
    ADD CONSTRAINT facility_group_path_pkey PRIMARY KEY (facility_group, unit, outlet);

ALTER TABLE ONLY public.facility_group
    ADD CONSTRAINT facility_group_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.facility_group
    ADD CONSTRAINT facility_group_plant_code_key UNIQUE (plant, code);

ALTER TABLE ONLY public.feed_mark
    ADD CONSTRAINT feed_mark_pkey PRIMARY KEY (single);

ALTER TABLE ONLY public.feed
    ADD CONSTRAINT feed_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.feed
    ADD CONSTRAINT feed_source_event_key UNIQUE (source, event);

ALTER TABLE ONLY public.finding
    ADD CONSTRAINT finding_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.frame_note
    ADD CONSTRAINT frame_note_pkey PRIMARY KEY (batch, device, note);

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (account, key);

ALTER TABLE ONLY public.judging
    ADD CONSTRAINT judging_pkey PRIMARY KEY (plant, stage);

ALTER TABLE ONLY public.limit_version
    ADD CONSTRAINT limit_version_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.login_begun
    ADD CONSTRAINT login_begun_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.login_throttle
    ADD CONSTRAINT login_throttle_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.loop_progress
    ADD CONSTRAINT loop_progress_pkey PRIMARY KEY (name, host);

ALTER TABLE ONLY public.manual_result
    ADD CONSTRAINT manual_result_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mark
    ADD CONSTRAINT mark_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_event_receiver_step_key UNIQUE (event, receiver, step);

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.channel_binding
    ADD CONSTRAINT one_binding_per_channel EXCLUDE USING gist (channel WITH =, valid WITH &&) DEFERRABLE;

ALTER TABLE ONLY public.channel
    ADD CONSTRAINT one_channel_per_code UNIQUE (device, code);

ALTER TABLE ONLY public.device_mn
    ADD CONSTRAINT one_device_per_mn EXCLUDE USING gist (mn WITH =, valid WITH &&);

ALTER TABLE ONLY public.device_key
    ADD CONSTRAINT one_key_at_a_time EXCLUDE USING gist (device WITH =, valid WITH &&);

ALTER TABLE ONLY public.channel_binding
    ADD CONSTRAINT one_main_per_point EXCLUDE USING gist (point WITH =, valid WITH &&) WHERE ((rank = 'main'::text)) DEFERRABLE;

ALTER TABLE ONLY public.device_mn
    ADD CONSTRAINT one_mn_per_device EXCLUDE USING gist (device WITH =, valid WITH &&);

ALTER TABLE ONLY public.channel_setting
    ADD CONSTRAINT one_setting_at_a_time EXCLUDE USING gist (channel WITH =, valid WITH &&);

ALTER TABLE ONLY public.order_alert
    ADD CONSTRAINT order_alert_pkey PRIMARY KEY (alert, supervision_order);

ALTER TABLE ONLY public.order_event
    ADD CONSTRAINT order_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.order_event
    ADD CONSTRAINT order_event_supervision_order_version_key UNIQUE (supervision_order, version);

ALTER TABLE public.outlet
    ADD CONSTRAINT outlet_check CHECK ((successor <> id)) NOT VALID;

ALTER TABLE public.outlet
    ADD CONSTRAINT outlet_check1 CHECK (((successor IS NULL) = (merged_at IS NULL))) NOT VALID;

ALTER TABLE ONLY public.outlet
    ADD CONSTRAINT outlet_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.parameter
    ADD CONSTRAINT parameter_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.plant
    ADD CONSTRAINT plant_code_key UNIQUE (code);

ALTER TABLE ONLY public.plant_contact
    ADD CONSTRAINT plant_contact_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.plant
    ADD CONSTRAINT plant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.point
    ADD CONSTRAINT point_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.point
    ADD CONSTRAINT point_subject_side_code_key UNIQUE (subject, side, code);

ALTER TABLE ONLY public.position_clock
    ADD CONSTRAINT position_clock_pkey PRIMARY KEY (at);

ALTER TABLE ONLY public.process_unit
    ADD CONSTRAINT process_unit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reading_cursor
    ADD CONSTRAINT reading_cursor_pkey PRIMARY KEY (reader);

ALTER TABLE ONLY public.reading_day
    ADD CONSTRAINT reading_day_pkey PRIMARY KEY (channel, "time");

ALTER TABLE ONLY public.reading_five_minute
    ADD CONSTRAINT reading_five_minute_pkey PRIMARY KEY (channel, "time");

ALTER TABLE ONLY public.reading_hour
    ADD CONSTRAINT reading_hour_pkey PRIMARY KEY (channel, "time");

ALTER TABLE ONLY public.reading_minute
    ADD CONSTRAINT reading_minute_pkey PRIMARY KEY (channel, "time");

ALTER TABLE ONLY public.reading_realtime
    ADD CONSTRAINT reading_realtime_pkey PRIMARY KEY (channel, "time");

ALTER TABLE ONLY public.receiver
    ADD CONSTRAINT receiver_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.region
    ADD CONSTRAINT region_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.registry_change
    ADD CONSTRAINT registry_change_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.registry_history
    ADD CONSTRAINT registry_history_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reject
    ADD CONSTRAINT reject_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reject_retry
    ADD CONSTRAINT reject_retry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.route
    ADD CONSTRAINT route_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.rule_setting
    ADD CONSTRAINT rule_setting_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.silence
    ADD CONSTRAINT silence_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.slot_pending
    ADD CONSTRAINT slot_pending_pkey PRIMARY KEY (slot);

ALTER TABLE ONLY public.state
    ADD CONSTRAINT state_pkey PRIMARY KEY (channel, "time");

ALTER TABLE ONLY public.subject
    ADD CONSTRAINT subject_id_kind_key UNIQUE (id, kind);

ALTER TABLE ONLY public.subject
    ADD CONSTRAINT subject_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.subject
    ADD CONSTRAINT subject_plant_code_key UNIQUE (plant, code);

ALTER TABLE ONLY public.supervision_order
    ADD CONSTRAINT supervision_order_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.supervision_order
    ADD CONSTRAINT supervision_order_region_year_serial_key UNIQUE (region, year, serial);

ALTER TABLE ONLY public.supervision_order
    ADD CONSTRAINT supervision_order_rule_key_key UNIQUE (rule_key);

ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.treatment_facility
    ADD CONSTRAINT treatment_facility_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.watch_span
    ADD CONSTRAINT watch_span_kind_device_source_since_key UNIQUE NULLS NOT DISTINCT (kind, device, source, since);

ALTER TABLE ONLY public.watch_span
    ADD CONSTRAINT watch_span_pkey PRIMARY KEY (id);

CREATE UNIQUE INDEX a_parameter_once ON public.parameter USING btree (device, effective_at, sent_at, sha256((replace(about, '\'::text, '\\'::text))::bytea), sha256((replace(code, '\'::text, '\\'::text))::bytea), sha256((replace(value, '\'::text, '\\'::text))::bytea)) NULLS NOT DISTINCT;

CREATE UNIQUE INDEX a_revision_once ON public.reading_revision USING btree (series, channel, "time", sent_at, value, minimum, maximum, converted, converted_min, converted_max, total, (
CASE
    WHEN (octet_length(flag) < 32) THEN flag
    ELSE md5(flag)
END), sampled_at) NULLS NOT DISTINCT;

CREATE UNIQUE INDEX account_name ON public.account USING btree (lower(name));

CREATE UNIQUE INDEX alert_active ON public.alert USING btree (key) WHERE (state = ANY (ARRAY['pending'::text, 'open'::text, 'acknowledged'::text]));

CREATE INDEX alert_due ON public.alert USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX alert_event_made ON public.alert_event USING btree (made_at);

CREATE INDEX alert_event_position ON public.alert_event USING btree ("position");

CREATE INDEX alert_key_since ON public.alert USING btree (key, since);

CREATE INDEX alert_plant ON public.alert USING btree (plant, since);

CREATE INDEX alert_state ON public.alert USING btree (state, since);

CREATE INDEX alert_subject ON public.alert USING btree (subject, since);

CREATE UNIQUE INDEX an_event_once ON public.device_event USING btree (device, happened_at, sent_at, sha256((replace(kind, '\'::text, '\\'::text))::bytea), sha256((replace(about, '\'::text, '\\'::text))::bytea), sha256((replace(code, '\'::text, '\\'::text))::bytea), sha256((replace(text, '\'::text, '\\'::text))::bytea)) NULLS NOT DISTINCT;

CREATE INDEX asked_retry_waiting ON public.asked_retry USING btree (id) WHERE ((state = ANY (ARRAY['asked'::text, 'running'::text])) AND (stopped_by IS NULL));

CREATE INDEX attachment_contest ON public.attachment USING btree (contest);

CREATE INDEX attachment_order ON public.attachment USING btree (supervision_order);

CREATE INDEX attachment_position ON public.attachment USING btree ("position");

CREATE INDEX audit_at ON public.audit USING btree (at);

CREATE INDEX audit_object ON public.audit USING btree (object, id);

CREATE INDEX audit_plant ON public.audit USING btree (plant, id);

CREATE INDEX audit_position ON public.audit USING btree ("position");

CREATE INDEX batch_position ON public.batch USING btree ("position");

CREATE INDEX batch_received ON public.batch USING brin (received_from) WITH (pages_per_range='16');

CREATE INDEX channel_binding_point ON public.channel_binding USING btree (point, channel);

CREATE INDEX channel_setting_channel ON public.channel_setting USING btree (channel);

CREATE INDEX contest_alert_contest ON public.contest_alert USING btree (contest);

CREATE INDEX contest_event_position ON public.contest_event USING btree ("position");

CREATE INDEX contest_of ON public.contest USING btree (about, key);

CREATE UNIQUE INDEX contest_open ON public.contest USING btree (about, key) WHERE (state = 'filed'::text);

CREATE INDEX contest_plant ON public.contest USING btree (plant, filed_at);

CREATE INDEX delivery_receiver ON public.delivery USING btree (receiver, made_at);

CREATE INDEX delivery_state ON public.delivery USING btree (state, id);

CREATE INDEX delivery_waiting ON public.delivery USING btree (next_at) WHERE (state = 'waiting'::text);

CREATE INDEX device_event_position ON public.device_event USING btree ("position");

CREATE INDEX device_gap_until ON public.device_gap USING btree (until);

CREATE INDEX export_position ON public.export USING btree ("position");

CREATE INDEX finding_live ON public.finding USING btree (rule, since) WHERE (rule = ANY (ARRAY['prewarning'::text, 'over_limit_now'::text]));

CREATE INDEX finding_position ON public.finding USING btree ("position");

CREATE INDEX finding_subject ON public.finding USING btree (subject, rule, since);

CREATE INDEX frame_note_position ON public.frame_note USING btree ("position");

CREATE INDEX idempotency_made ON public.idempotency USING btree (made_at);

CREATE INDEX judging_due ON public.judging USING btree (due_at);

CREATE INDEX limit_version_key ON public.limit_version USING btree (limit_key);

CREATE INDEX limit_version_point ON public.limit_version USING btree (point);

CREATE INDEX limit_version_position ON public.limit_version USING btree ("position");

CREATE INDEX login_throttle_last ON public.login_throttle USING btree (last_at);

CREATE INDEX manual_result_point ON public.manual_result USING btree (point);

CREATE INDEX manual_result_position ON public.manual_result USING btree ("position");

CREATE INDEX mark_key_of ON public.mark USING btree (mark_key);

CREATE INDEX mark_position ON public.mark USING btree ("position");

CREATE INDEX mark_subject ON public.mark USING btree (subject);

CREATE UNIQUE INDEX mean_belief ON public.mean USING btree (point, period, start, id) INCLUDE ("position", value, valid);

CREATE INDEX mean_position ON public.mean USING btree ("position");

CREATE INDEX notice_alert ON public.notice USING btree (alert, receiver, event);

CREATE INDEX notice_delivery ON public.notice USING btree (delivery);

CREATE INDEX notice_due ON public.notice USING btree (due_at) WHERE (state = 'waiting'::text);

CREATE UNIQUE INDEX notice_escalation ON public.notice USING btree (alert, receiver, step) WHERE ((state = 'waiting'::text) AND (step > 0));

CREATE INDEX order_alert_order ON public.order_alert USING btree (supervision_order);

CREATE INDEX order_event_position ON public.order_event USING btree ("position");

CREATE INDEX parameter_position ON public.parameter USING btree ("position");

CREATE UNIQUE INDEX performance_belief ON public.performance USING btree (subject, measure, code, period, start, id);

CREATE INDEX performance_position ON public.performance USING btree ("position");

CREATE INDEX plant_contact_of ON public.plant_contact USING btree (plant, receiver, id);

CREATE INDEX plant_contact_position ON public.plant_contact USING btree ("position");

CREATE INDEX reading_revision_position ON public.reading_revision USING btree ("position");

CREATE INDEX receiver_name ON public.receiver USING btree (name, id);

CREATE INDEX receiver_position ON public.receiver USING btree ("position");

CREATE INDEX registry_history_position ON public.registry_history USING btree ("position");

CREATE INDEX reject_batch ON public.reject USING btree (batch);

CREATE INDEX reject_position ON public.reject USING btree ("position");

CREATE INDEX reject_received ON public.reject USING btree (received_at);

CREATE INDEX reject_retry_position ON public.reject_retry USING btree ("position");

CREATE INDEX reject_retry_reject ON public.reject_retry USING btree (reject);

CREATE INDEX route_name ON public.route USING btree (name, id);

CREATE INDEX route_position ON public.route USING btree ("position");

CREATE INDEX rule_setting_position ON public.rule_setting USING btree ("position");

CREATE INDEX session_account ON public.session USING btree (account);

CREATE INDEX session_expires ON public.session USING btree (expires_at);

CREATE INDEX silence_key_of ON public.silence USING btree (silence_key, id);

CREATE INDEX silence_position ON public.silence USING btree ("position");

CREATE INDEX supervision_order_plant ON public.supervision_order USING btree (plant, issued_at);

CREATE INDEX supervision_order_running ON public.supervision_order USING btree (id) WHERE (state = ANY (ARRAY['issued'::text, 'accepted'::text, 'answered'::text, 'returned'::text, 'verified'::text]));

CREATE INDEX token_account ON public.token USING btree (account);

CREATE INDEX touched_subject ON public.touched USING btree (subject);

CREATE UNIQUE INDEX verdict_belief ON public.verdict USING btree (point, period, start, limit_key, id);

CREATE INDEX verdict_hour ON public.verdict USING btree (start) WHERE (period = 'hour'::text);

CREATE INDEX verdict_id ON public.verdict USING btree (id);

CREATE INDEX verdict_over ON public.verdict USING btree (point, period, start) WHERE (outcome = ANY (ARRAY['exceeding'::text, 'exceeding_at_least'::text]));

CREATE INDEX verdict_position ON public.verdict USING btree ("position");

CREATE INDEX watch_span_news ON public.watch_span USING btree (id) WHERE news;

CREATE INDEX watch_span_until ON public.watch_span USING btree (kind, COALESCE(until, 'infinity'::timestamp with time zone)) WHERE standing;

CREATE TRIGGER alert_event_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.alert_event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER attachment_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.attachment FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER audit_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER batch_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.batch FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER checkpoint_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.checkpoint FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER contest_event_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.contest_event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER date_registry BEFORE INSERT OR UPDATE ON public.channel FOR EACH ROW EXECUTE FUNCTION public.date_registry();

CREATE TRIGGER date_registry BEFORE INSERT OR UPDATE ON public.channel_binding FOR EACH ROW EXECUTE FUNCTION public.date_registry();

CREATE TRIGGER date_registry BEFORE INSERT OR UPDATE ON public.channel_setting FOR EACH ROW EXECUTE FUNCTION public.date_registry();

CREATE TRIGGER date_registry BEFORE INSERT OR UPDATE ON public.device FOR EACH ROW EXECUTE FUNCTION public.date_registry();

CREATE TRIGGER date_registry BEFORE INSERT OR UPDATE ON public.device_mn FOR EACH ROW EXECUTE FUNCTION public.date_registry();

CREATE TRIGGER date_registry BEFORE INSERT OR UPDATE ON public.facility_group FOR EACH ROW EXECUTE FUNCTION public.date_registry();

CREATE TRIGGER date_registry BEFORE INSERT OR UPDATE ON public.facility_group_member FOR EACH ROW EXECUTE FUNCTION public.date_registry();

CREATE TRIGGER date_registry BEFORE INSERT OR UPDATE ON public.facility_group_path FOR EACH ROW EXECUTE FUNCTION public.date_registry();

CREATE TRIGGER date_registry BEFORE INSERT OR UPDATE ON public.outlet FOR EACH ROW EXECUTE FUNCTION public.date_registry();

CREATE TRIGGER date_registry BEFORE INSERT OR UPDATE ON public.plant FOR EACH ROW EXECUTE FUNCTION public.date_registry();

CREATE TRIGGER date_registry BEFORE INSERT OR UPDATE ON public.point FOR EACH ROW EXECUTE FUNCTION public.date_registry();

CREATE TRIGGER date_registry BEFORE INSERT OR UPDATE ON public.process_unit FOR EACH ROW EXECUTE FUNCTION public.date_registry();

CREATE TRIGGER date_registry BEFORE INSERT OR UPDATE ON public.region FOR EACH ROW EXECUTE FUNCTION public.date_registry();

CREATE TRIGGER date_registry BEFORE INSERT OR UPDATE ON public.subject FOR EACH ROW EXECUTE FUNCTION public.date_registry();

CREATE TRIGGER date_registry BEFORE INSERT OR UPDATE ON public.treatment_facility FOR EACH ROW EXECUTE FUNCTION public.date_registry();

CREATE TRIGGER device_event_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.device_event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER export_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.export FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER finding_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.finding FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER frame_note_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.frame_note FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER keep_changed AFTER UPDATE ON public.channel REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_changed AFTER UPDATE ON public.channel_binding REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_changed AFTER UPDATE ON public.channel_setting REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_changed AFTER UPDATE ON public.device REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_changed AFTER UPDATE ON public.device_mn REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_changed AFTER UPDATE ON public.facility_group REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_changed AFTER UPDATE ON public.facility_group_member REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_changed AFTER UPDATE ON public.facility_group_path REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_changed AFTER UPDATE ON public.outlet REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_changed AFTER UPDATE ON public.plant REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_changed AFTER UPDATE ON public.point REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_changed AFTER UPDATE ON public.process_unit REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_changed AFTER UPDATE ON public.region REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_changed AFTER UPDATE ON public.subject REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_changed AFTER UPDATE ON public.treatment_facility REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_removed AFTER DELETE ON public.channel REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_removed AFTER DELETE ON public.channel_binding REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_removed AFTER DELETE ON public.channel_setting REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_removed AFTER DELETE ON public.device REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_removed AFTER DELETE ON public.device_mn REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_removed AFTER DELETE ON public.facility_group REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_removed AFTER DELETE ON public.facility_group_member REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_removed AFTER DELETE ON public.facility_group_path REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_removed AFTER DELETE ON public.outlet REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_removed AFTER DELETE ON public.plant REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_removed AFTER DELETE ON public.point REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_removed AFTER DELETE ON public.process_unit REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_removed AFTER DELETE ON public.region REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_removed AFTER DELETE ON public.subject REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_removed AFTER DELETE ON public.treatment_facility REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_registry();

CREATE TRIGGER keep_revision BEFORE UPDATE ON public.reading_day FOR EACH ROW EXECUTE FUNCTION public.keep_revision('day');

CREATE TRIGGER keep_revision BEFORE UPDATE ON public.reading_five_minute FOR EACH ROW EXECUTE FUNCTION public.keep_revision('five_minute');

CREATE TRIGGER keep_revision BEFORE UPDATE ON public.reading_hour FOR EACH ROW EXECUTE FUNCTION public.keep_revision('hour');

CREATE TRIGGER keep_revision BEFORE UPDATE ON public.reading_minute FOR EACH ROW EXECUTE FUNCTION public.keep_revision('minute');

CREATE TRIGGER keep_revision BEFORE UPDATE ON public.reading_realtime FOR EACH ROW EXECUTE FUNCTION public.keep_revision('realtime');

CREATE TRIGGER keep_revision BEFORE UPDATE ON public.state FOR EACH ROW EXECUTE FUNCTION public.keep_revision('state');

CREATE TRIGGER limit_version_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.limit_version FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER manual_result_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.manual_result FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER mark_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.mark FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER mean_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.mean FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER mean_rows_only_grow BEFORE DELETE OR UPDATE ON public.mean FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER order_event_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.order_event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER parameter_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.parameter FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER performance_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.performance FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER performance_rows_only_grow BEFORE DELETE OR UPDATE ON public.performance FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER plant_contact_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.plant_contact FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER reading_revision_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.reading_revision FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER receiver_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.receiver FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER registry_change_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.registry_change FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER registry_history_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.registry_history FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER reject_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.reject FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER reject_retry_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.reject_retry FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER route_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.route FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER rule_setting_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.rule_setting FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER silence_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.silence FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER ts_insert_blocker BEFORE INSERT ON public.batch_block FOR EACH ROW EXECUTE FUNCTION _timescaledb_functions.insert_blocker();

CREATE TRIGGER ts_insert_blocker BEFORE INSERT ON public.mean FOR EACH ROW EXECUTE FUNCTION _timescaledb_functions.insert_blocker();

CREATE TRIGGER ts_insert_blocker BEFORE INSERT ON public.performance FOR EACH ROW EXECUTE FUNCTION _timescaledb_functions.insert_blocker();

CREATE TRIGGER ts_insert_blocker BEFORE INSERT ON public.reading_day FOR EACH ROW EXECUTE FUNCTION _timescaledb_functions.insert_blocker();

CREATE TRIGGER ts_insert_blocker BEFORE INSERT ON public.reading_five_minute FOR EACH ROW EXECUTE FUNCTION _timescaledb_functions.insert_blocker();

CREATE TRIGGER ts_insert_blocker BEFORE INSERT ON public.reading_hour FOR EACH ROW EXECUTE FUNCTION _timescaledb_functions.insert_blocker();

CREATE TRIGGER ts_insert_blocker BEFORE INSERT ON public.reading_minute FOR EACH ROW EXECUTE FUNCTION _timescaledb_functions.insert_blocker();

CREATE TRIGGER ts_insert_blocker BEFORE INSERT ON public.reading_realtime FOR EACH ROW EXECUTE FUNCTION _timescaledb_functions.insert_blocker();

CREATE TRIGGER ts_insert_blocker BEFORE INSERT ON public.state FOR EACH ROW EXECUTE FUNCTION _timescaledb_functions.insert_blocker();

CREATE TRIGGER ts_insert_blocker BEFORE INSERT ON public.verdict FOR EACH ROW EXECUTE FUNCTION _timescaledb_functions.insert_blocker();

CREATE TRIGGER verdict_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.verdict FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER verdict_rows_only_grow BEFORE DELETE OR UPDATE ON public.verdict FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_region_fkey FOREIGN KEY (region) REFERENCES public.region(code);

ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_device_fkey FOREIGN KEY (device) REFERENCES public.device(id);

ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_duplicate_of_fkey FOREIGN KEY (duplicate_of) REFERENCES public.alert(id);

ALTER TABLE ONLY public.alert_event
    ADD CONSTRAINT alert_event_alert_fkey FOREIGN KEY (alert) REFERENCES public.alert(id);

ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_plant_fkey FOREIGN KEY (plant) REFERENCES public.plant(id);

ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_point_fkey FOREIGN KEY (point) REFERENCES public.point(id);

ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_subject_fkey FOREIGN KEY (subject) REFERENCES public.subject(id);

ALTER TABLE ONLY public.asked_retry
    ADD CONSTRAINT asked_retry_reject_fkey FOREIGN KEY (reject) REFERENCES public.reject(id);

ALTER TABLE ONLY public.attachment
    ADD CONSTRAINT attachment_contest_fkey FOREIGN KEY (contest) REFERENCES public.contest(id);

ALTER TABLE ONLY public.attachment
    ADD CONSTRAINT attachment_supervision_order_fkey FOREIGN KEY (supervision_order) REFERENCES public.supervision_order(id);

ALTER TABLE ONLY public.channel_binding
    ADD CONSTRAINT channel_binding_channel_fkey FOREIGN KEY (channel) REFERENCES public.channel(id);

ALTER TABLE ONLY public.channel_binding
    ADD CONSTRAINT channel_binding_point_fkey FOREIGN KEY (point) REFERENCES public.point(id);

ALTER TABLE ONLY public.channel
    ADD CONSTRAINT channel_device_fkey FOREIGN KEY (device) REFERENCES public.device(id);

ALTER TABLE ONLY public.channel_merged
    ADD CONSTRAINT channel_merged_channel_fkey FOREIGN KEY (channel) REFERENCES public.channel(id);

ALTER TABLE ONLY public.channel_setting
    ADD CONSTRAINT channel_setting_channel_fkey FOREIGN KEY (channel) REFERENCES public.channel(id);

ALTER TABLE ONLY public.contest_alert
    ADD CONSTRAINT contest_alert_alert_fkey FOREIGN KEY (alert) REFERENCES public.alert(id);

ALTER TABLE ONLY public.contest_alert
    ADD CONSTRAINT contest_alert_contest_fkey FOREIGN KEY (contest) REFERENCES public.contest(id);

ALTER TABLE ONLY public.contest_event
    ADD CONSTRAINT contest_event_contest_fkey FOREIGN KEY (contest) REFERENCES public.contest(id);

ALTER TABLE ONLY public.contest
    ADD CONSTRAINT contest_held_by_fkey FOREIGN KEY (held_by) REFERENCES public.region(code);

ALTER TABLE ONLY public.contest
    ADD CONSTRAINT contest_plant_fkey FOREIGN KEY (plant) REFERENCES public.plant(id);

ALTER TABLE ONLY public.contest
    ADD CONSTRAINT contest_region_fkey FOREIGN KEY (region) REFERENCES public.region(code);

ALTER TABLE ONLY public.device_gap
    ADD CONSTRAINT device_gap_device_fkey FOREIGN KEY (device) REFERENCES public.device(id);

ALTER TABLE ONLY public.device_heard
    ADD CONSTRAINT device_heard_device_fkey FOREIGN KEY (device) REFERENCES public.device(id);

ALTER TABLE ONLY public.device_key
    ADD CONSTRAINT device_key_device_fkey FOREIGN KEY (device) REFERENCES public.device(id);

ALTER TABLE ONLY public.device_mn
    ADD CONSTRAINT device_mn_device_fkey FOREIGN KEY (device) REFERENCES public.device(id);

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_plant_fkey FOREIGN KEY (plant) REFERENCES public.plant(id);

ALTER TABLE ONLY public.facility_group_member
    ADD CONSTRAINT facility_group_member_facility_fkey FOREIGN KEY (facility) REFERENCES public.treatment_facility(id);

ALTER TABLE ONLY public.facility_group_member
    ADD CONSTRAINT facility_group_member_facility_group_fkey FOREIGN KEY (facility_group) REFERENCES public.facility_group(id);

ALTER TABLE ONLY public.facility_group_path
    ADD CONSTRAINT facility_group_path_facility_group_fkey FOREIGN KEY (facility_group) REFERENCES public.facility_group(id);

ALTER TABLE ONLY public.facility_group_path
    ADD CONSTRAINT facility_group_path_outlet_fkey FOREIGN KEY (outlet) REFERENCES public.outlet(id);

ALTER TABLE ONLY public.facility_group_path
    ADD CONSTRAINT facility_group_path_unit_fkey FOREIGN KEY (unit) REFERENCES public.process_unit(id);

ALTER TABLE ONLY public.facility_group
    ADD CONSTRAINT facility_group_plant_fkey FOREIGN KEY (plant) REFERENCES public.plant(id);

ALTER TABLE ONLY public.finding
    ADD CONSTRAINT finding_point_fkey FOREIGN KEY (point) REFERENCES public.point(id);

ALTER TABLE ONLY public.finding
    ADD CONSTRAINT finding_subject_fkey FOREIGN KEY (subject) REFERENCES public.subject(id);

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_account_fkey FOREIGN KEY (account) REFERENCES public.account(id);

ALTER TABLE ONLY public.judging
    ADD CONSTRAINT judging_plant_fkey FOREIGN KEY (plant) REFERENCES public.plant(id);

ALTER TABLE ONLY public.limit_version
    ADD CONSTRAINT limit_version_point_fkey FOREIGN KEY (point) REFERENCES public.point(id);

ALTER TABLE ONLY public.manual_result
    ADD CONSTRAINT manual_result_point_fkey FOREIGN KEY (point) REFERENCES public.point(id);

ALTER TABLE ONLY public.mark
    ADD CONSTRAINT mark_point_fkey FOREIGN KEY (point) REFERENCES public.point(id);

ALTER TABLE ONLY public.mark
    ADD CONSTRAINT mark_subject_fkey FOREIGN KEY (subject) REFERENCES public.subject(id);

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_alert_fkey FOREIGN KEY (alert) REFERENCES public.alert(id);

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_delivery_fkey FOREIGN KEY (delivery) REFERENCES public.delivery(id);

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_event_fkey FOREIGN KEY (event) REFERENCES public.alert_event(id);

ALTER TABLE ONLY public.order_alert
    ADD CONSTRAINT order_alert_alert_fkey FOREIGN KEY (alert) REFERENCES public.alert(id);

ALTER TABLE ONLY public.order_alert
    ADD CONSTRAINT order_alert_supervision_order_fkey FOREIGN KEY (supervision_order) REFERENCES public.supervision_order(id);

ALTER TABLE ONLY public.order_event
    ADD CONSTRAINT order_event_supervision_order_fkey FOREIGN KEY (supervision_order) REFERENCES public.supervision_order(id);

ALTER TABLE ONLY public.outlet
    ADD CONSTRAINT outlet_id_kind_fkey FOREIGN KEY (id, kind) REFERENCES public.subject(id, kind);

ALTER TABLE ONLY public.outlet
    ADD CONSTRAINT outlet_successor_fkey FOREIGN KEY (successor) REFERENCES public.outlet(id);

ALTER TABLE ONLY public.plant_contact
    ADD CONSTRAINT plant_contact_plant_fkey FOREIGN KEY (plant) REFERENCES public.plant(id);

ALTER TABLE ONLY public.plant
    ADD CONSTRAINT plant_region_fkey FOREIGN KEY (region) REFERENCES public.region(code);

ALTER TABLE ONLY public.point
    ADD CONSTRAINT point_subject_fkey FOREIGN KEY (subject) REFERENCES public.subject(id);

ALTER TABLE ONLY public.process_unit
    ADD CONSTRAINT process_unit_id_kind_fkey FOREIGN KEY (id, kind) REFERENCES public.subject(id, kind);

ALTER TABLE ONLY public.region
    ADD CONSTRAINT region_parent_fkey FOREIGN KEY (parent) REFERENCES public.region(code);

ALTER TABLE ONLY public.reject_retry
    ADD CONSTRAINT reject_retry_reject_fkey FOREIGN KEY (reject) REFERENCES public.reject(id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_account_fkey FOREIGN KEY (account) REFERENCES public.account(id);

ALTER TABLE ONLY public.silence
    ADD CONSTRAINT silence_device_fkey FOREIGN KEY (device) REFERENCES public.device(id);

ALTER TABLE ONLY public.silence
    ADD CONSTRAINT silence_plant_fkey FOREIGN KEY (plant) REFERENCES public.plant(id);

ALTER TABLE ONLY public.silence
    ADD CONSTRAINT silence_region_fkey FOREIGN KEY (region) REFERENCES public.region(code);

ALTER TABLE ONLY public.silence
    ADD CONSTRAINT silence_subject_fkey FOREIGN KEY (subject) REFERENCES public.subject(id);

ALTER TABLE ONLY public.subject
    ADD CONSTRAINT subject_plant_fkey FOREIGN KEY (plant) REFERENCES public.plant(id);

ALTER TABLE ONLY public.supervision_order
    ADD CONSTRAINT supervision_order_held_by_fkey FOREIGN KEY (held_by) REFERENCES public.region(code);

ALTER TABLE ONLY public.supervision_order
    ADD CONSTRAINT supervision_order_plant_fkey FOREIGN KEY (plant) REFERENCES public.plant(id);

ALTER TABLE ONLY public.supervision_order
    ADD CONSTRAINT supervision_order_region_fkey FOREIGN KEY (region) REFERENCES public.region(code);

ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_account_fkey FOREIGN KEY (account) REFERENCES public.account(id);

ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_region_fkey FOREIGN KEY (region) REFERENCES public.region(code);

ALTER TABLE ONLY public.treatment_facility
    ADD CONSTRAINT treatment_facility_id_kind_fkey FOREIGN KEY (id, kind) REFERENCES public.subject(id, kind);

ALTER TABLE ONLY public.watch_span
    ADD CONSTRAINT watch_span_device_fkey FOREIGN KEY (device) REFERENCES public.device(id);

ALTER TABLE ONLY public.watch_span
    ADD CONSTRAINT watch_span_plant_fkey FOREIGN KEY (plant) REFERENCES public.plant(id);

GRANT USAGE ON SCHEMA public TO qingkong_ingest;
GRANT USAGE ON SCHEMA public TO qingkong_alerts;
GRANT USAGE ON SCHEMA public TO qingkong_api;
GRANT USAGE ON SCHEMA public TO qingkong_registrar;

REVOKE ALL ON FUNCTION public.tell_position() FROM PUBLIC;
GRANT ALL ON FUNCTION public.tell_position() TO qingkong_ingest;
GRANT ALL ON FUNCTION public.tell_position() TO qingkong_alerts;
GRANT ALL ON FUNCTION public.tell_position() TO qingkong_api;
GRANT ALL ON FUNCTION public.tell_position() TO qingkong_registrar;

GRANT SELECT,INSERT ON TABLE public.account TO qingkong_api;

GRANT UPDATE(role) ON TABLE public.account TO qingkong_api;

GRANT UPDATE(region) ON TABLE public.account TO qingkong_api;

GRANT UPDATE(plants) ON TABLE public.account TO qingkong_api;

GRANT UPDATE(password) ON TABLE public.account TO qingkong_api;

GRANT UPDATE(external) ON TABLE public.account TO qingkong_api;

GRANT UPDATE(disabled) ON TABLE public.account TO qingkong_api;

GRANT UPDATE(version) ON TABLE public.account TO qingkong_api;

GRANT UPDATE(changed_at) ON TABLE public.account TO qingkong_api;

GRANT SELECT ON TABLE public.alert TO qingkong_ingest;
GRANT SELECT,INSERT,UPDATE ON TABLE public.alert TO qingkong_alerts;
GRANT SELECT,INSERT,UPDATE ON TABLE public.alert TO qingkong_api;
GRANT SELECT,INSERT,UPDATE ON TABLE public.alert TO qingkong_registrar;

GRANT SELECT ON TABLE public.alert_event TO qingkong_ingest;
GRANT SELECT,INSERT ON TABLE public.alert_event TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.alert_event TO qingkong_api;
GRANT SELECT,INSERT ON TABLE public.alert_event TO qingkong_registrar;

GRANT SELECT,INSERT ON TABLE public.asked_retry TO qingkong_api;
GRANT SELECT ON TABLE public.asked_retry TO qingkong_ingest;

GRANT UPDATE(state) ON TABLE public.asked_retry TO qingkong_ingest;

GRANT UPDATE(looked) ON TABLE public.asked_retry TO qingkong_ingest;

GRANT UPDATE(stored) ON TABLE public.asked_retry TO qingkong_ingest;

GRANT UPDATE(repeated) ON TABLE public.asked_retry TO qingkong_ingest;

GRANT UPDATE(rejected) ON TABLE public.asked_retry TO qingkong_ingest;

GRANT UPDATE(skipped) ON TABLE public.asked_retry TO qingkong_ingest;

GRANT UPDATE(reasons) ON TABLE public.asked_retry TO qingkong_ingest;

GRANT UPDATE(examples) ON TABLE public.asked_retry TO qingkong_ingest;

GRANT UPDATE(error) ON TABLE public.asked_retry TO qingkong_ingest;

GRANT UPDATE(began_at) ON TABLE public.asked_retry TO qingkong_ingest;

GRANT UPDATE(finished_at) ON TABLE public.asked_retry TO qingkong_ingest;

GRANT UPDATE(stopped_by) ON TABLE public.asked_retry TO qingkong_api;

GRANT UPDATE(stopped_at) ON TABLE public.asked_retry TO qingkong_api;

GRANT SELECT ON TABLE public.attachment TO qingkong_ingest;
GRANT SELECT,INSERT ON TABLE public.attachment TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.attachment TO qingkong_api;
GRANT SELECT,INSERT ON TABLE public.attachment TO qingkong_registrar;

GRANT SELECT,INSERT ON TABLE public.audit TO qingkong_api;
GRANT SELECT,INSERT ON TABLE public.audit TO qingkong_registrar;
GRANT SELECT,INSERT ON TABLE public.audit TO qingkong_alerts;
GRANT SELECT ON TABLE public.audit TO qingkong_ingest;

GRANT SELECT,INSERT ON TABLE public.batch TO qingkong_ingest;
GRANT SELECT ON TABLE public.batch TO qingkong_alerts;
GRANT SELECT ON TABLE public.batch TO qingkong_api;
GRANT SELECT ON TABLE public.batch TO qingkong_registrar;

GRANT SELECT,INSERT ON TABLE public.batch_block TO qingkong_ingest;
GRANT SELECT ON TABLE public.batch_block TO qingkong_alerts;
GRANT SELECT ON TABLE public.batch_block TO qingkong_api;
GRANT SELECT ON TABLE public.batch_block TO qingkong_registrar;

GRANT USAGE ON SEQUENCE public.batch_id TO qingkong_ingest;

GRANT SELECT ON TABLE public.channel TO qingkong_ingest;
GRANT SELECT ON TABLE public.channel TO qingkong_alerts;
GRANT SELECT ON TABLE public.channel TO qingkong_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channel TO qingkong_registrar;

GRANT SELECT ON TABLE public.channel_binding TO qingkong_ingest;
GRANT SELECT ON TABLE public.channel_binding TO qingkong_alerts;
GRANT SELECT ON TABLE public.channel_binding TO qingkong_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channel_binding TO qingkong_registrar;

GRANT SELECT ON TABLE public.channel_merged TO qingkong_ingest;
GRANT SELECT ON TABLE public.channel_merged TO qingkong_alerts;
GRANT SELECT ON TABLE public.channel_merged TO qingkong_api;
GRANT SELECT ON TABLE public.channel_merged TO qingkong_registrar;

GRANT SELECT ON TABLE public.channel_setting TO qingkong_ingest;
GRANT SELECT ON TABLE public.channel_setting TO qingkong_alerts;
GRANT SELECT ON TABLE public.channel_setting TO qingkong_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channel_setting TO qingkong_registrar;

GRANT SELECT,INSERT ON TABLE public.checkpoint TO qingkong_ingest;
GRANT SELECT ON TABLE public.checkpoint TO qingkong_alerts;
GRANT SELECT ON TABLE public.checkpoint TO qingkong_api;
GRANT SELECT ON TABLE public.checkpoint TO qingkong_registrar;

GRANT SELECT ON TABLE public.contest TO qingkong_ingest;
GRANT SELECT,INSERT ON TABLE public.contest TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.contest TO qingkong_api;
GRANT SELECT,INSERT ON TABLE public.contest TO qingkong_registrar;

GRANT UPDATE(state) ON TABLE public.contest TO qingkong_alerts;
GRANT UPDATE(state) ON TABLE public.contest TO qingkong_api;
GRANT UPDATE(state) ON TABLE public.contest TO qingkong_registrar;

GRANT UPDATE(held_by) ON TABLE public.contest TO qingkong_alerts;
GRANT UPDATE(held_by) ON TABLE public.contest TO qingkong_api;
GRANT UPDATE(held_by) ON TABLE public.contest TO qingkong_registrar;

GRANT UPDATE(clock_at) ON TABLE public.contest TO qingkong_alerts;
GRANT UPDATE(clock_at) ON TABLE public.contest TO qingkong_api;
GRANT UPDATE(clock_at) ON TABLE public.contest TO qingkong_registrar;

GRANT UPDATE(overdue) ON TABLE public.contest TO qingkong_alerts;
GRANT UPDATE(overdue) ON TABLE public.contest TO qingkong_api;
GRANT UPDATE(overdue) ON TABLE public.contest TO qingkong_registrar;

GRANT UPDATE(answer) ON TABLE public.contest TO qingkong_alerts;
GRANT UPDATE(answer) ON TABLE public.contest TO qingkong_api;
GRANT UPDATE(answer) ON TABLE public.contest TO qingkong_registrar;

GRANT UPDATE(needed) ON TABLE public.contest TO qingkong_alerts;
GRANT UPDATE(needed) ON TABLE public.contest TO qingkong_api;
GRANT UPDATE(needed) ON TABLE public.contest TO qingkong_registrar;

GRANT UPDATE(version) ON TABLE public.contest TO qingkong_alerts;
GRANT UPDATE(version) ON TABLE public.contest TO qingkong_api;
GRANT UPDATE(version) ON TABLE public.contest TO qingkong_registrar;

GRANT UPDATE(changed_at) ON TABLE public.contest TO qingkong_alerts;
GRANT UPDATE(changed_at) ON TABLE public.contest TO qingkong_api;
GRANT UPDATE(changed_at) ON TABLE public.contest TO qingkong_registrar;

GRANT SELECT ON TABLE public.contest_alert TO qingkong_ingest;
GRANT SELECT,INSERT ON TABLE public.contest_alert TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.contest_alert TO qingkong_api;
GRANT SELECT,INSERT ON TABLE public.contest_alert TO qingkong_registrar;

GRANT SELECT ON TABLE public.contest_event TO qingkong_ingest;
GRANT SELECT,INSERT ON TABLE public.contest_event TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.contest_event TO qingkong_api;
GRANT SELECT,INSERT ON TABLE public.contest_event TO qingkong_registrar;

GRANT SELECT,INSERT,UPDATE ON TABLE public.delivery TO qingkong_alerts;
GRANT SELECT ON TABLE public.delivery TO qingkong_api;
GRANT SELECT,INSERT,UPDATE ON TABLE public.delivery TO qingkong_registrar;

GRANT SELECT ON TABLE public.device TO qingkong_ingest;
GRANT SELECT ON TABLE public.device TO qingkong_alerts;
GRANT SELECT ON TABLE public.device TO qingkong_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.device TO qingkong_registrar;

GRANT SELECT,INSERT ON TABLE public.device_event TO qingkong_ingest;
GRANT SELECT ON TABLE public.device_event TO qingkong_alerts;
GRANT SELECT ON TABLE public.device_event TO qingkong_api;
GRANT SELECT ON TABLE public.device_event TO qingkong_registrar;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.device_gap TO qingkong_alerts;
GRANT SELECT ON TABLE public.device_gap TO qingkong_ingest;
GRANT SELECT ON TABLE public.device_gap TO qingkong_api;
GRANT SELECT ON TABLE public.device_gap TO qingkong_registrar;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.device_heard TO qingkong_alerts;
GRANT SELECT ON TABLE public.device_heard TO qingkong_ingest;
GRANT SELECT ON TABLE public.device_heard TO qingkong_api;
GRANT SELECT ON TABLE public.device_heard TO qingkong_registrar;

GRANT SELECT ON TABLE public.device_key TO qingkong_ingest;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.device_key TO qingkong_registrar;

GRANT SELECT ON TABLE public.device_mn TO qingkong_ingest;
GRANT SELECT ON TABLE public.device_mn TO qingkong_alerts;
GRANT SELECT ON TABLE public.device_mn TO qingkong_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.device_mn TO qingkong_registrar;

GRANT SELECT ON TABLE public.export TO qingkong_ingest;
GRANT SELECT ON TABLE public.export TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.export TO qingkong_api;
GRANT SELECT ON TABLE public.export TO qingkong_registrar;

GRANT SELECT ON TABLE public.facility_group TO qingkong_ingest;
GRANT SELECT ON TABLE public.facility_group TO qingkong_alerts;
GRANT SELECT ON TABLE public.facility_group TO qingkong_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.facility_group TO qingkong_registrar;

GRANT SELECT ON TABLE public.facility_group_member TO qingkong_ingest;
GRANT SELECT ON TABLE public.facility_group_member TO qingkong_alerts;
GRANT SELECT ON TABLE public.facility_group_member TO qingkong_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.facility_group_member TO qingkong_registrar;

GRANT SELECT ON TABLE public.facility_group_path TO qingkong_ingest;
GRANT SELECT ON TABLE public.facility_group_path TO qingkong_alerts;
GRANT SELECT ON TABLE public.facility_group_path TO qingkong_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.facility_group_path TO qingkong_registrar;

GRANT SELECT ON TABLE public.feed TO qingkong_ingest;
GRANT SELECT ON TABLE public.feed TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.feed TO qingkong_api;
GRANT SELECT ON TABLE public.feed TO qingkong_registrar;

GRANT SELECT ON TABLE public.feed_mark TO qingkong_ingest;
GRANT SELECT ON TABLE public.feed_mark TO qingkong_alerts;
GRANT SELECT ON TABLE public.feed_mark TO qingkong_api;
GRANT SELECT ON TABLE public.feed_mark TO qingkong_registrar;

GRANT UPDATE("position") ON TABLE public.feed_mark TO qingkong_api;

GRANT SELECT ON TABLE public.finding TO qingkong_ingest;
GRANT SELECT,INSERT ON TABLE public.finding TO qingkong_alerts;
GRANT SELECT ON TABLE public.finding TO qingkong_api;
GRANT SELECT ON TABLE public.finding TO qingkong_registrar;

GRANT SELECT,INSERT ON TABLE public.frame_note TO qingkong_ingest;
GRANT SELECT ON TABLE public.frame_note TO qingkong_alerts;
GRANT SELECT ON TABLE public.frame_note TO qingkong_api;
GRANT SELECT ON TABLE public.frame_note TO qingkong_registrar;

GRANT SELECT,INSERT,DELETE ON TABLE public.idempotency TO qingkong_api;

GRANT UPDATE(digest) ON TABLE public.idempotency TO qingkong_api;

GRANT UPDATE(made_at) ON TABLE public.idempotency TO qingkong_api;

GRANT UPDATE(status) ON TABLE public.idempotency TO qingkong_api;

GRANT UPDATE(headers) ON TABLE public.idempotency TO qingkong_api;

GRANT UPDATE(body) ON TABLE public.idempotency TO qingkong_api;

GRANT USAGE ON SEQUENCE public.judgement_id TO qingkong_alerts;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.judging TO qingkong_alerts;
GRANT SELECT ON TABLE public.judging TO qingkong_api;
GRANT SELECT ON TABLE public.judging TO qingkong_registrar;

GRANT USAGE ON SEQUENCE public.limit_key TO qingkong_registrar;
GRANT USAGE ON SEQUENCE public.limit_key TO qingkong_api;

GRANT SELECT ON TABLE public.limit_version TO qingkong_ingest;
GRANT SELECT ON TABLE public.limit_version TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.limit_version TO qingkong_api;
GRANT SELECT,INSERT ON TABLE public.limit_version TO qingkong_registrar;

GRANT SELECT,INSERT,DELETE ON TABLE public.login_begun TO qingkong_api;

GRANT SELECT,INSERT,DELETE ON TABLE public.login_throttle TO qingkong_api;

GRANT UPDATE(failures) ON TABLE public.login_throttle TO qingkong_api;

GRANT UPDATE(last_at) ON TABLE public.login_throttle TO qingkong_api;

GRANT UPDATE(until) ON TABLE public.login_throttle TO qingkong_api;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.loop_progress TO qingkong_alerts;
GRANT SELECT ON TABLE public.loop_progress TO qingkong_ingest;
GRANT SELECT ON TABLE public.loop_progress TO qingkong_api;
GRANT SELECT ON TABLE public.loop_progress TO qingkong_registrar;

GRANT SELECT ON TABLE public.manual_result TO qingkong_ingest;
GRANT SELECT ON TABLE public.manual_result TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.manual_result TO qingkong_api;
GRANT SELECT,INSERT ON TABLE public.manual_result TO qingkong_registrar;

GRANT USAGE ON SEQUENCE public.manual_result_key TO qingkong_registrar;
GRANT USAGE ON SEQUENCE public.manual_result_key TO qingkong_api;

GRANT SELECT ON TABLE public.mark TO qingkong_ingest;
GRANT SELECT,INSERT ON TABLE public.mark TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.mark TO qingkong_api;
GRANT SELECT,INSERT ON TABLE public.mark TO qingkong_registrar;

GRANT USAGE ON SEQUENCE public.mark_key TO qingkong_registrar;
GRANT USAGE ON SEQUENCE public.mark_key TO qingkong_api;
GRANT USAGE ON SEQUENCE public.mark_key TO qingkong_alerts;

GRANT SELECT ON TABLE public.mean TO qingkong_ingest;
GRANT SELECT,INSERT ON TABLE public.mean TO qingkong_alerts;
GRANT SELECT ON TABLE public.mean TO qingkong_api;
GRANT SELECT ON TABLE public.mean TO qingkong_registrar;

GRANT SELECT ON TABLE public.point TO qingkong_ingest;
GRANT SELECT ON TABLE public.point TO qingkong_alerts;
GRANT SELECT ON TABLE public.point TO qingkong_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.point TO qingkong_registrar;

GRANT SELECT,INSERT,UPDATE ON TABLE public.reading_day TO qingkong_ingest;
GRANT SELECT ON TABLE public.reading_day TO qingkong_alerts;
GRANT SELECT ON TABLE public.reading_day TO qingkong_api;
GRANT SELECT ON TABLE public.reading_day TO qingkong_registrar;

GRANT SELECT ON TABLE public.measured_day TO qingkong_ingest;
GRANT SELECT ON TABLE public.measured_day TO qingkong_alerts;
GRANT SELECT ON TABLE public.measured_day TO qingkong_api;
GRANT SELECT ON TABLE public.measured_day TO qingkong_registrar;

GRANT SELECT,INSERT,UPDATE ON TABLE public.reading_five_minute TO qingkong_ingest;
GRANT SELECT ON TABLE public.reading_five_minute TO qingkong_alerts;
GRANT SELECT ON TABLE public.reading_five_minute TO qingkong_api;
GRANT SELECT ON TABLE public.reading_five_minute TO qingkong_registrar;

GRANT SELECT ON TABLE public.measured_five_minute TO qingkong_ingest;
GRANT SELECT ON TABLE public.measured_five_minute TO qingkong_alerts;
GRANT SELECT ON TABLE public.measured_five_minute TO qingkong_api;
GRANT SELECT ON TABLE public.measured_five_minute TO qingkong_registrar;

GRANT SELECT,INSERT,UPDATE ON TABLE public.reading_hour TO qingkong_ingest;
GRANT SELECT ON TABLE public.reading_hour TO qingkong_alerts;
GRANT SELECT ON TABLE public.reading_hour TO qingkong_api;
GRANT SELECT ON TABLE public.reading_hour TO qingkong_registrar;

GRANT SELECT ON TABLE public.measured_hour TO qingkong_ingest;
GRANT SELECT ON TABLE public.measured_hour TO qingkong_alerts;
GRANT SELECT ON TABLE public.measured_hour TO qingkong_api;
GRANT SELECT ON TABLE public.measured_hour TO qingkong_registrar;

GRANT SELECT,INSERT,UPDATE ON TABLE public.reading_minute TO qingkong_ingest;
GRANT SELECT ON TABLE public.reading_minute TO qingkong_alerts;
GRANT SELECT ON TABLE public.reading_minute TO qingkong_api;
GRANT SELECT ON TABLE public.reading_minute TO qingkong_registrar;

GRANT SELECT ON TABLE public.measured_minute TO qingkong_ingest;
GRANT SELECT ON TABLE public.measured_minute TO qingkong_alerts;
GRANT SELECT ON TABLE public.measured_minute TO qingkong_api;
GRANT SELECT ON TABLE public.measured_minute TO qingkong_registrar;

GRANT SELECT,INSERT,UPDATE ON TABLE public.reading_realtime TO qingkong_ingest;
GRANT SELECT ON TABLE public.reading_realtime TO qingkong_alerts;
GRANT SELECT ON TABLE public.reading_realtime TO qingkong_api;
GRANT SELECT ON TABLE public.reading_realtime TO qingkong_registrar;

GRANT SELECT ON TABLE public.measured_realtime TO qingkong_ingest;
GRANT SELECT ON TABLE public.measured_realtime TO qingkong_alerts;
GRANT SELECT ON TABLE public.measured_realtime TO qingkong_api;
GRANT SELECT ON TABLE public.measured_realtime TO qingkong_registrar;

GRANT SELECT,INSERT,UPDATE ON TABLE public.notice TO qingkong_alerts;
GRANT SELECT ON TABLE public.notice TO qingkong_api;
GRANT SELECT ON TABLE public.notice TO qingkong_registrar;

GRANT SELECT ON TABLE public.order_alert TO qingkong_ingest;
GRANT SELECT,INSERT ON TABLE public.order_alert TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.order_alert TO qingkong_api;
GRANT SELECT,INSERT ON TABLE public.order_alert TO qingkong_registrar;

GRANT SELECT ON TABLE public.order_event TO qingkong_ingest;
GRANT SELECT,INSERT ON TABLE public.order_event TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.order_event TO qingkong_api;
GRANT SELECT,INSERT ON TABLE public.order_event TO qingkong_registrar;

GRANT SELECT ON TABLE public.outlet TO qingkong_ingest;
GRANT SELECT ON TABLE public.outlet TO qingkong_alerts;
GRANT SELECT ON TABLE public.outlet TO qingkong_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.outlet TO qingkong_registrar;

GRANT SELECT,INSERT ON TABLE public.parameter TO qingkong_ingest;
GRANT SELECT ON TABLE public.parameter TO qingkong_alerts;
GRANT SELECT ON TABLE public.parameter TO qingkong_api;
GRANT SELECT ON TABLE public.parameter TO qingkong_registrar;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.slot_pending TO qingkong_ingest;
GRANT SELECT ON TABLE public.slot_pending TO qingkong_alerts;
GRANT SELECT ON TABLE public.slot_pending TO qingkong_api;
GRANT SELECT ON TABLE public.slot_pending TO qingkong_registrar;

GRANT SELECT ON TABLE public.pending TO qingkong_ingest;
GRANT SELECT ON TABLE public.pending TO qingkong_alerts;
GRANT SELECT ON TABLE public.pending TO qingkong_api;
GRANT SELECT ON TABLE public.pending TO qingkong_registrar;

GRANT SELECT ON TABLE public.performance TO qingkong_ingest;
GRANT SELECT,INSERT ON TABLE public.performance TO qingkong_alerts;
GRANT SELECT ON TABLE public.performance TO qingkong_api;
GRANT SELECT ON TABLE public.performance TO qingkong_registrar;

GRANT SELECT ON TABLE public.plant TO qingkong_ingest;
GRANT SELECT ON TABLE public.plant TO qingkong_alerts;
GRANT SELECT ON TABLE public.plant TO qingkong_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.plant TO qingkong_registrar;

GRANT SELECT ON TABLE public.plant_contact TO qingkong_ingest;
GRANT SELECT ON TABLE public.plant_contact TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.plant_contact TO qingkong_registrar;
GRANT SELECT ON TABLE public.plant_contact TO qingkong_api;

GRANT SELECT ON TABLE public.position_clock TO qingkong_ingest;
GRANT SELECT ON TABLE public.position_clock TO qingkong_alerts;
GRANT SELECT ON TABLE public.position_clock TO qingkong_api;
GRANT SELECT ON TABLE public.position_clock TO qingkong_registrar;

GRANT SELECT ON TABLE public.process_unit TO qingkong_ingest;
GRANT SELECT ON TABLE public.process_unit TO qingkong_alerts;
GRANT SELECT ON TABLE public.process_unit TO qingkong_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.process_unit TO qingkong_registrar;

GRANT SELECT,INSERT,UPDATE ON TABLE public.reading_cursor TO qingkong_alerts;
GRANT SELECT ON TABLE public.reading_cursor TO qingkong_api;
GRANT SELECT ON TABLE public.reading_cursor TO qingkong_registrar;

GRANT SELECT,INSERT ON TABLE public.reading_revision TO qingkong_ingest;
GRANT SELECT ON TABLE public.reading_revision TO qingkong_alerts;
GRANT SELECT ON TABLE public.reading_revision TO qingkong_api;
GRANT SELECT ON TABLE public.reading_revision TO qingkong_registrar;

GRANT SELECT ON TABLE public.receiver TO qingkong_ingest;
GRANT SELECT ON TABLE public.receiver TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.receiver TO qingkong_registrar;

GRANT SELECT(id) ON TABLE public.receiver TO qingkong_api;

GRANT SELECT(name) ON TABLE public.receiver TO qingkong_api;

GRANT SELECT(channel) ON TABLE public.receiver TO qingkong_api;

GRANT SELECT(address) ON TABLE public.receiver TO qingkong_api;

GRANT SELECT(config) ON TABLE public.receiver TO qingkong_api;

GRANT SELECT(sealed_digest) ON TABLE public.receiver TO qingkong_api;

GRANT SELECT(language) ON TABLE public.receiver TO qingkong_api;

GRANT SELECT(active) ON TABLE public.receiver TO qingkong_api;

GRANT SELECT(reason) ON TABLE public.receiver TO qingkong_api;

GRANT SELECT(actor) ON TABLE public.receiver TO qingkong_api;

GRANT SELECT(recorded_at) ON TABLE public.receiver TO qingkong_api;

GRANT SELECT("position") ON TABLE public.receiver TO qingkong_api;

GRANT SELECT ON TABLE public.region TO qingkong_ingest;
GRANT SELECT ON TABLE public.region TO qingkong_alerts;
GRANT SELECT ON TABLE public.region TO qingkong_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.region TO qingkong_registrar;

GRANT SELECT ON TABLE public.registry_change TO qingkong_ingest;
GRANT SELECT ON TABLE public.registry_change TO qingkong_alerts;
GRANT SELECT ON TABLE public.registry_change TO qingkong_api;
GRANT SELECT,INSERT ON TABLE public.registry_change TO qingkong_registrar;

GRANT SELECT ON TABLE public.registry_history TO qingkong_ingest;
GRANT SELECT ON TABLE public.registry_history TO qingkong_alerts;
GRANT SELECT ON TABLE public.registry_history TO qingkong_api;
GRANT SELECT ON TABLE public.registry_history TO qingkong_registrar;

GRANT SELECT,INSERT ON TABLE public.reject TO qingkong_ingest;
GRANT SELECT ON TABLE public.reject TO qingkong_alerts;
GRANT SELECT ON TABLE public.reject TO qingkong_api;
GRANT SELECT ON TABLE public.reject TO qingkong_registrar;

GRANT SELECT,INSERT ON TABLE public.reject_retry TO qingkong_ingest;
GRANT SELECT ON TABLE public.reject_retry TO qingkong_alerts;
GRANT SELECT ON TABLE public.reject_retry TO qingkong_api;
GRANT SELECT ON TABLE public.reject_retry TO qingkong_registrar;

GRANT SELECT ON TABLE public.route TO qingkong_ingest;
GRANT SELECT ON TABLE public.route TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.route TO qingkong_registrar;
GRANT SELECT ON TABLE public.route TO qingkong_api;

GRANT SELECT ON TABLE public.rule_setting TO qingkong_ingest;
GRANT SELECT ON TABLE public.rule_setting TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.rule_setting TO qingkong_api;
GRANT SELECT,INSERT ON TABLE public.rule_setting TO qingkong_registrar;

GRANT SELECT,INSERT,DELETE ON TABLE public.session TO qingkong_api;

GRANT UPDATE(seen_at) ON TABLE public.session TO qingkong_api;

GRANT SELECT ON TABLE public.silence TO qingkong_ingest;
GRANT SELECT,INSERT ON TABLE public.silence TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.silence TO qingkong_api;
GRANT SELECT,INSERT ON TABLE public.silence TO qingkong_registrar;

GRANT USAGE ON SEQUENCE public.silence_key TO qingkong_alerts;
GRANT USAGE ON SEQUENCE public.silence_key TO qingkong_api;
GRANT USAGE ON SEQUENCE public.silence_key TO qingkong_registrar;

GRANT SELECT,INSERT,UPDATE ON TABLE public.state TO qingkong_ingest;
GRANT SELECT ON TABLE public.state TO qingkong_alerts;
GRANT SELECT ON TABLE public.state TO qingkong_api;
GRANT SELECT ON TABLE public.state TO qingkong_registrar;

GRANT SELECT ON TABLE public.state_interval TO qingkong_alerts;
GRANT SELECT ON TABLE public.state_interval TO qingkong_api;
GRANT SELECT ON TABLE public.state_interval TO qingkong_registrar;

GRANT SELECT ON TABLE public.subject TO qingkong_ingest;
GRANT SELECT ON TABLE public.subject TO qingkong_alerts;
GRANT SELECT ON TABLE public.subject TO qingkong_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.subject TO qingkong_registrar;

GRANT SELECT ON TABLE public.supervision_order TO qingkong_ingest;
GRANT SELECT,INSERT ON TABLE public.supervision_order TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.supervision_order TO qingkong_api;
GRANT SELECT,INSERT ON TABLE public.supervision_order TO qingkong_registrar;

GRANT UPDATE(state) ON TABLE public.supervision_order TO qingkong_alerts;
GRANT UPDATE(state) ON TABLE public.supervision_order TO qingkong_api;
GRANT UPDATE(state) ON TABLE public.supervision_order TO qingkong_registrar;

GRANT UPDATE(held_by) ON TABLE public.supervision_order TO qingkong_alerts;
GRANT UPDATE(held_by) ON TABLE public.supervision_order TO qingkong_api;
GRANT UPDATE(held_by) ON TABLE public.supervision_order TO qingkong_registrar;

GRANT UPDATE(accept_due) ON TABLE public.supervision_order TO qingkong_alerts;
GRANT UPDATE(accept_due) ON TABLE public.supervision_order TO qingkong_api;
GRANT UPDATE(accept_due) ON TABLE public.supervision_order TO qingkong_registrar;

GRANT UPDATE(answer_due) ON TABLE public.supervision_order TO qingkong_alerts;
GRANT UPDATE(answer_due) ON TABLE public.supervision_order TO qingkong_api;
GRANT UPDATE(answer_due) ON TABLE public.supervision_order TO qingkong_registrar;

GRANT UPDATE(verify_due) ON TABLE public.supervision_order TO qingkong_alerts;
GRANT UPDATE(verify_due) ON TABLE public.supervision_order TO qingkong_api;
GRANT UPDATE(verify_due) ON TABLE public.supervision_order TO qingkong_registrar;

GRANT UPDATE(total_due) ON TABLE public.supervision_order TO qingkong_alerts;
GRANT UPDATE(total_due) ON TABLE public.supervision_order TO qingkong_api;
GRANT UPDATE(total_due) ON TABLE public.supervision_order TO qingkong_registrar;

GRANT UPDATE(overdue) ON TABLE public.supervision_order TO qingkong_alerts;
GRANT UPDATE(overdue) ON TABLE public.supervision_order TO qingkong_api;
GRANT UPDATE(overdue) ON TABLE public.supervision_order TO qingkong_registrar;

GRANT UPDATE(clock_at) ON TABLE public.supervision_order TO qingkong_alerts;
GRANT UPDATE(clock_at) ON TABLE public.supervision_order TO qingkong_api;
GRANT UPDATE(clock_at) ON TABLE public.supervision_order TO qingkong_registrar;

GRANT UPDATE(rounds) ON TABLE public.supervision_order TO qingkong_alerts;
GRANT UPDATE(rounds) ON TABLE public.supervision_order TO qingkong_api;
GRANT UPDATE(rounds) ON TABLE public.supervision_order TO qingkong_registrar;

GRANT UPDATE(disposition) ON TABLE public.supervision_order TO qingkong_alerts;
GRANT UPDATE(disposition) ON TABLE public.supervision_order TO qingkong_api;
GRANT UPDATE(disposition) ON TABLE public.supervision_order TO qingkong_registrar;

GRANT UPDATE(consequence) ON TABLE public.supervision_order TO qingkong_alerts;
GRANT UPDATE(consequence) ON TABLE public.supervision_order TO qingkong_api;
GRANT UPDATE(consequence) ON TABLE public.supervision_order TO qingkong_registrar;

GRANT UPDATE(conclusion) ON TABLE public.supervision_order TO qingkong_alerts;
GRANT UPDATE(conclusion) ON TABLE public.supervision_order TO qingkong_api;
GRANT UPDATE(conclusion) ON TABLE public.supervision_order TO qingkong_registrar;

GRANT UPDATE(version) ON TABLE public.supervision_order TO qingkong_alerts;
GRANT UPDATE(version) ON TABLE public.supervision_order TO qingkong_api;
GRANT UPDATE(version) ON TABLE public.supervision_order TO qingkong_registrar;

GRANT UPDATE(changed_at) ON TABLE public.supervision_order TO qingkong_alerts;
GRANT UPDATE(changed_at) ON TABLE public.supervision_order TO qingkong_api;
GRANT UPDATE(changed_at) ON TABLE public.supervision_order TO qingkong_registrar;

GRANT SELECT,INSERT ON TABLE public.token TO qingkong_api;

GRANT UPDATE(revoked_at) ON TABLE public.token TO qingkong_api;

GRANT UPDATE(used_at) ON TABLE public.token TO qingkong_api;

GRANT INSERT ON TABLE public.touched TO qingkong_ingest;
GRANT SELECT,INSERT,DELETE ON TABLE public.touched TO qingkong_alerts;
GRANT SELECT,INSERT ON TABLE public.touched TO qingkong_api;
GRANT SELECT,INSERT ON TABLE public.touched TO qingkong_registrar;

GRANT SELECT ON TABLE public.treatment_facility TO qingkong_ingest;
GRANT SELECT ON TABLE public.treatment_facility TO qingkong_alerts;
GRANT SELECT ON TABLE public.treatment_facility TO qingkong_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.treatment_facility TO qingkong_registrar;

GRANT SELECT ON TABLE public.verdict TO qingkong_ingest;
GRANT SELECT,INSERT ON TABLE public.verdict TO qingkong_alerts;
GRANT SELECT ON TABLE public.verdict TO qingkong_api;
GRANT SELECT ON TABLE public.verdict TO qingkong_registrar;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.watch_span TO qingkong_alerts;
GRANT SELECT ON TABLE public.watch_span TO qingkong_ingest;
GRANT SELECT ON TABLE public.watch_span TO qingkong_api;
GRANT SELECT ON TABLE public.watch_span TO qingkong_registrar;
