"""Pages: from `Figures` to the files of a report, and from summaries to the site's own pages.

| module | holds |
| --- | --- |
| report | render_report: which files a report is made of |
| site_index | render_index: the list of all scopes, and which files lie beside it |
| group_page, maintenance_page | a dashboard a group, and all maintenance proportions |
| context, summary | what both are told besides the figures |
| report_page, forecast_page, closed_page, status_page, rules_page | view models, one page each |
| task_pages, combinations_page | open and unpointed tasks; all possible categories |
| main_burnup | the burnup as an image for pages outside the report |
| settings_words | the settings in force as sentences |
| tables | tables that a page shows and a reader may sort |
| csv_files | the data beside the pages |
| templating | Jinja, with everything escaped |

Pure: nothing is written, and nothing read but templates. Publishing belongs to `resources.site`.
"""

from phlogiston_assets.domain.pages.context import IndexContext, ReportContext
from phlogiston_assets.domain.pages.report import render_report
from phlogiston_assets.domain.pages.site_index import render_index
from phlogiston_assets.domain.pages.summary import ScopeSummary

__all__ = ["IndexContext", "ReportContext", "ScopeSummary", "render_index", "render_report"]
