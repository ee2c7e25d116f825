"""The HTTP API: what is stored and judged, shown to whom it concerns, and acted upon."""
