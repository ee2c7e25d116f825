"""A private TimescaleDB and Mosquitto for trying out and for the tests: no root, no container."""
