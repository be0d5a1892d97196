"""What a kata is: its manifest, its place in the course, its files, its author's checks."""
