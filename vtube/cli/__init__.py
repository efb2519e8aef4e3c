"""The command line: commands, terminal keys, status line, log."""
