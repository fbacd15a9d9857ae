"""The same plain job, written with one tool each: what koppelcheck is measured against.

A contender joins two files on the pupil number and writes what fits, what does not, and counts; it guards nothing.
Each runs as a process of its own: python -m tests.bench.contenders.NAME MAGISTER LEGACY FOLDER.
"""
