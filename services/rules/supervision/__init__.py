"""Supervision orders 督办 and contests 申诉 as state machines; pure."""
