-- How a region stands is told by the verdicts of the newest hour, of all points at once.
CREATE INDEX verdict_hour ON verdict (start) WHERE period = 'hour';
-- A year of hours is drawn from the index alone: the means of one point lie on a page each.
DROP INDEX mean_belief;
CREATE UNIQUE INDEX mean_belief ON mean (point, period, start, id) INCLUDE (position, value, valid);
