"""The broadcast: viewers' messages in, answers out, one open utterance at a time."""
