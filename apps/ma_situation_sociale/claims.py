"""What holders say of the same thing, side by side: where they differ, a question and a draft letter.

A tax notice gives parts, not children: a difference is told only where no usual family with the number
of children that CAF counts has these parts (https://www.service-public.fr/particuliers/vosdroits/F2705).
"""

from decimal import Decimal

from words import Said, count, day, join, month, number, text

HALF = Decimal("0.5")
HOLDERS = {
    "CNAF": text("CAF", "CAF"),
    "MSA": text("MSA", "MSA"),
    "tax": text("Impôts", "Tax office"),
    "proof": text("Justificatif de domicile", "Proof of address"),
    "childcare": text("CAF, barème de garde d'enfants", "CAF, scale of childcare"),
}
SUBJECTS = {
    "children": text("Nombre d'enfants à charge", "Number of dependent children"),
    "address": text("Code postal du domicile", "Postal code of the home"),
}


def claim(holder, value, said, as_of, document):
    """`value`: the bare one, for programs; `said`: words; `as_of`: an ISO day, month or year."""
    return {
        "source": HOLDERS[holder]["fr"],
        "holder": holder,
        "value": str(value),
        "said": said,
        "as_of": as_of,
        "document": document,
    }


def inconsistencies(home, provider, childcare, notices, proofs):
    """[{"about","claims":[…]}]: only what differs, the newest statement of each holder."""
    notice = _notice(notices)
    found = []
    for about, claims in (
        ("children", _children(home, provider, childcare, notice)),
        ("address", _addresses(home, provider, notice, proofs)),
    ):
        if claims:
            found.append({"about": about, "claims": claims})
    return found


def _children(home, provider, childcare, notice):
    claims = []
    if home:
        claims.append(
            _of_children(provider, home.children, home.as_of or home.month, home.document)
        )
    newest = sorted(childcare, key=lambda r: (r["asOf"] or r["year"] or "", r["document"]))
    if newest:
        row = newest[-1]
        when = row["asOf"] or row["year"] or ""
        claims.append(_of_children("childcare", row["children"], when, row["document"]))
    numbers = {c["value"] for c in claims}
    if notice and claims:
        usual = usual_parts(notice["declarants"], int(claims[0]["value"]))
        if notice["parts"] not in usual:
            said = text(
                "{} pour {} (revenus de {})",
                "{} for {} (income of {})",
                _parts(notice["parts"]),
                count(notice["declarants"], "déclarant", "déclarants", "declarant", "declarants"),
                notice["year"],
            )
            claims.append(claim("tax", notice["parts"], said, notice["as_of"], notice["document"]))
            return claims
    return claims if len(numbers) > 1 else []


def _of_children(holder, children, when, document):
    said = text("{}", "{}", count(children, "enfant", "enfants", "child", "children"))
    return claim(holder, children, said, when, document)


def usual_parts(declarants, children):
    """The tax parts of usual families: two for a couple; half a part for each of the first two
    children, one for each further one; half a part more for who raises children alone."""
    shares = min(children, 2) * HALF + max(children - 2, 0)
    base = (2 if declarants > 1 else 1) + shares
    return {base, base + HALF} if declarants < 2 and children else {base}


def _notice(rows):
    """The newest notice: {"document","year","parts","declarants","postal","as_of"}."""
    found = {}
    for row in rows:
        one = found.setdefault(
            row["document"],
            {
                "document": row["document"],
                "year": row["year"],
                "parts": Decimal(row["parts"]).normalize() + 0,
                "people": set(),
                "postal": row["postalCode"],
                "as_of": row["assessedOn"] or row["issuedOn"] or row["year"],
            },
        )
        if row["declarant"]:
            one["people"].add(row["declarant"])
    newest = sorted(found.values(), key=lambda n: (n["year"], n["as_of"], n["document"]))
    return {**newest[-1], "declarants": max(1, len(newest[-1]["people"]))} if newest else None


def _addresses(home, provider, notice, proofs):
    claims = []
    if home and home.postal:
        claims.append((provider, home.postal, home.as_of or home.month, home.document))
    if notice and notice["postal"]:
        claims.append(("tax", notice["postal"], notice["as_of"], notice["document"]))
    dated = [(p["issuedOn"] or p["signedOn"] or "", p["document"], p["postalCode"]) for p in proofs]
    if dated:
        when, document, postal = max(dated)
        claims.append(("proof", postal, when, document))
    if len({postal.replace(" ", "") for _, postal, _, _ in claims}) < 2:
        return []
    return [
        claim(holder, postal, text("{}", "{}", postal), when, document)
        for holder, postal, when, document in claims
    ]


def letter(found):
    """The draft of a request, as paragraphs; to whom depends on who is wrong, which only you know."""
    about = SUBJECTS[found["about"]]
    subject = Said(about["fr"].lower(), about["en"].lower())
    said = [
        text("• {} : {}, {}.", "• {}: {}, {}.", _holder(c), _said(c), dated(c["as_of"]))
        for c in found["claims"]
    ]
    return [
        text(
            "À envoyer à l'organisme dont l'information est fausse, avec la pièce qui le prouve :",
            "To send to the body whose information is wrong, with the document that proves it:",
        ),
        text(
            "Objet : demande de rectification, {}.", "Subject: request for correction, {}.", subject
        ),
        text(
            "Madame, Monsieur, les informations détenues à mon sujet ne concordent pas :",
            "Dear Sir or Madam, the information held about me does not agree:",
        ),
        *said,
        *_caution(found),
        text(
            "En application de l'article 16 du règlement général sur la protection des données, je "
            "vous demande de rectifier cette information : la situation exacte est […]. Merci de me "
            "confirmer la correction et la date à laquelle elle prend effet.",
            "Under article 16 of the General Data Protection Regulation, I ask you to correct this "
            "information: the true situation is […]. Please confirm the correction and the date from "
            "which it takes effect.",
        ),
        text(
            "[Nom, numéro d'allocataire ou numéro fiscal, date, signature]",
            "[Name, recipient or tax number, date, signature]",
        ),
    ]


def _caution(found):
    if not any(c["holder"] == "tax" for c in found["claims"]) or found["about"] != "children":
        return []
    return [
        text(
            "(L'avis d'impôt donne des parts, pas des enfants : garde alternée, invalidité ou enfant "
            "majeur rattaché peuvent expliquer l'écart. Vérifiez avant d'envoyer.)",
            "(A tax notice gives parts, not children: shared custody, a disability or a grown child on "
            "the notice may explain the gap. Check before sending.)",
        )
    ]


def dated(value):
    """« le 24 novembre 2026 », "October 2026": as far as the date is known."""
    if len(value) == 10:
        said = day(value)
        return Said(f"au {said.fr}", f"on {said.en}")
    if len(value) == 7:
        said = month(value)
        return Said(f"pour {said.fr}", f"for {said.en}")
    return Said(f"pour {value}", f"for {value}") if value else Said("sans date", "undated")


def sides(found):
    """« CAF : 2 enfants, au … ; Impôts : 1,5 part … » as one sentence."""
    return join(
        *(
            text("{} : {}, {}.", "{}: {}, {}.", _holder(c), _said(c), dated(c["as_of"]))
            for c in found["claims"]
        )
    )


def _holder(one):
    words = HOLDERS[one["holder"]]
    return Said(words["fr"], words["en"])


def _said(one):
    return Said(one["said"]["fr"], one["said"]["en"])


def _parts(value):
    places = 0 if value == int(value) else 1 if value * 10 == int(value * 10) else 2
    said = number(value, places)
    return Said(
        f"{said.fr} part{'s' if value >= 2 else ''}",
        f"{said.en} {'part' if value == 1 else 'parts'}",
    )
