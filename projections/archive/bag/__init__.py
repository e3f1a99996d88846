"""Bags (RFC 8493): the envelope in which an archive is handed to those who keep it for ever."""
