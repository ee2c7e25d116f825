"""What pages of plants are made of: what is known of their outlets today, in words."""
