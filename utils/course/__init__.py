"""What runs the course: its verbs, notebooks and pages."""
