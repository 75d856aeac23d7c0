"""French: the formula of Kandel and Moles, syllables, words of the trade."""

from __future__ import annotations

import re

from plans.readability.form import Language, jargon

_NUCLEUS = re.compile(r"[aeiouàâùûôœæ]*[éèêëîï]|[aeiouàâùûôœæ]+|y(?![aeiouàâéèêô])")
_SILENT = re.compile(r"(?<=[^aeiouyàâéèêëîïôùûœæ])es?\Z")


def syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end: `jambe` 1, `genoux` 2, `réaliser` 4."""
    word = re.sub(r"gu(?=[eiéèêî])", "g", word.lower().replace("qu", "q"))
    return max(1, len(_NUCLEUS.findall(word)) - len(_SILENT.findall(word)))


JARGON = jargon(
    # The body, in Latin or as therapists name it.
    "abducteur*", "adducteur*", "antérieur*", "bilatéra*", "calcanéu*", "caudal*", "cervica*", "coccyx", "crânial*",
    "deltoïde*", "discal*", "distal*", "dorsal", "dorsale", "dorsaux", "extenseur*", "facettaire*", "fascia*",
    "fibula", "fléchisseur*", "fémora*", "fémur", "gastrocnémien*", "gluteus", "glutéa*", "humérus", "iliaque*",
    "iliopsoas", "infra-épineux", "intervertébra*", "ischio*", "ischion*", "latéral", "latérale", "latérales",
    "latéraux", "lombaire*", "lombalgie*", "lombo*", "multifide*", "musculature", "médial*", "médiaux", "oblique",
    "obliques", "paravertébra*", "patell*", "pectora*", "piriforme*", "postérieur*", "proximal*", "psoas",
    "pyramidal", "périscapulaire*", "quadriceps", "rachidien*", "rachis", "rhomboïde*", "rotateur*", "sacral*",
    "sacro*", "sacrum", "scapula*", "soléaire*", "sternum", "supra-épineux", "thoracique*", "thoraco*", "tibia*",
    "transverse", "trapèze*", "trochanter*", "unilatéra*", "ventral*", "vertébra*",
    # Positions and movements.
    "abduction", "adduction", "antéflexion", "antéversion", "bipoda*", "circumduction", "cyphose*", "dorsiflexion",
    "décubitus", "extension", "flexion", "hyperextension", "hyperlordose", "inversion", "lordose*", "procubitus",
    "pronation", "protraction", "quadrupédie", "rétraction", "rétroversion", "supination", "unipoda*", "élévation",
    "éversion",
    # What therapists say of training and complaints.
    "1rm", "agoniste*", "algie*", "algique*", "amplitude*", "antagoniste*", "autograndissement", "avq",
    "concentrique*", "contracté-relâché", "contre-indi*", "crépitation*", "dégénérati*", "excentrique*",
    "gainage", "hypermobil*", "hypertonie", "hypertroph*", "hypomobil*", "isométrique*", "isotonique*",
    "kinésiophobie", "kinétique*", "lumbago", "mckenzie", "mobilisation*", "motrice", "myofascia*", "neural*",
    "neurodynamique*", "neuromusculaire*", "nocicepti*", "palpa*", "paresthésie*", "parésie*", "patholog*",
    "pliométri*", "proprioce*", "radiculair*", "radiculalgie*", "sciatalgie*", "sensori-moteur", "sensorimoteur*",
    "spondyl*", "stabilisateur*", "stabilisation*", "symptomatique*", "tendin*", "tonus", "valgus", "varus",
    "vestibulaire*", "œdème",
)  # fmt: skip

LANGUAGE = Language(base=207.0, per_word=1.015, per_syllable=73.6, least=60, syllables=syllables, jargon=JARGON)
"""L. Kandel and A. Moles, Application de l'indice de Flesch à la langue française, Cahiers d'études de radio-télévision 19
(1958). Their formula keeps Flesch's scale: 60 to 70 is standard."""
