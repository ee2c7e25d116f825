"""传输有效率: how much of what was due came, how much of that was valid, and the gaps' consequences."""
