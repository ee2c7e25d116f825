-- Rates over quarters and years, which sum up those of their months. Means and verdicts have no such
-- period: no limit binds one.
ALTER TABLE performance
  DROP CONSTRAINT performance_period_check,
  ADD CONSTRAINT performance_period_check
    CHECK (period IN ('five_minute', 'hour', 'day', 'month', 'quarter', 'year'));
