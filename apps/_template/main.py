"""How much electricity was measured: the least app that reads, computes and answers.

`run` is called once in the sandbox. `pod.query` asks what manifest.toml declares and nothing else; what
is returned must fit result.schema.json; its views are what the page shows.
"""

from domicile import Inputs, Result, said, views

MINUTES = {"PT10M": 10, "PT15M": 15, "PT30M": 30, "PT1H": 60, "PT60M": 60}


def run(pod: Inputs, params: dict) -> Result:
    days, wh = set(), 0.0
    for row in pod.query("load_curve", **params):
        hours = MINUTES[row["step"]] / 60
        days.add(row["day"])
        # A packed day: mean powers in W, one a step; "-" where none came.
        wh += sum(float(power) * hours for power in row["values"].split() if power != "-")
    kwh = round(wh / 1000, 3)
    total = views.figure(
        said("Combien en tout ?", "How much in all?"),
        kwh,
        "kWh",
        id="total",
        sentence=said(f"Sur {len(days)} jours mesurés.", f"Over {len(days)} days of readings."),
    )
    return Result(days=len(days), total_kwh=kwh).show(total)
