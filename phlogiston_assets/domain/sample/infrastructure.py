"""The infrastructure team of the sample, which keeps pace.

Its project ids, names, column names and goal titles are what `scopes/` refers to.
"""

from phlogiston_assets.domain.sample.team import CATEGORY, ProjectSpec, Strand, Team


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
