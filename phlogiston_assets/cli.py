"""The command line: all commands, and what stops any of them told in a sentence."""

from __future__ import annotations

import click

from phlogiston_assets.commands.bench import bench
from phlogiston_assets.commands.check import check
from phlogiston_assets.commands.dump import dump
from phlogiston_assets.commands.run import run
from phlogiston_assets.commands.sample import demo, sample
from phlogiston_assets.commands.usage import fail
from phlogiston_assets.commands.web import dev, serve


class _Commands(click.Group):
    """Says in a sentence what the user can mend, whichever command it stopped."""

    def invoke(self, ctx: click.Context) -> object:
        from phlogiston_assets.domain.dumps.dump import DumpError
        from phlogiston_assets.domain.scopes import ScopeFileError

        try:
            return super().invoke(ctx)
        except (DumpError, ScopeFileError) as error:
            fail(str(error))
        except RuntimeError as error:
            from phlogiston_assets.runs import RunFailedError
            from resources.warehouse.database import WarehouseError

            if not isinstance(error, (RunFailedError, WarehouseError)):
                raise
            fail(str(error))
        except KeyboardInterrupt:
            fail("stopped. What was done stands; the same command does the rest.")
        except BrokenPipeError:
            raise  # the reader has seen enough, as `head` has; click ends quietly
        except OSError as error:
            fail(f"{error.filename}: {error.strerror}.")


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="phlogiston-assets", message="%(version)s")
def main() -> None:
    """Burnups, forecasts and the exact history of work planned in Phabricator or Phorge."""


for command in (run, check, dump, sample, demo, dev, serve, bench):
    main.add_command(command)
