"""Closed lists shared by patients and the exercises prescribed to them. The codes are for ever."""

from django.db import models


class Language(models.TextChoices):
    """Languages a patient can be addressed in. Which of them the catalogue speaks is up to its files."""

    DUTCH = "nl", "Nederlands"
    ENGLISH = "en", "English"
    FRENCH = "fr", "français"
    GERMAN = "de", "Deutsch"


class BodyRegion(models.TextChoices):
    NECK = "neck"
    THORACIC_SPINE = "thoracic_spine"
    LOW_BACK = "low_back"
    PELVIS = "pelvis"
    HIP = "hip"
    KNEE = "knee"
    ANKLE_FOOT = "ankle_foot"
    SHOULDER = "shoulder"
    ELBOW = "elbow"
    WRIST_HAND = "wrist_hand"
    OTHER = "other"


class Equipment(models.TextChoices):
    """What a patient may have at home and an exercise may need."""

    MAT = "mat"
    STOOL = "stool"
    CHAIR = "chair"
    TABLE = "table"
    WALL = "wall"
    DOOR = "door"
    CUSHION = "cushion"
    TOWEL = "towel"
    MIRROR = "mirror"
    HOME_TRAINER = "home_trainer"


class Precaution(models.TextChoices):
    """What about a patient asks for care with some exercises. The list is the house's own."""

    KNEELING = "kneeling"
    PRONE_LYING = "prone_lying"
    GETTING_DOWN_TO_FLOOR = "getting_down_to_floor"
    OSTEOPOROSIS = "osteoporosis"
    PREGNANCY = "pregnancy"
    RECENT_SURGERY = "recent_surgery"
    DIZZINESS = "dizziness"
    SHOULDER_COMPLAINT = "shoulder_complaint"


class Country(models.TextChoices):
    """Countries whose retention terms the service knows."""

    NETHERLANDS = "NL", "Netherlands"
    BELGIUM = "BE", "Belgium"
    LUXEMBOURG = "LU", "Luxembourg"
    GERMANY = "DE", "Germany"
    FRANCE = "FR", "France"
    UNITED_KINGDOM = "GB", "United Kingdom"
    OTHER = "ZZ", "Other"


class FigureTone(models.TextChoices):
    """Skin and hair of the people in a practice's pictures."""

    LIGHT = "light"
    MEDIUM = "medium"
    BROWN = "brown"
    DARK = "dark"
    GREY = "grey", "Light, grey hair"


class FigureHair(models.TextChoices):
    SHORT = "short"
    TIED = "tied"
