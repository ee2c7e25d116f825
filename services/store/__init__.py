"""The only SQL: pool, numbered migrations, one file per noun."""
