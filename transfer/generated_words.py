"""What a generated site is written with: words of its own, and sentences to put them into."""

from __future__ import annotations

import random
from collections.abc import Sequence

TOPICS = (
    "Apprentices",
    "Canteen",
    "Customers",
    "Energy",
    "Factory floor",
    "Freight",
    "Hiring",
    "Materials",
    "Mistakes",
    "Money",
    "Night shift",
    "Prices",
    "Quality",
    "Recycling",
    "Repairs",
    "Research",
    "Safety",
    "Suppliers",
    "Tools",
    "Training",
    "Warehouse",
    "Water",
    "Weather",
    "Workshops",
)
PEOPLE = ("Ines Halvorsen", "Tomas Brandl", "Priya Raman", "Oskar Lindqvist", "Marta Zielińska")
READERS = tuple(
    f"{first} {last}"
    for first in [
        "Ada",
        "Ben",
        "Carla",
        "Dmitri",
        "Elif",
        "Farid",
        "Greta",
        "Hanna",
        "Igor",
        "José",
        "Klara",
        "Liam",
        "Mina",
        "Noé",
        "Oksana",
    ]
    for last in [
        "Albers",
        "Baker",
        "Çelik",
        "Dupont",
        "Eriksen",
        "Fischer",
        "Gómez",
        "Hughes",
        "Ito",
        "Jansen",
        "Kováč",
        "Larsen",
    ]
)
_WHO = (
    *("the night shift", "our suppliers", "two engineers", "the apprentices", "a customer"),
    *("the team in {place}", "the warehouse", "nobody in the room", "the board", "the canteen"),
    *(
        "an inspector",
        "the people at line {number}",
        "everybody at {place}",
        "the forklift drivers",
    ),
)
_DID = (
    *(
        "measured",
        "repaired",
        "questioned",
        "paid for",
        "counted",
        "tested",
        "returned",
        "replaced",
    ),
    *("painted", "ordered", "forgot", "weighed", "inspected", "rebuilt", "shipped", "photographed"),
    *("argued about", "designed", "sold", "stored", "recycled", "insulated", "welded", "unpacked"),
)
_WHAT = (
    *("the boiler", "forty pallets", "the {thing} press", "a crate of {thing} parts", "the roof"),
    *("the invoice", "the pump on line {number}", "a broken hinge", "the {thing} catalogue"),
    *("the loading dock", "the spare motor", "every second valve", "the cooling tower"),
    *("the drawings of model {model}", "the contract with {place}", "the old furnace", "the alarm"),
)
_WHEN = (
    *(
        "on Tuesday",
        "before the audit",
        "in the first frost",
        "after the flood",
        "at half past four",
    ),
    *("without being asked", "for the third time", "over the summer", "in the week of the recall"),
    *("while the line stood still", "for {number} euros less", "by hand", "at their own expense"),
)
_SAID = (
    "{Who} {did} {what} {when}.",
    "{When}, {who} {did} {what}, and {who2} {did2} {what2}.",
    "I asked why {who} {did} {what}; the answer was shorter than the question.",
    "It cost {number} euros, which is what {who} {did} {what} for {when}.",
    "What {who} {did} {when} was {what}, and it shows in the figures from {place}.",
    "Had {who} not {did} {what}, we would still be waiting for {what2}.",
    "The letter from {place} names model {model}, and {who} {did} {what} because of it.",
)
_ANSWERED = (
    "I work in {place}, and {who} {did} {what} here too.",
    "Thank you. {Who} {did} {what} {when}, and few would write about it.",
    "How many of model {model} are still out there? {Who} {did} ours {when}.",
    "With respect, {who} never {did} {what}; it was {who2}, {when}.",
    "We had the same with {what} in {place}. It took {number} days.",
    "Could you say more about {what}?",
)
_HEADLINES = (
    "Why {who} {did} {what}",
    "{What} and what it costs",
    "What {place} taught us about {what}",
    "{Number} days without {what}",
    "A letter about model {model}",
    "{Who}, {when}",
)
_BEGINNINGS = [
    "Ar",
    "Bel",
    "Cor",
    "Dun",
    "El",
    "Fen",
    "Gar",
    "Hol",
    "Ist",
    "Kar",
    "Lor",
    "Mer",
    "Nor",
    "Ost",
    "Pel",
    "Rad",
    "Sel",
    "Tor",
    "Ul",
    "Ver",
    "Wen",
    "Zor",
]
_MIDDLES = ["a", "e", "i", "o", "u", "en", "er", "in", "ol", "ar"]
_ENDINGS = [
    "bach",
    "berg",
    "by",
    "dorf",
    "feld",
    "ford",
    "ham",
    "hausen",
    "mouth",
    "nes",
    "stad",
    "sund",
    "ton",
    "vik",
    "wald",
    "wick",
]
_THINGS = [
    "copper",
    "ceramic",
    "kettle",
    "toaster",
    "filter",
    "gasket",
    "bearing",
    "cable",
    "lamp",
    "carton",
    "label",
    "piston",
]


def sentence(dice: random.Random, patterns: Sequence[str] = _SAID) -> str:
    """Return one sentence that may even be true."""
    chosen = {name: dice.choice(words) for name, words in _SLOTS.items()}
    filled = {name: text.format(**_details(dice)) for name, text in chosen.items()}
    capitals = {name.capitalize(): _capital(text) for name, text in filled.items()}
    return dice.choice(patterns).format(**filled, **capitals, **_details(dice))


def headline(dice: random.Random) -> str:
    """Return a title."""
    return sentence(dice, _HEADLINES)[:180]


def answer(dice: random.Random) -> str:
    """Return what a reader says about it, in one to three sentences."""
    first = sentence(dice, _ANSWERED)
    return " ".join([first, *(sentence(dice) for _ in range(dice.choice((0, 0, 1, 2))))])


def paragraph(dice: random.Random) -> str:
    """Return three to seven sentences."""
    return " ".join(sentence(dice) for _ in range(dice.randint(3, 7)))


def place(dice: random.Random) -> str:
    """Return one of some three thousand names of towns that are on no map."""
    return dice.choice(_BEGINNINGS) + dice.choice(_MIDDLES) + dice.choice(_ENDINGS)


_SLOTS = {"who": _WHO, "who2": _WHO, "did": _DID, "did2": _DID, "what": _WHAT, "what2": _WHAT}
_SLOTS |= {"when": _WHEN}


def _details(dice: random.Random) -> dict[str, str]:
    number = str(dice.randint(3, 990))
    model = f"{dice.choice('KLMRTX')}{dice.randint(100, 4999)}"
    thing = dice.choice(_THINGS)
    return {
        "place": place(dice),
        "number": number,
        "Number": number,
        "model": model,
        "thing": thing,
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
