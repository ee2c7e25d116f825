"""A scenario file read and worked out into a World."""
