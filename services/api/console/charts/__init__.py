"""What curves the pages ask for, and lines small enough for a row."""
