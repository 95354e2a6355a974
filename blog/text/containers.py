"""Prepares lists, quotations, notes and code of a post for Python-Markdown.

As in CommonMark, a line belongs to an item, a quotation or a note by the column where it begins.
Python-Markdown wants four columns for each and a blank line before most: the text is written out
with both. Code between fences is put away, wherever it stands.
"""

import re
from dataclasses import dataclass

from markdown.util import BLOCK_LEVEL_ELEMENTS

from blog.text.fences import FENCE, Fences

TAB = 4
DEEPEST = 20  # Python-Markdown calls itself for each level

QUOTE = re.compile(r" {0,3}> ?")
BULLET = re.compile(r"\s*[-*+]\s")
MARK = re.compile(
    r" *(?P<mark>(?P<bullet>[-*+])(?= |$)|(?P<number>\d{1,9})[.)](?= |$)|(?P<definition>:)(?= )"
    r"|(?P<note>\[\^[^\]]+\]:)) *(?P<text>\S)?"
)
RULE = re.compile(r" *([-_*])(?: *\1){2,} *$")
# Begins something even right below a paragraph: a heading, a pull quote or its end, HTML.
OTHER = re.compile(rf"#{{1,6}} |:::|</?(?:{'|'.join(BLOCK_LEVEL_ELEMENTS)})\b", re.IGNORECASE)
PRE, END_OF_PRE = re.compile(r" {0,3}<pre\b", re.IGNORECASE), re.compile(r"</pre\b", re.IGNORECASE)

# So many columns right of its mark stands what belongs to it. Bullets need only two anywhere.
WIDTHS = {"bullet": 2, "number": 3, "note": 2, "definition": 2}
ITEMS = ("bullet", "number")


@dataclass
class Container:
    kind: str  # "quote" or a key of WIDTHS
    column: int = 0  # of its mark
    is_parted: bool = False  # by a blank line that was written out

    @property
    def margin(self) -> str:
        return "> " if self.kind == "quote" else " " * TAB

    def inside(self, line: str) -> str | None:
        """Return what the line holds inside of this container; None if it stands outside."""
        if self.kind == "quote":
            quote = QUOTE.match(line)
            return line[quote.end() :] if quote else None
        if not line.strip(" \t"):
            return ""
        width = WIDTHS[self.kind]
        needed = min(width, WIDTHS["bullet"]) if BULLET.match(line) else width
        is_inside = indent(line) >= self.column + needed
        return outdented(line, self.column + width) if is_inside else None


@dataclass
class Fence:
    mark: str
    info: str
    column: int
    code: list[str]
    is_askew: bool = False  # the code stands further left than its fence


class Containers(Fences):
    OPENING = re.compile(" *" + FENCE)

    def run(self, lines: list[str]) -> list[str]:
        self.out: list[str] = []
        self.open: list[Container] = []
        self.is_after_blank, self.is_in_pre = True, False
        self.fence: Fence | None = None
        self.term = -1  # where a line stands right below a definition, perhaps the next term
        for number, line in enumerate(lines):
            if not self._goes_on_with_code(line) and not self._goes_on_with_pre(line):
                self._read(without_tabs(line))
                if self.fence and self.open:
                    self.fence.is_askew = self._is_askew(lines, number + 1)
        if self.fence:
            self._put_away(self.fence)
        return [*self.out, "", ""]

    # Code.

    def _goes_on_with_code(self, line: str) -> bool:
        if not self.fence:
            return False
        held, rest = self._inside(line)
        is_inside = held == len(self.open)
        if (is_inside or self.fence.is_askew) and not self._closes(rest, self.fence.mark):
            self.fence.code.append(outdented(rest, self.fence.column))
            return True
        self._put_away(self.fence)
        return is_inside

    def _is_askew(self, lines: list[str], first: int) -> bool:
        for number in range(first, len(lines)):
            held, rest = self._inside(lines[number])
            if held == len(self.open):
                if self.fence and self._closes(rest, self.fence.mark):
                    return True
            elif "quote" in self._kinds(held) or item_mark(rest) or OTHER.match(rest):
                return False
        return False

    def _put_away(self, fence: Fence) -> None:
        for line in self._stashed(fence.code, fence.info):
            self._write(line)
        self.fence, self.is_after_blank = None, True

    def _goes_on_with_pre(self, line: str) -> bool:
        if not self.is_in_pre:
            held, rest = self._inside(line)
            if held or not PRE.match(rest):
                return False
            if self.open:
                self.open = []
                self._write("")
        self.is_in_pre = not END_OF_PRE.search(line)
        self.out.append(line)
        self.is_after_blank = False
        return True

    # Everything else.

    def _read(self, line: str) -> None:
        held, rest = self._inside(line)
        if not rest.strip(" "):
            del self.open[held:]
            self._write("")
            self.is_after_blank = True
        elif self.is_after_blank or self._begins(rest, held):
            self._begin(rest, held)
        else:
            self._go_on(rest, held)

    def _inside(self, line: str) -> tuple[int, str]:
        """Return how many of the open containers hold the line, and what is left of it."""
        for number, container in enumerate(self.open):
            rest = container.inside(line)
            if rest is None:
                return number, line
            line = rest
        return len(self.open), line

    def _kinds(self, held: int) -> list[str]:
        return [container.kind for container in self.open[held:]]

    def _begins(self, rest: str, held: int) -> bool:
        if OTHER.match(rest) or any(sign.match(rest) for sign in (QUOTE, RULE, self.OPENING)):
            return True
        brother = self._brother(held)
        mark = item_mark(rest, brother)
        # "It was in\n1984. Nobody came." is no list.
        return mark is not None and (mark["number"] in (None, "1") or brother == "number")

    def _brother(self, held: int) -> str:
        """Return the kind of item that the next may follow; "" if none is open there."""
        return self.open[held].kind if held < len(self.open) else ""

    def _begin(self, rest: str, held: int) -> None:
        found = self._mark(rest, self._brother(held))
        if found and found[0].kind == "definition" and self.term == len(self.out) - 1:
            self.out.insert(self.term, "")  # the next term, right below a definition
        closed, outer = self.open[held:], self.open[:held]
        # A blank line in a quotation, below code, is none outside of it.
        is_below_quote = "quote" in self._kinds(held)
        self.open = list(outer)
        if (is_below_quote or not self.is_after_blank) and self._needs_blank(found, closed):
            self._write("")
        lead = ""
        while found and len(self.open) < DEEPEST:
            container, mark, rest = found
            if lead and self.open[-1].kind != "quote":
                # Python-Markdown often misreads what begins on the line of a mark: "- - a".
                self.out.append(margins(outer) + lead)
                self._write("")
                outer, lead = list(self.open), ""
            self.open.append(container)
            lead += mark
            found = self._mark(rest)
        if "> " in lead:
            self._part()
        if opening := self.OPENING.match(rest):
            self.fence = Fence(opening["fence"], opening["info"], indent(rest), [])
            rest = ""
        if rule := RULE.match(rest):
            rest = rule[1] * 3  # Python-Markdown reads only narrow ones
        if lead or not opening:
            text = unmarked(rest) if found else rest
            self.out.append(margins(outer) + lead + (text.lstrip(" ") if self.open else text))
        self.is_after_blank = False

    def _go_on(self, rest: str, held: int) -> None:
        """A line of a paragraph, which may stand further left than its first."""
        if "definition" in self._kinds(held):
            del self.open[held:]
            self.term = len(self.out)
        text = unmarked(rest) if self.open and item_mark(rest) else rest
        self._write(text.lstrip(" ") if self.open else text)
        self.is_after_blank = False

    def _mark(self, rest: str, brother: str = "") -> tuple[Container, str, str] | None:
        """Return the container that begins here, its mark, and what it holds of the line."""
        if RULE.match(rest) or self.OPENING.match(rest):
            return None
        if quote := QUOTE.match(rest):
            return Container("quote"), "> ", rest[quote.end() :]
        if not (mark := item_mark(rest, brother)):
            return None
        kind = kind_of(mark)
        column, end = mark.span("mark")
        written = f"{mark['number']}. " if kind == "number" else f"{mark['mark']} "
        return Container(kind, column), written, rest[max(column + WIDTHS[kind], end) :]

    def _needs_blank(self, found: tuple | None, closed: list[Container]) -> bool:
        kind = found[0].kind if found else ""
        within = self.open[-1].kind if self.open else ""
        if closed and closed[0].kind == kind:
            return closed[0].is_parted
        if kind in ITEMS and within in ITEMS and not closed:
            return self.open[-1].is_parted
        if kind in ("note", "definition"):
            return bool(closed)
        return bool(kind in ITEMS or closed or self.open)

    def _write(self, text: str) -> None:
        if text:
            self.out.append(margins(self.open) + text)
        else:
            self.out.append(margins(self.open).rstrip())
            self._part()

    def _part(self) -> None:
        for container in self.open:
            container.is_parted = True


def without_tabs(line: str) -> str:
    """Code in the line keeps them."""
    before, tick, code = line.partition("`")
    return before.expandtabs(TAB) + tick + code


def item_mark(line: str, brother: str = "") -> re.Match | None:
    is_row_of_table = "|" in line and not line.strip("-:| ")
    mark = None if is_row_of_table else MARK.match(line)
    # An item may be empty, but not the first: "-" alone is a dash.
    return mark if mark and (mark["text"] or kind_of(mark) == brother) else None


def kind_of(mark: re.Match) -> str:
    return next(kind for kind in WIDTHS if mark[kind])


def indent(line: str) -> int:
    return len(line[: len(line) - len(line.lstrip(" \t"))].expandtabs(TAB))


def outdented(line: str, columns: int) -> str:
    """Without so many columns of white space, or without as many as there are."""
    width = 0
    for place, char in enumerate(line):
        if width >= columns or char not in " \t":
            return " " * max(width - columns, 0) + line[place:]
        width += TAB - width % TAB if char == "\t" else 1
    return ""


def margins(containers: list[Container]) -> str:
    return "".join(container.margin for container in containers)


def unmarked(line: str) -> str:
    """Escape the mark at its beginning, which begins nothing here."""
    number = re.match(r"( *\d+)([.)].*)", line)
    return f"{number[1]}\\{number[2]}" if number else f"\\{line.lstrip(' ')}"
