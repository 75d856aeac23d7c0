"""English: the Flesch formula, syllables, words of the trade."""

from __future__ import annotations

import re

from plans.readability.form import Language, jargon

_NUCLEUS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(
    r"""(?<=[^aeiouy])e\Z                                       # move
    | (?<=[^aeiouysxzcg])(?<![sc]h)es\Z                         # moves, but not stretches
    | (?<=[^aeiouytd])ed\Z                                      # turned, but not lifted
    | (?<=[^aeiouy])e(?=(?:ly|ful|less|ness|ments?)\Z)          # safely, movement
    """,
    re.VERBOSE,
)
_SOUNDED_E = re.compile(r"[^aeiouyl]le[sd]?\Z")  # ankle, muscles
_APART = re.compile(
    r"""i(?:a(?!g\b|l\b)|o(?!n|us)|u)                           # diary
    | (?<![gq])u(?:al|ous)|(?<=[^q])ue[lt]\b                    # usual, fuel
    | eo(?!u)|creat|yi|[oe]ing\b|iet                            # video, quiet
    | (?<=[aeiouy][^aeiouy])ie(?:r|st)\b                        # easier
    """,
    re.VERBOSE,
)
_ODD = {
    1: "whole",
    2: "being business create different doing evening every forearm forearms forehead going lifetime people several "
    "sideways somehow someone something sometimes somewhere therefore wednesday",
    3: "area cycling everyday everyone everything idea whenever",
    4: "comfortable",
}
_BY_WORD = {word: count for count, words in _ODD.items() for word in words.split()}


def syllables(word: str) -> int:
    """Groups of vowels, less a silent e, more where two vowels sound apart: `stretches` 2, `knee` 1, `piriformis` 4.

    An own count: the dictionary of sounds that is usual for English would have to be downloaded.
    """
    word = word.lower().replace("’", "'").removesuffix("'s")
    if word in _BY_WORD:
        return _BY_WORD[word]
    count = len(_NUCLEUS.findall(word)) + len(_APART.findall(word))
    if not _SOUNDED_E.search(word):
        count -= len(_SILENT.findall(word))
    return max(1, count)


JARGON = jargon(
    # The body, in Latin or as therapists name it.
    "abdomin*", "abductor*", "acetabul*", "adductor*", "anterior*", "articular", "bilateral*", "calcaneus",
    "caudal*", "cervical", "clavicle", "coccyx", "cranial*", "deltoid*", "diaphragm*", "distal*", "dorsal",
    "erector*", "extensor*", "facet", "facets", "fascia*", "femoral", "femur", "fibula", "flexor*", "gastrocnemius",
    "glute", "gluteal*", "glutes", "gluteus", "hamstring*", "humerus", "iliac", "iliopsoas", "infraspinatus",
    "intervertebral", "ischial", "lateral", "laterally", "latissimus", "lumbar", "lumbo*", "medial", "medially",
    "multifidus", "musculature", "oblique*", "patell*", "pecs", "pectoral*", "periscapular", "piriformis",
    "plantar", "posterior*", "proximal*", "psoas", "quadratus", "quadriceps", "quads", "rectus", "rhomboid*",
    "rotator", "sacral", "sacro*", "sacrum", "scapul*", "soleus", "spinal", "sternum", "supraspinatus", "thoracic",
    "thoracolumbar", "tibia*", "transversus", "trapezius", "trochanter*", "unilateral*", "ventral", "vertebra*",
    # Positions and movements.
    "abduct*", "abduction", "adduct*", "adduction", "anteversion", "circumduction", "dorsiflex*", "elevation",
    "eversion", "extension", "flexion", "hyperexten*", "inversion", "kypho*", "lateroflexion", "lordo*",
    "plantarflex*", "pronat*", "prone", "protract*", "quadruped", "retract*", "side-lying", "sidelying", "supinat*",
    "supine",
    # What therapists say of training and complaints.
    "1rm", "adl", "adls", "agonist*", "ambulat*", "antagonist*", "arthro*", "concentric*", "contract-relax",
    "contraindic*", "crepitus", "degenerati*", "eccentric*", "edema", "graded", "hep", "hypermobil*", "hyperton*",
    "hypertroph*", "hypomobil*", "isometric*", "isotonic*", "kinesiophobia", "kinetic", "lumbago", "mckenzie",
    "mobilisation*", "mobilise", "mobilization*", "mobilize", "modality", "myofascial", "neural", "neurodynamic*",
    "neuromuscular", "nocicept*", "nrs", "oedema", "palpat*", "paraesthesia*", "paresis", "paresthesia*",
    "patholog*", "plyometric*", "proprioce*", "radicul*", "reps", "rom", "rpe", "sciatic", "sensorimotor",
    "spondyl*", "stabilisation*", "stabilise*", "stabilization*", "stabilize*", "subluxation", "symptomatic",
    "tendin*", "theraband", "tonus", "valgus", "varus", "vas", "vestibular",
)  # fmt: skip

LANGUAGE = Language(base=206.835, per_word=1.015, per_syllable=84.6, least=60, syllables=syllables, jargon=JARGON)
"""R. Flesch, A new readability yardstick, Journal of Applied Psychology 32 (1948). He calls 60 to 70 standard, for 13 to 15
year olds, which has become the measure of plain English; 50 to 60 fairly hard."""
