[vars]
scope_title = "Infrastructure"
group = Platform
show_points = False
retroactive_categories = True
backlog_resolved_cutoff = default
status_report_project = 141
status_report_start = 60
