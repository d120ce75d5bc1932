"""The three teams that the sample scopes report on: one arrives, one drowns, one keeps pace."""

from phlogiston_assets.domain.sample.apps import APPS
from phlogiston_assets.domain.sample.editing import EDITING
from phlogiston_assets.domain.sample.infrastructure import INFRASTRUCTURE

STORY_TEAMS = (EDITING, APPS, INFRASTRUCTURE)
