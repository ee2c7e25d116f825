"""The words that all services share."""
