"""Solid Notifications: who wants to hear of changes is told, in order, as readers of the log."""
