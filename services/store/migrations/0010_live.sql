-- Whoever judges the running hour reads the batches that were committed since it last looked.
CREATE INDEX batch_position ON batch (position);
-- And what was said of running hours, out of all findings of all times.
CREATE INDEX finding_live ON finding (rule, since) WHERE rule IN ('prewarning', 'over_limit_now');
