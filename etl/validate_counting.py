"""The one expectation of our own: a query that may find no rows, asked once for how many it finds.

It shows no row: which ones they are is asked by the caller, and only of a check that failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation

_COUNT: Final = "unexpected_rows_query.row_count"


class UnexpectedRowsCountExpectation(UnexpectedRowsExpectation):
    """Passes when the query finds no row, as its parent does.

    The parent asks every query twice, once for the number of rows and once for the first two hundred, also where its
    result format leaves those out.
    """

    metric_dependencies: ClassVar[tuple[str, ...]] = (_COUNT,)

    def _validate(
        self,
        metrics: Mapping[str, Any],
        runtime_configuration: Mapping[str, Any] | None = None,
        execution_engine: object | None = None,
    ) -> dict[str, Any]:
        count = metrics[_COUNT]
        return {"success": count == 0, "result": {"observed_value": count}}
