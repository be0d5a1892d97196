"""What a person or a program reads: each module renders a report as text."""
