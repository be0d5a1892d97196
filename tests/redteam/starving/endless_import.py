"""Never comes to the end of its own import."""
# stopped by: limits

while True:
    pass
