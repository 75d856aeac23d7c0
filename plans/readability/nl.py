"""Dutch: the Flesch-Douma formula, syllables, words of the trade."""

from __future__ import annotations

import re

from plans.readability.form import Language, jargon

_NUCLEUS = re.compile(
    r"éé|óó|aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|oe|eu|ui|ou|au|ei|ij|ie|ai|oi|y(?![aeiou])|[aeiouáàâäéèêëíìîïóòôöúùûü]"
)


def syllables(word: str) -> int:
    """Vowels and vowel pairs that sound as one: `knieën` 2, `oefening` 3, `buikspieren` 3."""
    return max(1, len(_NUCLEUS.findall(word.lower().replace("qu", "kw"))))


JARGON = jargon(
    # The body, in Latin or as therapists name it.
    "abdomina*", "abductoren", "adductoren", "anterior*", "bilateraal", "bwk", "caudaal", "cervica*", "craniaal",
    "cuff", "cwk", "cws", "discus", "distaal", "distale", "dorsaal", "dorsale", "erector", "extensoren",
    "facetgewricht*", "femur", "fibula", "flexoren", "gastrocnemius", "glutea*", "gluteus", "gluteï", "hamstrings",
    "humerus", "iliopsoas", "infraspinatus", "intervertebra*", "ischio*", "lateraal", "laterale", "latissimus",
    "lumba*", "lumbo*", "lwk", "lws", "mediaal", "mediale", "multifidus", "musculatuur", "obliquus", "patella*",
    "pectoralis", "periscapula*", "piriformis", "posterieur*", "posterior*", "proximaal", "proximale", "psoas",
    "quadratus", "quadriceps", "rectus", "rhomboide*", "sacraal", "sacro*", "sacrum", "scapula*", "si-gewricht*",
    "soleus", "spinaal", "spinale", "supraspinatus", "thoraca*", "thoracolumba*", "tibia*", "transversus",
    "trapezius", "trochanter", "twk", "unilateraal", "unilaterale", "ventraal", "ventrale",
    # Positions and movements.
    "*extensie", "*flexie", "abduceer", "abductie", "adduceer", "adductie", "anteflexie", "anteversie", "bipodaal",
    "buiklig", "dorsiflexie", "elevatie", "endorotatie", "eversie", "exorotatie", "hyperextensie", "inversie",
    "kleermakerszit", "kruiplig", "kyfos*", "langzit", "lateroflexie", "lordos*", "plantairflexie", "pronatie",
    "protractie", "retractie", "retroflexie", "retroversie", "ruglig", "supinatie", "unipodaal", "zijlig",
    # What therapists say of training and complaints.
    "1rm", "adl", "agonist*", "antagonist*", "bewegingsuitslag*", "concentrisch*", "contra-indicati*",
    "contract-relax", "crepita*", "degenerati*", "excentrisch*", "fascia*", "graded", "hnp",
    "hypermobiel*", "hypertonie", "hypertoon", "hypertrofie", "hypomobiel*", "inspanningstolerantie",
    "isometrisch*", "isotonisch*", "kinesiofobie", "kinetisch*", "lumbago", "mckenzie", "mobilisatie*",
    "mobiliseer", "mobiliseren", "motorisch*", "myofascia*", "neurodynamisch*", "neuromusculair*", "nociceptie*",
    "nrs", "palpa*", "parese", "paresthesie*", "pathologie*", "plyometrisch*", "proprioce*", "provoceer*",
    "provocer*", "radiculair*", "rom", "rompstabilisatie*", "rpe", "sensomotorisch*", "spondyl*", "stabilisatie*",
    "stabilisatoren", "symptomatisch*", "tendin*", "tonus", "triggerpoint*", "unloaded", "valgus", "varus", "vas",
    "vestibula*",
)  # fmt: skip

LANGUAGE = Language(base=206.835, per_word=0.93, per_syllable=77.0, least=60, syllables=syllables, jargon=JARGON)
"""W.H. Douma, De leesbaarheid van landbouwbladen (Wageningen, 1960): Flesch's formula for Dutch. His norms call 60 to 70
normal, for those who leave primary school at 13; 45 to 60 fairly hard, for secondary school."""
