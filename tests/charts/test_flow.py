"""forecast.md, "Flow": what the four charts say and draw, of much, of little and of nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from support.figures import made_figures
from support.flowing import figures_with_flow
from support.stories import LAST, story

from phlogiston_assets.domain.charts.ages import ages_chart
from phlogiston_assets.domain.charts.arrivals import arrivals_chart
from phlogiston_assets.domain.charts.chart import Width
from phlogiston_assets.domain.charts.cumulative_flow import cumulative_flow_chart, stacked_statuses
from phlogiston_assets.domain.charts.cycle_times import cycle_times_chart
from phlogiston_assets.domain.charts.duration_axis import along, apart, duration_ticks, reach
from phlogiston_assets.domain.charts.lettering import text_width
from phlogiston_assets.domain.charts.palette import DOTS
from phlogiston_assets.domain.charts.sheet import SMALL, TEXT
from phlogiston_assets.domain.figures import Figures

CHARTS = {
    "cumulative-flow": cumulative_flow_chart,
    "arrivals-departures": arrivals_chart,
    "cycle-times": cycle_times_chart,
    "ages": ages_chart,
}
PERCENT = "\N{NO-BREAK SPACE}%"
BOTH = (Width.FULL, Width.NARROW)


def finding(slug: str, figures: Figures) -> str:
    return CHARTS[slug](figures, []).finding


def words(svg: str) -> list[str]:
    return re.findall(r">([^<>]+)</text>", svg)


def busy() -> Figures:
    """Work begins in B: one resolved, one at work, one at work since before, one not begun."""
    return figures_with_flow(
        story(1).on(2, "A").on(3, "B").on(10, "B", "resolved"),
        story(2, made=20).on(20, "B", "progress"),
        story(3).on(0, "B", "stalled"),
        story(4).on(30, "A"),
        story(5).on(0, "A", "resolved"),
        settings="working_columns = B",
    )


@pytest.mark.parametrize("slug", CHARTS)
@pytest.mark.parametrize("width", list(Width))
def test_each_chart_is_drawn_in_every_width_with_its_data(slug: str, width: Width) -> None:
    chart = CHARTS[slug](busy(), [width])
    assert chart.slug == slug
    assert len(chart.data)
    svg = chart.drawings[width]
    assert f'viewBox="0 0 {width.value} ' in svg
    assert chart.finding in svg


def test_the_cumulative_flow_says_how_many_tasks_have_each_status() -> None:
    assert finding("cumulative-flow", busy()) == (
        "On 10 February 1970, 3 tasks were open (1 open, 1 stalled and 1 progress) and 2 resolved."
    )
    plain = figures_with_flow(story(1).on(0, "A"))
    assert (
        finding("cumulative-flow", plain) == "On 10 February 1970, 1 task was open and 0 resolved."
    )


def test_what_the_settings_leave_out_is_said() -> None:
    figures = figures_with_flow(story(1).on(0, "A"), backlog_resolved_cutoff=date(1970, 1, 5))
    assert finding("cumulative-flow", figures).endswith(
        "What was resolved before 5 January 1970 is left out."
    )
    again = made_figures(["A"], [("A", "open", 2, None, figures.first_day, figures.day)])
    assert finding("cumulative-flow", replace(figures, runs=again.runs)).endswith(
        "is left out, among it 1 task open again, which forecasts count."
    )


def test_statuses_stack_from_what_is_done_to_what_is_not_begun() -> None:
    places = ("open", "stalled", "progress", "review", "resolved")
    stories = [story(n).on(0, "A", status) for n, status in enumerate(places, 1)]
    assert stacked_statuses(figures_with_flow(*stories)) == [
        "resolved", "progress", "review", "stalled", "open",
    ]  # fmt: skip
    named = figures_with_flow(*stories, working_statuses=("review", "gone"))
    assert stacked_statuses(named) == ["resolved", "review", "progress", "stalled", "open"]


def bands(figures: Figures, width: Width) -> dict[str, list[tuple[float, float]]]:
    """The outline of each band by its note."""
    svg = cumulative_flow_chart(figures, [width]).drawings[width]
    found = {}
    for path, note in re.findall(r'<path d="M ([^"]+) z"[^>]*><title>([^<]+)</title>', svg):
        numbers = [float(one) for one in path.split()]
        found[note] = list(zip(numbers[::2], numbers[1::2], strict=True))
    return found


def test_each_band_lies_on_the_one_below_and_is_as_high_as_its_count() -> None:
    found = bands(busy(), Width.FULL)
    assert list(found) == ["resolved: 2", "progress: 1", "stalled: 1", "open: 1"]
    heights = []
    for outline in found.values():
        half = len(outline) // 2
        upper, lower = outline[half - 1][1], outline[half][1]
        heights.append((lower, upper))
    assert all(one[1] == other[0] for one, other in pairwise(heights))
    sizes = [lower - upper for lower, upper in heights]
    assert sizes[0] == pytest.approx(2 * sizes[1], abs=0.2)
    assert sizes[1:] == pytest.approx([sizes[1]] * 3, abs=0.2)


def test_a_single_day_is_a_band_a_day_wide() -> None:
    ((_, outline),) = bands(figures_with_flow(story(1).on(0, "A"), last=0), Width.FULL).items()
    assert len({x for x, _ in outline}) == 2


def test_a_narrow_sheet_names_the_statuses_below() -> None:
    svg = cumulative_flow_chart(busy(), [Width.NARROW]).drawings[Width.NARROW]
    assert words(svg)[-8:] == ["open", "1", "stalled", "1", "progress", "1", "resolved", "2"]


def test_arrivals_and_departures_say_by_how_much_more_or_less_is_open() -> None:
    stories = [
        story(1, made=36).on(36, "A"),
        story(2).on(35, "A").on(38, "A", "resolved"),
        story(3).on(0, "A", "resolved").on(39, "A").on(40, "A", "declined"),
        story(4, made=37).on(37, "B"),
    ]
    assert finding("arrivals-departures", figures_with_flow(*stories)) == (
        "In the 5 weeks to 10 February 1970, 4 tasks (2 new, 1 moved in and 1 reopened) came and"
        " 2 tasks (1 resolved and 1 declined) went: 2 more are open."
    )
    chart = arrivals_chart(figures_with_flow(*stories), [Width.FULL])
    told = [tuple(row) for row in chart.data[["kind", "tasks"]].itertuples(index=False)]
    assert sorted(told) == sorted(
        [("moved_in", 1), ("resolved", -1), ("reopened", 1), ("declined", -1), ("new", 2)]
    )
    assert "+2 open" in words(chart.drawings[Width.FULL])


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ([None], "no task came and 1 task (1 moved out) went: 1 fewer is open."),
        ([], "1 task (1 moved in) came and no task went: 1 more is open."),
        (["resolved"], "1 task (1 moved in) came and 1 task (1 resolved) went: as many are open."),
    ],
)
def test_one_and_none_are_said_as_such(ends: Sequence[str | None], said: str) -> None:
    one = story(1).on(0 if None in ends else 36, "A")
    for end in ends:
        one.on(38, None if end is None else "A", end or "open")
    assert finding("arrivals-departures", figures_with_flow(one)).endswith(said)


def test_at_most_half_a_year_of_weeks_is_drawn() -> None:
    figures = figures_with_flow(story(1).on(9, "A").on(300, "A", "resolved"), last=301)
    assert finding("arrivals-departures", figures) == (
        "In the 26 weeks to 29 October 1970, no task came and 1 task (1 resolved) went: 1 fewer is"
        " open."
    )


def test_cycle_times_say_their_lines_and_who_has_none() -> None:
    assert finding("cycle-times", busy()) == (
        f"Of 1 task with a known cycle time, half took 7 days at most, 85{PERCENT} took 7 days at"
        f" most and 95{PERCENT} took 7 days at most. 1 other resolved task has none: the beginning"
        " or the end was not seen."
    )
    early = [story(n).on(0, "A").on(n, "A", "resolved") for n in (1, 2)]
    assert finding("cycle-times", figures_with_flow(*early)).endswith(
        "2 were begun before the history and may have taken longer."
    )
    assert finding("cycle-times", figures_with_flow(story(1).on(0, "A", "resolved"))) == (
        "None of 1 resolved task was seen both to begin and to end."
    )


def test_a_dot_stands_at_its_day_and_its_time_and_one_begun_before_has_a_stroke_upwards() -> None:
    stories = [
        story(1, made=3).on(3, "A").on(3, "A", "resolved"),
        story(2, made=3).on(3, "A").on(13, "A", "resolved"),
        story(3).on(0, "A").on(40, "A", "resolved"),
    ]
    stories[0].steps = stories[0].steps[-1:]
    svg = cycle_times_chart(figures_with_flow(*stories), [Width.FULL]).drawings[Width.FULL]
    paths = re.findall(rf'<path d="([^"]+)"[^>]*stroke="{DOTS}"', svg)
    known, early, strokes = ([one.split() for one in path.split("M ")[1:]] for path in paths)
    assert [one[2] for one in strokes] == ["v-9"]
    assert strokes[0][:2] == early[0][:2]
    (same, ten), (forty,) = ([float(one[1]) for one in part] for part in (known, early))
    assert same > ten > forty
    assert (same - forty) / (same - ten) == pytest.approx(along(40) / along(10), abs=0.01)
    across = [float(one[0]) for one in (*known, *early)]
    assert (across[2] - across[0]) / (across[1] - across[0]) == pytest.approx(37 / 10, abs=0.02)
    for text in (f"50{PERCENT}: 10 days", f"85{PERCENT}: 40 days", f"95{PERCENT}: 40 days"):
        assert text in words(svg)


def test_ages_say_how_many_are_beyond_each_line() -> None:
    assert finding("ages", busy()) == (
        f"2 open tasks are at work, the oldest for 40 days. 2 for longer than the 50{PERCENT} line"
        f" (7 days), 2 for longer than the 85{PERCENT} line (7 days) and 2 for longer than the"
        f" 95{PERCENT} line (7 days). 1 other open task waits for work to begin."
    )
    young = figures_with_flow(story(1).on(LAST - 1, "A"))
    assert finding("ages", young) == "1 open task is at work, the oldest for 1 day."
    waiting = figures_with_flow(story(1).on(1, "A"), settings="working_columns = B")
    assert finding("ages", waiting) == "Work has begun on none of 1 open task."


def test_ages_have_a_lane_for_each_category_in_their_order() -> None:
    stories = [story(1).on(0, "B"), story(2).on(5, "A"), story(3).on(1, "Hidden")]
    done = [story(n).on(1, "A").on(10, "A", "resolved") for n in (4, 5)]
    for width in BOTH:
        svg = ages_chart(figures_with_flow(*stories, *done), [width]).drawings[width]
        told = words(svg)
        assert [one for one in told if one in {"A", "B", "Done", "Hidden"}] == ["A", "B"]
        assert told.count("1 of 1") == 2
        assert f"beyond 85{PERCENT}" in told
        assert svg.count(" h9") == 1


def test_lines_of_ages_cross_no_name_and_no_count_on_a_narrow_sheet() -> None:
    stories = [story(1).on(0, "B"), story(2).on(5, "A")]
    done = [story(n).on(1, "A").on(10, "A", "resolved") for n in (4, 5)]
    svg = ages_chart(figures_with_flow(*stories, *done), [Width.NARROW]).drawings[Width.NARROW]
    baselines = [float(y) for y in re.findall(r'y="([\d.]+)"[^>]*>(?:A|B|1 of 1)</text>', svg)]
    line = r'd="M [\d.]+ ([\d.]+) [\d.]+ ([\d.]+)"[^>]*stroke-dasharray'
    lines = [(float(top), float(foot)) for top, foot in re.findall(line, svg)]
    assert len(baselines) == 4
    assert len(lines) == 3 * (1 + 2)
    assert not [(y, one) for y in baselines for one in lines if one[0] < y and one[1] > y - TEXT]


def test_what_is_just_beyond_the_line_counts_beside_the_lane() -> None:
    done = [story(n).on(1, "A").on(1 + n, "A", "resolved") for n in range(1, 21)]
    begun = [story(100 + age).on(LAST - age, "A") for age in (17, 18, 19)]
    svg = ages_chart(figures_with_flow(*done, *begun), [Width.FULL]).drawings[Width.FULL]
    assert "2 of 3" in words(svg)


EMPTY = {
    "cumulative-flow": ("No task in the categories shown up to {}.", "nothing to show"),
    "arrivals-departures": (
        "In the 5 weeks to {}, no task came and none went.",
        "nothing came or went",
    ),
    "cycle-times": ("No task is resolved.", "no cycle time is known"),
    "ages": ("No task is open.", "nothing is at work"),
}


@pytest.mark.parametrize("slug", CHARTS)
def test_a_scope_without_tasks_is_told_and_drawn(slug: str) -> None:
    said, drawn = EMPTY[slug]
    chart = CHARTS[slug](figures_with_flow(), BOTH)
    assert chart.finding == said.format("10 February 1970")
    assert chart.data.empty
    assert all(drawn in words(svg) for svg in chart.drawings.values())


def test_a_history_of_a_day_has_no_week() -> None:
    chart = arrivals_chart(figures_with_flow(story(1).on(0, "A"), last=0), BOTH)
    assert chart.finding == "The history has no completed week yet."
    assert all("nothing came or went" in words(svg) for svg in chart.drawings.values())


# The axis of durations ----------------------------------------------------------------------------


def test_ticks_reach_as_far_as_the_axis_which_holds_a_week_at_least() -> None:
    assert [label for _, label in duration_ticks(reach([]))] == ["same day", "1 day", "1 week"]
    far = [label for _, label in duration_ticks(reach([400]))]
    assert far == ["same day", "1 day", "1 week", "1 month", "3 months", "1 year"]
    assert [place for place, _ in duration_ticks(reach([400]))][:2] == [0, along(1)]


@pytest.mark.parametrize("scale", [10, 30, 60, 200])
def test_labels_of_ticks_do_not_touch(scale: int) -> None:
    kept = apart(duration_ticks(reach([4000])), scale)
    assert kept[0] == (0, "same day")
    for (place, label), (after, text) in pairwise(kept):
        room = (after - place) * scale
        before = text_width(label, SMALL) / (2 if place else 1)
        assert room >= before + text_width(text, SMALL) / 2
