"""The state: the one pure fold from events to what is so, at two times."""
