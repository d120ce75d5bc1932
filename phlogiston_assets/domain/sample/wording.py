"""Titles of tasks, as people write them: mostly plain, some with whatever keyboards can do."""

from phlogiston_assets.domain.sample.dice import Dice
from phlogiston_assets.domain.sample.plan import Role, Ticket

_REPAIRS = (
    *("Fix", "Investigate", "Look into", "Find the cause of trouble with", "Write tests for"),
    *("Follow up on", "Take care of", "Check", "Explain", "Watch", "Repair", "Reproduce"),
)
_ADDITIONS = (
    *("Add", "Design", "Prototype", "Announce", "Plan", "Try out", "Polish", "Make room for"),
    *("Measure the use of", "Document", "Introduce", "Extend"),
)
_CIRCUMSTANCES = (
    *("after the last release", "before the next release", "for the pilot wikis", "under load"),
    *("on small wikis", "on the largest wikis", "for new accounts", "after an upgrade"),
    *("when something fails halfway", "once and for all", "without a restart", "behind a proxy"),
    *("in all languages", "on the test site", "for logged-out users", "as agreed with support"),
    *("when two people save at once", "on slow connections", "step by step", "in old browsers"),
)
_CURIOSITIES = (
    "日本語の変換中に文字が消える",
    "مع النص العربي",
    "— «naïve» façade, São Tomé, Łódź",
    "<b>is shown in bold</b>",
    '("$1" is left unreplaced)',
    "for R&D <script>alert(1)</script>",
    "where it's called 'title'",
    "at 100 % zoom 🚀",
    "in C:\\temp\\new",
    'for $wgServer = "//localhost"; & others',
)
_PHASES = ("first version", "research", "rollout", "clean-up", "second version", "open questions")


def title(ticket: Ticket, upkeep: bool, dice: Dice) -> str:
    """A title that fits the task's strand and role."""
    strand = ticket.errand.strand
    if ticket.role is Role.GOAL and strand.goal is not None:
        return strand.goal
    subject = dice.pick(strand.subjects)
    if ticket.role is Role.EPIC:
        return f"[EPIC] {subject[0].upper()}{subject[1:]}: {dice.pick(_PHASES)}"
    verb = dice.pick(_REPAIRS if upkeep else _ADDITIONS)
    draw = dice.random()
    if draw < 0.05:
        return f"{verb} {subject} {dice.pick(_CURIOSITIES)}"
    return f"{verb} {subject} {dice.pick(_CIRCUMSTANCES)}" if draw < 0.8 else f"{verb} {subject}"
