"""What pages of supervision orders are made of."""
