"""Marks 标记: their kinds, which one holds at a time, what it exempts, and how much is left of it."""
