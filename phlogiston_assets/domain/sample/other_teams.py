"""Everybody else: teams of many sizes, and the generated projects of large samples."""

from phlogiston_assets.domain.sample.team import ProjectSpec, Strand, Team

_FLOW = ("", "To Do", "In Progress", "Needs Review", "Done")
_SHORT_FLOW = ("Backlog", "Doing", "Done")

FAMILIES = (
    *("Amber", "Anchor", "Beacon", "Birch", "Canyon", "Cedar", "Cobalt", "Comet", "Coral", "Delta"),
    *("Ember", "Falcon", "Fjord", "Garnet", "Glacier", "Harbor", "Heron", "Indigo", "Juniper"),
    *("Kestrel", "Lagoon", "Lantern", "Maple", "Meadow", "Nimbus", "Onyx", "Orchid", "Pebble"),
    *("Quartz", "Raven", "Saffron", "Sierra", "Tidal", "Topaz", "Tundra", "Umber", "Velvet"),
    *("Walnut", "Yarrow", "Zephyr"),
)
_PARTS = (
    *("API", "Backend", "Cache", "Client", "Config", "Console", "Docs", "Events", "Export"),
    *("Gateway", "Import", "Index", "Jobs", "Logs", "Metrics", "Parser", "Queue", "Render"),
    *("Schema", "Search", "Storage", "Sync", "Tests", "UI", "Web"),
)
_MATTERS = (
    *("the start page", "error messages", "the build", "old data", "the release notes", "timeouts"),
    *("permissions", "the retry logic", "encodings", "the command line", "dependencies", "alerts"),
)
FIRST_EXTRA_ID = 4_001


def _team(id_: int, name: str, share: float, goal: str, subjects: tuple[str, ...]) -> Team:
    """A team of the usual kind: one goal, and whatever else comes in."""
    opens = (id_ % 5) / 10
    return Team(
        projects=(ProjectSpec(id_, name, flow=_FLOW, hidden=("Someday",)),),
        strands=(
            Strand(
                share * 0.4, subjects, goal=goal, opens=opens, planned=0.35, speed=30, finish=0.8
            ),
            Strand(share * 0.6, subjects, speed=25 + id_ % 7 * 8, finish=0.75, upkeep=0.6),
        ),
        pointing=0.25 * (id_ % 4),
        sprints=id_ % 2 == 0,
    )


OTHER_TEAMS = (
    _team(
        *(201, "Search-Platform", 88, "Find pages in spite of typing errors"),
        ("the search index", "ranking", "suggestions", "query parsing"),
    ),
    _team(
        *(202, "Growth-Experiments", 68, "Help newcomers to their first edit"),
        ("the newcomer homepage", "suggested tasks", "mentor messages"),
    ),
    _team(
        *(203, "Language-Tools", 54, "Translate an article without leaving the page"),
        ("translation memory", "plural forms", "fonts", "right-to-left layout"),
    ),
    _team(
        *(204, "Community-Wishes", 45, "Grant the ten wishes of the year"),
        ("the watchlist", "talk pages", "edit counters", "the wish list"),
    ),
    _team(
        *(205, "Data-Pipelines", 38, "Publish page views within the hour"),
        ("hourly aggregation", "the event schema", "late events", "backfills"),
    ),
    _team(
        *(206, "Design-Systems", 32, "One set of components for all products"),
        ("the button", "colour tokens", "the dialog", "focus rings"),
    ),
    _team(
        *(207, "Donations", 26, "Donate in the reader's own currency"),
        ("the donation form", "receipts", "recurring gifts"),
    ),
    _team(
        *(208, "Maps", 22, "Draw maps in every language"),
        ("map tiles", "labels", "the map dialog"),
    ),
    _team(
        *(209, "Multimedia", 18, "Upload a video in one step"),
        ("thumbnails", "the upload wizard", "transcoding"),
    ),
    _team(
        *(210, "Parsing", 16, "One parser for reading and for editing"),
        ("table parsing", "template arguments", "whitespace"),
    ),
    _team(
        *(211, "Web-Performance", 14, "Show the first paragraph in a second"),
        ("the critical path", "caching headers", "image sizes"),
    ),
    _team(
        *(212, "Product-Analytics", 12, "Answer the ten standing questions by dashboard"),
        ("the retention dashboard", "sampling", "the weekly figures"),
    ),
    _team(
        *(213, "Security-Reviews", 10, "Review every extension once a year"),
        ("review requests", "an old dependency", "rate limits"),
    ),
)


def extra_team(number: int, whole: float) -> Team:
    """The generated team with one project: number 0 is the largest, with a long tail behind it.

    Its project's name begins with one of `FAMILIES`, which take turns, so that a scope of many
    projects can be named by one substring. `whole` is the named teams' share of tasks together.
    """
    family, part = number % len(FAMILIES), number // len(FAMILIES)
    generation, part = divmod(part, len(_PARTS))
    name = f"{FAMILIES[family]}-{_PARTS[part]}" + (f"-{generation + 1}" if generation else "")
    strand = Strand(
        whole * 1.45 / (number + 8),
        tuple(_MATTERS[(number + step) % len(_MATTERS)] for step in (0, 3, 7)),
        opens=(number % 6) / 12,
        planned=(number % 4) / 10,
        growth=(number % 7 - 3) / 4,
        speed=10 + number % 9 * 9,
        finish=0.5 + number % 6 / 12,
        goal=f"Bring {name} up to date" if number % 3 == 0 else None,
    )
    flow = _FLOW if number % 2 else _SHORT_FLOW
    return Team((ProjectSpec(FIRST_EXTRA_ID + number, name, flow=flow),), (strand,), pointing=0.4)
