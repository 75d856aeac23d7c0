"""Findings in English. Values in braces are filled in by the writer; codes come as names."""

from plans.rules.texts.form import Text

WORDS = {
    "none": "none",
    "or": "or",
    "source.leaflet": "leaflet",
    "source.rule": "rule",
    "source.rules": "rules",
    "source.record": "record",
    "source.house": "house",
    "source.number": "number",
    "source.numbers": "numbers",
    "measure.sets": "sets",
    "measure.repetitions": "repetitions",
    "measure.hold_seconds": "hold (seconds)",
    "measure.duration_seconds": "duration (seconds)",
    "measure.rest_seconds": "rest (seconds)",
    "measure.days_per_week": "days a week",
    "measure.times_per_day": "times a day",
    "measure.phase": "phase",
    "measure.side": "side",
    "measure.exercise": "exercise",
    "side.left": "the left side",
    "side.right": "the right side",
    "side.each_side": "each side",
    "language.nl": "Dutch",
    "language.en": "English",
    "language.fr": "French",
    "language.de": "German",
    "hard.sentence": "a sentence of {count} words (“{beginning} …”)",
    "hard.jargon": "words that patients may not know ({terms})",
    "hard.score": "a reading score of {score}, where {least} is wanted (longest words: {longest})",
    "fix.insert": "Insert {exercise} as number {number}",
    "fix.move": "Move number {origin} to place {number}",
    "fix.drop": "Take out number {number}, {exercise}",
    "fix.set": "Set {field} to {value}",
    "fix.smooth": "Let it rise in smaller steps",
}

TEXTS = {
    "plan.empty": Text(
        "No exercises", "The plan has no exercises yet.", "Add exercises from the catalogue, or have a plan proposed."
    ),
    "plan.withdrawn-exercise": Text(
        "Withdrawn exercise",
        "{exercise} has been withdrawn from the catalogue. Replacement: {replacement}.",
        "Replace it or take it out.",
    ),
    "plan.duplicate": Text(
        "Same exercise twice",
        "{exercise} stands in the plan already, as number {number}, for the same side and weeks.",
        "Take one out, or give each its own side or weeks.",
    ),
    "plan.missing-text": Text(
        "No text in the patient's language",
        "{exercise} has no text in {language}, the patient's language.",
        "Choose another exercise, or add the text to the catalogue.",
    ),
    "plan.outside-protocol": Text(
        "Not part of the protocol",
        "The protocol says nothing about {exercise}: no phase, no dose range, no place in the order.",
        "Place the exercise in a group of the protocol, or judge it yourself.",
    ),
    "phase.contraindicated": Text(
        "Not allowed in this phase",
        "{exercise} is never done in this phase: {phase}.",
        "Take it out. It can come back in a later phase.",
    ),
    "phase.not-indicated": Text(
        "Exercise usually not indicated",
        "In this phase ({phase}), exercises are usually not indicated, and often not possible.",
        "Wait for a later phase, or say why you start now.",
    ),
    "phase.caution": Text(
        "Care needed in this phase",
        "{exercise} asks for care in this phase: {phase}.",
        "Start lower and watch the response, or choose another exercise.",
    ),
    "phase.evidence": Text(
        "What research says", "{group}: {notes}", "Weigh whether these exercises are what this patient needs now."
    ),
    "phase.mismatch": Text(
        "The phase may not be right",
        {
            "unknown": "The plan is for “{phase}”, but no phase has been assessed for this episode.",
            "differs": "The plan is for “{phase}”, but the episode is in “{current}”.",
            "old": "The phase was last assessed on {assessed_on}, more than {days} days ago.",
        },
        "Assess the phase again, or change the plan's phase.",
    ),
    "order.warm-up-first": Text(
        "Warm-up comes first",
        "The session starts with {exercise}, which is not a warm-up.",
        "Let every session start with a light warm-up.",
    ),
    "order.opening-first": Text(
        "Opening exercise after the warm-up",
        "After the warm-up comes {exercise}; it should be {opening}.",
        "Put {opening} right after the warm-up.",
    ),
    "order.basics-missing": Text(
        "No basic exercise",
        "The plan has no exercise from the basic programme.",
        "Add at least one: the other exercises build on them.",
    ),
    "order.basics-first": Text(
        "Basic exercises first",
        "{exercise} stands before {basic}, which is a basic exercise.",
        "Put the basic exercises before those of later groups.",
    ),
    "order.basics-not-cleared": Text(
        "Basics not cleared yet",
        "The plan goes beyond the basic exercises, from {exercise} on ({count} in all), "
        "but no clearance says that the basics go without problems.",
        "Record the clearance on the episode, or stay with the basics for now.",
    ),
    "order.progression-before-base": Text(
        "Harder form before the easier one",
        "{exercise} builds on {base}, which comes neither earlier in this plan nor in an earlier one.",
        "Let the patient master {base} first.",
    ),
    "balance.category-missing": Text(
        "A kind of exercise is missing",
        "Nothing in the plan serves this: {categories}.",
        "Add an exercise for each kind that is missing.",
    ),
    "balance.muscle-groups": Text(
        "Few muscle groups",
        "Muscle groups that the plan addresses: {count}; at least {wanted} are wanted.",
        "Add an exercise for another muscle group.",
    ),
    "balance.share": Text(
        "One kind takes most of the time",
        "{category} takes {percent} % of the working time, more than {most} %.",
        "See whether the plan should be more even.",
    ),
    "balance.front-back": Text(
        "Front and back of the trunk",
        {
            "flexor": "The front of the trunk is strengthened, and nothing strengthens, mobilises or relaxes the back.",
            "extensor": "The back of the trunk is strengthened, "
            "and nothing strengthens, mobilises or relaxes the front.",
        },
        "Add something for the other side of the trunk.",
    ),
    "dose.missing": Text(
        "No dose", "{exercise} has neither repetitions nor a duration.", "Say how often or how long it is done."
    ),
    "dose.impossible": Text(
        "Impossible dose",
        "{exercise}: {value} makes no sense for {measure} (possible: {low} to {high}).",
        "Correct the number.",
    ),
    "dose.range": Text(
        "Dose outside its range",
        "{exercise}: {measure} {value}; the range is {low} to {high}.",
        "Stay in the range, or say why this patient needs another dose.",
    ),
    "dose.start-low": Text(
        "Start lower",
        "{exercise} starts with {measure}: {value}; the first week starts at {low} to {high}.",
        "Start low and raise it gradually.",
    ),
    "dose.jump": Text(
        "Rises too fast",
        {
            "repetitions": "{exercise}: in week {week} the repetitions go from {before} to {value}; "
            "at most {most} is gradual.",
            "duration_seconds": "{exercise}: in week {week} the duration goes from {before} to {value} seconds; "
            "at most {most} is gradual.",
            "days_per_week": "In week {week} the days a week go from {before} to {value}; at most {most} is gradual.",
            "own_days_per_week": "{exercise}: in week {week} the days a week go from {before} to {value}; "
            "at most {most} is gradual.",
        },
        "Spread the rise over more weeks.",
    ),
    "dose.fall": Text(
        "Asks less later",
        {
            "dose": "{exercise}: in week {week}, {measure} goes down from {before} to {value}.",
            "frequency": "In week {week}, {measure} goes down from {before} to {value}.",
        },
        "See whether this is meant.",
    ),
    "dose.both-sides": Text(
        "One side only",
        "{exercise} is for each side, but is prescribed for {side} only.",
        "Do both sides, or say why only one.",
    ),
    "frequency.range": Text(
        "Frequency outside its range",
        "{measure}: {value}; the range is {low} to {high}.",
        "Stay in the range, or say why this patient needs another frequency.",
    ),
    "frequency.start": Text(
        "Start with fewer days",
        "The first week asks {value} days; a first programme starts with at most {most}.",
        "Start with fewer days and add them gradually.",
    ),
    "safety.avoid": Text(
        "On the avoid list", "{exercise} must not be prescribed. {reason}", "Take it out and choose another exercise."
    ),
    "safety.precaution": Text(
        "A precaution of this patient",
        {
            "caution": "{exercise} asks for care with this patient: {precautions}.",
            "never": "{exercise} is never done with this precaution: {precautions}.",
        },
        "Choose another exercise. Where only care is asked for, you can say why it is safe for this patient.",
    ),
    "burden.exercises": Text(
        "Many exercises",
        "The plan has {count} main exercises; {most} is the most that is advised.",
        "Fewer exercises are done better and more faithfully.",
    ),
    "burden.minutes": Text(
        "Long session",
        "A session takes {minutes} minutes; the most is {most}.",
        "Take something out, or lower the doses.",
    ),
    "burden.equipment": Text(
        "Equipment is missing",
        "{exercise} needs something the patient does not have: {equipment}.",
        "Choose another exercise, or see what can replace it.",
    ),
    "burden.positions": Text(
        "Many changes of position",
        "The patient changes position {count} times; another order needs {fewer}.",
        "Put exercises in the same position together.",
    ),
    "text.hard-to-read": Text(
        "Hard to read",
        {
            "plan": "The note to the patient is hard to read: {hard}.",
            "item": "The note with {exercise} is hard to read: {hard}.",
        },
        "Write short sentences, with one thing to do in each, and everyday words.",
    ),
}
