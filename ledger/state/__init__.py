"""What is so: the one pure fold from events to the state at two times."""
