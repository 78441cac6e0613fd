### Les phrases des pages. Espaces fines et apostrophes sont posées au chargement (texts.typeset).

## Partout

skip = Aller au contenu
nav-main = Principal
nav-crumbs = Où je suis
place-home = Accueil
place-data = Mes données
place-sources = Sources
place-apps = Applications
place-sharing = Partages
place-activity = Activité
tab-home = Accueil
tab-data = Données
tab-sources = Sources
tab-apps = Applis
tab-sharing = Partages
tab-activity = Activité
who-line = Vous êtes
where-line = chez vous, { $where }
yes = oui
no = non
save = Enregistrer
back = Revenir
deeper = Pour aller plus loin
address = Adresse
just-now = à l'instant
period-from-to = du { $from } au { $to }
period-from = depuis le { $from }
period-to = jusqu'au { $to }
period-all = tout ce qui est connu
page-next = Suite
page-older = Plus ancien
page-first = Le plus récent
readings = { $count ->
    [one] { $count } mesure
   *[other] { $count } mesures
}
days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
changed-when = modifié { $when }
nothing-leaves = Rien ne sort de chez vous.
nothing-leaves-about = L'application calcule ici, enfermée, sans réseau ni disque. Vous voyez sur cette page tout ce qu'elle lit.
nothing-leaves-short = calcul chez vous, rien ne sort
stop-access = Retirer l'accès
remove-link = Supprimer…
tag-local = sur place
tag-shared = partagé
tag-public = public
tag-refused = refusé
tag-whole = complet
tag-holes = à compléter

## Premier soir

setup-title = Bienvenue chez vous
setup-lede = Domicile garde vos données personnelles sur cette machine, calcule dessus ici même, et vous montre qui peut voir quoi.
setup-mine = Commencer avec mes données
setup-name = Votre nom
setup-password = Un mot de passe
setup-password-hint = Dix caractères au moins. Trois ou quatre mots au hasard font un bon mot de passe.
setup-code = Code affiché par le serveur
setup-code-hint = Vous n'êtes pas devant la machine qui héberge Domicile : recopiez le code qu'elle a affiché à son démarrage.
setup-open = Ouvrir mon domicile
setup-try = Juste regarder
setup-try-about = Deux ans d'électricité et de gaz d'un foyer inventé : chauffage, vacances, voiture électrique certaines nuits. Tout s'efface d'un clic quand vous voudrez commencer pour de bon.
setup-try-filled = Le foyer exemple est déjà là. Tout s'efface d'un clic quand vous voudrez commencer pour de bon.
setup-try-button = Essayer avec un foyer exemple
setup-promise = Rien ne quitte cette machine. Aucun compte ailleurs, aucune mesure d'audience.
setup-bad-name = Ce nom ne convient pas : entre 1 et 80 caractères, s'il vous plaît.
setup-bad-password = Ce mot de passe est trop court, ou trop facile à deviner. Dix caractères au moins.
setup-bad-code = Ce n'est pas le code que le serveur a affiché à son démarrage.
setup-too-many = Trop d'essais. Redémarrez le serveur : il affichera un nouveau code.
sign-in-title = Bonjour
sign-in-lede = Entrez chez vous, sur { $where }.
sign-in-password = Mot de passe
sign-in-button = Entrer
sign-in-wrong = Le nom ou le mot de passe n'est pas le bon.
sign-in-wait = Trop d'essais d'affilée. Attendez un peu, puis réessayez.
sign-in-sample = Entrer dans le foyer exemple
sign-in-forgot = J'ai oublié mon mot de passe
sign-in-forgot-about = Personne d'autre que vous ne le connaît et aucun message ne peut le remplacer. Sur la machine qui héberge Domicile, vos données restent dans leur dossier, lisibles avec la commande « domicile ».
sign-in-sign-up = Ouvrir un domicile ici
sign-up-title = Votre domicile
sign-up-lede = Un espace à vous, où vos données arrivent, se calculent et ne sortent que si vous le dites.
sign-up-name = Son nom
sign-up-address = Il fera son adresse : { $address }votre-nom/. Lettres minuscules sans accent, chiffres et tirets.
sign-up-have = J’ai déjà un domicile ici
sign-up-promise = Rien n’est lisible d’un autre que vous tant que vous ne l’avez pas décidé.
sign-up-bad-name = Ce nom ne convient pas : de 1 à 63 lettres minuscules sans accent, chiffres ou tirets.
sign-up-taken = Ce nom est déjà pris.
sign-up-too-many = Trop de domiciles ouverts depuis votre adresse. Réessayez dans une heure.
sign-out = Me déconnecter

## Foyer exemple

trial-filling = Foyer exemple : on emménage…
trial-ready = Vous visitez un foyer exemple, que personne n'habite.
trial-failed = Le foyer exemple n'a pas pu s'installer.
trial-filling-line = Deux ans de mesures arrivent par la même porte que les vôtres : cela prend quelques secondes.
trial-failed-line = L'installation du foyer exemple s'est arrêtée. Vous pouvez commencer avec vos données.
trial-end-link = Commencer avec mes données
trial-end-title = Commencer avec mes données
trial-end-lede = Le foyer exemple sera effacé : ses fichiers, ses mesures, ses résultats et ses accords. Le pod devient le vôtre.
trial-end-button = Effacer l'exemple et commencer

## Accueil

home-hello = Bonjour { $name }
home-hello-sample = Bienvenue au foyer exemple
home-answers = Toutes les réponses de « { $app } »
home-empty = Votre pod est encore vide.
home-summary = { $energy } d'électricité connus, de { $since } à { $until }.
home-nothing-left = Rien n'est sorti de chez vous.
home-working = En cours
home-propose = « { $app } » se propose
home-propose-changed = « { $app } » a changé
home-propose-about = Avant tout calcul, vous verrez ce qu'elle lit, sur quelle période, pourquoi, et ce qui en sort.
home-propose-see = Voir ce qu'elle demande
home-latest = Dernières activités
home-all-activity = Toute l'activité
home-since = Depuis votre dernière visite
home-since-when = Vous étiez là { $when }.
home-since-nothing = Rien de nouveau. Personne d'autre que vous n'a lu ce qui n'est pas public.
home-since-nobody = Personne d'autre que vous n'a lu ce qui n'est pas public.
home-timeline = Toute ma chronologie
home-sources = Mes sources
home-no-sources = Aucune source pour l'instant. Déposez un fichier ci-dessus : Domicile reconnaît ce que c'est.
home-no-sources-how = Pour un compteur Linky : dans votre espace client Enedis, « Gérer mes mesures », téléchargez la courbe de charge à l'heure. Un fichier EDF convient aussi.
drop-title = Déposez n'importe quel fichier
drop-about = Relevés Linky ou bancaires, avis d'impôt, réponses de la CAF, trajets, agenda… un fichier, plusieurs, un dossier ou un zip. Domicile reconnaît ce que c'est ; rien ne sort de chez vous.
drop-choose = Choisir un fichier
drop-send = Envoyer
drop-sending = Envoi en cours…
drop-files-label = Des fichiers ou un zip
drop-folder-label = Ou un dossier entier
drop-choose-folder = Choisir un dossier
drop-failed = Cet envoi n'a pas abouti ; réessayez
drop-now-title = Vos fichiers arrivent
drop-done-title = Voici ce que sont devenus vos fichiers
drop-leave = Vous pouvez quitter cette page : le travail continue, et vous retrouverez chaque fichier dans « Sources ».
drop-now-unpacking = { $count ->
    [one] Déballage : { $count } fichier…
   *[other] Déballage : { $count } fichiers…
}
drop-now-at = { $number } sur { $count } : { $name }.
drop-known-title = Ce que l'on sait par eux
drop-source = Source
drop-what = Contenu
drop-sources = Voir les sources et leurs trous
drop-each-title = { $count ->
    [0] Chaque fichier
    [one] Le fichier
   *[other] Chacun des { $count } fichiers
}
drop-files = { $count ->
    [one] { $count } fichier
   *[other] { $count } fichiers
}
drop-records = { $count ->
    [one] { $count } donnée
   *[other] { $count } données
}
drop-gaps = { $count ->
    [0] aucun
    [one] { $count } trou
   *[other] { $count } trous
}
drop-repeated = déjà là
drop-odd = { $count ->
    [one] { $count } chose étonnante
   *[other] { $count } choses étonnantes
}
drop-kept = Le fichier est gardé tel quel.
drop-not-kept = Le fichier n'est pas gardé.
drop-hidden = { $count ->
    [one] Et { $count } autre, dans « Sources ».
   *[other] Et { $count } autres, dans « Sources ».
}
drop-nothing = Il n'y avait aucun fichier là-dedans.
bad-file-zip-depth = Des archives dans des archives dans des archives : Domicile ne va pas si loin. Déballez-la d'abord.
bad-file-zip-link = C'est un lien vers un autre endroit, pas un fichier.
bad-file-zip-locked = Ce fichier est fermé par un mot de passe. Déballez l'archive d'abord.
bad-file-zip-damaged = L'archive est abîmée à cet endroit.
bad-file-zip-packing = Ce fichier est comprimé d'une façon que Domicile ne lit pas. Déballez l'archive d'abord.
bad-file-file-large = Ce fichier dépasse { $limit } Mo, le plus que Domicile importe. Il n'est pas gardé.
import-error-too-large-files = Plus de { $limit } fichiers d'un coup : le reste n'a pas été pris.
import-error-too-large-unpacked = Plus de { $limit } Mo une fois déballé : le reste n'a pas été pris.
seen-title = Qui peut voir quoi
seen-title-one = Qui peut la voir
seen-nobody = Personne d'autre que vous
seen-nobody-else = Personne d'autre
seen-nobody-about = Vos mesures, vos fichiers et vos résultats ne sont lisibles que de vous.
seen-nobody-about-one = Personne d'autre ne peut rien y faire.
seen-all = Tous les partages
seen-reads = peut lire : { $places }

## Sources

sources-lede = D'où viennent vos données, jusqu'où elles vont, et ce qui manque.
sources-known = Ce qui est connu de vous, par source
source-missing = { $count ->
    [one] { $count } jour manque
   *[other] { $count } jours manquent
}
source-no-gap = rien ne manque
source-documents = { $count ->
    [one] { $count } document
   *[other] { $count } documents
}
sources-files = Fichiers importés
sources-none = Aucun fichier n'a encore été importé.
source-electricity = Électricité, compteur { $meter }
source-unknown-electricity = Électricité, compteur non nommé
source-gas = Gaz, compteur { $meter }
source-unknown-gas = Gaz, compteur non nommé
source-until = jusqu'en { $month }
source-history = { $count ->
    [one] { $count } mois d'historique
   *[other] { $count } mois d'historique
}
source-strip = Couverture : { $known } mois connus sur les { $count } derniers
source-remove = Supprimer le fichier
source-days = { $period } : { $known ->
    [one] { $known } jour connu
   *[other] { $known } jours connus
}{ $part ->
    [0] {""}
    [one] , dont { $part } incomplet
   *[other] , dont { $part } incomplets
}{ $missing ->
    [0] , aucun ne manque
    [one] , { $missing } manque
   *[other] , { $missing } manquent
}.
source-year = { $year }, jour par jour : { $known ->
    [one] { $known } jour connu
   *[other] { $known } jours connus
}, { $missing ->
    [0] aucun ne manque
    [one] { $missing } manque
   *[other] { $missing } manquent
}
source-whole = Toutes les années et tous les trous
sources-readable = { $count ->
    [one] Ce que Domicile sait lire ({ $count } sorte de source)
   *[other] Ce que Domicile sait lire ({ $count } sortes de sources)
}
source-kind-electricity = Électricité, compteur { $name }
source-kind-electricity-unknown = Électricité, compteur non nommé
source-kind-index = Index du compteur { $name }
source-kind-index-unknown = Index d'un compteur non nommé
source-kind-gas = Gaz, compteur { $name }
source-kind-account = Compte { $name }
source-kind-positions = Positions ({ $name })
source-kind-trips = Trajets ({ $name })
source-kind-visits = Lieux visités ({ $name })
source-kind-agenda = Agenda
source-kind-benefits = Droits et versements
source-kind-refuels = Pleins et recharges
source-kind-temperatures = Températures dehors
source-kind-purchases = Achats
days-legend = Ce que montre chaque case
days-whole = jour connu
days-half = jour incomplet
days-calm = rien ce jour-là
days-gap = jour manquant
days-month = Mois
days-known = Connus
days-part = Incomplets
days-missing = Manquants
days-title = Quels jours sont connus ?
days-numbers = Les jours en chiffres
days-of-year = Jours connus par mois, { $year }
gaps-title = Que manque-t-il, et que faire ?
gaps-none = Il ne manque aucun jour.
gaps-more = { $count ->
    [one] et { $count } autre trou, plus ancien
   *[other] et { $count } autres trous, plus anciens
}
gap-since = rien depuis le { $day }
gap-day = le { $day }
gap-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
gap-period = la période { $period }
gap-when-now = d'ici une minute
gap-when-tonight = cette nuit
gap-when-at = le { $moment }
gap-do-connection = Rien à faire : la connexion demandera ces jours { $when }.
gap-do-action = La connexion attend quelque chose de vous avant de continuer.
gap-do-electricity = Dans votre espace client Enedis, « Gérer mes mesures », téléchargez la courbe de charge pour { $period } et déposez le fichier ici.
gap-do-index = Dans votre espace client Enedis, « Gérer mes mesures », téléchargez les index quotidiens pour { $period } et déposez le fichier ici.
gap-do-gas = Dans votre espace client GRDF, téléchargez vos relevés quotidiens pour { $period } et déposez le fichier ici.
gap-do-account = Sur le site de votre banque, téléchargez les opérations (OFX ou CSV) pour { $period } et déposez le fichier ici.
gap-do-positions = Si un téléphone ou une montre a noté ces déplacements, déposez le fichier (GPX, Google, OwnTracks) pour { $period }.
gap-do-other = Déposez ici un fichier de cette source pour { $period }.
gap-within-electricity = Un fichier importé couvre ces jours et n'en dit rien : le compteur n'a rien transmis. Un fichier plus récent, ou celui d'EDF, les a parfois.
gap-within-positions = Un fichier importé couvre ces jours et n'en dit rien : le téléphone n'a rien noté. Il n'y a rien à faire.
gap-within-other = Un fichier importé couvre ces jours et n'en dit rien. Un fichier plus récent les a parfois.
import-short-waiting = en attente
import-short-recognising = en cours
import-short-reading = en cours
import-short-merging = en cours
import-short-done = importé
import-short-failed = non importé

## Un import

import-title = Import en cours
import-leave = Vous pouvez quitter cette page : l'import continue, et vous le retrouverez dans « Sources ».
import-now-waiting = En attente de son tour…
import-now-recognising = Domicile regarde ce que c'est…
import-now-reading = Lecture : { $read } sur { $total }
import-now-merging = Rangement dans vos documents…
import-step-waiting = Garder le fichier tel quel
import-step-recognising = Reconnaître ce que c'est
import-step-reading = Lire les mesures
import-step-merging = Les ranger, mois par mois
import-done-title = Voici ce qui a été trouvé
import-done-said = { $format }, { $period }.
import-again-title = Ce fichier était déjà là
import-again-said = Les mêmes octets avaient déjà été importés : rien n'a changé.
import-found-title = Dans ce fichier
fact-meter = Compteur
fact-meter-unknown = non nommé dans le fichier
fact-period = Période
fact-readings = Courbe
fact-step = { $count ->
    [one] { $count } mesure
   *[other] { $count } mesures
} toutes les { $minutes } min
fact-energy = Consommation
fact-production = Production
fact-gas = Gaz
fact-gas-said = { $kind ->
    [daily] { $count ->
        [one] { $count } jour
       *[other] { $count } jours
    }
    [published] { $count ->
        [one] { $count } relevé publié
       *[other] { $count } relevés publiés
    }
    [weekly] { $count ->
        [one] { $count } semaine
       *[other] { $count } semaines
    }
    [monthly] { $count } mois
   *[other] { $count ->
        [one] { $count } relevé
       *[other] { $count } relevés
    }
} : { $energy }, { $volume }
fact-told = Dit par le compteur
fact-told-said = { $count ->
    [one] { $count } relevé, à { $since }
   *[other] { $count } relevés, de { $since } à { $until }
}
fact-index = Index quotidiens
fact-gaps = Trous
fact-no-gaps = aucun
fact-missing = { $count ->
    [one] { $count } demi-heure sans mesure
   *[other] { $count } demi-heures sans mesure
}. Rien n'a été inventé à leur place.
fact-gaps-where = { $count ->
    [one] où est-il ?
   *[other] où sont-ils ? ({ $count } trous)
}
fact-changed = Déjà connu
fact-no-conflict = rien qui contredise ce qui était là
fact-replaced = { $count ->
    [one] { $count } mesure remplacée par ce fichier, plus récent.
   *[other] { $count } mesures remplacées par ce fichier, plus récent.
}
fact-kept = { $count ->
    [one] { $count } mesure d'un fichier plus récent a été gardée.
   *[other] { $count } mesures d'un fichier plus récent ont été gardées.
}
import-gap = de { $since } à { $until }
import-next-title = Et maintenant ?
import-next-see = « { $app } » peut répondre à vos questions avec ces données.
import-next-run = « { $app } » peut recalculer avec ces nouvelles données.
import-next-run-button = Relancer « { $app } »
import-next-another = Déposer un autre fichier
import-odd-title = Ce qui a étonné
import-odd-none = Rien d'étrange dans ce fichier.
import-kept-title = Ce qui a été gardé
import-kept-said = { $count ->
    [0] Aucun document n'a eu à changer.
    [one] { $count } document écrit.
   *[other] { $count } documents écrits.
}
import-kept-raw = Voir le fichier d'origine, gardé tel quel
import-kept-list = Les documents
import-failed-title = Ce fichier n'a pas pu être importé
import-failed-file = Fichier : { $name }
import-failed-line = ligne { $line }
import-failed-kept = Le fichier est gardé tel quel. Rien n'a été écrit à moitié : vos autres données n'ont pas changé.
import-failed-not-kept = Le fichier lui-même n'est pas gardé ici. Rien n'a été écrit à moitié : vos autres données n'ont pas changé.
import-again = Réessayer
import-error-interrupted = Domicile a été arrêté au milieu de cet import.
import-error-interrupted-todo = Réessayez ; si le bouton manque, redéposez le fichier.
import-error-todo = Téléchargez-le de nouveau chez son émetteur, sans l'ouvrir dans un tableur, puis redéposez-le.
import-error-other = Le fichier a été lu jusqu'à un endroit que Domicile ne comprend pas.
import-error-too-large = Le fichier est plus grand que ce que Domicile importe.
import-error-program-limit = Le lecteur de ce format a dépassé ce qui lui est permis (temps, mémoire ou volume), et a été arrêté.
import-error-program = Le lecteur de ce format s'est trompé. C'est de notre fait.
import-error-program-todo = Signalez-le avec le détail ci-dessous ; vos données n'en souffrent pas.
import-error-unavailable = Le bac à sable où les fichiers sont lus n'est pas prêt sur cette machine.
import-error-unavailable-todo = Lancez « make setup » une fois, puis redéposez le fichier.
bad-file-empty = Le fichier est vide.
bad-file-html = C'est une page web, pas un fichier de données : le site a sans doute demandé de se reconnecter pendant le téléchargement.
bad-file-html-todo = Reconnectez-vous sur le site, téléchargez de nouveau le fichier, puis redéposez-le.
bad-file-unknown = Domicile ne connaît pas encore ce genre de fichier.
bad-file-unknown-todo = Il est gardé tel quel. La page « Sources » dit quels fichiers Domicile sait lire. Si c'en est un, déposez-le tel que téléchargé.
bad-file-no-readings = Le fichier a la bonne forme, mais aucune mesure.
bad-file-bad-line = Une ligne ne ressemble pas aux autres : « { $text } ».
bad-file-bad-time = Une date ne se lit pas : « { $text } ».
bad-file-bad-value = Une valeur n'est pas un nombre : « { $text } ».
bad-file-bad-number = Une valeur n'est pas un nombre : « { $text } ».
bad-file-negative = Une valeur est négative : « { $text } ».
bad-file-absurd-value = Une valeur est trop grande pour un logement : « { $text } ».
bad-file-quantity = Le fichier parle d'autre chose que d'énergie : « { $found } ».
bad-file-too-large = Le fichier dépasse { $limit } Mo : aucun export de ce genre n'est aussi grand.
bad-file-bad-meter = « { $text } » n'est pas un numéro de compteur.
bad-file-ends-before = Une période finit avant de commencer : { $text }.
bad-file-json-shape = Le JSON n'est pas disposé comme le fait le détenteur ; attendu : { $expected }.
bad-file-tic-checksum = Le groupe « { $text } » ne correspond pas à sa somme de contrôle : la trame est refusée.
bad-file-tic-checksum-todo = Rien de cette trame n'a été pris. Captez-la à nouveau ; si cela revient, vérifiez le câblage de la sortie du compteur.
bad-file-tic-group = « { $text } » n'est pas un groupe d'une trame de compteur.
bad-file-tic-twice = La trame dit deux fois { $text }, différemment.
bad-file-tic-cut = La capture ne contient aucune trame entière.
bad-file-tic-long = La trame est plus longue que celle d'un compteur.
bad-file-unit = L'unité « { $found } » n'est pas connue ici ; attendu : { $expected }.
bad-file-columns = Les colonnes attendues n'y sont pas : { $expected }.
bad-file-step-unknown = Le pas entre deux mesures n'est pas dit et ne se devine pas.
bad-file-json = Le texte n'est pas du JSON bien formé : { $text }.
bad-file-encoding = L'encodage du fichier est abîmé : des lettres ont été remplacées.
bad-file-xlsx-damaged = Le classeur Excel est abîmé.
bad-file-xlsx-absent = L'archive ne contient pas de classeur Excel.
bad-file-xlsx-bomb = Le classeur se déplierait en quelque chose d'énorme : il n'a pas été ouvert.
bad-file-xlsx-entities = Le classeur déclare des entités, comme les fichiers faits pour nuire : il n'a pas été ouvert.
bad-file-xlsx-encoding = Le classeur est écrit dans un encodage que les tableurs n'emploient pas : il n'a pas été ouvert.
bad-file-xlsx-encrypted = Le classeur est protégé par un mot de passe.
bad-file-xlsx-encrypted-todo = Enregistrez-le sans mot de passe, puis redéposez-le.
bad-file-duplicate = Une même mesure apparaît deux fois avec des valeurs différentes.
odd-lines = { $more ->
    [0] Lignes { $lines }
   *[other] Lignes { $lines } et { $more } de plus
}
odd-bad-line = { $count ->
    [one] { $count } ligne n'a pas été comprise ; elle est laissée de côté.
   *[other] { $count } lignes n'ont pas été comprises ; elles sont laissées de côté.
}
odd-bad-record = { $count ->
    [one] { $count } élément n'a pas été compris ; il est laissé de côté.
   *[other] { $count } éléments n'ont pas été compris ; ils sont laissés de côté.
}
odd-bad-barcode = { $count ->
    [one] { $count } code-barres est faux ; la ligne est gardée sans lui.
   *[other] { $count } codes-barres sont faux ; les lignes sont gardées sans eux.
}
odd-other = « { $kind } », { $count } fois.
odd-gap = { $count ->
    [one] Il manque des mesures à un endroit.
   *[other] Il manque des mesures à { $count } endroits.
}
odd-step-change = { $count ->
    [one] Le pas entre deux mesures change une fois en cours de fichier.
   *[other] Le pas entre deux mesures change { $count } fois en cours de fichier.
} Chaque mesure compte pour sa vraie durée.
odd-step-contradicted = Le fichier annonce un pas qui n'est pas celui de ses mesures ; c'est celui des mesures qui est retenu.
odd-no-such-hour = { $count ->
    [one] Une heure n'existe pas ce jour-là
   *[other] { $count } heures n'existent pas ces jours-là
} (passage à l'heure d'été) : mise de côté.
odd-conflicting-duplicate = { $count ->
    [one] Une mesure y est deux fois avec deux valeurs
   *[other] { $count } mesures y sont deux fois avec deux valeurs
} : la première est gardée.
odd-duplicate = { $count ->
    [one] Une mesure y est deux fois, à l'identique.
   *[other] Des mesures y sont deux fois, à l'identique.
}
odd-overlap = { $count ->
    [one] Deux mesures se recouvrent.
   *[other] Des mesures se recouvrent, { $count } fois.
}
odd-no-meter = Le fichier ne nomme pas son compteur.
odd-gas-absent = { $count ->
    [one] Le distributeur n'a pas de données pour une période ; elle reste un trou.
   *[other] Le distributeur n'a pas de données pour { $count } périodes ; elles restent des trous.
}
odd-gas-quality = Le fichier qualifie un relevé d'un mot inconnu ici ({ $example }).
odd-tic-refused = { $count ->
    [one] Une trame ou un groupe n'était pas sain ({ $example }) et a été laissé de côté.
   *[other] { $count } trames ou groupes n'étaient pas sains ({ $example }…) et ont été laissés de côté.
}
odd-tic-cut = { $count ->
    [one] Une trame n'est pas entière et a été laissée de côté.
   *[other] { $count } trames ne sont pas entières et ont été laissées de côté.
}
odd-tic-curve = { $count ->
    [one] Le compteur donne deux points de sa courbe qui ne se suivent pas : ils ont été laissés de côté.
   *[other] Dans { $count } trames, les points de la courbe ne se suivent pas : ils ont été laissés de côté.
}
odd-off-grid = { $count ->
    [one] Une mesure n'est pas à une heure ronde ({ $example }) : mise de côté.
   *[other] { $count } mesures ne sont pas à une heure ronde ({ $example }…) : mises de côté.
}
odd-off-midnight = { $count ->
    [one] Un index n'est pas relevé à minuit ({ $example }).
   *[other] { $count } index ne sont pas relevés à minuit ({ $example }…).
}
odd-unsorted = Les lignes ne sont pas dans l'ordre du temps ; elles ont été remises en ordre.
odd-other-quantity = Le fichier contient aussi autre chose ({ $example }), qui n'est pas importé.
odd-outside-period = Des mesures sortent de la période annoncée ; elles sont gardées.
odd-truncated-period = Le fichier s'arrête avant la fin qu'il annonce.
odd-null-value = { $count ->
    [one] Une mesure est vide dans le fichier.
   *[other] { $count } mesures sont vides dans le fichier.
}

## Applications

apps-lede = Elles calculent chez vous, enfermées, sur ce que vous avez accepté et rien d'autre.
apps-own = Chez vous
apps-proposed = Proposées : vos données leur suffisent
apps-shipped = Fournies avec Domicile
apps-connectors = Ce qui lit vos fichiers
apps-removed = « { $app } » est désinstallée : elle ne lit plus rien.
apps-none = Aucune application n'est installée.
app-agreed = vous avez accepté
app-not-agreed = n'a rien lu encore
app-stopped = accès retiré
app-changed = a changé : à accepter de nouveau
app-signed = signée par qui la publie
app-unsigned = sans signature
app-last = dernier calcul { $when }
app-open = Ouvrir
app-made-by = de { $publisher }, version { $version }
app-formats = { $count ->
    [one] { $count } sorte de fichier reconnue
   *[other] { $count } sortes de fichiers reconnues
}
app-lede = { $count ->
    [one] D'après { $count } mesure, { $period }.
   *[other] D'après { $count } mesures, { $period }.
}
app-computed = Calculé chez vous { $when }.
app-newer = Des données sont arrivées depuis ce calcul : relancez-le en bas de page.
app-no-consent = Vous avez retiré l'accès, ou l'application a changé : elle ne lit plus rien. Voici son dernier résultat.
app-last-failed = Le dernier calcul n'a pas abouti.
app-last-failed-see = Voir ce qui s'est passé
app-ready-said = Vous avez accepté ce qu'elle lit. Elle n'a pas encore rendu de résultat.
app-reads-title = Ce que cette application lit, et ce qui en sort
app-period = Période acceptée : { $period }
app-period-months = { $count ->
    [one] Période acceptée : le dernier mois
   *[other] Période acceptée : les { $count } derniers mois
}
app-limited = Calculé sur ce que vous avez bien voulu donner :
limited-time-day = des journées sans leurs heures
limited-time-month = des mois sans leurs jours
limited-place-district = des lieux au quartier près
limited-place-commune = des lieux à la commune près
limited-money-tens = des montants à dix euros près
limited-money-hundreds = des montants à cent euros près
limited-fields = certaines informations en moins
when-title = Quand se lance-t-elle ?
when-hand = Quand je le demande
when-day = Chaque jour
when-week = Chaque semaine
when-change = Quand de nouvelles données arrivent
when-hand-about = Elle ne calcule que lorsque vous le demandez.
when-next = Prochain calcul : { $when }, ou peu après.
when-change-about = Elle calcule peu après chaque arrivée de données qu'elle lit.
when-paused = En pause : elle reprendra quand vous l'aurez acceptée de nouveau.
when-button = Enregistrer
when-short-day = calcule chaque jour
when-short-week = calcule chaque semaine
when-short-change = calcule quand des données arrivent
uninstall-link = Désinstaller
uninstall-title = Désinstaller « { $app } »
uninstall-lede = Elle ne lira plus rien, et son programme quitte votre domicile.
uninstall-button = Désinstaller
install-title = Installer une application
install-lede = Elle s'installe sans rien lire : avant son premier calcul, vous verrez ce qu'elle demande et pourrez en donner moins.
install-button = Installer
install-zip = Un fichier
install-zip-about = Un paquet .zip signé par qui publie l'application.
install-zip-label = Le paquet
install-address = Une adresse
install-address-about = L'adresse d'un paquet signé. Seul ce fichier est demandé à ce serveur.
install-address-label = L'adresse, qui commence par https
install-folder = Un dossier à vous
install-folder-about = Le dossier d'une application que vous écrivez, signée ou non. Sans signature, personne ne répond de ce qu'elle contient : n'installez que la vôtre.
install-folder-label = Le dossier
install-peer = Cette adresse n'a pas pu être demandée. Elle commence par https et mène à un serveur public.
install-no-file = Choisissez d'abord un fichier.
install-package-large = C'est trop grand pour une application : quatre mégaoctets au plus, et cent fichiers. Rien n'est installé.
install-package-damaged = Ce n'est pas un paquet d'application, ou il est abîmé. Rien n'est installé.
install-package-path = Ce paquet contient un chemin ou un lien qui mène ailleurs : il est refusé. Rien n'est installé.
install-package-compiled = Ce paquet contient du code compilé, que personne ne peut relire : il est refusé. Rien n'est installé.
install-package-manifest = La description de l'application (manifest.toml) n'est pas juste : le détail est pour qui l'a écrite. Rien n'est installé.
install-package-kind = Seules les applications s'installent : ce qui lit vos fichiers vient avec Domicile.
install-package-signature = La signature ne correspond pas à ce paquet : il a été modifié, ou abîmé. Rien n'est installé.
install-package-unsigned = Ce paquet n'est pas signé. Si c'est le vôtre, installez son dossier.
install-package-key = Cette application porte le nom d'une que vous avez, mais vient de quelqu'un d'autre. Désinstallez d'abord la première. Rien n'est changé.
install-package-shipped = Une application de ce nom vient avec Domicile. Rien n'est installé.
install-package-many = Vous avez déjà installé autant d'applications que Domicile en garde : désinstallez-en une d'abord.
install-package-address = Il n'y a pas de paquet à cette adresse.
app-run = Lancer le calcul
app-run-again = Recalculer
app-change = Modifier
app-runs = Ses calculs
app-views = Vues de ce résultat
app-view-own = Ma vue
app-view-shared = Vue pour un travailleur social
app-view-shared-said = Voici exactement ce que montrerait cette vue. Elle n'est partagée avec personne.
view-too-many = { $count } réponses de plus ne sont pas montrées.
view-map-told = Valeur ou longueur
view-map-north = N
view-numbers = Les nombres
view-partial = incomplet
view-week = semaine du { $day }
view-doubt = À savoir :
view-unreadable = L'application a déclaré ici quelque chose que Domicile ne sait pas dessiner. Le reste de la page n'en souffre pas.
consent-kicker = Bilan des données nécessaires
consent-title = Ce que « { $app } » demande
consent-reads = Ce qu'elle lit, et pourquoi
consent-necessary = nécessaire à l'application
consent-use = Je le donne
consent-without = Sans cela : { $then }
consent-fields = { $count ->
    [one] { $count } information lue
   *[other] { $count } informations lues
}
consent-fields-choose = Décochez ce que vous ne donnez pas.
consent-fields-fixed = L'application ne peut s'en passer.
consent-limits = En donner moins
consent-months = Combien de mois
consent-period-about = Ce qui n'a pas de date (un contrat, un compte) est lu quelle que soit la période.
consent-period-months = Les derniers mois
consent-time = Avec quelle précision de temps ?
consent-time-exact = À l'heure près
consent-time-day = Au jour près
consent-time-month = Au mois près
consent-place = Avec quelle précision de lieu ?
consent-place-exact = L'endroit exact
consent-place-district = Le quartier (environ 1 km)
consent-place-commune = La commune (environ 10 km)
consent-money = Avec quelle précision de montant ?
consent-money-exact = Au centime près
consent-money-tens = À 10 € près
consent-money-hundreds = À 100 € près
consent-preview = Ce qu'elle lirait
consent-preview-about = Regardez, sur vos propres données, ce que l'application recevrait avec ces choix. Rien ne lui est donné avant que vous n'acceptiez.
consent-preview-button = Voir ce qu'elle lirait
consent-rows = { $before ->
    [0] Rien à lire pour l'instant.
    [one] { $after } sur { $before } élément.
   *[other] { $after } sur { $before } éléments.
}
consent-unseen = On n'a pas pu regarder ce qu'elle lirait ici : sa question échoue, ou demande trop.
consent-sample = { $count ->
    [one] Un exemple, tel qu'elle le recevrait
   *[other] { $count } exemples, tels qu'elle les recevrait
}
consent-stops = Ce que cela change pour l'application
consent-stops-nothing = Elle recevrait tout ce qu'elle demande.
consent-stops-refused = « { $what } » n'est pas donné : { $then }
consent-stops-empty = Rien ne reste de « { $what } » : { $why }, cela ne marchera pas.
consent-stops-field = « { $field } » n'est pas donné avec « { $what } ».
consent-stops-time-day = Les heures ne se distinguent plus.
consent-stops-time-month = Les jours et les heures ne se distinguent plus.
consent-stops-spread-day = La consommation d'un jour est répartie également sur ses heures : le total reste exact ; ce qu'elle dit des heures et des prix horaires n'a plus de sens.
consent-stops-spread-month = La consommation d'un mois est répartie également sur ses jours : le total reste exact ; ce qu'elle dit des jours et des heures n'a plus de sens.
consent-stops-positions = Les positions de vos appareils ne sont pas données : ce sont des heures.
consent-stops-words = Les textes libres (libellés, noms) ne sont pas donnés, car ils pourraient dire ce que vous arrondissez ; les adresses et numéros sont remplacés par d'autres.
origin-signed = Installée par vous depuis { $source }. Sa signature est celle de qui la publie ; seul lui peut la mettre à jour.
origin-unsigned = Installée par vous depuis { $source }, sans signature : personne d'autre que vous ne répond de ce qu'elle contient.
program-key = Clé de qui la publie
consent-program-signed = L'accord vaut pour ce qu'elle demande. Une mise à jour signée de la même clé, qui ne demande rien de plus ni d'autre, continue ; toute autre vous redemandera.
property-observedProperty = grandeur mesurée
property-madeBySensor = compteur
property-unit = unité
property-identifier = numéro
property-amount = montant
property-value = montant en chiffres
property-currency = monnaie
property-description = libellé
property-name = nom
property-sender = de qui
property-recipient = à qui
property-startTime = heure de début
property-endTime = heure de fin
property-fromLocation = lieu de départ
property-toLocation = lieu d'arrivée
property-location = lieu
property-latitude = latitude
property-longitude = longitude
property-member = personne du foyer
property-birthDate = date de naissance
property-postalCode = code postal
property-generatedAtTime = moment de la correction
consent-documents = { $count ->
    [0] Rien de tel dans votre pod pour l'instant.
    [one] { $count } document de votre pod
   *[other] { $count } documents de votre pod
}
consent-query = La question exacte qu'elle pose
consent-query-about = Elle ne peut poser aucune autre question que celles de cette page, écrites d'avance.
consent-references = Des références publiques, fournies avec Domicile
consent-references-about = Rien de personnel : elles sont les mêmes pour tout le monde.
consent-yields = Ce qui en sort
consent-yields-about = Vous seul les voyez. L'application ne peut rien envoyer.
consent-until = Jusqu'à quand
consent-until-about = Tant que vous le voulez : un clic retire l'accès, avec ou sans les résultats. Si l'application change, elle vous redemandera.
consent-period = Sur quelle période ?
consent-known = Vos données vont de { $since } à { $until }.
consent-no-data = Il n'y a pas encore de données à lire.
consent-period-all = Tout ce que j'ai
consent-period-own = Du… au…
consent-bad-period = Cette période ne convient pas : vérifiez les deux dates, la première avant la seconde.
consent-accept = Accepter et lancer le calcul
consent-later = Pas maintenant
consent-program = Le programme
consent-program-about = L'accord vaut pour ce programme exact. S'il change d'un octet, il ne lit plus rien tant que vous n'avez pas accepté de nouveau.
program-publisher = Publié par
program-version = Version
program-license = Licence
program-digest = Empreinte
revoke-title = Retirer l'accès de « { $app } »
revoke-lede = Elle ne lira plus rien, à l'instant même.
revoke-results = Ses résultats
revoke-keep = Les garder
revoke-erase = Les effacer
revoke-button = Retirer l'accès

## Calculs

run-title = « { $app } » calcule
run-leave = Vous pouvez quitter cette page : le résultat vous attendra dans « Applications ».
run-now-waiting = En attente de son tour…
run-now-running = Elle lit ce que vous avez accepté, et calcule…
run-one-title = Un calcul de « { $app } »
run-done = terminé
run-failed = arrêté
run-under-way = en cours
run-reads-title = Ce qu'elle a lu
run-reads-nothing = Elle n'a rien lu.
run-what = Quoi
run-rows = Éléments
run-yielded = Résultat
run-by-owner = lancé par vous
run-by-schedule = lancé à l'heure prévue
run-by-change = lancé par l'arrivée de données
runs-yielded = { $bytes } de résultat
run-bytes = Volume
run-answer = Réponse
run-given = donnée
run-cost-title = Ce que le calcul a pris
run-wall = Durée
run-cpu = Calcul
run-read = Lu en tout
run-exit = Fin
run-exit-ok = normale
run-box-title = Comment elle était enfermée
run-box-said = { $count ->
    [0] Les protections de ce calcul n'ont pas été notées.
    [one] { $count } protection active : ni réseau, ni disque, temps et mémoire comptés.
   *[other] { $count } protections actives : ni réseau, ni disque, temps et mémoire comptés.
}
run-layers = Les protections
run-output = Empreinte du résultat
run-error-kept = Aucun résultat n'a été écrit ; le précédent, s'il y en avait un, est toujours là.
run-error-program-limit = L'application a dépassé ce qui lui est permis (temps, mémoire ou volume), et a été arrêtée.
run-error-program-not-allowed = L'application a demandé autre chose que ce que vous avez accepté : cela lui a été refusé.
run-error-program-bad-output = L'application a rendu un résultat qui n'a pas la forme annoncée : il n'a pas été gardé.
run-error-program = L'application s'est trompée.
run-error-unavailable = Le bac à sable n'est pas prêt sur cette machine : lancez « make setup » une fois.
run-error-interrupted = Domicile a été arrêté au milieu de ce calcul : relancez-le.
run-error-other = Le calcul n'a pas pu aller au bout.
runs-title = Les calculs de « { $app } »
runs-lede = Chaque calcul dit ce qu'il a lu, combien de temps il a pris et comment il était enfermé.
runs-none = Aucun calcul encore.
runs-line = { $queries ->
    [one] { $queries } question posée
   *[other] { $queries } questions posées
}, { $bytes } lus

## Mes données

data-lede = Tout ce qui est rangé ici, tel quel, avec sous chaque chose qui peut la voir et pourquoi.
folder-holds = Ce qu'il y a ici
folder-empty = Rien ici pour l'instant.
folder-energy = Énergie
folder-electricity = Électricité
folder-gas = Gaz
folder-temperatures = Températures dehors
folder-readings = Entre deux dates
folder-imports = Fichiers importés
folder-purchases = Achats
folder-refuels = Pleins et recharges
folder-finance = Comptes
folder-benefits = Aides et droits
folder-household = Foyer
folder-papers = Documents officiels
folder-studies = Études
folder-vehicles = Véhicules
folder-mobility = Déplacements
folder-positions = Positions
folder-trips = Trajets
folder-visits = Lieux visités
folder-corrections = Corrections
folder-agenda = Agenda
name-categories-ttl = Règles de catégories
name-account-ttl = Le compte
folder-apps = Résultats des applications
folder-profile = Profil
folder-inbox = Boîte de réception
folder-settings = Préférences
folder-index = Index quotidiens
about-energy = ce que vos compteurs ont mesuré
about-imports = les fichiers d'origine, gardés tels quels
about-apps = ce que les applications ont calculé
about-profile = votre carte de visite, lisible de tous
about-inbox = ce que d’autres vous envoient ; vous seul la lisez
about-settings = pour les applications qui s'en servent
name-meter = Compteur { $meter }
name-index = Index de { $year }
name-card = Carte de visite
name-prefs = Préférences
name-public-type-index = Index public des types
name-private-type-index = Index privé des types
name-result-json = Dernier résultat
name-result-ttl = D'où vient ce résultat
thing-document = Ce document
thing-unnamed = Quelque chose sans nom
document-line = { $size } · modifié { $when }
document-preview = Son contenu
document-no-preview = Ce genre de fichier ne se montre pas ici. Vous pouvez le télécharger.
document-more = { $count } lignes de plus ne sont pas montrées.
document-take = L'emporter
document-download = Télécharger
document-forms = Sous sa forme brute :
document-type = Type
form-turtle = Turtle
form-json-ld = JSON-LD
form-n-triples = N-Triples
raw-stored = Les octets mêmes qui sont gardés.
raw-converted = La même chose, dite dans une autre forme.
raw-cut = La suite n'est pas montrée ; le téléchargement la contient.
remove-title = Supprimer « { $name } »
remove-said = Ce sera effacé de votre pod, avec ses règles d'accès. L'activité en gardera la trace.
remove-raw = Le fichier d'origine sera effacé. Les mesures qui en ont été tirées restent dans vos documents.
remove-button = Supprimer
registers-title = Index relevés chaque jour à minuit
registers-day = Jour
registers-total = Total
registers-said = { $count ->
    [one] { $count } jour relevé.
   *[other] { $count } jours relevés.
}
curve-import-by-day = Combien chaque jour ?
curve-import-readings = Quand est-ce que je consomme ?
curve-import-days = { $total } ce mois-ci. Le jour le plus lourd : le { $day }, { $most }.
curve-export-by-day = Combien produit chaque jour ?
curve-export-readings = Quand est-ce que je produis ?
curve-export-days = { $total } rendus au réseau ce mois-ci. Le plus grand jour : le { $day }, { $most }.
curve-readings = { $count ->
    [one] { $count } mesure ; jusqu'à { $most }.
   *[other] { $count } mesures ; jusqu'à { $most }.
}
curve-energy = Énergie
curve-power = Puissance
curve-days = Jour par jour
curve-max = Puissance la plus grande
curve-step = Pas
curve-missing = Demi-heures manquantes

## Qui peut voir

who-you = Vous
who-everyone = Tout le monde
who-authenticated = Toute personne connectée quelque part
who-origin = Un site web
who-program-agreed = accepté le { $day }
who-program-stopped = sans votre accord : ne lit rien
can-read = peut lire
can-write = peut modifier
can-append = peut ajouter
can-control = décide de qui voit
you-can-read = pouvez lire
you-can-write = pouvez modifier
you-can-append = pouvez ajouter
you-can-control = décidez de qui voit
why-own = règle propre à « { $place } »
why-above = règle posée sur « { $place } »
sharing-lede = Toutes les personnes et tous les programmes qui peuvent atteindre quelque chose ici, et pourquoi.
sharing-people = Des personnes
sharing-none = Aucun partage n'est ouvert. Vos mesures, vos fichiers et vos résultats ne sont lisibles que de vous.
sharing-card-why = elle dit où vous trouver, rien d'autre
sharing-programs = Des programmes, chez vous
sharing-program-line = lit, ici même :
sharing-no-programs = Aucun programme n'a votre accord.
sharing-ended = Accès retirés
sharing-ended-when = retiré le { $when }
sharing-again = Accepter de nouveau
sharing-stopped = « { $app } » ne lit plus rien.

## Activité

activity-lede = Tout ce qui s'est passé ici. Vos propres lectures ne sont pas notées.
activity-none = Rien de tel pour l'instant.
activity-looks = Lectures par d'autres et refus à l'entrée, heure par heure
filter-kind = Quoi
filter-program = Programme
filter-all = Tous
filter-since = Du
filter-until = Au
filter-show = Montrer
kind-all = Tout
kind-imports = Imports
kind-consents = Accords
kind-runs = Calculs
kind-changes = Documents
kind-refused = Refus
actor-you = Vous
actor-public = Quelqu'un sans identité
did-start = Votre pod a été créé.
did-keep = Le fichier d'origine { $what } a été gardé tel quel.
did-import = Vous avez importé { $name }.
did-import-more = { $count ->
    [one] { $count } mesure
   *[other] { $count } mesures
}, { $period }{ $problems ->
    [0] {""}
    [one] {" · "}{ $problems } remarque
   *[other] {" · "}{ $problems } remarques
}{ $changed ->
    [0] {""}
    [one] {" · "}{ $changed } jour corrigé
   *[other] {" · "}{ $changed } jours corrigés
}
did-import-again = Vous avez redéposé { $name } : rien n'a changé.
did-import-failed = { $name } n'a pas pu être importé.
did-accept = Vous avez accepté ce que { $program } demande.
did-accept-more = Période : { $period }
did-undo = Vous avez retiré l'accès de { $program }.
did-app-installed = Vous avez installé { $program }, version { $version }.
did-app-updated = Vous avez mis à jour { $program } : version { $version }.
did-app-removed = Vous avez désinstallé { $program }.
did-schedule-hand = { $program } ne se lance plus que lorsque vous le demandez.
did-schedule-day = { $program } se lance chaque jour.
did-schedule-week = { $program } se lance chaque semaine.
did-schedule-change = { $program } se lance quand de nouvelles données arrivent.
did-accept-less = Vous en avez donné moins que demandé.
did-trial-cleared = Le foyer exemple a été effacé.
did-run = { $program } a calculé, chez vous.
did-run-more = { $queries ->
    [one] { $queries } sorte de données lue
   *[other] { $queries } sortes de données lues
}, dans { $documents ->
    [one] { $documents } document
   *[other] { $documents } documents
}
did-run-failed = { $program } n'a pas pu aller au bout de son calcul.
did-run-refused = { $program } a demandé plus que permis.
did-run-refused-more = Refusé : { $names }
did-refuse = { $program } a été refusé.
did-refuse-consent = { $program } n'a pas pu calculer : vous n'avez pas donné votre accord.
did-create = { $who } a créé { $what }.
did-create-you = Vous avez créé { $what }.
did-update = { $who } a modifié { $what }.
did-update-you = Vous avez modifié { $what }.
did-delete = { $who } a supprimé { $what }.
did-delete-you = Vous avez supprimé { $what }.
did-rules = { $who } a changé qui peut voir { $what }.
did-rules-you = Vous avez changé qui peut voir { $what }.
did-other = { $what }.
did-look = { $count ->
    [one] { $who } a lu { $what } une fois.
   *[other] { $who } a lu { $what } { $count } fois.
}
did-look-refused = { $count ->
    [one] { $who } a voulu lire { $what } : refusé.
   *[other] { $who } a voulu lire { $what } { $count } fois : refusé.
}
did-look-refused-write = { $count ->
    [one] { $who } a voulu changer { $what } : refusé.
   *[other] { $who } a voulu changer { $what } { $count } fois : refusé.
}

## Réglages

settings-title = Réglages
settings-lede = { $name }, chez vous sur { $where }.
settings-language = Langue
settings-theme = Apparence
theme-system = Comme l'appareil
theme-light = Claire
theme-dark = Sombre
settings-me = Vous
settings-webid = Votre identité, pour les autres serveurs
settings-password = Mot de passe
settings-old = L'actuel
settings-new = Le nouveau
settings-change = Changer
settings-bad-old = Le mot de passe actuel n'est pas le bon.
settings-bad-new = Ce nouveau mot de passe est trop court, ou trop facile à deviner.
settings-bad-token = Donnez un nom à ce jeton.
settings-sessions = Navigateurs connectés
session-name = { $browser } sur { $system }
session-seen = vu { $when }
session-mine = celui-ci
session-end = Déconnecter
session-end-others = Déconnecter tous les autres
settings-tokens = Accès pour vos scripts
settings-tokens-about = Un jeton permet à un de vos scripts d'agir comme vous. N'en donnez à personne.
token-new = Créer un jeton
token-name = À quoi servira-t-il ?
token-make = Créer
token-made = créé { $when }
token-drop = Supprimer
token-shown = Voici le jeton. Il ne sera plus jamais montré : copiez-le maintenant.
saved-name = Votre nom est changé.
saved-password = Le mot de passe est changé ; les autres navigateurs sont déconnectés.
saved-sessions = C'est fait.
saved-token = Le jeton est supprimé.

## Erreurs

error-happened = Ce qui s'est passé
error-kept = Ce qui a été gardé
error-todo = Ce que vous pouvez faire
error-detail = Le détail technique
error-home = Revenir à l'accueil
error-internal = Une erreur est survenue
error-internal-said = Elle est de notre fait (numéro { $fault } dans le journal du serveur). Vos données n'ont pas changé.
error-internal-todo = Réessayez ; si elle revient, signalez-la avec ce numéro.
error-not-found = Il n'y a rien ici
error-not-found-said = Cette page n'existe pas, ou n'existe plus.
error-not-found-todo = L'adresse a pu être mal recopiée, ou la chose supprimée : « Activité » le dirait.
error-forbidden = Ce n'est pas permis
error-forbidden-said = Le formulaire n'est plus à jour, ou ne venait pas de ces pages. Rien n'a été changé.
error-forbidden-todo = Rouvrez la page et recommencez.
error-unauthenticated = Entrez d'abord chez vous
error-bad-input = Cela n'a pas été compris
error-bad-input-said = Ce qui a été envoyé ne correspond à rien d'attendu. Rien n'a été changé.
error-bad-input-no-file = Aucun fichier
error-bad-input-no-file-said = Aucun fichier n'a été choisi.
error-too-large = C'est trop grand
error-too-large-said = Le fichier dépasse { $limit } Mo, le plus que Domicile importe d'un coup. Il n'a pas été gardé.
error-too-large-todo = Téléchargez une période plus courte, ou déposez-le en plusieurs fois.
error-too-many-requests = Un peu de patience
error-too-many-requests-todo = Attendez un instant, puis réessayez.
error-unavailable = Pas maintenant
error-unavailable-said = Le serveur est occupé ou redémarre. Rien n'a été perdu.
error-unavailable-todo = Réessayez dans un instant.
error-program-not-allowed = Vous n'avez pas donné votre accord
error-program-not-allowed-said = Cette application ne lit rien tant que vous ne l'avez pas accepté.
error-conflict = Ce n'est pas possible en l'état
error-conflict-said = Cela casserait quelque chose qui est rangé là. Rien n'a été changé.
error-quota-exceeded = Il n'y a plus de place
error-quota-exceeded-said = Le disque ou la limite de ce pod est atteint. Rien n'a été écrit à moitié.

# ---- sécurité : clés d’accès, codes de secours, départ
sign-in-passkey = Entrer avec une clé d’accès
sign-in-or = ou avec votre mot de passe
sign-in-code = Entrer avec un code de secours
settings-passkeys = Clés d’accès
settings-passkeys-about = Votre empreinte, votre visage ou le code de votre appareil à la place du mot de passe. Rien à retenir, rien à voler.
passkey-add = Ajouter une clé d’accès
passkey-label = Où se trouve-t-elle ?
passkey-example = Mon téléphone
passkey-unnamed = Clé d’accès
passkey-seen = utilisée { $when }
passkey-drop = Retirer
passkey-known = Cette clé est déjà connue, ou vous en avez trop : retirez-en une.
passkey-failed = La clé n’a pas répondu comme il faut. Réessayez.
passkey-refused = Rien n’a été fait : la demande a été refusée, ou cet appareil n’a pas de clé pour ici.
passkey-elsewhere = Les clés d’accès ne marchent que sous le nom habituel de votre domicile, pas sous une adresse IP ou un autre nom.
passkey-script = Les clés d’accès ont besoin de JavaScript.
settings-codes = Codes de secours
settings-codes-about = Pour le jour où vous aurez perdu le mot de passe et l’appareil : dix codes à imprimer, chacun sert une fois.
codes-left = { $count ->
    [0] Vous n’en avez pas.
    [one] Il vous en reste un.
   *[other] Il vous en reste { $count }.
 }
codes-make = Préparer dix nouveaux codes
codes-title = Vos codes de secours
codes-lede = Imprimez-les ou recopiez-les maintenant : cette page ne se rouvre pas. Les codes précédents ne valent plus rien.
codes-about = { $name }, sur { $where }. Chaque code ouvre une fois, à la page « Entrer avec un code de secours ».
codes-kept = Je les ai gardés
code-title = Code de secours
code-lede = Un de vos codes imprimés remplace le mot de passe, une fois. Vous en choisirez ensuite un nouveau.
code-lede-app = Un de vos codes imprimés remplace le mot de passe, une fois, pour entrer à { $where } et répondre à « { $app } ».
code-code = Le code
code-hint = Seize lettres et chiffres ; les tirets ne comptent pas.
code-wrong = Le nom ou le code n’est pas le bon, ou ce code a déjà servi.
confirm-title = C’est bien vous ?
confirm-lede-password = Ce que vous allez faire compte : redonnez votre mot de passe.
confirm-lede-passkey = Ce que vous allez faire compte : montrez votre clé d’accès.
confirm-passkey = Utiliser ma clé d’accès
confirm-button = C’est moi
confirm-wrong = Ce n’est pas le bon mot de passe.
saved-passkey = Votre clé d’accès est enregistrée.
saved-passkey-gone = La clé d’accès est retirée.
saved-codes = Vos codes de secours sont prêts.
saved-code = Vous êtes entré avec un code de secours. Choisissez un nouveau mot de passe ci-dessous.
settings-leave = Partir
settings-leave-about = Tout effacer ici : vos données, vos partages, votre compte. Rien ne se perd avant un délai, et vous pouvez revenir en arrière.
settings-leave-link = Effacer mon domicile…
leave-title = Effacer mon domicile
leave-lede = Rien n’est effacé tout de suite : vous avez { $days } jours pour changer d’avis, et chaque page vous le rappellera.
leave-what = Ce qui sera effacé
leave-data = Tous vos documents, fichiers d’origine, résultats et le journal ({ $size })
leave-account = Le compte « { $name } », ses clés d’accès, ses codes et ses jetons
leave-copies = Les copies que d’autres ont déjà lues ne s’effacent pas d’ici : demandez-leur.
leave-before = Téléchargez d’abord ce que vous voulez garder, avec « Tout exporter » dans les réglages. Vos autres navigateurs seront déconnectés.
leave-button = Tout effacer dans { $days } jours
leaving-line = Votre domicile sera effacé le { $when }.
leaving-undo = Finalement, je reste
cancel = Annuler
## Mes données : trouver, remplir, changer

undo = Annuler
undo-share = Revenir à ce qui était…
done-saved = C'est enregistré. La version d'avant est gardée.
done-made = Le dossier est là.
done-uploaded = { $count ->
    [one] Le fichier est rangé ici.
   *[other] { $count } fichiers sont rangés ici.
}
done-moved = C'est déplacé.
done-copied = La copie est là. Elle suit les règles d'accès de son nouveau dossier.
done-removed = C'est supprimé.
done-restored = La version choisie est de nouveau en place. Celle qu'elle remplace est gardée.
done-undone = C'est annulé.
done-erased = C'est effacé pour de bon.
done-shared = Les règles d'accès sont changées, dès maintenant.
search-label = Chercher dans mes données
search-hint = Chercher un nom, un mot…
search-button = Chercher
search-title = Chercher
search-about = Dans les noms des fichiers et les textes qu'ils contiennent. Les accents et les majuscules ne comptent pas. La touche « / » mène ici de partout.
search-found = { $count ->
    [0] Rien trouvé
    [one] Une chose trouvée
   *[other] { $count } choses trouvées
}
search-none = Aucun nom ni aucun texte ne contient tous ces mots. Un début de mot suffit.
search-more = Il y en a d'autres : un mot de plus aiderait.
folder-jump = Aller aux noms qui commencent par
folder-jump-button = Aller
folder-first = Au début
folder-nothing-there = Rien à partir de là.
folder-add = Ajouter
folder-new = Un nouveau dossier
folder-new-button = Créer le dossier
upload-files = Des fichiers
upload-folder = Ou un dossier entier
upload-about = On peut aussi les déposer n'importe où sur cette page. Rien n'est remplacé : un nom déjà pris reçoit un numéro.
upload-button = Envoyer ici
upload-failed = L'envoi n'a pas abouti. Réessayer
do-with = Que faire avec
do-with-folder = Que faire de ce dossier
zip-link = Télécharger le tout (zip)
document-open = L'ouvrir seul
edit-link = Modifier
edit-form-link = Modifier comme un formulaire
edit-text-link = Modifier le texte
edit-title = Modifier « { $name } »
edit-text = Le texte
edit-as-form = Le modifier plutôt comme un formulaire
edit-as-text = Modifier plutôt le texte.
edit-leave = Ne rien changer
edit-refused = Cela n'a pas été enregistré : le texte n'est pas compris.
edit-refused-line = Cela n'a pas été enregistré : le texte n'est pas compris, ligne { $line }.
edit-form-lede = Chaque ligne dit une chose. Ce qui est laissé tel quel ne change pas, commentaires compris.
edit-kind = Sorte de valeur
edit-language = Langue
edit-drop = Supprimer
edit-left = { $count ->
    [one] Une ligne de plus n'est pas montrée ici : modifiez le texte.
   *[other] { $count } lignes de plus ne sont pas montrées ici : modifiez le texte.
}
edit-add = Ajouter
edit-add-about = À propos de
edit-add-property = Propriété
edit-add-property-about = Choisissez-en une connue, ou tapez une adresse, ou « foaf:nick ».
edit-add-value = Valeur
edit-bad-number = Cette valeur n'est pas un nombre.
edit-bad-date = Cette valeur n'est pas une date : 2026-11-24, par exemple.
edit-bad-moment = Cette valeur n'est pas un moment : 2026-11-24T18:00:00+01:00, par exemple.
edit-bad-yesno = Cette valeur n'est ni oui ni non.
edit-bad-language = Ce n'est pas une langue : fr ou en-GB, par exemple.
edit-bad-iri = Ce n'est pas une adresse.
edit-bad-protected = Le fournisseur d'identité ne se change pas ici.
kind-text = texte
kind-link = lien
kind-number = nombre
kind-date = date
kind-moment = date et heure
kind-yesno = oui ou non
kind-other = tel quel
conflict-title = Quelqu'un d'autre a enregistré entre-temps
conflict-said = Le document a changé { $when }, pendant que vous y travailliez. Rien n'est perdu : voici les deux.
conflict-theirs = Ce qui est enregistré maintenant
conflict-mine = Ce que vous avez écrit
conflict-save-about = Enregistrer le vôtre remplace l'autre, qui reste dans les versions.
conflict-save = Enregistrer le mien
conflict-leave = Garder ce qui est enregistré
conflict-form = Vos changements ne sont pas enregistrés. Rouvrez le formulaire : il montrera le document tel qu'il est maintenant.
conflict-again = Rouvrir le formulaire
share-link = Changer qui peut voir
share-title = Qui peut voir « { $name } »
share-today = Aujourd'hui
share-choose = Ce que vous voulez
share-inherit = Comme le dossier « { $place } » : hérite de ses règles, maintenant et plus tard
share-alone = Vous, et personne d'autre
share-own = Ceux que je choisis ici
share-people = Des personnes
share-webid = Adresse d'une personne (WebID)
share-add = Ajouter une personne
share-add-about = Son WebID : l'adresse de son profil, qu'elle peut vous donner.
share-crowds = Tout un chacun
share-kept = { $count ->
    [one] Une autre règle (programme, groupe, site) reste comme elle est.
   *[other] { $count } autres règles (programmes, groupes, sites) restent comme elles sont.
}
share-folder = Cela vaut pour tout ce que contient le dossier, sauf pour ce qui a ses propres règles.
share-preview = Voir ce que cela donnerait
share-would = Ce que cela donnerait pour « { $name } »
share-not-yet = Rien n'est encore changé.
share-public = Attention : n'importe qui pourra y accéder, sans compte, sans que vous sachiez qui.
share-after = Ensuite
share-confirm = Oui, changer
share-bad-choice = Ce choix n'existe pas.
share-bad-webid = Un WebID est une adresse qui commence par https://
share-bad-many = C'est trop de personnes pour une page : faites-en un groupe.
level-none = rien
level-read = peut lire
level-write = peut lire et modifier
move-link = Déplacer, renommer, copier
move-title = Déplacer ou copier « { $name } »
move-name = Son nom
move-into = Dans le dossier
move-into-about = Un dossier qui n'existe pas encore sera créé.
move-rules = Ce qui est déplacé garde ses règles d'accès s'il en a ; sinon il suit celles de son nouveau dossier. Une copie suit toujours celles de son nouveau dossier.
move-button = Déplacer
copy-button = Copier
move-bad-name = Ce nom ne convient pas.
move-bad-taken = Il y a déjà quelque chose sous ce nom.
move-bad-itself = Un dossier ne peut pas aller dans lui-même.
move-bad-profile = Votre profil reste où il est : il dit qui vous êtes.
move-bad-target = Cela ne peut pas aller là.
remove-folder = { $count ->
    [0] Ce dossier est vide.
    [one] Ce dossier contient une chose, { $size } en tout : elle sera supprimée avec lui.
   *[other] Ce dossier contient { $count } choses, { $size } en tout : elles seront supprimées avec lui.
}
remove-undo = Vous pourrez l'annuler : ce qui est supprimé reste un temps dans la corbeille, visible de vous seul.
remove-no-undo = C'est trop grand pour la corbeille ({ $size } au plus) : une partie ne pourra pas être rétablie.
remove-forever = Effacer pour de bon, sans rien garder dans la corbeille
versions-link = Versions
versions-title = Versions de « { $name } »
versions-lede = Ce que ce document était avant d'être changé. Les règles d'accès n'en font pas partie : rétablir une version ne redonne l'accès à personne.
versions-list = Versions gardées
versions-until = jusqu'au { $when }
versions-restore = Rétablir
versions-restore-this = Rétablir la version du { $when }
versions-none = Aucune version gardée pour l'instant.
versions-now = Voir le document actuel
versions-erase = Effacer toutes ces versions
versions-compared = De la version du { $when } à maintenant
versions-how = « + » : ajouté depuis ; « − » : enlevé depuis.
versions-same = Rien n'a changé dans le texte.
versions-no-compare = Ces contenus ne se comparent pas ligne par ligne. Vous pouvez télécharger cette version.
trash-title = Corbeille
trash-lede = Ce que vous avez supprimé et qui peut revenir. Avec les versions gardées : { $used } sur { $quota } ; le plus ancien laisse la place.
trash-when = supprimé { $when }
trash-restore-this = Rétablir « { $name } »
trash-empty = La corbeille est vide.
trash-alone = Ce qui est rétabli n'est visible que de vous, même dans un dossier partagé.
trash-erase = Vider la corbeille et effacer toutes les versions
trash-erase-said = Cela ne pourra pas être annulé.
did-move = { $who } a déplacé { $what }.
did-move-you = Vous avez déplacé { $what }.
did-restore = { $who } a rétabli { $what }.
did-restore-you = Vous avez rétabli { $what }.
did-erase = { $who } a effacé les versions de { $what }.
did-erase-you = Vous avez effacé les versions de { $what }.
did-erase-all = Vous avez vidé la corbeille et effacé les versions gardées.
error-bad-input-name = Ce nom ne convient pas
error-bad-input-name-said = Ce nom est vide, réservé, ou contient des signes qui ne vont pas dans un nom. Rien n'a été changé.
error-conflict-taken = Il y a déjà quelque chose
error-conflict-taken-said = Il y a déjà quelque chose sous ce nom. Rien n'a été changé.
error-conflict-changed = Cela a changé depuis
error-conflict-changed-said = Quelque chose a changé là depuis : annuler l'effacerait. Les versions gardées permettent de choisir.
error-conflict-issuer = Cette version nomme un autre fournisseur d'identité
error-conflict-issuer-said = Rétablir cette version du profil donnerait votre identité à un autre fournisseur. Rien n'a été changé.
error-conflict-profile = Votre profil reste où il est
error-conflict-profile-said = Votre profil dit qui vous êtes : il ne part ni ne se déplace avec un dossier. Rien n'a été changé.
# -------------------------------------------------------------------- Se connecter à une application

authorize-title = « { $app } » demande à se connecter
authorize-lede = Elle veut accéder à votre pod, { $where }, en votre nom, { $name }.
authorize-who = Qui agit, où et pour qui
authorize-name = L’application, comme elle se nomme
authorize-address = Son adresse
authorize-no-address = Elle n'a pas donné d'adresse : son nom n'a pas pu être vérifié.
authorize-target = La réponse est envoyée à
authorize-identity = Elle agira pour vous, sous cette identité
authorize-pod = Dans ce pod
authorize-choice = Que pourra faire « { $app } » ?
ceiling-read = Lire
ceiling-write = Lire et modifier
ceiling-control = Lire, modifier et décider qui a accès
authorize-limits = Elle n'aura jamais plus que ce que vous choisissez ici. L'accès se retire à tout moment dans « Applications ».
authorize-agree = Autoriser
authorize-refuse = Refuser
authorize-sign-in-lede = « { $app } » vous envoie ici pour vous connecter à { $where }. Votre mot de passe reste ici : elle ne le voit pas.
authorize-first = Ce pod n'a pas encore de propriétaire.
authorize-first-link = Le mettre en place
authorize-sign-out-title = Se déconnecter ?
authorize-sign-out-lede = Ce navigateur n'ouvrira plus { $where } sans mot de passe.
authorize-fault-title = Cette demande ne peut pas être suivie
authorize-fault-client = L'application qui vous envoie ici n'a pas pu être reconnue.
authorize-fault-redirect = L'application veut la réponse à une adresse qui n'est pas la sienne. Quelqu'un essaie peut-être de se faire passer pour elle.
authorize-fault-todo = Rien n'a été transmis. Retournez à l'application et recommencez ; si cela se répète, prévenez ceux qui la font.
connected-link = Applications venues d'ailleurs et scripts
connected-title = Applications connectées
connected-lede = Celles auxquelles vous vous êtes connecté avec ce pod, et ce que chacune peut faire.
connected-apps = Applications
connected-none = Aucune pour le moment.
connected-about = Pour vous connecter à une application Solid, donnez-lui cette adresse : { $issuer }
connected-seen = accord donné { $agreed }, utilisé { $seen }
connected-ended = L'accès est retiré.
connected-scripts = Scripts et programmes à vous
connected-scripts-about = Un identifiant permet à un programme Solid d'agir pour vous, dans la limite choisie. Ne le donnez à personne.
connected-made = Voici l'identifiant et son secret. Le secret ne sera plus jamais montré : copiez-le maintenant.
connected-make = Créer un identifiant
connected-ceiling = Ce qu'il pourra faire
connected-bad-name = Donnez un nom à cet identifiant.
did-app-accept = Vous avez autorisé { $name }.
did-app-undo = Vous avez retiré l'accès de { $name }.
did-credential-accept = Vous avez créé un identifiant pour { $name }.
did-credential-undo = Vous avez supprimé l'identifiant de { $name }.
actor-for-you = { $app }, en votre nom,
settings-export = Emporter
settings-export-about = Tout ce qui est ici, en un seul fichier que d’autres logiciels savent lire.
export-title = Tout exporter
export-lede = Un fichier zip avec tout ce que contient votre domicile. Il se fait pendant le téléchargement.
export-what = Ce qu’il contient
export-data = Vos documents, fichiers d’origine et résultats, tels qu’ils sont rangés ({ $size })
export-rules = Qui pouvait voir quoi, à lire : ces règles ne sont pas remises en vigueur ailleurs
export-manifest = Une liste de tout, avec l’empreinte de chaque fichier
export-not = Il ne contient ni mot de passe, ni clé, ni jeton : personne n’entre chez vous avec ce fichier.
export-care = Ce fichier n’est pas chiffré : qui l’ouvre lit tout. Gardez-le en lieu sûr.
export-button = Télécharger
did-export = Vous avez tout exporté.
settings-move = Confier mon identité ailleurs
settings-move-about = Choisir qui peut dire aux autres que vous êtes vous : ce serveur, un autre, ou les deux.
identity-title = Qui répond de moi
identity-lede = Quand une application ou un autre domicile vous demande qui vous êtes, c’est l’un de ces serveurs qui répond pour vous.
identity-who = Ceux qui répondent de vous
identity-who-about = Chacun d’eux peut agir en votre nom partout où vous avez accès. N’y mettez que ceux à qui vous faites entièrement confiance.
identity-own = Ce serveur
identity-only = C’est le seul : ajoutez-en un autre avant de le retirer.
identity-remove = Retirer
identity-sure-label = Je sais qu’aucune application ne pourra plus se connecter par ce serveur
identity-add = En ajouter un
identity-add-about = Il doit vous connaître sous votre identité actuelle. On vérifie d’abord qu’il répond ; celui d’ici reste tant que vous ne le retirez pas.
identity-address = Son adresse
identity-add-button = Ajouter
identity-added = C’est ajouté. Connectez-vous une fois par ce serveur avant de retirer l’autre.
identity-removed = C’est retiré.
identity-away = Ce serveur ({ $own }) ne répond plus de vous : aucune application ne se connecte plus par lui. Vous entrez toujours ici comme avant, et pouvez le rajouter.
identity-no-address = Ce n’est pas une adresse : elle commence par https://.
identity-no-answer = Aucun serveur d’identité ne répond à cette adresse. Rien n’est changé.
identity-full = Vous en avez déjà assez : retirez-en un d’abord.
identity-last = C’est le seul qui répond de vous : sans lui, plus personne ne pourrait vous reconnaître. Rien n’est changé.
identity-sure = Cochez la case pour confirmer : aucune application ne pourrait plus se connecter par ce serveur. Rien n’est changé.
identity-deeper = Votre identité (WebID) garde la même adresse ; son document nomme ces serveurs (solid:oidcIssuer).

# Ce que disent les administrations (import)
stated-TaxNotice = Avis d'impôt sur les revenus de { $incomeYear } : revenu fiscal de référence { $referenceIncome }, { $parts } parts.
stated-TaxNotice-netTax = Avis d'impôt sur les revenus de { $incomeYear } : revenu fiscal de référence { $referenceIncome }, { $parts } parts, impôt net { $netTax }.
stated-ProofOfAddress = Justificatif de domicile au nom de { $name } : { $address }, { $postalCode } { $locality }, émis le { $issuedOn }.
stated-signature-verified = Signature vérifiée avec le certificat de l'autorité.
stated-signature-not-verified = Signature non vérifiée : le certificat de l'autorité n'est pas connu ici.
stated-Entitlement = { $entitled ->
    [yes] { $right } : droit ouvert.
   *[other] { $right } : pas de droit ouvert.
}
stated-Entitlement-since = { $entitled ->
    [yes] { $right } : droit ouvert (depuis : { $since }).
   *[other] { $right } : pas de droit ouvert.
}
stated-right-rsa = RSA
stated-right-activity-bonus = Prime d'activité
stated-right-health-cover = Complémentaire santé solidaire
stated-right-disabled-adult = Allocation aux adultes handicapés
stated-right-disabled-child = Allocation d'éducation de l'enfant handicapé
stated-right-family-support = Allocation de soutien familial
stated-FamilyQuotient = Quotient familial { $provider } de { $month } : { $value }, pour { $persons } personne(s).
stated-ChildcareShare = Accueil du jeune enfant : { $children } enfant(s) à charge, ressources de { $year } : { $resources }.
stated-BenefitPayment = Versement de France Travail du { $paidOn } : { $amount }.
stated-JobSeeker = Inscription à France Travail depuis le { $start }.
stated-JobSeeker-end = Inscription à France Travail depuis le { $start } (fin : { $end }).
stated-StudentGrant = { $holder ->
    [yes] Bourse d'études, échelon { $step }, { $months } mois à partir du { $start }.
   *[other] Pas de bourse d'études pour l'année qui commence le { $start }.
}
stated-Household = Un foyer, avec les personnes et l'adresse que l'organisme connaît.
stated-SchoolEnrolment = { $enrolled ->
    [yes] Scolarité { $year } : { $training }, { $institution }.
   *[other] Scolarité { $year } : pas d'inscription.
}
stated-StudentEnrolment = Études supérieures : { $institution }, du { $start } au { $end }.
stated-NationalService = Service national : { $status }.
stated-CivicService = { $contract ->
    [yes] Service civique du { $start } au { $end }.
   *[other] Pas de contrat de service civique.
}
stated-SportStatus = Sportif de haut niveau ({ $federation }), du { $start } au { $end }.
stated-Vehicle = Véhicule : { $brand } { $model }, { $fuelName }, { $co2 } g de CO₂/km à l'échappement.
bad-file-forged = La signature de ce papier n'est pas celle de l'autorité : il a été modifié, ou mal lu.
bad-file-forged-todo = Relisez le code sur l'original. S'il dit encore la même chose, ne vous y fiez pas.
bad-file-2ddoc-cut = Il manque la fin du code : la signature n'y est pas.
bad-file-2ddoc-cut-todo = Relisez le code 2D-Doc en entier, signature comprise.
bad-file-2ddoc-kind = C'est bien un 2D-Doc, mais d'une sorte de papier ({ $found }) que Domicile ne lit pas encore.
bad-file-2ddoc-kind-todo = Le fichier est gardé : il sera lu quand cette sorte de papier le sera.
bad-file-2ddoc-value = Un champ du 2D-Doc ({ $field }) ne dit rien de sensé.
bad-file-2ddoc-missing = Il manque un champ ({ $field }) à ce 2D-Doc.
bad-file-2ddoc-field = Les champs de ce 2D-Doc ne sont pas rangés comme il faut ({ $field }).
bad-file-2ddoc-signature = La signature de ce 2D-Doc n'est pas entière.
bad-file-2ddoc-header = L'en-tête de ce 2D-Doc n'est pas entier.
bad-file-2ddoc-version = Cette version de 2D-Doc ({ $found }) n'est pas connue.
bad-file-2ddoc-long = C'est trop long pour un 2D-Doc.
bad-file-2ddoc-many = Il y a trop de codes dans ce fichier ({ $count }).
bad-file-2ddoc-none = Il n'y a pas de 2D-Doc dans ce fichier.
bad-file-refused = L'administration a répondu non : { $text }
bad-file-endpoint = C'est une réponse d'une adresse que Domicile ne connaît pas ({ $text }).
bad-file-nothing-said = La réponse ne dit rien.
odd-date-impossible = { $count ->
    [one] Une date n'existe dans aucun calendrier ({ $example }) ; elle est laissée de côté, la réponse d'origine la garde.
   *[other] { $count } dates n'existent dans aucun calendrier ({ $example }…) ; elles sont laissées de côté, la réponse d'origine les garde.
}
odd-2ddoc-shortened = Un champ a été raccourci pour tenir dans le code.
bad-file-picture-no-code = Il n'y a pas de code 2D-Doc lisible sur cette image.
bad-file-picture-no-code-todo = Photographiez le code de près, à plat et bien éclairé, ou déposez le PDF d'origine.
bad-file-picture-too-large = L'image est trop grande pour être lue ici.
bad-file-picture-too-many-pages = Ce PDF a trop de pages pour qu'on y cherche un code.
bad-file-picture-damaged = L'image ou le PDF est abîmé.

## Connexions

connections-title = Connexions
connections-lede = Ce que Domicile va chercher seul, avec votre accord, chez ceux qui ont vos données.
connections-list = Vos connexions
connections-none = Aucune connexion pour l'instant.
connections-busy = Domicile demande en ce moment…
connections-waiting = À faire de votre côté
connections-add = Connecter une source
connection-next = Prochaine demande { $when }.
connection-new-secret = Le jeton ou le secret a changé
connection-until = Accord donné jusqu'au { $day }.
connection-ends = L'accord finit le { $day }, { $left ->
    [0] aujourd'hui
    [one] dans { $left } jour
   *[other] dans { $left } jours
} : renouvelez-le avant.
connection-ended = L'accord a pris fin le { $day } : renouvelez-le chez le détenteur, puis reprenez ici.
connection-ending = à renouveler
connection-had = déjà connectée
connection-hosts = Ne parle qu'à { $hosts }. Vos secrets sont scellés ici ; le programme qui lit les réponses ne les voit pas.
connection-add = Connecter
connection-sync = Demander maintenant
connection-resume = C'est fait, reprendre
connection-remove = Oublier
connection-action = à vous
connection-waits = attend
connection-well = à jour
field-usage_point_id = Numéro du point de livraison (14 chiffres)
field-token = Jeton
field-client_id = Identifiant du client
field-client_secret = Secret du client
field-family_name = Nom de naissance
field-given_names = Prénoms
field-birth_date = Date de naissance (AAAA-MM-JJ)
field-sex = Sexe à l'état civil (F ou M)
field-birth_country = Pays de naissance (code INSEE, 99100 pour la France)
field-birth_municipality = Commune de naissance (code INSEE)
field-recipient = SIRET de l'organisme habilité
holder-privileges = L'habilitation ne couvre pas cette question.
holder-identity = L'état civil donné ne convient pas, ou désigne plusieurs personnes.
holder-new = Rien n'a encore été demandé.
holder-well = Dernière réponse { $ago }.
holder-todo = Réglez-le là-bas, puis reprenez ici ; rien n'est redemandé d'ici là.
holder-waits = Domicile redemandera seul.
holder-consent-gone = Votre accord chez Enedis a pris fin.
holder-moved-house = Enedis dit que vous avez quitté ce logement.
holder-client-refused = L'identifiant ou le secret du client est refusé.
holder-refused = Le jeton est refusé.
holder-quota = Trop de demandes pour cette heure.
holder-malformed = La réponse est arrivée abîmée ; rien n'en a été gardé.
holder-other = Le détenteur ne répond pas comme attendu.

# ---------------------------------------------------------------- comptes : ce qu'un import demande
ask-title = Une question avant de continuer
ask-columns-said = « { $name } » est un tableau que personne n’a encore décrit. Dites ce que contient chaque colonne ; ce qui est déjà choisi est une supposition.
ask-account-said = « { $name } » ne dit pas de quel compte il s’agit.
ask-kind-said = « { $name } » est un tableau que plusieurs lecteurs peuvent prendre. Dites ce que c'est.
ask-kind = Ce tableau, c'est
ask-fault-kind = Choisissez ce que c'est.
drop-asks = { $count ->
    [one] { $count } question
   *[other] { $count } questions
}
drop-asks-same = { $count ->
    [one] { $count } autre fichier a les mêmes colonnes : la réponse vaut aussi pour lui.
   *[other] { $count } autres fichiers ont les mêmes colonnes : la réponse vaut aussi pour eux.
}
drop-asks-rest = { $count ->
    [one] La même réponse pour l'autre fichier qui demande cela
   *[other] La même réponse pour les { $count } autres fichiers qui demandent cela
}
ask-rows = Les premières lignes du fichier
ask-role-date = Date
ask-role-label = Libellé
ask-role-amount = Montant, avec son signe
ask-role-debit = Débit
ask-role-credit = Crédit
ask-role-currency = Devise
ask-role-account = Numéro de compte
ask-role-reference = Référence de la banque
ask-others = Débit et crédit séparés, ou d'autres colonnes
ask-none = – aucune –
ask-columns-kept = La réponse est retenue pour tous les fichiers qui ont ces mêmes colonnes.
ask-account = Numéro du compte (IBAN)
ask-go-on = Continuer l’import
ask-fault-columns = Il faut la date, le libellé, et le montant (ou le débit et le crédit), chacun dans une colonne à lui.
ask-fault-account = Ce n’est pas un numéro de compte : des lettres et des chiffres, 4 au moins.
fact-account = Compte
fact-account-unknown = non nommé
fact-account-said = { $count ->
    [one] 1 opération
   *[other] { $count } opérations
}, { $into } reçus, { $out } versés
fact-account-pending = { $count } en attente
odd-balance-mismatch = { $count ->
    [one] Le solde de fin n’est pas celui que donne la somme des opérations (la somme donne { $example }).
   *[other] { $count } soldes de fin ne sont pas ceux que donne la somme des opérations (une somme donne { $example }).
}
odd-date-order-assumed = Les dates se lisent de deux façons ; elles ont été lues jour, mois, année.
odd-more-pages = La réponse de la banque a une suite, qui n’est pas dans ce fichier.
bad-file-xml-entities = Ce fichier définit des entités XML ; c’est refusé, car on peut y cacher n’importe quoi.
bad-file-bad-transaction = Une opération de ce fichier ne se lit pas.
bad-file-bad-json = Ce fichier JSON est abîmé ou coupé.
bad-file-cut-short = Ce fichier s’arrête au milieu d’une opération.
bad-file-no-statement = Ce fichier ne contient aucune opération.
import-short-asking = Une question
bad-file-bad-account = Le numéro de compte de ce fichier n’en est pas un.

## Mobilité, agenda

bad-file-bad-balance = Un solde ne se lit pas : « { $text } ».
bad-file-encrypted = Le fichier est chiffré : exportez-le sans chiffrement.
bad-file-fit = Ce fichier FIT est abîmé ({ $text }).
bad-file-json-damaged = Le texte n’est pas du JSON bien formé.
bad-file-too-many = Le fichier contient plus de choses qu’il n’en est importé à la fois ({ $limit }).
bad-file-too-many-transactions = Le fichier contient trop d’opérations.
bad-file-xml = Le texte n’est pas du XML bien formé : { $text }.
bad-file-xml-damaged = Le texte n’est pas du XML bien formé.
bad-file-xml-deep = Le fichier XML est imbriqué trop profondément.
odd-bad-time = { $count ->
    [one] Un élément a une date qui ne se lit pas : mis de côté.
   *[other] { $count } éléments ont une date qui ne se lit pas : mis de côté.
}
odd-bad-place = { $count ->
    [one] Un lieu ne se lit pas : mis de côté.
   *[other] { $count } lieux ne se lisent pas : mis de côté.
}
odd-no-place = { $count ->
    [one] Une position n’a pas de lieu : mise de côté.
   *[other] { $count } positions n’ont pas de lieu : mises de côté.
}
odd-no-time = { $count ->
    [one] Un point n’a pas d’heure : mis de côté.
   *[other] { $count } points n’ont pas d’heure (un itinéraire prévu, peut-être) : mis de côté.
}
odd-ends-before = { $count ->
    [one] Un élément finit avant d’avoir commencé : mis de côté.
   *[other] { $count } éléments finissent avant d’avoir commencé : mis de côté.
}
odd-bad-item = { $count ->
    [one] Un élément n’a pas la forme attendue : mis de côté.
   *[other] { $count } éléments n’ont pas la forme attendue : mis de côté.
}
odd-bad-event = { $count ->
    [one] Un rendez-vous ne se lit pas : mis de côté.
   *[other] { $count } rendez-vous ne se lisent pas : mis de côté.
}
odd-rule-unknown = { $count ->
    [one] Une répétition n’est pas comprise : seule la première date est gardée.
   *[other] { $count } répétitions ne sont pas comprises : seule leur première date est gardée.
}
odd-zone-unknown = { $count ->
    [one] Un fuseau horaire n’est pas connu : l’heure est lue comme celle de Paris.
   *[other] { $count } fuseaux horaires ne sont pas connus : l’heure est lue comme celle de Paris.
}
# ---- comptes
accounts-title = Vos comptes
accounts-lede = Ce que disent les relevés que vous avez déposés. Rien n'en sort.
accounts-how-much = Que contiennent mes comptes ?
accounts-none = Aucun relevé de compte pour l'instant.
accounts-none-how = Votre banque les laisse télécharger : OFX, QIF, camt.053, MT940 ou CSV.
accounts-none-link = Déposer un relevé
accounts-link = Vos comptes : soldes, mois par mois
account-one = Compte
account-on = le { $day }
account-no-balance = solde non dit par les relevés
account-last = dernière opération le { $day }
account-missing = { $more ->
    [0] Il manque { $months }.
   *[other] Il manque { $months } et { $more } autres mois.
}
account-months = Autres mois
account-in = Combien est entré ?
account-out = Combien est sorti ?
account-rest = Que reste-t-il du mois ?
account-balance = Solde le { $day } : { $balance }
account-transfers = { $count ->
    [one] Un virement entre vos comptes n'est pas compté.
   *[other] { $count } virements entre vos comptes ne sont pas comptés.
}
account-foreign = { $count ->
    [one] Une opération dans une autre devise n'est pas comptée.
   *[other] { $count } opérations dans une autre devise ne sont pas comptées.
}
account-where = Où part mon argent ?
account-spent = Dépensé
account-where-said = { $category } vient en tête : { $most }, soit { $share } de { $whole }. Les remboursements sont déduits.
account-gap = Il manque { $amount } : les opérations connues n'expliquent pas l'écart entre les soldes du { $since } et du { $until }. Un relevé n'a sans doute pas été déposé.
account-pending = Qu'est-ce qui est en attente ?
account-pending-about = Annoncé par la banque, pas encore passé : ces montants ne sont pas comptés.
account-days = Que s'est-il passé, jour par jour ?
account-no-transaction = Aucune opération ce mois-ci.
account-no-text = Sans libellé
account-more = { $count ->
    [one] Une autre opération n'est pas montrée ici.
   *[other] { $count } autres opérations ne sont pas montrées ici.
}
account-document = Le document de ce mois
account-transfer = Entre vos comptes
account-transfer-to = Vers { $account }
account-transfer-from = Depuis { $account }
category-title = Quelle est cette opération ?
category-change = Corriger
category-change-one = corriger « { $name } »
category-which = Catégorie
category-words = Pour toutes les opérations dont le libellé contient
category-words-about = Majuscules et accents ne comptent pas. La règle est retenue, et vaut aussi pour les prochains relevés.
category-save = Corriger partout
category-leave = Ne rien changer
category-corrected = { $count ->
    [0] Règle retenue : « { $words } ».
    [one] Règle retenue : « { $words } », une opération.
   *[other] Règle retenue : « { $words } », { $count } opérations.
}
category-forgotten = { $count ->
    [0] La règle « { $words } » est défaite.
    [one] La règle « { $words } » est défaite, une opération.
   *[other] La règle « { $words } » est défaite, { $count } opérations.
}
category-fault-words = Il faut de 3 à 80 lettres.
category-fault-other-words = Ces mots ne sont pas dans le libellé de cette opération.
category-fault-category = Cette catégorie n'existe pas.
category-fault-rules = Il y a déjà trop de règles : oubliez-en une d'abord.
rules-title = Qu'avez-vous corrigé ?
rules-about = Ces règles passent avant celles de Domicile.
rule-forget = Oublier
rule-forget-one = Oublier la règle « { $words } »
home-summary-accounts = { $count ->
    [one] Un compte en banque est ici, depuis { $since }.
   *[other] { $count } comptes en banque sont ici, depuis { $since }.
}
money-Benefits = Prestations sociales
money-Salary = Salaire
money-Housing = Logement
money-Electricity = Électricité
money-Gas = Gaz
money-Water = Eau
money-Telecom = Téléphone et internet
money-Groceries = Courses
money-Restaurants = Cafés et restaurants
money-Transport = Transports
money-Fuel = Carburant
money-Health = Santé
money-Insurance = Assurances
money-Taxes = Impôts
money-Cash = Retraits
money-BankFees = Frais bancaires
money-Savings = Épargne
money-Leisure = Loisirs
money-Shopping = Achats
money-UncategorisedMoney = Sans catégorie

### La chronologie

timeline-title = Ma chronologie
timeline-lede = L'énergie, l'argent, le CO₂, les trajets et les aides sur un même axe, réunis chez vous.
timeline-question = Comment mes mois se suivent-ils ?
timeline-shortcuts = Périodes
timeline-quarter = 3 mois
timeline-year = 12 mois
timeline-all = Tout
timeline-since = De
timeline-until = à
timeline-show = Voir cette période
timeline-months = { $since } à { $until }
timeline-against = De { $period }, à côté de la période d'avant : { $before }.
timeline-more = Voir le détail
timeline-nothing = Rien n'est connu pour { $period }. Choisissez une autre période.
timeline-empty = Votre chronologie se dessinera dès que votre pod aura des mesures, des relevés de compte ou des trajets.
timeline-empty-link = Déposer un premier fichier
timeline-known = { $count ->
    [one] Le mois n'est pas connu.
   *[other] { $known } mois connus sur { $count }.
}
timeline-no-before = Rien à comparer avant.
timeline-same = Autant qu'avant ({ $before }){ $months ->
    [0] .
    [one] , sur le mois connu en entier des deux côtés.
   *[other] , sur les { $months } mois connus en entier des deux côtés.
}
timeline-less = { $share } de moins qu'avant ({ $before }){ $months ->
    [0] .
    [one] , sur le mois connu en entier des deux côtés.
   *[other] , sur les { $months } mois connus en entier des deux côtés.
}
timeline-more-before = { $share } de plus qu'avant ({ $before }){ $months ->
    [0] .
    [one] , sur le mois connu en entier des deux côtés.
   *[other] , sur les { $months } mois connus en entier des deux côtés.
}
quantity-electricity = Électricité
quantity-spent = Dépenses
quantity-received = Argent reçu
quantity-allowances = Aides
quantity-allowances-within = Déjà comptées dans l'argent reçu.
quantity-trips = Trajets
quantity-km = Distance
quantity-co2 = CO₂
quantity-co2-of-electricity = Électricité, par le facteur de « Ma maison ».
quantity-co2-of-trips = Trajets, par « Coach CO₂ ».
lanes-now = cette période
lanes-before = la période d'avant
lanes-of-before = { $name }, avant
lanes-most = max. { $value }

### Les trajets

trips-title = Mes trajets
trips-lede = Chaque trajet se corrige d'un geste ; ceux qui lui ressemblent en apprennent, et tous les chiffres suivent.
trips-co2_kg = CO₂ de mes trajets
trips-km = Distance
trips-eur = Coût connu
trips-was = { $value } avant votre correction
trips-running = C'est noté. Les chiffres se recalculent, chez vous…
trips-look = Voir où ça en est
trips-done = C'est noté, et les chiffres ont suivi.
trips-failed = C'est noté, mais le calcul n'a pas abouti : les chiffres sont ceux d'avant.
trips-none = Aucun trajet pour l'instant.
trips-none-link = Voir ce que demande Coach CO₂
trips-how = Comment me suis-je déplacé ?
trips-how-about = Ce qui n'est pas sûr est dit. Touchez « Corriger » quand un mode ou un motif est faux.
trips-when = { $start } – { $end }
trips-owner = vous l'avez dit
trips-habit = d'après vos habitudes
trips-sure = sûr
trips-likely = probable, { $share }
trips-unsure = incertain, { $share }
trips-correct = Corriger
trips-mode = C'était…
trips-other-mode = Un autre mode
trips-purpose = Motif
trips-say = Enregistrer
trips-forget = Oublier ma correction
trips-earlier = Les trajets d'avant
trips-places = Mes lieux
trips-places-about = Trouvés dans vos trajets, et connus de vous seul. Nommez-les comme vous voulez.
location-home = Domicile
location-work = Travail
location-frequent = Lieu fréquent
location-other = Lieu
location-rename = Nommer
location-its-name = Son nom
location-its-kind = C'est
location-say = Enregistrer
location-kind-home = chez moi
location-kind-work = mon travail
location-kind-other = un autre lieu
app-correct-trips = Corriger mes trajets
name-trips-ttl = Ce que vous avez dit de vos trajets
name-places-ttl = Les lieux que vous avez nommés
location-visits = { $count ->
    [one] une visite
   *[other] { $count } visites
}
mode-Walk = À pied
mode-Run = En courant
mode-Bike = Vélo
mode-EBike = Vélo électrique
mode-KickScooter = Trottinette
mode-Skate = Rollers
mode-Motorcycle = Deux-roues motorisé
mode-Car = Voiture
mode-Vehicle = Véhicule
mode-Bus = Bus
mode-Coach = Autocar
mode-Tram = Tramway
mode-Metro = Métro
mode-Train = Train
mode-RER = RER
mode-TER = Train régional
mode-Intercity = Intercités
mode-TGV = TGV
mode-Boat = Bateau
mode-Plane = Avion
mode-Other = Autre
mode-Unknown = Mode inconnu
purpose-commute = Domicile-travail
purpose-home = Retour à la maison
purpose-work = Vers le travail
purpose-frequent = Vers un lieu fréquent
purpose-leisure = Loisirs
purpose-shopping = Courses
purpose-family = Famille
purpose-business = Déplacement professionnel
purpose-other = Autre motif

### Les données publiques

references-title = Données publiques
references-lede = Ce que vos applications lisent de tout le monde : tarifs, facteurs, calendriers. Tout est fourni avec Domicile ; certaines s'actualisent, si vous le voulez.
reference-see = Voir ce qui est connu
reference-learns = { $host } apprendra l'adresse internet de votre box et la question posée, une fois par semaine. Rien de vous.
reference-learns-place = { $host } apprendra l'adresse internet de votre box et l'endroit demandé, arrondi à 10 km, une fois par semaine. Rien d'autre de vous.
reference-north = Latitude
reference-east = Longitude
reference-agree = Accepter et actualiser
reference-refresh = Actualiser maintenant
reference-change = Changer de lieu, actualiser
reference-stop = Ne plus actualiser
reference-late = La dernière actualisation n'a pas abouti : ce qui était connu reste, et Domicile réessaiera.
reference-refreshed = Actualisé { $when }.
reference-no-place = Écrivez la latitude et la longitude en degrés, par exemple 45,8 et 4,9.
did-asked = Domicile a demandé des données publiques à { $host }
did-asked-accept = Vous avez accepté de demander des données publiques à { $host }
did-asked-undo = Vous ne demandez plus rien à { $host }
folder-references = Données publiques
sources-references = Tarifs, températures, calendriers : les données publiques
reference-known = { $count ->
    [0] Rien encore.
    [one] Une ligne, { $dates }.
   *[other] { $count } lignes, { $dates }.
}
## À la main

by-hand-title = À la main
by-hand-lede = Ce qu'aucun détenteur ne donne : dites-le ici, et cela compte comme un fichier importé.
by-hand-kind-purchase = Un achat
by-hand-about-purchase = Au marché, chez l'épicier : ce que vous avez pris et ce que cela a coûté.
by-hand-kind-refuel = Un plein ou une recharge
by-hand-about-refuel = Combien la voiture a pris, pour combien, et où en était le compteur.
by-hand-kind-reading = Un relevé de compteur électrique
by-hand-about-reading = Ce que le compteur affichait au début de la journée, en kWh.
by-hand-kind-situation = Un changement de situation
by-hand-about-situation = Un emploi, un déménagement, une naissance : ce qui change vos droits.
by-hand-kind-certificate = Un DPE
by-hand-about-certificate = Le diagnostic de votre logement, recopié du papier.
by-hand-optional = facultatif
by-hand-date = Date
by-hand-time = Heure
by-hand-shop = Chez qui
by-hand-total = Total (€)
by-hand-line = Ligne { $number }
by-hand-more = D'autres lignes
by-hand-label = Produit
by-hand-quantity = Quantité
by-hand-unit = Unité
by-hand-piece = pièce
by-hand-amount = Prix (€)
by-hand-vehicle = Véhicule
by-hand-fuelunit = En
by-hand-fuelunit-L = litres
by-hand-fuelunit-kWh = kWh
by-hand-fuelunit-kg = kilogrammes
by-hand-odometer = Compteur (km)
by-hand-place = Lieu
by-hand-meter = Numéro du compteur (PRM)
by-hand-kwh = Index total (kWh)
by-hand-change = Ce qui a changé
by-hand-change-move = un déménagement
by-hand-change-job-start = un emploi commence
by-hand-change-job-end = un emploi finit
by-hand-change-job-change = un emploi change
by-hand-change-studies = des études
by-hand-change-retirement = la retraite
by-hand-change-couple = une vie à deux
by-hand-change-separation = une séparation
by-hand-change-birth = une naissance
by-hand-change-child-leaves = un enfant part
by-hand-change-health = la santé
by-hand-change-other = autre chose
by-hand-note = En quelques mots
by-hand-certificate = Numéro du DPE (13 signes)
by-hand-energyclass = Étiquette énergie
by-hand-climateclass = Étiquette climat
by-hand-surface = Surface (m²)
by-hand-energy = Énergie primaire (kWh/m² par an)
by-hand-heating = Énergie de chauffage
by-hand-kept = Votre saisie est gardée comme un fichier ; vous pouvez la retirer dans Sources.
by-hand-save = Enregistrer
by-hand-wrong = « { $field } » ne convient pas : corrigez-le ; rien n'est encore enregistré.
stated-SituationChange = Changement de situation le { $day } : { $change }.
stated-EnergyCertificate = DPE { $number } : énergie { $energyClass }, climat { $climateClass }, { $surface } m², chauffage { $heating }.
field-dpe_number = Numéro du DPE (13 signes)
holder-dpe-number = Ce n'est pas un numéro de DPE : treize chiffres et lettres.
holder-dpe-unknown = Le registre ne connaît pas ce numéro, ou le DPE a été remplacé. Vous pouvez le recopier à la main.
folder-housing = Logement
