"""What a key, a knob or a link does while another program has the focus."""
