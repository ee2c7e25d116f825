"""The console: pages for people, made of what the API answers. It writes nothing itself."""
