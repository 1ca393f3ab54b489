"""All that the job prints. Whoever can see the job's page can read it: no token, no repo and no name may be in it."""

import json
import re

TOKEN = re.compile(r"hf_\w+")
LEAST_WORD = 3
# Shorter ones stand within other words too often.
LEAST_ANYWHERE = 6
MOST_CHARS = 500
# In the id of every repo of ours, and of use in what a trainer prints.
PLAIN = ("identity", "person")


class Voice:
    def __init__(self, settings):
        self._token = settings.token
        self._hidden = {settings.repo}
        # Its name is made from the person's.
        self.hide(settings.repo.split("/")[1])

    def hide(self, name):
        """A name as a whole and each of its words."""
        self._hidden |= {name, *(word for word in re.split(r"[\W_]+", name) if len(word) >= LEAST_WORD and word.lower() not in PLAIN)}
        # The longest first, else a part would go and leave the rest to be read.
        longest_first = sorted(filter(None, self._hidden), key=len, reverse=True)
        self._names = re.compile("|".join(map(_pattern, longest_first)), re.IGNORECASE)

    def say(self, line):
        print(self._clean(line), flush=True)

    def quote(self, lines):
        """What a child printed; so marked that none of it is taken for progress, and cleaned before it is cut: half a token is one too."""
        for line in map(self._clean, lines):
            print("> " + (line if len(line) <= MOST_CHARS else f"{line[:MOST_CHARS // 2]} … {line[-MOST_CHARS // 2:]}"), flush=True)

    def tell(self, **facts):
        """A line for the service, which looks for progress in the log."""
        print("IDT " + json.dumps(facts, separators=(",", ":")), flush=True)

    def _clean(self, line):
        return self._names.sub("***", TOKEN.sub("hf_***", line.replace(self._token, "***")))


def _pattern(word):
    return re.escape(word) if len(word) >= LEAST_ANYWHERE else rf"(?<![^\W_]){re.escape(word)}(?![^\W_])"
