"""What a job needs to know about the place it runs in.

This package is at the root of every code archive, so that a mapper, a reducer or
a vanilla job can import it without installing anything. It needs Python 3.8 or
newer and nothing outside the standard library.
"""
