"""The three teams that the sample scopes report on: one arrives, one drowns, one keeps pace.

Their project ids, names, column names and goal titles are what `scopes/` refers to.
"""

from phlogiston_assets.domain.sample.team import CATEGORY, ProjectSpec, Strand, Team

_RELEASE_FLOW = ("", "Doing", "In review", "Shipped")

EDITING = Team(
    projects=(
        ProjectSpec(
            110,
            "Editing-Team",
            flow=("", "Up Next", "In Progress", "Code Review", "Done"),
            aside=("Interrupt", "External", "Ideas"),
            hidden=("Freezer",),
        ),
        ProjectSpec(111, "Visual-Editor", flow=("Backlog", "Doing", "Done"), hidden=("2019",)),
        ProjectSpec(112, "Citation-Tools", flow=("", "Needs design", "Doing", "Done")),
    ),
    strands=(
        Strand(
            62,
            ("citation suggestions", "the citation dialog", "links to sources", "reference checks"),
            goal="Suggest a citation while people type",
            goal_mark=CATEGORY,
            closes=0.97,
            planned=0.5,
            growth=-0.6,
            speed=18,
            finish=0.91,
            upkeep=0.15,
        ),
        Strand(
            40,
            ("the start of the editor", "module loading", "the first keystroke", "save latency"),
            goal="Open the editor in under a second",
            goal_mark=CATEGORY,
            closes=0.48,
            planned=0.6,
            speed=14,
            finish=1.0,
        ),
        Strand(
            58,
            ("the toolbar on phones", "table editing by touch", "the context menu", "zooming"),
            goal="Make editing comfortable on small screens",
            goal_mark=CATEGORY,
            opens=0.3,
            speed=35,
            finish=0.78,
            upkeep=0.2,
        ),
        Strand(
            46,
            ("Japanese input", "Arabic input", "dead keys", "the Korean keyboard", "Indic scripts"),
            goal="Support input methods for every script",
            goal_mark=CATEGORY,
            opens=0.6,
            planned=0.2,
            growth=0.8,
            speed=45,
            finish=0.5,
            upkeep=0.3,
        ),
        Strand(
            42,
            ("a lost draft", "a broken deployment", "a failing save", "an error in the logs"),
            column="Interrupt",
            planned=0.0,
            speed=6,
            finish=0.97,
            upkeep=0.95,
        ),
        Strand(
            36,
            ("the citation list", "template parameters of citations", "ISBN lookup"),
            tags=(112,),
            speed=30,
            finish=0.85,
        ),
        Strand(
            38,
            ("copy and paste", "image captions", "undo", "the link inspector", "nested lists"),
            tags=(111,),
            speed=80,
            finish=0.55,
        ),
        Strand(14, ("a change in the parser", "a library release"), column="External", finish=0.6),
        Strand(14, ("games for new editors", "a spoken editor"), column="Ideas", finish=0.1),
        Strand(10, ("citation styles", "old citations"), home=112, finish=0.5),
        Strand(24, ("documentation", "the style guide", "test coverage", "old preferences")),
    ),
    pointing=0.85,
    sprints=True,
)


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


def _cycle(number: int) -> Strand:
    """A planning cycle, one sixth of the sample, in a milestone of its own."""
    opens = (number - 1) / 6
    return Strand(
        25,
        ("the job queue", "backups", "the load balancers", "certificates", "log storage"),
        opens=opens,
        closes=min(1.0, opens + 0.19),
        planned=0.55,
        speed=15,
        finish=0.96,
        milestone=150 + number,
    )


INFRASTRUCTURE = Team(
    projects=(
        ProjectSpec(
            140,
            "Infrastructure",
            flow=("Backlog", "In progress", "Done"),
            aside=("Blocked on vendors",),
            hidden=("Icebox",),
        ),
        ProjectSpec(141, "Data-Centre-Move", flow=("", "Ready", "Moving", "Checked")),
        ProjectSpec(142, "On-Call", flow=("", "Being handled", "Closed")),
        ProjectSpec(143, "Infra-Upkeep", flow=("", "Doing", "Done")),
        *(
            ProjectSpec(
                150 + n,
                f"Infra-Cycle-{n}",
                flow=("", "Doing", "Done"),
                born=(n - 1) / 6,
                milestone_of=140,
            )
            for n in range(1, 7)
        ),
    ),
    strands=(
        *(_cycle(number) for number in range(1, 7)),
        Strand(
            62,
            ("the database replicas", "the mail relay", "the image store", "the search cluster"),
            goal="Move every service to the new data centre",
            goal_mark=CATEGORY,
            tags=(141,),
            opens=0.18,
            speed=32,
            finish=0.8,
        ),
        Strand(
            50,
            ("a full disk", "a slow query", "an expired certificate", "a stuck job queue"),
            tags=(142,),
            planned=0.0,
            speed=5,
            finish=0.98,
            upkeep=1.0,
        ),
        Strand(
            44,
            ("kernel updates", "old hosts", "monitoring rules", "unused accounts"),
            tags=(143,),
            speed=28,
            finish=0.9,
            upkeep=1.0,
        ),
        Strand(14, ("new disks", "a switch"), column="Blocked on vendors", speed=70, finish=0.7),
        Strand(24, ("a staging area", "the run book", "access requests"), upkeep=0.0, finish=0.7),
    ),
    pointing=0.12,
)

STORY_TEAMS = (EDITING, APPS, INFRASTRUCTURE)
