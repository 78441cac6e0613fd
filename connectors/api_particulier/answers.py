"""One function an endpoint: what its `data` says, as records. The path is what tells answers apart.

https://particulier.api.gouv.fr/developpeurs/openapi
"""

from domicile import BadFile
from people import household, person, told


def _entitlement(right):
    def read(said, about, day):
        """`est_beneficiaire`, or for a disabled child `status`: no amount is ever said."""
        status = said.words("status")
        entitled = said.yes("est_beneficiaire") if status is None else status != "non_beneficiaire"
        if entitled is None or status not in (None, *CHILD):
            raise BadFile("bad-value", field="est_beneficiaire", text=str(status)[:40])
        yield told(
            type="Entitlement",
            right=right,
            entitled=entitled,
            role=CHILD.get(status),
            since=said.day("date_debut_droit"),
            increased=said.yes("avec_majoration"),
            contribution=said.yes("avec_participation"),
            about=about,
            asOf=day,
        )

    return read


def _quotient(said, about, day):
    found = said.part("quotient_familial")
    month = found.month("annee", "mois")
    yield told(
        type="FamilyQuotient",
        provider=found.words("fournisseur"),
        value=found.count("valeur"),
        month=month,
        computedMonth=found.month("annee_calcul", "mois_calcul")
        if "annee_calcul" in found
        else None,
        persons=len(said.parts("allocataires")) + len(said.parts("enfants")),
        about=about,
        asOf=day,
    )
    yield household(said, month, about, day)


def _childcare(said, about, day):
    found = said.part("parametres_calcul_participation_familiale")
    base = found.part("base_ressources_annuelles")
    yield told(
        type="ChildcareShare",
        children=found.count("nombre_enfants_a_charge"),
        disabledChildren=found.count("nombre_enfants_beneficiaire_aeeh"),
        resources=base.amount("valeur"),
        year=base.count("annee_calcul"),
        about=about,
        asOf=day,
    )
    yield household(said, None, about, day)


def _grant(said, about, day):
    state = said.part("statut_boursier") if "statut_boursier" in said else said
    term, place, step = (
        said.part(n) for n in ("periode_versement_bourse", "etablissement_etudes", "echelon_bourse")
    )
    yield told(
        type="StudentGrant",
        holder=state.yes("est_boursier"),
        removed=state.yes("est_radie"),
        removedOn=state.day("date_radiation"),
        start=term.day("date_rentree"),
        months=term.count("duree"),
        step=step.words("echelon"),
        provisional=step.yes("echelon_bourse_regionale_provisoire"),
        institution=place.words("nom_etablissement"),
        locality=place.words("nom_commune"),
        student=person(said.part("identite")),
        about=about,
        asOf=day,
    )


def _payments(said, about, day):
    seen = {}
    for found in said.parts("paiements"):
        paid = found.day("date_versement")
        if paid is None:
            raise BadFile("bad-value", field="date_versement")
        total = found.amount("montant_total")
        nth = seen[paid, total] = seen.get((paid, total), 0) + 1
        yield told(
            type="BenefitPayment",
            benefit="unemployment",
            payer="France Travail",
            paidOn=paid,
            amount=total,
            currency="EUR",
            nth=nth,
            allowances=found.amount("montant_allocations"),
            aids=found.amount("montant_aides"),
            others=found.amount("montant_autres"),
            about={**about, "number": said.words("identifiant") or about.get("number", "")},
            asOf=day,
        )


def _registration(said, about, day):
    found = said.part("inscription")
    yield told(
        type="JobSeeker",
        number=said.words("identifiant"),
        start=found.day("date_debut"),
        end=found.day("date_fin"),
        category=found.part("categorie").count("code"),
        label=found.part("categorie").words("libelle"),
        person=person(said.part("identite")),
        about=about,
        asOf=day,
    )


def _school(said, about, day):
    place, kind, state = (
        said.part(n) for n in ("etablissement", "module_elementaire_formation", "statut_eleve")
    )
    yield told(
        type="SchoolEnrolment",
        year=said.words("annee_scolaire"),
        enrolled=said.yes("est_scolarise"),
        status=state.words("libelle"),
        training=kind.words("libelle"),
        trainingCode=kind.words("code_mef_stat"),
        institution=place.words("nom"),
        institutionCode=place.words("code_uai"),
        grant=said.yes("est_boursier"),
        grantStep=said.count("echelon_bourse"),
        student=person(said.part("identite")),
        about=about,
        asOf=day,
    )


def _student(said, about, day):
    student = person(said.part("identite"))
    for found in said.parts("admissions"):
        place = found.part("etablissement_etudes")
        yield told(
            type="StudentEnrolment",
            start=found.day("date_debut"),
            end=found.day("date_fin"),
            enrolled=found.yes("est_inscrit"),
            regime=found.part("regime_formation").words("libelle"),
            institution=place.words("nom"),
            institutionCode=place.words("uai"),
            municipality=found.words("code_cog_insee_commune"),
            student=student,
            about=about,
            asOf=day,
        )


def _national_service(said, about, day):
    yield told(
        type="NationalService",
        status=said.words("statut_service_national"),
        comment=said.words("commentaires"),
        about=about,
        asOf=day,
    )


def _civic_service(said, about, day):
    for name in ("statut_actuel", "statut_passe"):
        found = said.part(name)
        host = found.part("organisme_accueil")
        yield told(
            type="CivicService",
            current=name == "statut_actuel",
            contract=found.yes("contrat_trouve"),
            start=found.day("date_debut_contrat"),
            end=found.day("date_fin_contrat"),
            organisation=host.words("raison_sociale"),
            siret=host.words("siret"),
            about=about,
            asOf=day,
        )


def _sport(said, about, day):
    now = said.part("informations_statut")
    for found in [
        *([now] if "periode" in now else []),
        *said.parts("informations_statuts_precedents"),
    ]:
        period = found.part("periode")
        yield told(
            type="SportStatus",
            topLevel=found.yes("sportif_de_haut_niveau"),
            start=period.day("date_debut_statut"),
            end=period.day("date_fin_statut"),
            federation=found.part("federation").words("nom_federation"),
            category=found.part("categorie").words("nom_categorie"),
            region=found.part("region").words("nom_region"),
            person=person(said.part("identite")),
            about=about,
            asOf=day,
        )


def _vehicle(said, about, day):
    plate, car = (
        said.part(n)
        for n in ("donnees_immatriculation_vehicule", "caracteristiques_techniques_vehicule")
    )
    kinds = {
        name: car.part(key).words("code")
        for name, key in (
            ("category", "categorie_vehicule"),
            ("nationalKind", "genre_national"),
            ("fuel", "type_carburant"),
            ("environmentalClass", "classe_environnementale"),
        )
    }
    yield told(
        type="Vehicle",
        plate=plate.words("numero_immatriculation"),
        firstRegistered=plate.day("date_premiere_immatriculation"),
        lease=plate.part("statut_location").words("label"),
        holding=said.words("statut_rattachement"),
        brand=car.words("marque"),
        model=car.words("denomination_commerciale"),
        version=car.words("type_variante_version"),
        maxKg=car.count("masse_charge_maximale"),
        displacement=car.count("cylindree"),
        co2=car.count("taux_co2"),
        fuelName=car.part("type_carburant").words("label"),
        **kinds,
        asOf=day,
    )


CHILD = {"allocataire": "recipient", "ouvrant_droit": "child", "non_beneficiaire": None}
RIGHTS = {
    "revenu_solidarite_active": "rsa",
    "prime_activite": "activity-bonus",
    "complementaire_sante_solidaire": "health-cover",
    "allocation_adulte_handicape": "disabled-adult",
    "allocation_enfant_handicape": "disabled-child",
    "allocation_soutien_familial": "family-support",
}
ENDPOINTS = {
    **{f"dss/{name}": _entitlement(right) for name, right in RIGHTS.items()},
    "dss/quotient_familial": _quotient,
    "dss/participation_familiale_eaje": _childcare,
    "cnous/etudiant_boursier": _grant,
    "men/scolarites": _school,
    "mesri/statut_etudiant": _student,
    "france_travail/indemnites": _payments,
    "france_travail/statut": _registration,
    "ants/extrait_immatriculation_vehicule": _vehicle,
    "dsnj/service_national": _national_service,
    "gip_mds/service_civique": _civic_service,
    "sdh/statut_sportif": _sport,
}
