"""Which files a report is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from phlogiston_assets.domain.charts.chart import Chart
from phlogiston_assets.domain.charts.forecast import forecast_chart
from phlogiston_assets.domain.charts.measure import shown_measures
from phlogiston_assets.domain.charts.pit import pit_chart
from phlogiston_assets.domain.charts.reliability import reliability_chart
from phlogiston_assets.domain.charts.sheet import style
from phlogiston_assets.domain.charts.thumbnail import small_burnup
from phlogiston_assets.domain.charts.wording import day_text, instant_text
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.pages import (
    changes_page,
    closed_page,
    combinations_page,
    flow_page,
    moves,
    outlook_page,
    past_forecasts_page,
    rules_page,
    status_page,
    task_pages,
)
from phlogiston_assets.domain.pages.change_words import report_sentence
from phlogiston_assets.domain.pages.contents import HELP, PAGES, TABLES, note_of
from phlogiston_assets.domain.pages.context import ReportContext
from phlogiston_assets.domain.pages.csv_files import csv_bytes
from phlogiston_assets.domain.pages.forecast_page import chart_places, forecast_table
from phlogiston_assets.domain.pages.main_burnup import main_burnup
from phlogiston_assets.domain.pages.report_page import (
    FigureView,
    key_figures,
    sections,
    widths,
)
from phlogiston_assets.domain.pages.settings_words import (
    settings_in_words,
    warnings_in_words,
    work_in_words,
)
from phlogiston_assets.domain.pages.summary import PICTURE, ScopeSummary
from phlogiston_assets.domain.pages.templating import furniture, render


@style()
def render_report(figures: Figures, context: ReportContext, templates: Path) -> dict[str, bytes]:
    """All files of a report by their names in its folder (reports.md, "Publishing").

    *templates* is the folder of Jinja templates. Every page works from disk, and every chart and
    table has its data in a CSV file beside it.
    """
    press = _Press(templates, _common(figures, context))
    return {
        **_report(press, figures),
        **_forecast(press, figures),
        **_record(press, figures),
        **_changes(press, figures, context),
        **_flow(press, figures, context),
        **_tasks(press, figures, context),
        **_closed(press, figures, context),
        **_status(press, figures, context),
        **_rules(press, figures, context),
        **_combinations(press, figures, context),
        **press.page("help.html", "help.html", contents=HELP),
        **_tables(figures),
        **furniture(templates),
        "summary.json": ScopeSummary.of(figures, context).to_json().encode(),
        PICTURE: small_burnup(figures).encode(),
        **main_burnup(figures),
    }


@dataclass(frozen=True, slots=True)
class _Press:
    """Templates, and what the head of every page shows."""

    templates: Path
    common: Mapping[str, object]

    def page(self, name: str, template: str, **known: object) -> dict[str, bytes]:
        """One page by its name."""
        return {name: render(self.templates, template, page=name, **self.common, **known)}


def _report(press: _Press, figures: Figures) -> dict[str, bytes]:
    shown = sections(figures)
    charts = [chart for section in shown for chart in section.charts]
    page = press.page(
        "index.html",
        "report.html",
        sections=shown,
        outlooks=outlook_page.report_outlook(figures),
        changed=report_sentence(figures),
        leading=outlook_page.leading_sentences(figures, shown),
        key_figures=key_figures(figures),
        settings=settings_in_words(figures),
        warnings=warnings_in_words(figures),
        charts=charts,
        tables=TABLES,
        notes={table: note_of(table) for table in TABLES},
    )
    return page | _drawn(charts)


def _forecast(press: _Press, figures: Figures) -> dict[str, bytes]:
    measures, drawn = shown_measures(figures.scope.settings), widths(figures)
    places = chart_places(figures)
    charts = [
        forecast_chart(figures, measure, drawn, hidden=True, targets=places) for measure in measures
    ]
    tables = [
        forecast_table(figures, measure, f"{chart.slug}.csv")
        for measure, chart in zip(measures, charts, strict=True)
    ]
    views = [FigureView.of(chart) for chart in charts]
    page = press.page("forecast.html", "forecast.html", figures=views, tables=tables)
    return page | _drawn(charts)


def _record(press: _Press, figures: Figures) -> dict[str, bytes]:
    measures, drawn = shown_measures(figures.scope.settings), widths(figures)
    charts = [reliability_chart(figures, measure, drawn) for measure in measures]
    places = [pit_chart(figures, measure, drawn) for measure in measures]
    page = press.page(
        "forecast-record.html",
        "forecast_record.html",
        outlooks=outlook_page.record_outlook(figures),
        figures=[FigureView.of(chart) for chart in charts],
        places=[FigureView.of(chart) for chart in places],
        records=past_forecasts_page.record_views(figures),
    )
    return page | _drawn([*charts, *places])


def _changes(press: _Press, figures: Figures, context: ReportContext) -> dict[str, bytes]:
    views = changes_page.change_views(figures, context)
    moved = moves.move_views(figures)
    page = press.page("changes.html", "changes.html", views=views, moves=moved)
    files = changes_page.change_files(figures, context)
    return page | {name: csv_bytes(frame) for name, frame in files.items()}


def _flow(press: _Press, figures: Figures, context: ReportContext) -> dict[str, bytes]:
    charts = flow_page.flow_charts(figures)
    page = press.page(
        "flow.html",
        "flow.html",
        work=work_in_words(figures.scope.settings),
        sections=flow_page.flow_sections(figures, context, charts),
    )
    ages = flow_page.ages_frame(figures, context)
    return page | _drawn(charts) | {flow_page.AGES_CSV: csv_bytes(ages)}


def _tasks(press: _Press, figures: Figures, context: ReportContext) -> dict[str, bytes]:
    everything = task_pages.open_frame(figures, context)
    unpointed = task_pages.unpointed_frame(figures, context)
    return {
        **press.page(
            "open-tasks.html",
            "tasks.html",
            finding=task_pages.open_finding(figures, everything),
            table=task_pages.open_table(figures, context, everything),
        ),
        **press.page(
            "unpointed-tasks.html",
            "tasks.html",
            finding=task_pages.unpointed_finding(figures, unpointed),
            table=task_pages.unpointed_table(figures, context, unpointed),
        ),
        task_pages.OPEN_CSV: csv_bytes(everything),
        task_pages.UNPOINTED_CSV: csv_bytes(unpointed),
    }


def _closed(press: _Press, figures: Figures, context: ReportContext) -> dict[str, bytes]:
    frame = closed_page.closed_frame(figures, context)
    page = press.page(
        "recently-closed.html",
        "recently_closed.html",
        finding=closed_page.closed_finding(figures, frame),
        table=closed_page.closed_table(figures, context),
    )
    return page | {closed_page.CSV: csv_bytes(frame)}


def _status(press: _Press, figures: Figures, context: ReportContext) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name, report in (("status-report", "current"), ("status-report-lastq", "lastq")):
        csv = f"{name}.csv"
        view = status_page.status_page(figures, context, report, csv)
        template = "status_report.html"
        files |= press.page(f"{name}.html", template, report=view, statuses=status_page.STATUSES)
        files[csv] = csv_bytes(status_page.status_frame(figures, context, report))
    return files


def _rules(press: _Press, figures: Figures, context: ReportContext) -> dict[str, bytes]:
    page = rules_page.rules_page(figures, context)
    files = press.page("rules.html", "rules.html", rules=page)
    return files | {page.csv: csv_bytes(rules_page.rules_frame(page))}


def _combinations(press: _Press, figures: Figures, context: ReportContext) -> dict[str, bytes]:
    frame = combinations_page.combinations_frame(figures)
    page = press.page(
        "combinations.html",
        "combinations.html",
        finding=combinations_page.combinations_finding(figures, frame),
        table=combinations_page.combinations_table(figures, context, frame),
    )
    return page | {combinations_page.CSV: csv_bytes(frame)}


def _drawn(charts: Sequence[Chart]) -> dict[str, bytes]:
    return {f"{chart.slug}.csv": csv_bytes(chart.data) for chart in charts}


def _tables(figures: Figures) -> dict[str, bytes]:
    frames = ((name, getattr(figures, frame)) for name, frame in TABLES.items())
    return {f"tables/{name}.csv": csv_bytes(frame) for name, frame in frames}


def _common(figures: Figures, context: ReportContext) -> Mapping[str, object]:
    """What the head of every page shows."""
    return {
        "pages": PAGES,
        "scope": figures.scope.settings,
        "day": figures.day,
        "day_text": day_text(figures.day),
        "made_of": context.made_of,
        "newest_change": context.newest_change,
        "generated_at": context.generated_at,
        "instant_text": instant_text,
    }
