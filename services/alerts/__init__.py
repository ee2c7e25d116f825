"""The alert service: touched and due hours are judged, and what was found is kept as evidence."""
