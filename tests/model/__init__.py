"""A second opinion about the whole job, written from the design: schools, an oracle, an application.

It shares no code with the program under test, apart from the call that starts a run.
"""
