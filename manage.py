#!/usr/bin/env python
import sys

from config.start import one_line

if __name__ == "__main__":
    with one_line():
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
