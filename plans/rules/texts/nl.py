"""Bevindingen in het Nederlands. Waarden tussen accolades worden ingevuld; codes komen als namen."""

from plans.rules.texts.form import Text

WORDS = {
    "none": "geen",
    "or": "of",
    "source.leaflet": "folder",
    "source.rule": "regel",
    "source.rules": "regels",
    "source.record": "catalogus",
    "source.house": "eigen keuze",
    "source.number": "getal",
    "source.numbers": "getallen",
    "measure.sets": "series",
    "measure.repetitions": "herhalingen",
    "measure.hold_seconds": "vasthouden (seconden)",
    "measure.duration_seconds": "duur (seconden)",
    "measure.rest_seconds": "rust (seconden)",
    "measure.days_per_week": "dagen per week",
    "measure.times_per_day": "keer per dag",
    "measure.phase": "fase",
    "measure.side": "kant",
    "measure.exercise": "oefening",
    "side.left": "de linkerkant",
    "side.right": "de rechterkant",
    "side.each_side": "elke kant",
    "language.nl": "het Nederlands",
    "language.en": "het Engels",
    "language.fr": "het Frans",
    "language.de": "het Duits",
    "hard.sentence": "een zin van {count} woorden (“{beginning} …”)",
    "hard.jargon": "woorden die patiënten misschien niet kennen ({terms})",
    "hard.score": "een leesscore van {score}, waar {least} gewenst is (langste woorden: {longest})",
    "fix.insert": "Voeg {exercise} toe als nummer {number}",
    "fix.move": "Zet nummer {origin} op plaats {number}",
    "fix.drop": "Haal nummer {number} weg, {exercise}",
    "fix.set": "Zet {field} op {value}",
    "fix.smooth": "Laat het in kleinere stappen stijgen",
}

TEXTS = {
    "plan.empty": Text(
        "Geen oefeningen",
        "Het plan heeft nog geen oefeningen.",
        "Voeg oefeningen toe uit de catalogus, of laat een plan voorstellen.",
    ),
    "plan.withdrawn-exercise": Text(
        "Ingetrokken oefening",
        "{exercise} is ingetrokken uit de catalogus. Vervanging: {replacement}.",
        "Vervang de oefening of haal haar weg.",
    ),
    "plan.duplicate": Text(
        "Twee keer dezelfde oefening",
        "{exercise} staat al in het plan, als nummer {number}, voor dezelfde kant en weken.",
        "Haal er één weg, of geef elk een eigen kant of eigen weken.",
    ),
    "plan.missing-text": Text(
        "Geen tekst in de taal van de patiënt",
        "{exercise} heeft geen tekst in {language}, de taal van de patiënt.",
        "Kies een andere oefening, of voeg de tekst toe aan de catalogus.",
    ),
    "plan.outside-protocol": Text(
        "Hoort niet bij het protocol",
        "Het protocol zegt niets over {exercise}: geen fase, geen dosis, geen plaats in de volgorde.",
        "Geef de oefening een plaats in een groep van het protocol, of oordeel zelf.",
    ),
    "phase.contraindicated": Text(
        "Niet toegestaan in deze fase",
        "{exercise} wordt nooit gedaan in deze fase: {phase}.",
        "Haal de oefening weg. In een latere fase kan ze terugkomen.",
    ),
    "phase.not-indicated": Text(
        "Oefenen meestal niet aangewezen",
        "In deze fase ({phase}) zijn oefeningen meestal niet aangewezen, en vaak niet mogelijk.",
        "Wacht op een latere fase, of zeg waarom u nu begint.",
    ),
    "phase.caution": Text(
        "Voorzichtig in deze fase",
        "{exercise} vraagt voorzichtigheid in deze fase: {phase}.",
        "Begin lager en volg de reactie, of kies een andere oefening.",
    ),
    "phase.evidence": Text(
        "Wat onderzoek zegt", "{group}: {notes}", "Weeg af of deze oefeningen zijn wat deze patiënt nu nodig heeft."
    ),
    "phase.mismatch": Text(
        "De fase klopt misschien niet",
        {
            "unknown": "Het plan is voor “{phase}”, maar bij deze episode is nog geen fase vastgesteld.",
            "differs": "Het plan is voor “{phase}”, maar de episode is in “{current}”.",
            "old": "De fase is het laatst vastgesteld op {assessed_on}, meer dan {days} dagen geleden.",
        },
        "Stel de fase opnieuw vast, of wijzig de fase van het plan.",
    ),
    "order.warm-up-first": Text(
        "Eerst opwarmen",
        "De sessie begint met {exercise}, en dat is geen opwarming.",
        "Laat elke sessie beginnen met een lichte opwarming.",
    ),
    "order.opening-first": Text(
        "Openingsoefening na de opwarming",
        "Na de opwarming komt {exercise}; dat moet {opening} zijn.",
        "Zet {opening} direct na de opwarming.",
    ),
    "order.basics-missing": Text(
        "Geen basisoefening",
        "Het plan heeft geen oefening uit het basisprogramma.",
        "Voeg er minstens één toe: de andere oefeningen bouwen erop voort.",
    ),
    "order.basics-first": Text(
        "Basisoefeningen eerst",
        "{exercise} staat vóór {basic}, en dat is een basisoefening.",
        "Zet de basisoefeningen vóór die van latere groepen.",
    ),
    "order.basics-not-cleared": Text(
        "Basis nog niet vrijgegeven",
        "Het plan gaat verder dan de basisoefeningen, vanaf {exercise} (samen {count}), "
        "maar nergens is vastgelegd dat de basis zonder problemen gaat.",
        "Leg de vrijgave vast bij de episode, of blijf voorlopig bij de basis.",
    ),
    "order.progression-before-base": Text(
        "Zwaardere vorm vóór de lichtere",
        "{exercise} bouwt voort op {base}, en die komt niet eerder in dit plan of in een eerder plan.",
        "Laat de patiënt eerst {base} beheersen.",
    ),
    "balance.category-missing": Text(
        "Een soort oefening ontbreekt",
        "Niets in het plan dient hiervoor: {categories}.",
        "Voeg een oefening toe voor elke soort die ontbreekt.",
    ),
    "balance.muscle-groups": Text(
        "Weinig spiergroepen",
        "Spiergroepen die het plan aanspreekt: {count}; gewenst zijn er minstens {wanted}.",
        "Voeg een oefening toe voor een andere spiergroep.",
    ),
    "balance.share": Text(
        "Eén soort neemt de meeste tijd",
        "{category} neemt {percent} % van de werktijd, meer dan {most} %.",
        "Bekijk of het plan gelijkmatiger moet.",
    ),
    "balance.front-back": Text(
        "Voor- en achterzijde van de romp",
        {
            "flexor": "De voorzijde van de romp wordt versterkt, en niets versterkt, mobiliseert of ontspant de rug.",
            "extensor": "De rugzijde van de romp wordt versterkt, "
            "en niets versterkt, mobiliseert of ontspant de voorzijde.",
        },
        "Voeg iets toe voor de andere zijde van de romp.",
    ),
    "dose.missing": Text(
        "Geen dosis",
        "{exercise} heeft geen herhalingen en geen duur.",
        "Zeg hoe vaak of hoe lang de oefening gedaan wordt.",
    ),
    "dose.impossible": Text(
        "Onmogelijke dosis",
        "{exercise}: {value} kan niet voor {measure} (mogelijk: {low} tot {high}).",
        "Verbeter het getal.",
    ),
    "dose.range": Text(
        "Dosis buiten het bereik",
        "{exercise}: {measure} {value}; het bereik is {low} tot {high}.",
        "Blijf binnen het bereik, of zeg waarom deze patiënt een andere dosis nodig heeft.",
    ),
    "dose.start-low": Text(
        "Begin lager",
        "{exercise} begint met {measure}: {value}; de eerste week begint met {low} tot {high}.",
        "Begin laag en bouw geleidelijk op.",
    ),
    "dose.jump": Text(
        "Stijgt te snel",
        {
            "repetitions": "{exercise}: in week {week} gaan de herhalingen van {before} naar {value}; "
            "geleidelijk is hoogstens {most}.",
            "duration_seconds": "{exercise}: in week {week} gaat de duur van {before} naar {value} seconden; "
            "geleidelijk is hoogstens {most}.",
            "days_per_week": "In week {week} gaan de dagen per week van {before} naar {value}; "
            "geleidelijk is hoogstens {most}.",
            "own_days_per_week": "{exercise}: in week {week} gaan de dagen per week van {before} naar {value}; "
            "geleidelijk is hoogstens {most}.",
        },
        "Spreid de stijging over meer weken.",
    ),
    "dose.fall": Text(
        "Vraagt later minder",
        {
            "dose": "{exercise}: in week {week} gaat {measure} van {before} terug naar {value}.",
            "frequency": "In week {week} gaat {measure} van {before} terug naar {value}.",
        },
        "Bekijk of dat de bedoeling is.",
    ),
    "dose.both-sides": Text(
        "Maar één kant",
        "{exercise} is voor elke kant, maar is alleen voorgeschreven voor {side}.",
        "Doe beide kanten, of zeg waarom maar één.",
    ),
    "frequency.range": Text(
        "Frequentie buiten het bereik",
        "{measure}: {value}; het bereik is {low} tot {high}.",
        "Blijf binnen het bereik, of zeg waarom deze patiënt een andere frequentie nodig heeft.",
    ),
    "frequency.start": Text(
        "Begin met minder dagen",
        "De eerste week vraagt {value} dagen; een eerste programma begint met hoogstens {most}.",
        "Begin met minder dagen en voeg er geleidelijk toe.",
    ),
    "safety.avoid": Text(
        "Op de lijst van te vermijden oefeningen",
        "{exercise} mag niet worden voorgeschreven. {reason}",
        "Haal de oefening weg en kies een andere.",
    ),
    "safety.precaution": Text(
        "Voorzorg bij deze patiënt",
        {
            "caution": "{exercise} vraagt voorzichtigheid bij deze patiënt: {precautions}.",
            "never": "{exercise} wordt nooit gedaan bij deze voorzorg: {precautions}.",
        },
        "Kies een andere oefening. Waar alleen voorzichtigheid nodig is, kunt u zeggen waarom het veilig is.",
    ),
    "burden.exercises": Text(
        "Veel oefeningen",
        "Het plan heeft {count} hoofdoefeningen; meer dan {most} wordt afgeraden.",
        "Minder oefeningen worden beter en trouwer gedaan.",
    ),
    "burden.minutes": Text(
        "Lange sessie",
        "Een sessie duurt {minutes} minuten; het meeste is {most}.",
        "Haal iets weg, of verlaag de doses.",
    ),
    "burden.equipment": Text(
        "Materiaal ontbreekt",
        "{exercise} vraagt iets wat de patiënt niet heeft: {equipment}.",
        "Kies een andere oefening, of zoek een vervanging.",
    ),
    "burden.positions": Text(
        "Veel wisselingen van houding",
        "De patiënt wisselt {count} keer van houding; een andere volgorde vraagt er {fewer}.",
        "Zet oefeningen in dezelfde houding bij elkaar.",
    ),
    "text.hard-to-read": Text(
        "Moeilijk te lezen",
        {
            "plan": "De notitie voor de patiënt is moeilijk te lezen: {hard}.",
            "item": "De notitie bij {exercise} is moeilijk te lezen: {hard}.",
        },
        "Schrijf korte zinnen, met één ding om te doen per zin, en gewone woorden.",
    ),
}
