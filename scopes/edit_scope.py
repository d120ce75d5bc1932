[vars]
scope_title = "Editing"
group = Product
default_points = 2
retroactive_categories = True
backlog_resolved_cutoff = default
status_report_project = 110
status_report_start = default
working_columns = In Progress, Code Review, Doing
working_statuses = progress
