"""Ends the process, with success, as soon as it is imported."""
# stopped by: process

import os

os._exit(0)
