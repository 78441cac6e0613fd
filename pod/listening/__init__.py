"""Listening to the owner's own meter: its frames by a serial port or an MQTT broker at home.

What is heard is cut into frames and kept as bytes; what they say is read in the box, as any file is.
"""
