"""The HJ 212 codec: bytes in, values out, and back. Pure."""
