### The sentences of the pages. Curly apostrophes are put in when they are loaded (texts.typeset).

## Everywhere

skip = Skip to content
nav-main = Main
nav-crumbs = Where I am
place-home = Home
place-data = My data
place-sources = Sources
place-apps = Apps
place-sharing = Sharing
place-activity = Activity
tab-home = Home
tab-data = Data
tab-sources = Sources
tab-apps = Apps
tab-sharing = Sharing
tab-activity = Activity
who-line = You are
where-line = at home, { $where }
yes = yes
no = no
save = Save
back = Go back
deeper = One step deeper
address = Address
just-now = just now
period-from-to = from { $from } to { $to }
period-from = since { $from }
period-to = until { $to }
period-all = everything that is known
page-next = More
page-older = Older
page-first = Latest
readings = { $count ->
    [one] { $count } reading
   *[other] { $count } readings
}
days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
changed-when = changed { $when }
nothing-leaves = Nothing leaves your home.
nothing-leaves-about = The app computes here, in a closed box, without network or disk. This page shows everything it reads.
nothing-leaves-short = computed at home, nothing leaves
stop-access = Take access back
remove-link = Delete…
tag-local = at home
tag-shared = shared
tag-public = public
tag-refused = refused
tag-whole = complete
tag-holes = has gaps

## The first evening

setup-title = Welcome home
setup-lede = Domicile keeps your personal data on this machine, computes on them right here, and shows you who can see what.
setup-mine = Start with my own data
setup-name = Your name
setup-password = A password
setup-password-hint = Ten characters at least. Three or four random words make a good password.
setup-code = Code shown by the server
setup-code-hint = You are not at the machine that hosts Domicile: copy the code that it printed when it started.
setup-open = Open my home
setup-try = Just look around
setup-try-about = Two years of electricity and gas of an invented household: heating, holidays, an electric car on some nights. One click clears it all when you want to start for good.
setup-try-filled = The sample household is there already. One click clears it all when you want to start for good.
setup-try-button = Try a sample household
setup-promise = Nothing leaves this machine. No account elsewhere, no tracking.
setup-bad-name = That name will not do: between 1 and 80 characters, please.
setup-bad-password = That password is too short, or too easy to guess. Ten characters at least.
setup-bad-code = That is not the code that the server printed when it started.
setup-too-many = Too many tries. Start the server again: it will print a new code.
sign-in-title = Hello
sign-in-lede = Come in, to { $where }.
sign-in-password = Password
sign-in-button = Come in
sign-in-wrong = The name or the password is not right.
sign-in-wait = Too many tries in a row. Wait a little, then try again.
sign-in-sample = Enter the sample household
sign-in-forgot = I forgot my password
sign-in-forgot-about = Nobody but you knows it, and no message can replace it. On the machine that hosts Domicile, your data stay in their folder, readable with the “domicile” command.
sign-in-sign-up = Open a home here
sign-up-title = Your home
sign-up-lede = A place of your own, where your data come in, are worked on, and leave only if you say so.
sign-up-name = Its name
sign-up-address = It makes the address: { $address }your-name/. Small letters without accents, digits and hyphens.
sign-up-have = I have a home here already
sign-up-promise = Nobody but you can read anything until you decide so.
sign-up-bad-name = That name does not fit: 1 to 63 small letters without accents, digits or hyphens.
sign-up-taken = That name is taken.
sign-up-too-many = Too many homes were opened from your address. Try again in an hour.
sign-out = Sign out

## Sample household

trial-filling = Sample household: moving in…
trial-ready = You are visiting a sample household that nobody lives in.
trial-failed = The sample household could not move in.
trial-filling-line = Two years of readings come in by the same door as yours: this takes a few seconds.
trial-failed-line = The sample household stopped moving in. You can start with your own data.
trial-end-link = Start with my own data
trial-end-title = Start with my own data
trial-end-lede = The sample household will be cleared: its files, readings, results and agreements. The pod becomes yours.
trial-end-button = Clear the sample and start

## Home

home-hello = Hello { $name }
home-hello-sample = Welcome to the sample household
home-answers = Every answer of “{ $app }”
home-empty = Your pod is still empty.
home-summary = { $energy } of electricity known, from { $since } to { $until }.
home-nothing-left = Nothing has left your home.
home-working = Under way
home-propose = “{ $app }” proposes itself
home-propose-changed = “{ $app }” has changed
home-propose-about = Before it computes anything, you will see what it reads, for which period, why, and what comes out.
home-propose-see = See what it asks for
home-latest = Latest activity
home-all-activity = All activity
home-since = Since your last visit
home-since-when = You were here { $when }.
home-since-nothing = Nothing new. Nobody but you has read what is not public.
home-since-nobody = Nobody but you has read what is not public.
home-timeline = My whole timeline
home-sources = My sources
home-no-sources = No source yet. Drop a file above: Domicile recognises what it is.
home-no-sources-how = For a Linky meter: in your Enedis account, under “Gérer mes mesures”, download the hourly load curve. A file from EDF does as well.
drop-title = Drop any file
drop-about = Linky or bank statements, tax notices, CAF answers, trips, calendars… one file, several, a folder or a zip. Domicile recognises what it is; nothing leaves your home.
drop-choose = Choose a file
drop-send = Send
drop-sending = Sending…
drop-files-label = Files or a zip
drop-folder-label = Or a whole folder
drop-choose-folder = Choose a folder
drop-failed = That did not get through; try again
drop-now-title = Your files are coming in
drop-done-title = Here is what became of your files
drop-leave = You can leave this page: the work goes on, and you will find each file under “Sources”.
drop-now-unpacking = { $count ->
    [one] Unpacking: { $count } file…
   *[other] Unpacking: { $count } files…
}
drop-now-at = { $number } of { $count }: { $name }.
drop-known-title = What is known from them
drop-source = Source
drop-what = Content
drop-sources = See the sources and their gaps
drop-each-title = { $count ->
    [0] Each file
    [one] The file
   *[other] Each of the { $count } files
}
drop-files = { $count ->
    [one] { $count } file
   *[other] { $count } files
}
drop-records = { $count ->
    [one] { $count } record
   *[other] { $count } records
}
drop-gaps = { $count ->
    [0] none
    [one] { $count } gap
   *[other] { $count } gaps
}
drop-repeated = there already
drop-odd = { $count ->
    [one] { $count } odd thing
   *[other] { $count } odd things
}
drop-kept = The file is kept as it came.
drop-not-kept = The file is not kept.
drop-hidden = { $count ->
    [one] And { $count } more, under “Sources”.
   *[other] And { $count } more, under “Sources”.
}
drop-nothing = There was no file in it.
bad-file-zip-depth = Archives within archives within archives: Domicile does not go that far. Unpack it first.
bad-file-zip-link = This is a link to another place, not a file.
bad-file-zip-locked = This file is locked by a password. Unpack the archive first.
bad-file-zip-damaged = The archive is damaged at this place.
bad-file-zip-packing = This file is packed in a way that Domicile does not read. Unpack the archive first.
bad-file-file-large = This file is over { $limit } MB, the most that Domicile imports. It is not kept.
import-error-too-large-files = More than { $limit } files at once: the rest was not taken.
import-error-too-large-unpacked = More than { $limit } MB once unpacked: the rest was not taken.
seen-title = Who can see what
seen-title-one = Who can see it
seen-nobody = Nobody but you
seen-nobody-else = Nobody else
seen-nobody-about = Your readings, files and results can be read by you alone.
seen-nobody-about-one = Nobody else can do anything with it.
seen-all = All sharing
seen-reads = can read: { $places }

## Sources

sources-lede = Where your data come from, how far they reach, and what is missing.
sources-known = What is known about you, by source
source-missing = { $count ->
    [one] { $count } day is missing
   *[other] { $count } days are missing
}
source-no-gap = nothing is missing
source-documents = { $count ->
    [one] { $count } document
   *[other] { $count } documents
}
sources-files = Imported files
sources-none = No file has been imported yet.
source-electricity = Electricity, meter { $meter }
source-unknown-electricity = Electricity, meter without a name
source-gas = Gas, meter { $meter }
source-unknown-gas = Gas, meter without a name
source-until = up to { $month }
source-history = { $count ->
    [one] { $count } month of history
   *[other] { $count } months of history
}
source-strip = Coverage: { $known } months known of the last { $count }
source-remove = Delete the file
source-days = { $period }: { $known ->
    [one] { $known } day known
   *[other] { $known } days known
}{ $part ->
    [0] {""}
   *[other] , { $part } of them in part
}{ $missing ->
    [0] , none is missing
    [one] , { $missing } is missing
   *[other] , { $missing } are missing
}.
source-year = { $year }, day by day: { $known ->
    [one] { $known } day known
   *[other] { $known } days known
}, { $missing ->
    [0] none is missing
    [one] { $missing } is missing
   *[other] { $missing } are missing
}
source-whole = All years and all gaps
sources-readable = { $count ->
    [one] What Domicile can read ({ $count } kind of source)
   *[other] What Domicile can read ({ $count } kinds of sources)
}
source-kind-electricity = Electricity, meter { $name }
source-kind-electricity-unknown = Electricity, meter without a name
source-kind-index = Registers of meter { $name }
source-kind-index-unknown = Registers of a meter without a name
source-kind-gas = Gas, meter { $name }
source-kind-account = Account { $name }
source-kind-positions = Positions ({ $name })
source-kind-trips = Trips ({ $name })
source-kind-visits = Places visited ({ $name })
source-kind-agenda = Calendar
source-kind-benefits = Rights and payments
source-kind-refuels = Refuelling and charges
source-kind-temperatures = Temperatures outside
source-kind-purchases = Purchases
days-legend = What each cell shows
days-whole = day known
days-half = day known in part
days-calm = nothing on that day
days-gap = day missing
days-month = Month
days-known = Known
days-part = In part
days-missing = Missing
days-title = Which days are known?
days-numbers = The days in numbers
days-of-year = Days known by month, { $year }
gaps-title = What is missing, and what can be done?
gaps-none = No day is missing.
gaps-more = { $count ->
    [one] and { $count } other gap, further back
   *[other] and { $count } other gaps, further back
}
gap-since = nothing since { $day }
gap-day = { $day }
gap-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
gap-period = the time { $period }
gap-when-now = within a minute
gap-when-tonight = tonight
gap-when-at = on { $moment }
gap-do-connection = Nothing to do: the connection will ask for these days { $when }.
gap-do-action = The connection waits for something from you before it goes on.
gap-do-electricity = In your Enedis customer space, “Gérer mes mesures”, download the load curve for { $period } and drop the file here.
gap-do-index = In your Enedis customer space, “Gérer mes mesures”, download the daily registers for { $period } and drop the file here.
gap-do-gas = In your GRDF customer space, download your daily readings for { $period } and drop the file here.
gap-do-account = On your bank's site, download the transactions (OFX or CSV) for { $period } and drop the file here.
gap-do-positions = If a phone or a watch has noted these moves, drop its file (GPX, Google, OwnTracks) for { $period }.
gap-do-other = Drop a file of this source here for { $period }.
gap-within-electricity = An imported file covers these days and says nothing of them: the meter sent nothing. A newer file, or EDF's, sometimes has them.
gap-within-positions = An imported file covers these days and says nothing of them: the phone noted nothing. There is nothing to do.
gap-within-other = An imported file covers these days and says nothing of them. A newer file sometimes has them.
import-short-waiting = waiting
import-short-recognising = under way
import-short-reading = under way
import-short-merging = under way
import-short-done = imported
import-short-failed = not imported

## An import

import-title = Importing
import-leave = You can leave this page: the import goes on, and you will find it under “Sources”.
import-now-waiting = Waiting for its turn…
import-now-recognising = Domicile looks at what it is…
import-now-reading = Reading: { $read } of { $total }
import-now-merging = Putting it into your documents…
import-step-waiting = Keep the file as it is
import-step-recognising = Recognise what it is
import-step-reading = Read the readings
import-step-merging = Put them away, month by month
import-done-title = Here is what was found
import-done-said = { $format }, { $period }.
import-again-title = This file was there already
import-again-said = The same bytes had been imported before: nothing has changed.
import-found-title = In this file
fact-meter = Meter
fact-meter-unknown = not named in the file
fact-period = Period
fact-readings = Curve
fact-step = { $count ->
    [one] { $count } reading
   *[other] { $count } readings
} every { $minutes } min
fact-energy = Use
fact-production = Production
fact-gas = Gas
fact-gas-said = { $kind ->
    [daily] { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
    [published] { $count ->
        [one] { $count } published reading
       *[other] { $count } published readings
    }
    [weekly] { $count ->
        [one] { $count } week
       *[other] { $count } weeks
    }
    [monthly] { $count ->
        [one] { $count } month
       *[other] { $count } months
    }
   *[other] { $count ->
        [one] { $count } reading
       *[other] { $count } readings
    }
}: { $energy }, { $volume }
fact-told = Told by the meter
fact-told-said = { $count ->
    [one] { $count } reading, at { $since }
   *[other] { $count } readings, from { $since } to { $until }
}
fact-index = Daily registers
fact-gaps = Gaps
fact-no-gaps = none
fact-missing = { $count ->
    [one] { $count } half hour without a reading
   *[other] { $count } half hours without a reading
}. Nothing was made up in their place.
fact-gaps-where = { $count ->
    [one] where is it?
   *[other] where are they? ({ $count } gaps)
}
fact-changed = Known before
fact-no-conflict = nothing that contradicts what was there
fact-replaced = { $count ->
    [one] { $count } reading replaced by this newer file.
   *[other] { $count } readings replaced by this newer file.
}
fact-kept = { $count ->
    [one] { $count } reading of a newer file was kept.
   *[other] { $count } readings of a newer file were kept.
}
import-gap = from { $since } to { $until }
import-next-title = What next?
import-next-see = “{ $app }” can answer your questions with these data.
import-next-run = “{ $app }” can compute again with these new data.
import-next-run-button = Run “{ $app }” again
import-next-another = Drop another file
import-odd-title = What was odd
import-odd-none = Nothing odd in this file.
import-kept-title = What was kept
import-kept-said = { $count ->
    [0] No document had to change.
    [one] { $count } document written.
   *[other] { $count } documents written.
}
import-kept-raw = See the original file, kept as it came
import-kept-list = The documents
import-failed-title = This file could not be imported
import-failed-file = File: { $name }
import-failed-line = line { $line }
import-failed-kept = The file is kept as it came. Nothing was half-written: your other data have not changed.
import-failed-not-kept = The file itself is not kept here. Nothing was half-written: your other data have not changed.
import-again = Try again
import-error-interrupted = Domicile was stopped in the middle of this import.
import-error-interrupted-todo = Try again; if the button is missing, drop the file again.
import-error-todo = Download it again from where it came, without opening it in a spreadsheet, then drop it again.
import-error-other = The file was read up to a place that Domicile does not understand.
import-error-too-large = The file is larger than what Domicile imports.
import-error-program-limit = The reader of this format went over what it is allowed (time, memory or volume), and was stopped.
import-error-program = The reader of this format made a mistake. It is our fault.
import-error-program-todo = Please report it with the detail below; your data are unharmed.
import-error-unavailable = The sandbox in which files are read is not ready on this machine.
import-error-unavailable-todo = Run “make setup” once, then drop the file again.
bad-file-empty = The file is empty.
bad-file-html = This is a web page, not a data file: the site probably asked to sign in again during the download.
bad-file-html-todo = Sign in to the site again, download the file again, then drop it here.
bad-file-unknown = Domicile does not know this kind of file yet.
bad-file-unknown-todo = It is kept as it came. The kinds of file that Domicile reads are listed under “Sources”. If it is one of them, drop it as it was downloaded.
bad-file-no-readings = The file has the right form, but no reading.
bad-file-bad-line = One line does not look like the others: “{ $text }”.
bad-file-bad-time = A date cannot be read: “{ $text }”.
bad-file-bad-value = A value is not a number: “{ $text }”.
bad-file-bad-number = A value is not a number: “{ $text }”.
bad-file-negative = A value is negative: “{ $text }”.
bad-file-absurd-value = A value is too large for a home: “{ $text }”.
bad-file-quantity = The file speaks of something else than energy: “{ $found }”.
bad-file-too-large = The file is larger than { $limit } MB: no export of this kind is.
bad-file-bad-meter = “{ $text }” is not the number of a meter.
bad-file-ends-before = A period ends before it starts: { $text }.
bad-file-json-shape = The JSON is not arranged as the holder does it; expected: { $expected }.
bad-file-tic-checksum = The group “{ $text }” does not match its checksum: the frame is refused.
bad-file-tic-checksum-todo = Nothing of this frame was taken. Capture it again; if it comes back, check the wiring of the meter's output.
bad-file-tic-group = “{ $text }” is not a group of a meter's frame.
bad-file-tic-twice = The frame says { $text } twice, differently.
bad-file-tic-cut = The capture holds no whole frame.
bad-file-tic-long = The frame is longer than a meter's.
bad-file-unit = The unit “{ $found }” is not known here; expected: { $expected }.
bad-file-columns = The expected columns are not there: { $expected }.
bad-file-step-unknown = The step between two readings is neither said nor can it be guessed.
bad-file-json = The text is not well-formed JSON: { $text }.
bad-file-encoding = The file's encoding is damaged: letters have been replaced.
bad-file-xlsx-damaged = The Excel workbook is damaged.
bad-file-xlsx-absent = The archive holds no Excel workbook.
bad-file-xlsx-bomb = The workbook would unfold into something enormous: it was not opened.
bad-file-xlsx-entities = The workbook declares entities, as files made to harm do: it was not opened.
bad-file-xlsx-encoding = The workbook is written in an encoding that spreadsheets do not use: it was not opened.
bad-file-xlsx-encrypted = The workbook is protected by a password.
bad-file-xlsx-encrypted-todo = Save it without a password, then drop it again.
bad-file-duplicate = One reading appears twice with different values.
odd-lines = { $more ->
    [0] Lines { $lines }
   *[other] Lines { $lines } and { $more } more
}
odd-bad-line = { $count ->
    [one] { $count } line was not understood; it is left out.
   *[other] { $count } lines were not understood; they are left out.
}
odd-bad-record = { $count ->
    [one] { $count } item was not understood; it is left out.
   *[other] { $count } items were not understood; they are left out.
}
odd-bad-barcode = { $count ->
    [one] { $count } barcode is wrong; its line is kept without it.
   *[other] { $count } barcodes are wrong; their lines are kept without them.
}
odd-other = “{ $kind }”, { $count } times.
odd-gap = { $count ->
    [one] Readings are missing in one place.
   *[other] Readings are missing in { $count } places.
}
odd-step-change = { $count ->
    [one] The step between two readings changes once within the file.
   *[other] The step between two readings changes { $count } times within the file.
} Each reading counts for as long as it truly lasted.
odd-step-contradicted = The file announces a step that is not that of its readings; that of the readings is used.
odd-no-such-hour = { $count ->
    [one] One hour does not exist on its day
   *[other] { $count } hours do not exist on their days
} (clocks going forward): set aside.
odd-conflicting-duplicate = { $count ->
    [one] One reading is there twice with two values
   *[other] { $count } readings are there twice with two values
}: the first is kept.
odd-duplicate = { $count ->
    [one] One reading is there twice, the same.
   *[other] Some readings are there twice, the same.
}
odd-overlap = { $count ->
    [one] Two readings overlap.
   *[other] Readings overlap, { $count } times.
}
odd-no-meter = The file does not name its meter.
odd-gas-absent = { $count ->
    [one] The holder has no data for one period; it stays a gap.
   *[other] The holder has no data for { $count } periods; they stay gaps.
}
odd-gas-quality = The file names the quality of a reading in a word that is not known here ({ $example }).
odd-tic-refused = { $count ->
    [one] One frame or group was not sound ({ $example }) and was left out.
   *[other] { $count } frames or groups were not sound ({ $example }…) and were left out.
}
odd-tic-cut = { $count ->
    [one] One frame is not whole and was left out.
   *[other] { $count } frames are not whole and were left out.
}
odd-tic-curve = { $count ->
    [one] The meter gives two points of its load curve that do not follow each other: they were left out.
   *[other] In { $count } frames the points of the load curve do not follow each other: they were left out.
}
odd-off-grid = { $count ->
    [one] One reading is not at a round time ({ $example }): set aside.
   *[other] { $count } readings are not at a round time ({ $example }…): set aside.
}
odd-off-midnight = { $count ->
    [one] One register was not read at midnight ({ $example }).
   *[other] { $count } registers were not read at midnight ({ $example }…).
}
odd-unsorted = The lines are not in the order of time; they were put in order.
odd-other-quantity = The file also holds something else ({ $example }), which is not imported.
odd-outside-period = Some readings lie outside the announced period; they are kept.
odd-truncated-period = The file stops before the end that it announces.
odd-null-value = { $count ->
    [one] One reading is empty in the file.
   *[other] { $count } readings are empty in the file.
}

## Apps

apps-lede = They compute at your home, in a closed box, on what you agreed to and nothing else.
apps-own = At your home
apps-proposed = Proposed: you have the data for them
apps-shipped = Shipped with Domicile
apps-connectors = What reads your files
apps-removed = “{ $app }” is uninstalled: it reads nothing any more.
apps-none = No app is installed.
app-agreed = you have agreed
app-not-agreed = has read nothing yet
app-stopped = access taken back
app-changed = has changed: agree again
app-signed = signed by its publisher
app-unsigned = not signed
app-last = last computed { $when }
app-open = Open
app-made-by = by { $publisher }, version { $version }
app-formats = { $count ->
    [one] { $count } kind of file recognised
   *[other] { $count } kinds of files recognised
}
app-lede = { $count ->
    [one] From { $count } reading, { $period }.
   *[other] From { $count } readings, { $period }.
}
app-computed = Computed at your home { $when }.
app-newer = New data have arrived since: compute again at the end of this page.
app-no-consent = You have taken access back, or the app has changed: it reads nothing any more. This is its last result.
app-last-failed = The last computation did not succeed.
app-last-failed-see = See what happened
app-ready-said = You have agreed to what it reads. It has not given a result yet.
app-reads-title = What this app reads, and what comes out
app-period = Period agreed to: { $period }
app-period-months = { $count ->
    [one] Period agreed to: the last month
   *[other] Period agreed to: the last { $count } months
}
app-limited = Computed from what you chose to give:
limited-time-day = days without their hours
limited-time-month = months without their days
limited-place-district = places to the district
limited-place-commune = places to the commune
limited-money-tens = amounts to ten euros
limited-money-hundreds = amounts to a hundred euros
limited-fields = without some of the information
when-title = When does it run?
when-hand = When I ask
when-day = Every day
when-week = Every week
when-change = When new data arrive
when-hand-about = It computes only when you ask.
when-next = Next computation: { $when }, or shortly after.
when-change-about = It computes shortly after data that it reads have arrived.
when-paused = Paused: it goes on once you have agreed to it again.
when-button = Save
when-short-day = computes every day
when-short-week = computes every week
when-short-change = computes when data arrive
uninstall-link = Uninstall
uninstall-title = Uninstall “{ $app }”
uninstall-lede = It will read nothing any more, and its program leaves your home.
uninstall-button = Uninstall
install-title = Install an app
install-lede = It is installed without reading anything: before it first computes you will see what it asks for, and can give less.
install-button = Install
install-zip = A file
install-zip-about = A .zip package, signed by who publishes the app.
install-zip-label = The package
install-address = An address
install-address-about = The address of a signed package. That server is asked for this file alone.
install-address-label = The address, which starts with https
install-folder = A folder of yours
install-folder-about = The folder of an app that you are writing, signed or not. Without a signature nobody vouches for what it holds: install none but your own.
install-folder-label = The folder
install-peer = This address could not be asked. It starts with https and leads to a public server.
install-no-file = Choose a file first.
install-package-large = That is too large for an app: four megabytes at most, and a hundred files. Nothing is installed.
install-package-damaged = This is no package of an app, or a damaged one. Nothing is installed.
install-package-path = This package holds a path or a link that leads elsewhere: it is refused. Nothing is installed.
install-package-compiled = This package holds compiled code, which nobody can read: it is refused. Nothing is installed.
install-package-manifest = The description of the app (manifest.toml) is not right: the detail is for who wrote it. Nothing is installed.
install-package-kind = Only apps are installed: what reads your files comes with Domicile.
install-package-signature = The signature does not fit this package: it was changed, or damaged. Nothing is installed.
install-package-unsigned = This package is not signed. If it is your own, install its folder.
install-package-key = This app has the name of one that you have, but comes from somebody else. Uninstall the other one first. Nothing is changed.
install-package-shipped = An app of this name comes with Domicile. Nothing is installed.
install-package-many = You have installed as many apps as Domicile keeps: uninstall one first.
install-package-address = There is no package at this address.
app-run = Compute
app-run-again = Compute again
app-change = Change
app-runs = Its computations
app-views = Views of this result
app-view-own = My view
app-view-shared = View for a social worker
app-view-shared-said = This is exactly what this view would show. It is shared with nobody.
view-too-many = { $count } more answers are not shown.
view-map-told = Value or length
view-map-north = N
view-numbers = The numbers
view-partial = not whole
view-week = week of { $day }
view-doubt = Worth knowing:
view-unreadable = The app has declared something here that Domicile cannot draw. The rest of the page does not suffer.
consent-kicker = Summary of the data needed
consent-title = What “{ $app }” asks for
consent-reads = What it reads, and why
consent-necessary = the app cannot do without
consent-use = I give it
consent-without = Without it: { $then }
consent-fields = { $count ->
    [one] { $count } piece of information read
   *[other] { $count } pieces of information read
}
consent-fields-choose = Unmark what you do not give.
consent-fields-fixed = The app cannot do without them.
consent-limits = Give less
consent-months = How many months
consent-period-about = What has no date (a contract, an account) is read whatever the period.
consent-period-months = The last months
consent-time = How exact in time?
consent-time-exact = To the hour
consent-time-day = To the day
consent-time-month = To the month
consent-place = How exact in place?
consent-place-exact = The exact place
consent-place-district = The district (about 1 km)
consent-place-commune = The commune (about 10 km)
consent-money = How exact in amounts?
consent-money-exact = To the cent
consent-money-tens = To 10 euros
consent-money-hundreds = To 100 euros
consent-preview = What it would read
consent-preview-about = See, on your own data, what the app would be given with these choices. Nothing is given to it before you agree.
consent-preview-button = See what it would read
consent-rows = { $before ->
    [0] Nothing to read yet.
    [one] { $after } of { $before } item.
   *[other] { $after } of { $before } items.
}
consent-unseen = What it would read here could not be seen: its question fails, or asks too much.
consent-sample = { $count ->
    [one] One example, as it would be given
   *[other] { $count } examples, as they would be given
}
consent-stops = What this changes for the app
consent-stops-nothing = It would be given all that it asks for.
consent-stops-refused = “{ $what }” is not given: { $then }
consent-stops-empty = Nothing is left of “{ $what }”: { $why }, that will not work.
consent-stops-field = “{ $field }” is not given with “{ $what }”.
consent-stops-time-day = Hours are not told apart.
consent-stops-time-month = Days and hours are not told apart.
consent-stops-spread-day = What a day used is spread evenly over its hours: the total stays exact; what the app says of hours and of prices by the hour means nothing any more.
consent-stops-spread-month = What a month used is spread evenly over its days: the total stays exact; what the app says of days and hours means nothing any more.
consent-stops-positions = The positions of your devices are not given: they are times.
consent-stops-words = Free texts (wordings, names) are not given, as they could say what you round; addresses and numbers are replaced by others.
origin-signed = Installed by you from { $source }. Its signature is its publisher's; nobody else can update it.
origin-unsigned = Installed by you from { $source }, without a signature: nobody but you vouches for what it holds.
program-key = Its publisher's key
consent-program-signed = The agreement holds for what it asks. An update signed with the same key that asks for nothing more and nothing else goes on; any other will ask you again.
property-observedProperty = quantity measured
property-madeBySensor = meter
property-unit = unit
property-identifier = number
property-amount = amount
property-value = amount in figures
property-currency = currency
property-description = wording
property-name = name
property-sender = from whom
property-recipient = to whom
property-startTime = start time
property-endTime = end time
property-fromLocation = place of departure
property-toLocation = place of arrival
property-location = place
property-latitude = latitude
property-longitude = longitude
property-member = person of the household
property-birthDate = date of birth
property-postalCode = postal code
property-generatedAtTime = moment of the correction
consent-documents = { $count ->
    [0] Nothing of the kind in your pod yet.
    [one] { $count } document of your pod
   *[other] { $count } documents of your pod
}
consent-query = The exact question it asks
consent-query-about = It can ask no other question than those of this page, written beforehand.
consent-references = Public reference data, shipped with Domicile
consent-references-about = Nothing personal: they are the same for everybody.
consent-yields = What comes out
consent-yields-about = You alone see it. The app can send nothing.
consent-until = Until when
consent-until-about = As long as you like: one click takes access back, with or without the results. If the app changes, it will ask you again.
consent-period = For which period?
consent-known = Your data go from { $since } to { $until }.
consent-no-data = There are no data to read yet.
consent-period-all = All I have
consent-period-own = From… to…
consent-bad-period = That period will not do: check both dates, the first before the second.
consent-accept = Agree and compute
consent-later = Not now
consent-program = The program
consent-program-about = The agreement holds for this very program. If one byte of it changes, it reads nothing until you agree again.
program-publisher = Published by
program-version = Version
program-license = Licence
program-digest = Fingerprint
revoke-title = Take back the access of “{ $app }”
revoke-lede = It will read nothing any more, from this very moment.
revoke-results = Its results
revoke-keep = Keep them
revoke-erase = Delete them
revoke-button = Take access back

## Computations

run-title = “{ $app }” is computing
run-leave = You can leave this page: the result will wait for you under “Apps”.
run-now-waiting = Waiting for its turn…
run-now-running = It reads what you agreed to, and computes…
run-one-title = A computation of “{ $app }”
run-done = done
run-failed = stopped
run-under-way = under way
run-reads-title = What it read
run-reads-nothing = It read nothing.
run-what = What
run-rows = Items
run-yielded = Result
run-by-owner = started by you
run-by-schedule = started at its time
run-by-change = started by new data
runs-yielded = { $bytes } of result
run-bytes = Volume
run-answer = Answer
run-given = given
run-cost-title = What the computation took
run-wall = Time
run-cpu = Computing
run-read = Read in all
run-exit = End
run-exit-ok = as it should
run-box-title = How it was closed in
run-box-said = { $count ->
    [0] The protections of this computation were not noted.
    [one] { $count } protection in force: no network, no disk, time and memory counted.
   *[other] { $count } protections in force: no network, no disk, time and memory counted.
}
run-layers = The protections
run-output = Fingerprint of the result
run-error-kept = No result was written; the one before, if any, is still there.
run-error-program-limit = The app went over what it is allowed (time, memory or volume), and was stopped.
run-error-program-not-allowed = The app asked for something else than what you agreed to: it was refused.
run-error-program-bad-output = The app gave a result that is not of the form it announced: it was not kept.
run-error-program = The app made a mistake.
run-error-unavailable = The sandbox is not ready on this machine: run “make setup” once.
run-error-interrupted = Domicile was stopped in the middle of this computation: run it again.
run-error-other = The computation could not be finished.
runs-title = The computations of “{ $app }”
runs-lede = Each one says what it read, how long it took and how it was closed in.
runs-none = No computation yet.
runs-line = { $queries ->
    [one] { $queries } question asked
   *[other] { $queries } questions asked
}, { $bytes } read

## My data

data-lede = Everything that is kept here, as it is, and under each thing who can see it and why.
folder-holds = What is in here
folder-empty = Nothing here yet.
folder-energy = Energy
folder-electricity = Electricity
folder-gas = Gas
folder-temperatures = Temperatures outside
folder-readings = Between two dates
folder-imports = Imported files
folder-purchases = Purchases
folder-refuels = Refuelling and charges
folder-finance = Accounts
folder-benefits = Benefits and rights
folder-household = Household
folder-papers = Official papers
folder-studies = Studies
folder-vehicles = Vehicles
folder-mobility = Mobility
folder-positions = Positions
folder-trips = Trips
folder-visits = Places visited
folder-corrections = Corrections
folder-agenda = Calendar
name-categories-ttl = Category rules
name-account-ttl = The account
folder-apps = Results of apps
folder-profile = Profile
folder-inbox = Inbox
folder-settings = Preferences
folder-index = Daily registers
about-energy = what your meters measured
about-imports = the original files, kept as they came
about-apps = what the apps computed
about-profile = your card, for everyone to read
about-inbox = what others send you; you alone read it
about-settings = for the apps that use them
name-meter = Meter { $meter }
name-index = Registers of { $year }
name-card = Card
name-prefs = Preferences
name-public-type-index = Public type index
name-private-type-index = Private type index
name-result-json = Latest result
name-result-ttl = Where this result comes from
thing-document = This document
thing-unnamed = Something without a name
document-line = { $size } · changed { $when }
document-preview = Its content
document-no-preview = This kind of file is not shown here. You can download it.
document-more = { $count } more lines are not shown.
document-take = Take it with you
document-download = Download
document-forms = In its raw form:
document-type = Type
form-turtle = Turtle
form-json-ld = JSON-LD
form-n-triples = N-Triples
raw-stored = The very bytes that are kept.
raw-converted = The same, said in another form.
raw-cut = The rest is not shown; the download has it.
remove-title = Delete “{ $name }”
remove-said = It will be deleted from your pod, with its access rules. The activity will keep a trace of it.
remove-raw = The original file will be deleted. The readings that came from it stay in your documents.
remove-button = Delete
registers-title = Registers read each day at midnight
registers-day = Day
registers-total = Total
registers-said = { $count ->
    [one] { $count } day read.
   *[other] { $count } days read.
}
curve-import-by-day = How much each day?
curve-import-readings = When do I use it?
curve-import-days = { $total } this month. The heaviest day: { $day }, { $most }.
curve-export-by-day = How much produced each day?
curve-export-readings = When do I produce?
curve-export-days = { $total } given to the grid this month. The largest day: { $day }, { $most }.
curve-readings = { $count ->
    [one] { $count } reading; up to { $most }.
   *[other] { $count } readings; up to { $most }.
}
curve-energy = Energy
curve-power = Power
curve-days = Day by day
curve-max = Largest power
curve-step = Step
curve-missing = Half hours missing

## Who can see

who-you = You
who-everyone = Everyone
who-authenticated = Anyone who is signed in somewhere
who-origin = A web site
who-program-agreed = agreed on { $day }
who-program-stopped = without your agreement: reads nothing
can-read = can read
can-write = can change
can-append = can add
can-control = decides who sees
you-can-read = can read
you-can-write = can change
you-can-append = can add
you-can-control = decide who sees
why-own = by a rule of “{ $place }” itself
why-above = by the rule set on “{ $place }”
sharing-lede = Every person and every program that can reach something here, and why.
sharing-people = People
sharing-none = No share is open. Your readings, files and results can be read by you alone.
sharing-card-why = it says where to find you, nothing else
sharing-programs = Programs, at your home
sharing-program-line = reads, right here:
sharing-no-programs = No program has your agreement.
sharing-ended = Access taken back
sharing-ended-when = taken back on { $when }
sharing-again = Agree again
sharing-stopped = “{ $app }” reads nothing any more.

## Activity

activity-lede = Everything that happened here. Your own reading is not noted.
activity-none = Nothing of the kind yet.
activity-looks = Read by others and refused at the door, hour by hour
filter-kind = What
filter-program = Program
filter-all = All
filter-since = From
filter-until = To
filter-show = Show
kind-all = Everything
kind-imports = Imports
kind-consents = Agreements
kind-runs = Computations
kind-changes = Documents
kind-refused = Refusals
actor-you = You
actor-public = Somebody without an identity
did-start = Your pod was created.
did-keep = The original file { $what } was kept as it came.
did-import = You imported { $name }.
did-import-more = { $count ->
    [one] { $count } reading
   *[other] { $count } readings
}, { $period }{ $problems ->
    [0] {""}
    [one] {" · "}{ $problems } remark
   *[other] {" · "}{ $problems } remarks
}{ $changed ->
    [0] {""}
    [one] {" · "}{ $changed } day corrected
   *[other] {" · "}{ $changed } days corrected
}
did-import-again = You dropped { $name } again: nothing changed.
did-import-failed = { $name } could not be imported.
did-accept = You agreed to what { $program } asks for.
did-accept-more = Period: { $period }
did-undo = You took back the access of { $program }.
did-app-installed = You installed { $program }, version { $version }.
did-app-updated = You updated { $program }: version { $version }.
did-app-removed = You uninstalled { $program }.
did-schedule-hand = { $program } runs only when you ask.
did-schedule-day = { $program } runs every day.
did-schedule-week = { $program } runs every week.
did-schedule-change = { $program } runs when new data arrive.
did-accept-less = You gave less than was asked for.
did-trial-cleared = The sample household was cleared.
did-run = { $program } computed, at your home.
did-run-more = { $queries ->
    [one] { $queries } kind of data read
   *[other] { $queries } kinds of data read
}, in { $documents ->
    [one] { $documents } document
   *[other] { $documents } documents
}
did-run-failed = { $program } could not finish computing.
did-run-refused = { $program } asked for more than it may.
did-run-refused-more = Refused: { $names }
did-refuse = { $program } was refused.
did-refuse-consent = { $program } could not compute: you have not agreed.
did-create = { $who } made { $what }.
did-create-you = You made { $what }.
did-update = { $who } changed { $what }.
did-update-you = You changed { $what }.
did-delete = { $who } deleted { $what }.
did-delete-you = You deleted { $what }.
did-rules = { $who } changed who can see { $what }.
did-rules-you = You changed who can see { $what }.
did-other = { $what }.
did-look = { $count ->
    [one] { $who } read { $what } once.
   *[other] { $who } read { $what } { $count } times.
}
did-look-refused = { $count ->
    [one] { $who } tried to read { $what }: refused.
   *[other] { $who } tried to read { $what } { $count } times: refused.
}
did-look-refused-write = { $count ->
    [one] { $who } tried to change { $what }: refused.
   *[other] { $who } tried to change { $what } { $count } times: refused.
}

## Settings

settings-title = Settings
settings-lede = { $name }, at home on { $where }.
settings-language = Language
settings-theme = Appearance
theme-system = As the device
theme-light = Light
theme-dark = Dark
settings-me = You
settings-webid = Your identity, for other servers
settings-password = Password
settings-old = The current one
settings-new = The new one
settings-change = Change
settings-bad-old = The current password is not right.
settings-bad-new = That new password is too short, or too easy to guess.
settings-bad-token = Give this token a name.
settings-sessions = Browsers signed in
session-name = { $browser } on { $system }
session-seen = seen { $when }
session-mine = this one
session-end = Sign out
session-end-others = Sign all others out
settings-tokens = Access for your scripts
settings-tokens-about = A token lets one of your scripts act as you. Give it to nobody.
token-new = Make a token
token-name = What will it be for?
token-make = Make it
token-made = made { $when }
token-drop = Delete
token-shown = Here is the token. It will never be shown again: copy it now.
saved-name = Your name is changed.
saved-password = The password is changed; other browsers are signed out.
saved-sessions = Done.
saved-token = The token is deleted.

## Errors

error-happened = What happened
error-kept = What was kept
error-todo = What you can do
error-detail = The technical detail
error-home = Back to the home page
error-internal = Something went wrong
error-internal-said = It is our fault (number { $fault } in the server's log). Your data have not changed.
error-internal-todo = Try again; if it comes back, please report it with this number.
error-not-found = There is nothing here
error-not-found-said = This page does not exist, or does not exist any more.
error-not-found-todo = The address may have been copied wrongly, or the thing deleted: “Activity” would say.
error-forbidden = That is not allowed
error-forbidden-said = The form is out of date, or did not come from these pages. Nothing was changed.
error-forbidden-todo = Open the page again and start over.
error-unauthenticated = Come in first
error-bad-input = That was not understood
error-bad-input-said = What was sent matches nothing expected. Nothing was changed.
error-bad-input-no-file = No file
error-bad-input-no-file-said = No file was chosen.
error-too-large = That is too large
error-too-large-said = The file is over { $limit } MB, the most that Domicile imports at once. It was not kept.
error-too-large-todo = Download a shorter period, or drop it in several parts.
error-too-many-requests = A little patience
error-too-many-requests-todo = Wait a moment, then try again.
error-unavailable = Not now
error-unavailable-said = The server is busy or starting again. Nothing was lost.
error-unavailable-todo = Try again in a moment.
error-program-not-allowed = You have not agreed
error-program-not-allowed-said = This app reads nothing until you have agreed to it.
error-conflict = Not possible as things are
error-conflict-said = It would break something that is kept there. Nothing was changed.
error-quota-exceeded = There is no room left
error-quota-exceeded-said = The disk or this pod's limit is full. Nothing was half-written.

# ---- safety: passkeys, recovery codes, leaving
sign-in-passkey = Enter with a passkey
sign-in-or = or with your password
sign-in-code = Enter with a recovery code
settings-passkeys = Passkeys
settings-passkeys-about = Your fingerprint, your face or your device’s code instead of the password. Nothing to remember, nothing to steal.
passkey-add = Add a passkey
passkey-label = Where is it?
passkey-example = My phone
passkey-unnamed = Passkey
passkey-seen = used { $when }
passkey-drop = Remove
passkey-known = This passkey is known already, or you have too many: remove one.
passkey-failed = The passkey did not answer as it should. Try again.
passkey-refused = Nothing was done: the request was refused, or this device has no passkey for here.
passkey-elsewhere = Passkeys work only under your home’s usual name, not under an IP address or another name.
passkey-script = Passkeys need JavaScript.
settings-codes = Recovery codes
settings-codes-about = For the day you have lost both password and device: ten codes to print, each works once.
codes-left = { $count ->
    [0] You have none.
    [one] You have one left.
   *[other] You have { $count } left.
 }
codes-make = Make ten new codes
codes-title = Your recovery codes
codes-lede = Print them or copy them now: this page does not open again. Earlier codes are worth nothing any more.
codes-about = { $name }, on { $where }. Each code opens once, on the page “Enter with a recovery code”.
codes-kept = I have kept them
code-title = Recovery code
code-lede = One of your printed codes replaces the password, once. You will then choose a new one.
code-lede-app = One of your printed codes replaces the password, once, to come in to { $where } and answer “{ $app }”.
code-code = The code
code-hint = Sixteen letters and digits; hyphens do not count.
code-wrong = The name or the code is wrong, or this code was used already.
confirm-title = Is it you?
confirm-lede-password = What you are about to do matters: give your password again.
confirm-lede-passkey = What you are about to do matters: show your passkey.
confirm-passkey = Use my passkey
confirm-button = It is me
confirm-wrong = That is not the password.
saved-passkey = Your passkey is saved.
saved-passkey-gone = The passkey is removed.
saved-codes = Your recovery codes are ready.
saved-code = You came in with a recovery code. Choose a new password below.
settings-leave = Leaving
settings-leave-about = Delete everything here: your data, what you share, your account. Nothing is lost before a delay, and you can change your mind.
settings-leave-link = Delete my home…
leave-title = Delete my home
leave-lede = Nothing is deleted at once: you have { $days } days to change your mind, and every page will remind you.
leave-what = What will be deleted
leave-data = All your documents, original files, results and the log ({ $size })
leave-account = The account “{ $name }”, its passkeys, codes and tokens
leave-copies = Copies that others have read already cannot be deleted from here: ask them.
leave-before = First download what you want to keep, with “Export everything” in the settings. Your other browsers will be signed out.
leave-button = Delete everything in { $days } days
leaving-line = Your home will be deleted on { $when }.
leaving-undo = I am staying after all
cancel = Cancel
## My data: found, filled, changed

undo = Undo
undo-share = Back to what it was…
done-saved = Saved. The version before is kept.
done-made = The folder is there.
done-uploaded = { $count ->
    [one] The file is stored here.
   *[other] { $count } files are stored here.
}
done-moved = Moved.
done-copied = The copy is there. It has the access rules of its new folder.
done-removed = Deleted.
done-restored = The version you chose is back in place. The one it replaces is kept.
done-undone = Undone.
done-erased = Erased for good.
done-shared = The access rules are changed, from now on.
search-label = Search my data
search-hint = Search for a name, a word…
search-button = Search
search-title = Search
search-about = In the names of files and the texts in them. Accents and capitals make no difference. The “/” key leads here from anywhere.
search-found = { $count ->
    [0] Nothing found
    [one] One thing found
   *[other] { $count } things found
}
search-none = No name and no text has all these words. The beginning of a word is enough.
search-more = There are more: another word would help.
folder-jump = Go to names that begin with
folder-jump-button = Go
folder-first = To the beginning
folder-nothing-there = Nothing from there on.
folder-add = Add
folder-new = A new folder
folder-new-button = Make the folder
upload-files = Files
upload-folder = Or a whole folder
upload-about = You can also drop them anywhere on this page. Nothing is replaced: a name that is taken gets a number.
upload-button = Send here
upload-failed = The files did not arrive. Try again
do-with = What to do with it
do-with-folder = What to do with this folder
zip-link = Download all of it (zip)
document-open = Open it alone
edit-link = Edit
edit-form-link = Edit as a form
edit-text-link = Edit the text
edit-title = Edit “{ $name }”
edit-text = The text
edit-as-form = Edit it as a form instead
edit-as-text = Edit the text instead.
edit-leave = Change nothing
edit-refused = This was not saved: the text is not understood.
edit-refused-line = This was not saved: the text is not understood, line { $line }.
edit-form-lede = Each line says one thing. What is left as it is does not change, comments included.
edit-kind = Kind of value
edit-language = Language
edit-drop = Remove
edit-left = { $count ->
    [one] One more line is not shown here: edit the text.
   *[other] { $count } more lines are not shown here: edit the text.
}
edit-add = Add
edit-add-about = About
edit-add-property = Property
edit-add-property-about = Choose a known one, or type an address, or “foaf:nick”.
edit-add-value = Value
edit-bad-number = This value is no number.
edit-bad-date = This value is no date: 2026-11-24, for example.
edit-bad-moment = This value is no moment: 2026-11-24T18:00:00+01:00, for example.
edit-bad-yesno = This value is neither yes nor no.
edit-bad-language = This is no language: fr or en-GB, for example.
edit-bad-iri = This is no address.
edit-bad-protected = The identity provider is not changed here.
kind-text = text
kind-link = link
kind-number = number
kind-date = date
kind-moment = date and time
kind-yesno = yes or no
kind-other = as it is
conflict-title = Somebody else has saved meanwhile
conflict-said = The document changed { $when }, while you were working on it. Nothing is lost: here are both.
conflict-theirs = What is stored now
conflict-mine = What you wrote
conflict-save-about = Saving yours replaces the other, which stays among the versions.
conflict-save = Save mine
conflict-leave = Keep what is stored
conflict-form = Your changes are not saved. Open the form again: it will show the document as it is now.
conflict-again = Open the form again
share-link = Change who can see
share-title = Who can see “{ $name }”
share-today = Today
share-choose = What you want
share-inherit = Like the folder “{ $place }”: has its rules, now and later
share-alone = You, and nobody else
share-own = Those I choose here
share-people = People
share-webid = Address of a person (WebID)
share-add = Add a person
share-add-about = Their WebID: the address of their profile, which they can give you.
share-crowds = Anybody
share-kept = { $count ->
    [one] Another rule (program, group, site) stays as it is.
   *[other] { $count } other rules (programs, groups, sites) stay as they are.
}
share-folder = This holds for everything in the folder, except for what has rules of its own.
share-preview = See what it would mean
share-would = What it would mean for “{ $name }”
share-not-yet = Nothing is changed yet.
share-public = Careful: anybody will be able to get at it, without an account, and you will not know who.
share-after = Afterwards
share-confirm = Yes, change it
share-bad-choice = There is no such choice.
share-bad-webid = A WebID is an address that starts with https://
share-bad-many = These are too many people for one page: make a group of them.
level-none = nothing
level-read = can read
level-write = can read and change
move-link = Move, rename, copy
move-title = Move or copy “{ $name }”
move-name = Its name
move-into = Into the folder
move-into-about = A folder that does not exist yet will be made.
move-rules = What is moved keeps its access rules if it has any; otherwise it has those of its new folder. A copy always has those of its new folder.
move-button = Move
copy-button = Copy
move-bad-name = This name will not do.
move-bad-taken = There is something of this name already.
move-bad-itself = A folder cannot go into itself.
move-bad-profile = Your profile stays where it is: it says who you are.
move-bad-target = It cannot go there.
remove-folder = { $count ->
    [0] This folder is empty.
    [one] This folder holds one thing, { $size } in all: it will be deleted with it.
   *[other] This folder holds { $count } things, { $size } in all: they will be deleted with it.
}
remove-undo = You can undo it: what is deleted stays in the bin for a while, seen by you alone.
remove-no-undo = It is too large for the bin ({ $size } at most): part of it cannot be restored.
remove-forever = Erase for good, and keep nothing in the bin
versions-link = Versions
versions-title = Versions of “{ $name }”
versions-lede = What this document was before it was changed. Access rules are not among it: restoring a version gives access back to nobody.
versions-list = Versions kept
versions-until = until { $when }
versions-restore = Restore
versions-restore-this = Restore the version of { $when }
versions-none = No version is kept so far.
versions-now = See the document as it is
versions-erase = Erase all these versions
versions-compared = From the version of { $when } until now
versions-how = “+”: added since; “−”: taken away since.
versions-same = Nothing has changed in the text.
versions-no-compare = These contents are not compared line by line. You can download this version.
trash-title = Bin
trash-lede = What you have deleted and can bring back. With the versions that are kept: { $used } of { $quota }; the oldest makes room.
trash-when = deleted { $when }
trash-restore-this = Restore “{ $name }”
trash-empty = The bin is empty.
trash-alone = What is restored is seen by you alone, even in a folder that is shared.
trash-erase = Empty the bin and erase all versions
trash-erase-said = This cannot be undone.
did-move = { $who } moved { $what }.
did-move-you = You moved { $what }.
did-restore = { $who } restored { $what }.
did-restore-you = You restored { $what }.
did-erase = { $who } erased the versions of { $what }.
did-erase-you = You erased the versions of { $what }.
did-erase-all = You emptied the bin and erased the versions that were kept.
error-bad-input-name = This name will not do
error-bad-input-name-said = This name is empty, reserved, or has signs that do not belong into a name. Nothing was changed.
error-conflict-taken = There is something already
error-conflict-taken-said = There is something of this name already. Nothing was changed.
error-conflict-changed = It has changed since
error-conflict-changed-said = Something has changed there since: undoing would erase it. The versions that are kept let you choose.
error-conflict-issuer = This version names another identity provider
error-conflict-issuer-said = Restoring this version of the profile would give your identity to another provider. Nothing was changed.
error-conflict-profile = Your profile stays where it is
error-conflict-profile-said = Your profile says who you are: it neither goes nor moves with a folder. Nothing was changed.
# -------------------------------------------------------------------- Signing in to an app

authorize-title = “{ $app }” asks to sign in
authorize-lede = It wants to use your pod, { $where }, on your behalf, { $name }.
authorize-who = Who acts, where and for whom
authorize-name = The app, as it names itself
authorize-address = Its address
authorize-no-address = It gave no address: its name could not be checked.
authorize-target = The answer is sent to
authorize-identity = It will act for you, under this identity
authorize-pod = In this pod
authorize-choice = What may “{ $app }” do?
ceiling-read = Read
ceiling-write = Read and change
ceiling-control = Read, change, and decide who has access
authorize-limits = It will never have more than what you choose here. You can take its access back at any time under “Apps”.
authorize-agree = Allow
authorize-refuse = Refuse
authorize-sign-in-lede = “{ $app }” sends you here to sign in to { $where }. Your password stays here: the app does not see it.
authorize-first = This pod has no owner yet.
authorize-first-link = Set it up
authorize-sign-out-title = Sign out?
authorize-sign-out-lede = This browser will not open { $where } again without a password.
authorize-fault-title = This request cannot be followed
authorize-fault-client = The app that sends you here could not be recognised.
authorize-fault-redirect = The app wants the answer at an address that is not its own. Somebody may be trying to pass for it.
authorize-fault-todo = Nothing was passed on. Go back to the app and start again; if it happens again, tell those who make it.
connected-link = Apps from elsewhere, and scripts
connected-title = Connected apps
connected-lede = Those that you signed in to with this pod, and what each may do.
connected-apps = Apps
connected-none = None yet.
connected-about = To sign in to a Solid app, give it this address: { $issuer }
connected-seen = agreed { $agreed }, used { $seen }
connected-ended = Its access is taken back.
connected-scripts = Your own scripts and programs
connected-scripts-about = A credential lets a Solid program act for you, within the limit you choose. Give it to nobody.
connected-made = Here are the credential and its secret. The secret will never be shown again: copy it now.
connected-make = Make a credential
connected-ceiling = What it may do
connected-bad-name = Give this credential a name.
did-app-accept = You allowed { $name }.
did-app-undo = You took back the access of { $name }.
did-credential-accept = You made a credential for { $name }.
did-credential-undo = You deleted the credential of { $name }.
actor-for-you = { $app }, for you,
settings-export = Taking it with you
settings-export-about = Everything here, in one file that other software can read.
export-title = Export everything
export-lede = A zip file with everything in your home. It is made while you download it.
export-what = What is in it
export-data = Your documents, original files and results, as they are kept ({ $size })
export-rules = Who could see what, to be read: these rules are not put in force elsewhere
export-manifest = A list of everything, with the fingerprint of each file
export-not = It holds no password, no key and no token: nobody gets into your home with this file.
export-care = This file is not encrypted: whoever opens it reads everything. Keep it somewhere safe.
export-button = Download
did-export = You exported everything.
settings-move = Entrusting my identity elsewhere
settings-move-about = Choose who may tell others that you are you: this server, another one, or both.
identity-title = Who vouches for me
identity-lede = When an app or another home asks who you are, one of these servers answers for you.
identity-who = Those who vouch for you
identity-who-about = Each of them can act in your name wherever you have access. Name only those that you trust entirely.
identity-own = This server
identity-only = It is the only one: add another before you remove it.
identity-remove = Remove
identity-sure-label = I know that no app will be able to sign in through this server any more
identity-add = Add one
identity-add-about = It has to know you under your present identity. We first check that it answers; the one here stays until you remove it.
identity-address = Its address
identity-add-button = Add
identity-added = Added. Sign in through that server once before you remove the other.
identity-removed = Removed.
identity-away = This server ({ $own }) no longer vouches for you: no app signs in through it any more. You still come in here as before, and can add it again.
identity-no-address = That is no address: it begins with https://.
identity-no-answer = No identity server answers at that address. Nothing was changed.
identity-full = You have enough already: remove one first.
identity-last = It is the only one that vouches for you: without it nobody could recognise you. Nothing was changed.
identity-sure = Tick the box to confirm: no app could sign in through this server any more. Nothing was changed.
identity-deeper = Your identity (WebID) keeps its address; its document names these servers (solid:oidcIssuer).

# What public bodies say (import)
stated-TaxNotice = Tax notice on the income of { $incomeYear }: reference income { $referenceIncome }, { $parts } parts.
stated-TaxNotice-netTax = Tax notice on the income of { $incomeYear }: reference income { $referenceIncome }, { $parts } parts, net tax { $netTax }.
stated-ProofOfAddress = Proof of address in the name of { $name }: { $address }, { $postalCode } { $locality }, issued on { $issuedOn }.
stated-signature-verified = Signature verified with the authority's certificate.
stated-signature-not-verified = Signature not verified: the authority's certificate is not known here.
stated-Entitlement = { $entitled ->
    [yes] { $right }: the right is open.
   *[other] { $right }: no open right.
}
stated-Entitlement-since = { $entitled ->
    [yes] { $right }: the right is open (since: { $since }).
   *[other] { $right }: no open right.
}
stated-right-rsa = RSA (minimum income)
stated-right-activity-bonus = Activity bonus
stated-right-health-cover = Supplementary health cover
stated-right-disabled-adult = Disabled adults' allowance
stated-right-disabled-child = Disabled child's education allowance
stated-right-family-support = Family support allowance
stated-FamilyQuotient = Family quotient ({ $provider }) of { $month }: { $value }, for { $persons } person(s).
stated-ChildcareShare = Childcare: { $children } dependent child(ren), resources of { $year }: { $resources }.
stated-BenefitPayment = Payment by France Travail on { $paidOn }: { $amount }.
stated-JobSeeker = Registered with France Travail since { $start }.
stated-JobSeeker-end = Registered with France Travail since { $start } (end: { $end }).
stated-StudentGrant = { $holder ->
    [yes] Student grant, step { $step }, { $months } months from { $start }.
   *[other] No student grant for the year that starts on { $start }.
}
stated-Household = A household, with the people and the address that the body knows.
stated-SchoolEnrolment = { $enrolled ->
    [yes] School year { $year }: { $training }, { $institution }.
   *[other] School year { $year }: not enrolled.
}
stated-StudentEnrolment = Higher education: { $institution }, { $start } to { $end }.
stated-NationalService = National service: { $status }.
stated-CivicService = { $contract ->
    [yes] Civic service, { $start } to { $end }.
   *[other] No contract of civic service.
}
stated-SportStatus = Top-level athlete ({ $federation }), { $start } to { $end }.
stated-Vehicle = Vehicle: { $brand } { $model }, { $fuelName }, { $co2 } g of CO₂/km at the tailpipe.
bad-file-forged = The signature on this paper is not the authority's: it was altered, or misread.
bad-file-forged-todo = Read the code again from the original. If it still says the same, do not trust it.
bad-file-2ddoc-cut = The end of the code is missing: the signature is not there.
bad-file-2ddoc-cut-todo = Read the whole 2D-Doc again, with its signature.
bad-file-2ddoc-kind = This is a 2D-Doc, but of a kind of paper ({ $found }) that Domicile does not read yet.
bad-file-2ddoc-kind-todo = The file is kept: it will be read once this kind of paper is.
bad-file-2ddoc-value = A field of the 2D-Doc ({ $field }) makes no sense.
bad-file-2ddoc-missing = A field ({ $field }) of this 2D-Doc is missing.
bad-file-2ddoc-field = The fields of this 2D-Doc are not in order ({ $field }).
bad-file-2ddoc-signature = The signature of this 2D-Doc is not whole.
bad-file-2ddoc-header = The header of this 2D-Doc is not whole.
bad-file-2ddoc-version = This version of 2D-Doc ({ $found }) is not known.
bad-file-2ddoc-long = This is too long for a 2D-Doc.
bad-file-2ddoc-many = There are too many codes in this file ({ $count }).
bad-file-2ddoc-none = There is no 2D-Doc in this file.
bad-file-refused = The public body said no: { $text }
bad-file-endpoint = This answers an address that Domicile does not know ({ $text }).
bad-file-nothing-said = The answer says nothing.
odd-date-impossible = { $count ->
    [one] A date is in no calendar ({ $example }); it is left out, the original answer keeps it.
   *[other] { $count } dates are in no calendar ({ $example }…); they are left out, the original answer keeps them.
}
odd-2ddoc-shortened = A field was shortened to fit into the code.
bad-file-picture-no-code = There is no readable 2D-Doc code in this picture.
bad-file-picture-no-code-todo = Photograph the code from near, flat and well lit, or drop the original PDF.
bad-file-picture-too-large = The picture is too large to be read here.
bad-file-picture-too-many-pages = This PDF has too many pages to look for a code in.
bad-file-picture-damaged = The picture or the PDF is damaged.

## Connections

connections-title = Connections
connections-lede = What Domicile fetches by itself, as you agreed, from those who hold your data.
connections-list = Your connections
connections-none = No connection yet.
connections-busy = Domicile is asking just now…
connections-waiting = For you to do
connections-add = Connect a source
connection-next = Next asked { $when }.
connection-new-secret = The token or the secret has changed
connection-until = Agreed until { $day }.
connection-ends = The agreement ends on { $day }, { $left ->
    [0] today
    [one] in { $left } day
   *[other] in { $left } days
}: renew it before.
connection-ended = The agreement ended on { $day }: renew it with the holder, then go on here.
connection-ending = to renew
connection-had = connected already
connection-hosts = Speaks to { $hosts } alone. Your secrets are sealed here; the program that reads the answers does not see them.
connection-add = Connect
connection-sync = Ask now
connection-resume = Done, go on
connection-remove = Forget
connection-action = your turn
connection-waits = waiting
connection-well = up to date
field-usage_point_id = Number of the delivery point (14 digits)
field-token = Token
field-client_id = Client identifier
field-client_secret = Client secret
field-family_name = Name at birth
field-given_names = Given names
field-birth_date = Date of birth (YYYY-MM-DD)
field-sex = Sex in the civil register (F or M)
field-birth_country = Country of birth (INSEE code, 99100 for France)
field-birth_municipality = Municipality of birth (INSEE code)
field-recipient = SIRET of the authorised body
holder-privileges = The authorisation does not cover this question.
holder-identity = The civil identity given does not fit, or is that of several people.
holder-new = Nothing has been asked yet.
holder-well = Last answer { $ago }.
holder-todo = Settle it there, then go on here; nothing is asked again until then.
holder-waits = Domicile will ask again by itself.
holder-consent-gone = Your agreement with Enedis has ended.
holder-moved-house = Enedis says that you have left this home.
holder-client-refused = The client identifier or secret is refused.
holder-refused = The token is refused.
holder-quota = Too many requests in this hour.
holder-malformed = The answer came damaged; nothing of it was kept.
holder-other = The holder does not answer as expected.

# ---------------------------------------------------------------- accounts: what an import asks
ask-title = A question before going on
ask-columns-said = “{ $name }” is a table that nobody has described yet. Say what each column holds; what is chosen already is a guess.
ask-account-said = “{ $name }” does not say which account it is.
ask-kind-said = “{ $name }” is a table that several readers could take. Say what it is.
ask-kind = This table is
ask-fault-kind = Choose what it is.
drop-asks = { $count ->
    [one] { $count } question
   *[other] { $count } questions
}
drop-asks-same = { $count ->
    [one] { $count } other file has the same columns: the answer holds for it too.
   *[other] { $count } other files have the same columns: the answer holds for them too.
}
drop-asks-rest = { $count ->
    [one] The same answer for the other file that asks this
   *[other] The same answer for the { $count } other files that ask this
}
ask-rows = The first lines of the file
ask-role-date = Date
ask-role-label = Description
ask-role-amount = Amount, with its sign
ask-role-debit = Debit
ask-role-credit = Credit
ask-role-currency = Currency
ask-role-account = Account number
ask-role-reference = The bank's reference
ask-others = Debit and credit apart, or other columns
ask-none = – none –
ask-columns-kept = The answer is remembered for every file that has these same columns.
ask-account = Account number (IBAN)
ask-go-on = Go on with the import
ask-fault-columns = The date, the description, and the amount (or debit and credit) are wanted, each in a column of its own.
ask-fault-account = This is not the number of an account: letters and digits, 4 at least.
fact-account = Account
fact-account-unknown = not named
fact-account-said = { $count ->
    [one] 1 transaction
   *[other] { $count } transactions
}, { $into } received, { $out } paid
fact-account-pending = { $count } pending
odd-balance-mismatch = { $count ->
    [one] The closing balance is not what the transactions add up to (they add up to { $example }).
   *[other] { $count } closing balances are not what the transactions add up to (one adds up to { $example }).
}
odd-date-order-assumed = The dates can be read in two ways; they were read day, month, year.
odd-more-pages = The bank's answer goes on, and the rest is not in this file.
bad-file-xml-entities = This file defines XML entities; that is refused, since anything can hide in them.
bad-file-bad-transaction = A transaction of this file cannot be read.
bad-file-bad-json = This JSON file is damaged or cut short.
bad-file-cut-short = This file ends in the middle of a transaction.
bad-file-no-statement = This file holds no transaction.
import-short-asking = A question
bad-file-bad-account = The account number of this file is not one.

## Mobility, calendar

bad-file-bad-balance = A balance cannot be read: “{ $text }”.
bad-file-encrypted = The file is encrypted: export it without encryption.
bad-file-fit = This FIT file is damaged ({ $text }).
bad-file-json-damaged = The text is not well-formed JSON.
bad-file-too-many = The file holds more than is imported at once ({ $limit }).
bad-file-too-many-transactions = The file holds too many transactions.
bad-file-xml = The text is not well-formed XML: { $text }.
bad-file-xml-damaged = The text is not well-formed XML.
bad-file-xml-deep = The XML file is nested too deeply.
odd-bad-time = { $count ->
    [one] One item has a date that cannot be read: set aside.
   *[other] { $count } items have a date that cannot be read: set aside.
}
odd-bad-place = { $count ->
    [one] One place cannot be read: set aside.
   *[other] { $count } places cannot be read: set aside.
}
odd-no-place = { $count ->
    [one] One position has no place: set aside.
   *[other] { $count } positions have no place: set aside.
}
odd-no-time = { $count ->
    [one] One point has no time: set aside.
   *[other] { $count } points have no time (a planned route, perhaps): set aside.
}
odd-ends-before = { $count ->
    [one] One item ends before it begins: set aside.
   *[other] { $count } items end before they begin: set aside.
}
odd-bad-item = { $count ->
    [one] One item does not have the expected form: set aside.
   *[other] { $count } items do not have the expected form: set aside.
}
odd-bad-event = { $count ->
    [one] One event cannot be read: set aside.
   *[other] { $count } events cannot be read: set aside.
}
odd-rule-unknown = { $count ->
    [one] One recurrence is not understood: only its first date is kept.
   *[other] { $count } recurrences are not understood: only their first dates are kept.
}
odd-zone-unknown = { $count ->
    [one] One time zone is not known: the time is read as that of Paris.
   *[other] { $count } time zones are not known: the time is read as that of Paris.
}
# ---- accounts
accounts-title = Your accounts
accounts-lede = What the statements say that you have dropped. Nothing leaves from here.
accounts-how-much = How much is in my accounts?
accounts-none = No statement of an account yet.
accounts-none-how = Your bank lets you download them: OFX, QIF, camt.053, MT940 or CSV.
accounts-none-link = Drop a statement
accounts-link = Your accounts: balances, month by month
account-one = Account
account-on = on { $day }
account-no-balance = the statements tell no balance
account-last = last transaction on { $day }
account-missing = { $more ->
    [0] Missing: { $months }.
   *[other] Missing: { $months } and { $more } other months.
}
account-months = Other months
account-in = How much came in?
account-out = How much went out?
account-rest = What is left of the month?
account-balance = Balance on { $day }: { $balance }
account-transfers = { $count ->
    [one] A transfer between your accounts is not counted.
   *[other] { $count } transfers between your accounts are not counted.
}
account-foreign = { $count ->
    [one] A transaction in another currency is not counted.
   *[other] { $count } transactions in another currency are not counted.
}
account-where = Where does my money go?
account-spent = Spent
account-where-said = { $category } comes first: { $most }, which is { $share } of { $whole }. What was paid back is taken off.
account-gap = { $amount } is missing: the known transactions do not explain the difference between the balances of { $since } and { $until }. A statement has probably not been dropped.
account-pending = What is pending?
account-pending-about = Announced by the bank, not booked yet: these amounts are not counted.
account-days = What happened, day by day?
account-no-transaction = No transaction this month.
account-no-text = No description
account-more = { $count ->
    [one] Another transaction is not shown here.
   *[other] { $count } other transactions are not shown here.
}
account-document = This month's document
account-transfer = Between your accounts
account-transfer-to = To { $account }
account-transfer-from = From { $account }
category-title = What was it for?
category-change = Correct
category-change-one = correct “{ $name }”
category-which = Category
category-words = For all transactions whose description has
category-words-about = Case and accents do not matter. The rule is remembered, for the next statements too.
category-save = Correct everywhere
category-leave = Change nothing
category-corrected = { $count ->
    [0] Rule remembered: “{ $words }”.
    [one] Rule remembered: “{ $words }”, one transaction.
   *[other] Rule remembered: “{ $words }”, { $count } transactions.
}
category-forgotten = { $count ->
    [0] The rule “{ $words }” is undone.
    [one] The rule “{ $words }” is undone, one transaction.
   *[other] The rule “{ $words }” is undone, { $count } transactions.
}
category-fault-words = 3 to 80 letters are wanted.
category-fault-other-words = These words are not in the description of this transaction.
category-fault-category = There is no such category.
category-fault-rules = There are too many rules already: forget one first.
rules-title = What have you corrected?
rules-about = These rules come before Domicile's own.
rule-forget = Forget
rule-forget-one = Forget the rule “{ $words }”
home-summary-accounts = { $count ->
    [one] One bank account is here, since { $since }.
   *[other] { $count } bank accounts are here, since { $since }.
}
money-Benefits = Benefits
money-Salary = Salary
money-Housing = Housing
money-Electricity = Electricity
money-Gas = Gas
money-Water = Water
money-Telecom = Telephone and internet
money-Groceries = Groceries
money-Restaurants = Cafés and restaurants
money-Transport = Transport
money-Fuel = Fuel
money-Health = Health
money-Insurance = Insurance
money-Taxes = Taxes
money-Cash = Cash
money-BankFees = Bank fees
money-Savings = Savings
money-Leisure = Leisure
money-Shopping = Shopping
money-UncategorisedMoney = Uncategorised

### The timeline

timeline-title = My timeline
timeline-lede = Energy, money, CO₂, trips and allowances on one axis, brought together at your home.
timeline-question = How do my months follow each other?
timeline-shortcuts = Periods
timeline-quarter = 3 months
timeline-year = 12 months
timeline-all = Everything
timeline-since = From
timeline-until = to
timeline-show = Show this period
timeline-months = { $since } to { $until }
timeline-against = From { $period }, beside the period before: { $before }.
timeline-more = See more
timeline-nothing = Nothing is known for { $period }. Choose another period.
timeline-empty = Your timeline draws itself as soon as your pod has readings, bank statements or trips.
timeline-empty-link = Drop a first file
timeline-known = { $count ->
    [one] The month is not known.
   *[other] { $known } of { $count } months known.
}
timeline-no-before = Nothing before to compare with.
timeline-same = As much as before ({ $before }){ $months ->
    [0] .
    [one] , over the month wholly known on both sides.
   *[other] , over the { $months } months wholly known on both sides.
}
timeline-less = { $share } less than before ({ $before }){ $months ->
    [0] .
    [one] , over the month wholly known on both sides.
   *[other] , over the { $months } months wholly known on both sides.
}
timeline-more-before = { $share } more than before ({ $before }){ $months ->
    [0] .
    [one] , over the month wholly known on both sides.
   *[other] , over the { $months } months wholly known on both sides.
}
quantity-electricity = Electricity
quantity-spent = Spent
quantity-received = Received
quantity-allowances = Allowances
quantity-allowances-within = Already counted in what was received.
quantity-trips = Trips
quantity-km = Distance
quantity-co2 = CO₂
quantity-co2-of-electricity = Electricity, by the factor of “My Smart Home”.
quantity-co2-of-trips = Trips, by “Coach CO₂”.
lanes-now = this period
lanes-before = the period before
lanes-of-before = { $name }, before
lanes-most = max. { $value }

### Trips

trips-title = My trips
trips-lede = Each trip is corrected with a tap; trips like it learn from that, and every figure follows.
trips-co2_kg = CO₂ of my trips
trips-km = Distance
trips-eur = Known cost
trips-was = { $value } before your correction
trips-running = Noted. The figures are being worked out again, at home…
trips-look = See how far it is
trips-done = Noted, and the figures have followed.
trips-failed = Noted, but the run did not end well: the figures are those of before.
trips-none = No trip yet.
trips-none-link = See what Coach CO₂ asks for
trips-how = How did I get around?
trips-how-about = What is not certain is said. Tap “Correct” where a mode or a purpose is wrong.
trips-when = { $start } – { $end }
trips-owner = you said so
trips-habit = from your habits
trips-sure = certain
trips-likely = likely, { $share }
trips-unsure = uncertain, { $share }
trips-correct = Correct
trips-mode = It was…
trips-other-mode = Another mode
trips-purpose = Purpose
trips-say = Save
trips-forget = Forget my correction
trips-earlier = Earlier trips
trips-places = My places
trips-places-about = Found in your trips, and known to you alone. Name them as you like.
location-home = Home
location-work = Work
location-frequent = Frequent place
location-other = Place
location-rename = Name
location-its-name = Its name
location-its-kind = It is
location-say = Save
location-kind-home = home
location-kind-work = my work
location-kind-other = another place
app-correct-trips = Correct my trips
name-trips-ttl = What you said of your trips
name-places-ttl = The places that you have named
location-visits = { $count ->
    [one] one visit
   *[other] { $count } visits
}
mode-Walk = On foot
mode-Run = Running
mode-Bike = Bicycle
mode-EBike = E-bike
mode-KickScooter = Kick scooter
mode-Skate = Skates
mode-Motorcycle = Motorcycle
mode-Car = Car
mode-Vehicle = Vehicle
mode-Bus = Bus
mode-Coach = Coach
mode-Tram = Tram
mode-Metro = Metro
mode-Train = Train
mode-RER = RER
mode-TER = Regional train
mode-Intercity = Intercity train
mode-TGV = High-speed train
mode-Boat = Boat
mode-Plane = Plane
mode-Other = Other
mode-Unknown = Mode not known
purpose-commute = Commute
purpose-home = Back home
purpose-work = To work
purpose-frequent = To a frequent place
purpose-leisure = Leisure
purpose-shopping = Shopping
purpose-family = Family
purpose-business = Business
purpose-other = Another purpose

### Public data

references-title = Public data
references-lede = What your apps read of everybody: prices, factors, calendars. All of it comes with Domicile; some can be kept up to date, if you like.
reference-see = See what is known
reference-learns = { $host } will learn your box's internet address and the question, once a week. Nothing about you.
reference-learns-place = { $host } will learn your box's internet address and the place asked for, rounded to 10 km, once a week. Nothing else about you.
reference-north = Latitude
reference-east = Longitude
reference-agree = Agree and refresh
reference-refresh = Refresh now
reference-change = Change the place, refresh
reference-stop = Refresh no more
reference-late = The last refresh did not end well: what was known stays, and Domicile will try again.
reference-refreshed = Refreshed { $when }.
reference-no-place = Write the latitude and the longitude in degrees, for example 45.8 and 4.9.
did-asked = Domicile asked { $host } for public data
did-asked-accept = You agreed to ask { $host } for public data
did-asked-undo = You ask { $host } nothing any more
folder-references = Public data
sources-references = Prices, temperatures, calendars: the public data
reference-known = { $count ->
    [0] Nothing yet.
    [one] One row, { $dates }.
   *[other] { $count } rows, { $dates }.
}
## By hand

by-hand-title = By hand
by-hand-lede = What no holder gives: tell it here, and it counts like an imported file.
by-hand-kind-purchase = A purchase
by-hand-about-purchase = At the market, at the grocer's: what you took and what it cost.
by-hand-kind-refuel = A refuelling or a charge
by-hand-about-refuel = How much the car took in, for how much, and where its odometer stood.
by-hand-kind-reading = A reading of the electricity meter
by-hand-about-reading = What the meter showed at the start of the day, in kWh.
by-hand-kind-situation = A change of situation
by-hand-about-situation = A job, a move, a birth: what changes your rights.
by-hand-kind-certificate = An energy certificate (DPE)
by-hand-about-certificate = The certificate of your dwelling, copied from the paper.
by-hand-optional = if you like
by-hand-date = Date
by-hand-time = Time
by-hand-shop = At whose
by-hand-total = Total (€)
by-hand-line = Line { $number }
by-hand-more = More lines
by-hand-label = Product
by-hand-quantity = Quantity
by-hand-unit = Unit
by-hand-piece = piece
by-hand-amount = Price (€)
by-hand-vehicle = Vehicle
by-hand-fuelunit = In
by-hand-fuelunit-L = litres
by-hand-fuelunit-kWh = kWh
by-hand-fuelunit-kg = kilograms
by-hand-odometer = Odometer (km)
by-hand-place = Place
by-hand-meter = Number of the meter (PRM)
by-hand-kwh = Total reading (kWh)
by-hand-change = What has changed
by-hand-change-move = a move
by-hand-change-job-start = a job begins
by-hand-change-job-end = a job ends
by-hand-change-job-change = a job changes
by-hand-change-studies = studies
by-hand-change-retirement = retirement
by-hand-change-couple = a life of two
by-hand-change-separation = a separation
by-hand-change-birth = a birth
by-hand-change-child-leaves = a child leaves
by-hand-change-health = health
by-hand-change-other = something else
by-hand-note = In a few words
by-hand-certificate = Number of the certificate (13 characters)
by-hand-energyclass = Energy class
by-hand-climateclass = Climate class
by-hand-surface = Floor area (m²)
by-hand-energy = Primary energy (kWh/m² a year)
by-hand-heating = Heating energy
by-hand-kept = What you enter is kept as a file; you can take it back in Sources.
by-hand-save = Save
by-hand-wrong = “{ $field }” does not fit: correct it; nothing is saved yet.
stated-SituationChange = Change of situation on { $day }: { $change }.
stated-EnergyCertificate = Certificate { $number }: energy { $energyClass }, climate { $climateClass }, { $surface } m², heating { $heating }.
field-dpe_number = Number of the certificate (13 characters)
holder-dpe-number = This is no number of a certificate: thirteen digits and letters.
holder-dpe-unknown = The register does not know this number, or the certificate was replaced. You can copy it by hand.
folder-housing = Dwelling
