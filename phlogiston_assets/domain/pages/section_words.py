"""What the sections of the report page are called, and how to read them."""

WORDS = {
    "burnup": (
        "Burnup",
        (
            "What is resolved lies above the line, what is still open below it; work that gets done"
            " moves up, work that is added makes the lower part thicker. The fan ahead is what the"
            " forecast expects to be resolved."
        ),
    ),
    "forecast": (
        "Classic forecast",
        (
            "When each category would be done if the last weeks repeated themselves: the dot is the"
            " nominal date, the bar reaches from the optimistic to the pessimistic one."
        ),
    ),
    "velocity": (
        "Velocity",
        (
            "How much was resolved in each of the last weeks, in each month and quarter; the"
            " first category in priority lies at the bottom."
        ),
    ),
    "kind-of-work": (
        "Kind of work",
        (
            "What was resolved in each of the last weeks as maintenance, as new functionality or as"
            " neither; below the line where more was reopened or left than resolved."
        ),
    ),
    "histogram": (
        "Histogram",
        (
            "How large the resolved tasks were: one row a priority, from left to right by the"
            " points of a task; all rows have one scale."
        ),
    ),
    "history": (
        "Burnup since the beginning",
        (
            "The same burnup from the first day of the history, with hidden categories if the scope"
            " has any."
        ),
    ),
    "last-quarter": (
        "Burnup of last quarter",
        (
            "The same burnup from a month before last quarter to its end; with hidden categories"
            " below if the scope has any."
        ),
    ),
    "categories": (
        "By category",
        (
            "The area is all there is, the heavy line what is resolved, the lines ahead where both"
            " would be in 13 weeks; columns are the change of each week; where a line of weeks"
            " remaining has a gap, no end was in sight."
        ),
    ),
}
"""By section: its title, and one sentence that says how to read it."""
