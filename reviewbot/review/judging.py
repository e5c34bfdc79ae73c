"""Clauses that ask for what only a person can do, and those that ask for nothing after all."""

from __future__ import annotations

from reviewbot import regex as re

# A sentence that starts with what is to be done.
IMPERATIVE = re.compile(
    r"^(?:(?:nits?|minor|style|also|and|then|so|just|maybe|perhaps|but|again|same here|here|typo|title"
    r"|subject|commit message)\b[\s:,.()-]*){0,3}"
    r"(?:add|align|avoid|break|change|check|combine|convert|declare|define|delete|don't|drop|extend"
    r"|fix|fold|indent|initiali[sz]e|insert|join|keep|make|mention|merge|move|pass|place|please|put"
    r"|re-?name|re-?order|re-?phrase|re-?word|remove|replace|return|re-?use|s/|say|sort|spell|split"
    r"|start|switch|swap|trim|turn|use|wrap|write)\b",
    re.I,
)
_STILL_FINE = re.compile(
    r"\bshould (?:be|still be|all be) (?:fine|ok|okay|safe|good|enough|sufficient|correct|possible"
    r"|able|no|harmless|covered)\b|\bshould work\b|\bI (?:don't|do not) (?:think|see|mind|care"
    r"|know)\b(?!.*\b(?:needed|necessary|required|useful|(?:we|you) (?:really )?need)\b)"
    r"|\bno (?:need to|reason to) (?:re-?send|re-?post|re-?spin|change|worry)\b|\bcould be wrong\b"
    r"|\bI could (?:be|have|also|not|see)\b",
    re.I,
)


# "No CONFIG_* dependencies in public headers, please."
_NO_MORE = re.compile(
    r"^(?:nits?\W+|also\W+|minor\W+)*no (?!need|objection|problem|worr|issue|further|longer|idea|rush|hurry)[^.]{3,80}?"
    r",? please[.!]?$",
    re.I,
)


def settled(text: str) -> bool:
    """Whether words say that nothing is to be done: "should be fine", "no need to re-send"."""
    return bool(_STILL_FINE.search(text))


def judgement(text: str) -> bool:
    """A clause that asks for a change of what the code does, which only a person can make."""
    if text.rstrip(" )").endswith("?") or settled(text):
        return False
    strong = re.search(
        r"\b(?:should(?:n't)? (?:only|also|not|instead|rather|really|be|have|use|never|always|either|check"
        r"|return|go|get|take|do)|needs? to|must(?:n't)?|please \w+|wants? (?:to|\w+ing)|i(?:'d"
        r"| would) (?:suggest|use|also|put|write|drop|add)|(?:might|may|would|could) be worth \w+ing)\b",
        text,
        re.I,
    )
    strong = strong or _NO_MORE.match(text)
    past = re.search(
        r"\bshould(?:n't)? (?:not )?have been\b|\b(?:was|were|i|we|they) (?:need|needed|must|want"
        r"|should)\b",
        text,
        re.I,
    )
    return not past and (bool(strong) or bool(IMPERATIVE.match(text) and 3 <= len(text.split()) <= 25))
