"""Notices of cases on their way to receivers, at least once."""
