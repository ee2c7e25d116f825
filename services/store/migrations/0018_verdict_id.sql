-- A verdict is asked for by its number, by whoever looks at its evidence.
CREATE INDEX verdict_id ON verdict (id);
