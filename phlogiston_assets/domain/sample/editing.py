"""The editing team of the sample, which arrives.

Its project ids, names, column names and goal titles are what `scopes/` refers to.
"""

from phlogiston_assets.domain.sample.team import CATEGORY, ProjectSpec, Strand, Team

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
