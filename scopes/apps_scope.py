[vars]
scope_title = "Mobile apps"
group = Product
default_points = 1
retroactive_points = True
backlog_resolved_cutoff = default
status_report_project = 120
status_report_start = default
working_columns = Doing, In review
