"""The same job with pandas, the files read by pyarrow."""

from tests.bench.contenders.pandas_job import main

if __name__ == "__main__":
    main(engine="pyarrow", dtype_backend="pyarrow")
