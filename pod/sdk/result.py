"""What an app returns."""

from __future__ import annotations

from typing import Any

from .views import View


class Result:
    """The fields of your schema by name, and views in the order in which the page shows them:

    `return Result(total_kwh=12.5).show(views.figure(…), views.bar(…))`
    """

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        self.views: list[View] = []

    def show(self, *views: View) -> Result:
        """Adds views; this result, so that calls can follow each other."""
        self.views += views
        return self

    def as_dict(self) -> dict[str, Any]:
        """What the pod is given: the fields, and `views`."""
        return {**self.fields, "views": self.views}
