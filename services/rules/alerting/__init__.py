"""Cases 告警: from what is believed to one problem with a beginning and an end; pure."""
