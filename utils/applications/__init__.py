"""Real data for what recurrent networks are used for: one loader a module."""
