"""What makes evidence hold: checkpoints, verification, rebuilding, and rejects tried again."""
