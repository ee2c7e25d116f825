"""What any process needs and that knows nothing of pollution."""
