"""Sockets, ports and senders of trackers on the network."""
