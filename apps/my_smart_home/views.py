"""The page: each view answers one question, with what it means, its period, source and doubt."""

from views_cost import heating, tariffs
from views_gas import weather
from views_more import base_load, checked, co2, since_when
from views_use import by_day, by_month, how_much, peak, when
from words import text


def views(found, daily, week, base_eur):
    """Views in the order of the questions; `found` is the rest of the result."""
    pages = [
        how_much(found),
        by_month(found),
        by_day(found, daily),
        when(found, week),
        peak(found),
        base_load(found, base_eur),
        tariffs(found),
        heating(found),
        weather("electricity", found["same_weather"]),
        co2(found),
        since_when(found),
        checked(found),
    ]
    period = {"from": found["from"], "to": found["to"]}
    return [{"period": period, **page} for page in pages if page]


def empty_views():
    """What is shown where there is nothing to count."""
    question = text("Combien ai-je consommé ?", "How much have I used?")
    paragraph = text(
        "Il n'y a encore aucune mesure sur cette période. Déposez un fichier d'Enedis ou d'EDF "
        "dans "
        "« Sources », puis relancez l'application.",
        "There are no readings in this period yet. Drop a file from Enedis or EDF into “Sources”, "
        "then run the app again.",
    )
    return [{"type": "text", "id": "how-much", "question": question, "paragraphs": [paragraph]}]
