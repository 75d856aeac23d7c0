"""Closed lists of the catalogue. The codes are for ever; their names stand in `content/texts/<language>/vocabulary.yaml`."""

from django.db import models


class Effect(models.TextChoices):
    """What an exercise does to a muscle group."""

    STRENGTHENS = "strengthens"
    STRETCHES = "stretches"
    RELAXES = "relaxes"
    MOBILISES = "mobilises"
    STABILISES = "stabilises"


class Category(models.TextChoices):
    """What balance counts. Follows from effects, never stored."""

    STRENGTHENING = "strengthening"
    STRETCHING = "stretching"
    RELAXATION = "relaxation"
    MOBILISATION = "mobilisation"
    STABILISATION = "stabilisation"


CATEGORY_OF = {
    Effect.STRENGTHENS: Category.STRENGTHENING,
    Effect.STRETCHES: Category.STRETCHING,
    Effect.RELAXES: Category.RELAXATION,
    Effect.MOBILISES: Category.MOBILISATION,
    Effect.STABILISES: Category.STABILISATION,
}
EFFECT_OF = {category: effect for effect, category in CATEGORY_OF.items()}


class Side(models.TextChoices):
    BOTH_TOGETHER = "both_together"
    ALTERNATING = "alternating"
    EACH_SIDE = "each_side"
    LEFT = "left"
    RIGHT = "right"


class Laterality(models.TextChoices):
    """How an exercise is done by default: the sides without a choice of one."""

    BOTH_TOGETHER = "both_together"
    ALTERNATING = "alternating"
    EACH_SIDE = "each_side"


class Posture(models.TextChoices):
    """A start position as far as getting into it goes: changing posture costs time and effort."""

    SUPINE = "supine"
    PRONE = "prone"
    SIDE_LYING = "side_lying"
    SITTING = "sitting"
    STANDING = "standing"
    KNEELING = "kneeling"
    CYCLING = "cycling"


class StartPosition(models.TextChoices):
    STANDING = "standing"
    SITTING_ON_STOOL = "sitting_on_stool"
    LONG_SITTING = "long_sitting"
    SUPINE_KNEES_BENT = "supine_knees_bent"
    SUPINE_ONE_LEG_STRAIGHT = "supine_one_leg_straight"
    SUPINE_LEGS_STRAIGHT = "supine_legs_straight"
    SUPINE_KNEES_RAISED = "supine_knees_raised"
    PRONE = "prone"
    SIDE_LYING = "side_lying"
    HALF_KNEELING = "half_kneeling"
    HANDS_AND_KNEES = "hands_and_knees"
    FOREARMS_AND_KNEES = "forearms_and_knees"
    ON_HOME_TRAINER = "on_home_trainer"


POSTURE_OF = {
    StartPosition.STANDING: Posture.STANDING,
    StartPosition.SITTING_ON_STOOL: Posture.SITTING,
    StartPosition.LONG_SITTING: Posture.SITTING,
    StartPosition.SUPINE_KNEES_BENT: Posture.SUPINE,
    StartPosition.SUPINE_ONE_LEG_STRAIGHT: Posture.SUPINE,
    StartPosition.SUPINE_LEGS_STRAIGHT: Posture.SUPINE,
    StartPosition.SUPINE_KNEES_RAISED: Posture.SUPINE,
    StartPosition.PRONE: Posture.PRONE,
    StartPosition.SIDE_LYING: Posture.SIDE_LYING,
    StartPosition.HALF_KNEELING: Posture.KNEELING,
    StartPosition.HANDS_AND_KNEES: Posture.KNEELING,
    StartPosition.FOREARMS_AND_KNEES: Posture.KNEELING,
    StartPosition.ON_HOME_TRAINER: Posture.CYCLING,
}


class TrunkRole(models.TextChoices):
    FLEXOR = "flexor"
    EXTENSOR = "extensor"
    NONE = "none"


class BodyFace(models.TextChoices):
    FRONT = "front"
    BACK = "back"


class GroupRole(models.TextChoices):
    """Where a protocol's group stands in a session."""

    WARM_UP = "warm_up"
    OPENING = "opening"
    BASIC = "basic"
    FURTHER = "further"


class Suitability(models.TextChoices):
    """What the record of an exercise says about a phase."""

    INDICATED = "indicated"
    CAUTION = "caution"
    NEVER = "never"


class PrecautionLevel(models.TextChoices):
    CAUTION = "caution"
    NEVER = "never"


class TermKind(models.TextChoices):
    """The lists whose words stand in a language's vocabulary file."""

    EFFECT = "effects"
    CATEGORY = "categories"
    MUSCLE = "muscles"
    START_POSITION = "start_positions"
    POSTURE = "postures"
    EQUIPMENT = "equipment"
    PRECAUTION = "precautions"
    SIDE = "sides"
    BODY_REGION = "body_regions"
