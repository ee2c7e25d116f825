"""MQTT to hypertable: receive, decode, validate, batch, COPY, commit, acknowledge."""
