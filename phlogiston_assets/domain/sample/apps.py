"""The apps team of the sample, which drowns.

Its project ids, names, column names and goal titles are what `scopes/` refers to.
"""

from phlogiston_assets.domain.sample.team import CATEGORY, ProjectSpec, Strand, Team

_RELEASE_FLOW = ("", "Doing", "In review", "Shipped")


def _release(number: int, opens: float, share: float, finish: float) -> Strand:
    """A release's work: planned together, then filled up until it ships."""
    return Strand(
        share,
        ("the reading view", "notifications", "the tab bar", "saved pages", "the settings screen"),
        opens=opens,
        closes=min(1.0, opens + 0.24),
        planned=0.5,
        growth=-0.3,
        finish=finish,
        upkeep=0.3,
        tags=(130 + number,),
    )


APPS = Team(
    projects=(
        ProjectSpec(
            120,
            "Mobile-Apps",
            flow=("", "Next", "Doing", "QA", "Done"),
            aside=("Crashes", "Waiting for store review"),
            hidden=("Old ideas",),
        ),
        ProjectSpec(122, "App-Design-Debt", flow=("Needs triage", "Doing", "Done")),
        *(
            ProjectSpec(130 + n, f"App-Release-7.{n}", flow=_RELEASE_FLOW, born=opens)
            for n, opens in enumerate((0.0, 0.14, 0.32, 0.5, 0.68, 0.86), start=1)
        ),
    ),
    strands=(
        _release(1, 0.0, 36, 1.0),
        _release(2, 0.14, 38, 1.0),
        _release(3, 0.32, 42, 0.98),
        _release(4, 0.5, 46, 0.93),
        _release(5, 0.68, 50, 0.75),
        _release(6, 0.86, 36, 0.4),
        Strand(
            62,
            ("saved articles", "the download queue", "images without a connection", "storage use"),
            goal="Read without a connection",
            goal_mark=CATEGORY,
            opens=0.25,
            planned=0.2,
            growth=0.9,
            speed=60,
            finish=0.45,
            upkeep=0.1,
        ),
        Strand(
            36,
            ("a crash at the start", "a crash on rotation", "a crash while sharing a page"),
            column="Crashes",
            planned=0.0,
            speed=9,
            finish=0.92,
            upkeep=1.0,
        ),
        Strand(
            38,
            ("colours in the dark theme", "spacing", "icons", "text sizes", "button labels"),
            tags=(122,),
            growth=0.8,
            speed=70,
            finish=0.3,
            upkeep=0.9,
        ),
        Strand(
            16,
            ("the listing in the store", "screenshots", "the privacy form"),
            column="Waiting for store review",
            planned=0.1,
            finish=0.5,
        ),
        Strand(12, ("old screens", "a forgotten icon"), home=122, growth=0.5, finish=0.2),
        Strand(28, ("the widget", "deep links", "the onboarding", "usage data"), finish=0.5),
    ),
    pointing=0.6,
    sprints=True,
)
