"""One run without suites and workbook, as a program: `python -m tests.bench.plain_run PAIR FOLDER`."""

import sys

import etl

if __name__ == "__main__":
    etl.run_folder(sys.argv[1], sys.argv[2])
