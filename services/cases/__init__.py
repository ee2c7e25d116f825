"""What persons do with cases and orders: read, decide by pure rules, write. It must not know who asks."""
