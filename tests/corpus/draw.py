"""Values that are secrets, drawn at random: none of them is real. Seeded, so a failure comes again."""

import base64
import json
import string
from random import Random

ALNUM = string.ascii_letters + string.digits
LOWER = string.ascii_lowercase + string.digits
HEX = "0123456789abcdef"
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
URLSAFE = ALNUM + "-_"
# Some of the words of BIP-39's English list.
SEED_WORDS = [
    "abandon",
    "agree",
    "alpha",
    "amount",
    "anchor",
    "april",
    "artist",
    "autumn",
    "bacon",
    "balance",
    "banana",
    "beach",
    "bicycle",
    "bridge",
    "cabin",
    "canyon",
    "carbon",
    "cereal",
    "cherry",
    "circle",
    "citizen",
    "cactus",
    "dinosaur",
    "dolphin",
    "eagle",
    "elephant",
    "engine",
    "fabric",
    "famous",
    "forest",
    "garlic",
    "giraffe",
    "guitar",
    "hammer",
    "harvest",
    "island",
    "jungle",
    "kitchen",
    "ladder",
    "legend",
    "lemon",
    "lobster",
    "magnet",
    "marble",
    "mosquito",
    "muffin",
    "noodle",
    "oxygen",
    "paddle",
    "piano",
    "planet",
    "pumpkin",
    "rabbit",
    "ribbon",
    "salmon",
    "scissors",
    "squirrel",
    "tornado",
    "umbrella",
    "velvet",
    "window",
    "zebra",
]


class Draw:
    """Draws values."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def of(self, letters: str, length: int) -> str:
        return "".join(self.random.choice(letters) for _ in range(length))

    def one(self, *choices: str) -> str:
        return self.random.choice(choices)

    def password(self) -> str:
        """As people choose them, and as programs make them."""
        word = self.one(
            "Sommer",
            "tiger",
            "Madrid",
            "flughafen",
            "Blumen",
            "dragon",
            "manzana",
            "Kaffee",
            "sunshine",
        )
        made = self.of(ALNUM + "!#%+=?*_-", self.random.randint(10, 18))
        return self.one(
            f"{word}{self.random.randint(10, 9999)}",
            f"{word}{self.one('!', '#', '_', '.')}{self.random.randint(1, 999)}{self.of(LOWER, 3)}",
            f"{word[:3]}{self.of(LOWER, 5)}{self.random.randint(0, 9)}{self.one('!', '?', '*')}",
            "x" + made.lstrip("-=?") + "7",
        )  # fmt: skip

    def card(self) -> str:
        prefix, length = self.random.choice(
            (
                ("4", 16),
                ("51", 16),
                ("55", 16),
                ("2221", 16),
                ("37", 15),
                ("6011", 16),
                ("3530", 16),
                ("36", 14),
            )
        )
        body = prefix + self.of(string.digits, length - len(prefix) - 1)
        total = 0
        for place, digit in enumerate(reversed(body)):
            value = int(digit) * (2 if place % 2 == 0 else 1)
            total += value - 9 if value > 9 else value
        return body + str(-total % 10)

    def iban(self) -> str:
        land, body = self.random.choice(
            (
                ("DE", self.of(string.digits, 18)),
                ("ES", self.of(string.digits, 20)),
                ("AT", self.of(string.digits, 16)),
                ("GB", "BARC" + self.of(string.digits, 14)),
                ("NL", "ABNA" + self.of(string.digits, 10)),
                ("FR", self.of(string.digits, 23)),
            )
        )
        number = "".join(str(int(char, 36)) for char in f"{body}{land}00")
        return f"{land}{98 - int(number) % 97:02d}{body}"

    def grouped(self, text: str, size: int = 4) -> str:
        gap = self.one(" ", " ", "-", "\u00a0")
        return gap.join(text[i : i + size] for i in range(0, len(text), size))

    def jwt(self) -> str:
        def part(value: object) -> str:
            return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

        claims = {"sub": self.of(string.digits, 8), "exp": self.random.randint(10**9, 2 * 10**9)}
        return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}.{self.of(URLSAFE, 43)}"

    def pem(self, name: str) -> str:
        lines = "\n".join(self.of(ALNUM + "+/", 64) for _ in range(self.random.randint(3, 9)))
        return f"-----BEGIN {name}-----\n{lines}\n{self.of(ALNUM, 30)}==\n-----END {name}-----"

    def seed(self) -> list[str]:
        return [self.one(*SEED_WORDS) for _ in range(self.random.choice((12, 12, 15, 18, 24)))]
