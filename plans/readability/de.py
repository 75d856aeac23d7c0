"""German: the formula of Amstad, syllables, words of the trade."""

from __future__ import annotations

import re

from plans.readability.form import Language, jargon

_NUCLEUS = re.compile(r"aa|ee|oo|ie|ei|ai|au|eu|äu|ey|ay|[aeiouyäöüáàâéèêëíîïóôúû]")


def syllables(word: str) -> int:
    """Vowels and vowel pairs that sound as one: `Knie` 1, `Übungen` 3, `Bauchmuskeln` 3."""
    return max(1, len(_NUCLEUS.findall(word.lower().replace("qu", "kw"))))


JARGON = jargon(
    # The body, in Latin or as therapists name it.
    "abdom*", "abduktor*", "adduktor*", "anterior*", "autochthon*", "bilateral*", "bws", "calcaneus", "caudal*",
    "cervica*", "deltoideus", "diaphragma", "distal*", "dorsal", "dorsale", "dorsalen", "erector", "extensor*",
    "facettengelenk*", "faszie*", "femoral*", "femur", "fibula", "flexor*", "gastrocnemius", "glute*", "glutä*",
    "hamstring*", "humerus", "hws", "iliopsoas", "ilium", "infraspinatus", "intervertebra*", "ischio*", "isg",
    "kaudal*", "kranial*", "lateral", "laterale", "lateralen", "latissimus", "lumba*", "lumbo*", "lws", "medial",
    "mediale", "medialen", "multifidus", "obliquus", "patell*", "pectoralis", "periskapul*", "piriformis",
    "plantar*", "posterior*", "proximal*", "psoas", "quadratus", "quadriceps", "quadrizeps", "rectus", "rektus",
    "rhomboid*", "rotatorenmanschette", "rumpfextens*", "sacral*", "sacrum", "sakral*", "sakrum", "scapul*",
    "skapul*", "soleus", "spinal*", "sternum", "supraspinatus", "thorakal*", "thorako*", "tibia*", "transversus",
    "trapezius", "trizeps", "trochanter", "unilateral*", "ventral*", "zervika*",
    # Positions and movements.
    "*extension", "*flexion", "abduktion*", "adduktion*", "anteversion", "außenrotation", "dorsalextension",
    "dorsalflexion", "elevation", "hyperextension", "hyperlordos*", "innenrotation", "kyphos*", "langsitz",
    "lateralflexion", "lordos*", "plantarflexion", "pronation", "protraktion", "retraktion", "retroversion",
    "supination", "vierfüßlerstand",
    # What therapists say of training and complaints.
    "1rm", "adl", "agonist*", "antagonist*", "atl", "bewegungsausmaß*", "degenerati*", "exzentrisch*",
    "hypermobil*", "hyperton*", "hypertroph*", "hypomobil*", "isometrisch*", "isotonisch*", "kinesiophobie",
    "kinetisch*", "kontraindi*", "konzentrisch*", "krepita*", "lumbago", "lumbalgie", "mckenzie", "mobilisation*",
    "mobilisiere*", "mobilisieren", "motorisch*", "myofaszial*", "neural*", "neurodynamisch*", "neuromuskulär*",
    "nozizepti*", "nrs", "palpa*", "parese*", "parästhesie*", "patholog*", "plyometrisch*", "propriozep*",
    "radikulär*", "rpe", "rumpfstabilis*", "sensomotor*", "spondyl*", "stabilisation*", "stabilisator*",
    "stabilisier*", "symptomatisch*", "tendin*", "tonus", "valgus", "varus", "vas", "vestibul*",
)  # fmt: skip

LANGUAGE = Language(base=180.0, per_word=1.0, per_syllable=58.5, least=60, syllables=syllables, jargon=JARGON)
"""T. Amstad, Wie verständlich sind unsere Zeitungen? (Zürich, 1978): Flesch's formula for German, on his scale: 60 to 70 is
standard, for 13 to 15 year olds."""
