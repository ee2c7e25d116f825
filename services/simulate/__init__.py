"""Virtual plants and recorded files that publish like real devices."""
