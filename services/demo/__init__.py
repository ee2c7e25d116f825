"""Everything at once on one machine, to be looked at: servers, ingest, virtual plants, a view."""
