"""Charts of a report: from `Figures` to SVG, a finding in words and the data drawn.

| module | holds |
| --- | --- |
| burnup, burnup_drawing, burnup_labels | resolved and open work over time, by category |
| forecast, forecast_rows, forecast_words | when each category is done |
| forecast_drawing, forecast_layout | and how that is drawn |
| velocity, velocity_calendar, velocity_drawing | what was resolved by week, month and quarter |
| work_kinds | what was resolved as maintenance and as new functionality |
| histogram, histogram_drawing | resolved tasks by points and priority |
| by_category, category_weeks | three small charts for each category |
| by_category_drawing, small_panel | and how they are drawn |
| thumbnail, picture | a burnup the size of a stamp, and one as a PNG |
| cumulative_flow, arrivals | tasks by status over time, and what comes and goes by week |
| cycle_times, ages, duration_axis | how long work took, and how old open work is |
| chart, measure | what a chart is; points or tasks |
| sheet, svg, lettering | drawing by matplotlib, never pyplot |
| time_axis, amount_axis, edge_labels, key | what charts share around the plot |
| series | daily series from runs |
| palette, wording, phlogiston.mplstyle | the look, in colours and words |

Pages, files and HTML do not belong here.
"""
