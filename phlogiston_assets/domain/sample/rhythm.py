"""When people work: the week, the holidays, the sprints. Instants are epoch seconds, UTC."""

from datetime import date

from phlogiston_assets.domain.sample.dice import Dice
from phlogiston_assets.domain.sample.size import SampleSize

DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
_WEEK = (1.0, 1.0, 1.0, 0.95, 0.8, 0.1, 0.08)
_OPENING_SECOND = 8 * 3_600
_WORKING_SECONDS = 10 * 3_600
_SPRINT_DAYS = 14


def busyness(day: date) -> float:
    """How much of usual work is done on a day, 0 to 1: less at weekends, New Year, in August."""
    week = _WEEK[day.weekday()]
    if (day.month, day.day) >= (12, 21) or (day.month, day.day) <= (1, 3):
        return week * 0.12
    if day.month == 8:
        return week * 0.45
    return week


class Rhythm:
    """The days of one sample, numbered from 1970-01-01, and the working hours in them."""

    def __init__(self, size: SampleSize) -> None:
        self.first = size.first_day.toordinal() - _EPOCH
        self.days = size.days
        self.horizon = (self.first + self.days) * DAY
        self._busy = [
            busyness(date.fromordinal(_EPOCH + self.first + offset)) for offset in range(self.days)
        ]

    def day_at(self, fraction: float) -> int:
        """The day at a fraction of the sample: its first at 0.0, its last at 1.0 and beyond."""
        return self.first + min(int(fraction * self.days), self.days - 1)

    def start_at(self, fraction: float) -> int:
        """The instant, before anybody works, of the day at a fraction of the sample."""
        return self.day_at(fraction) * DAY + 7 * 3_600

    def busy(self, day: int) -> float:
        """The busyness of a day; after the sample's end nothing hinders."""
        offset = day - self.first
        return self._busy[offset] if offset < self.days else 1.0

    def hour_of(self, day: int, dice: Dice) -> int:
        """An instant in the working hours of a day."""
        return day * DAY + _OPENING_SECOND + int(dice.random() * _WORKING_SECONDS)

    def working_hour(self, day: int, dice: Dice) -> int:
        """An instant in the working hours of a day, or of a later one if nobody works on it."""
        while not dice.chance(self.busy(day)):
            day += 1
        return self.hour_of(day, dice)

    def later(self, when: int, days: float, dice: Dice) -> int:
        """An instant in working hours so many days after another, and after it in any case."""
        if days < 1:
            return when + 60 + int(dice.random() * 5_400)
        return self.working_hour(when // DAY + int(days), dice)

    def sprint_end(self, day: int) -> int:
        """The last day, a Thursday, of the two-week sprint in which a day lies."""
        return day + (_SPRINT_DAYS - 1) - (day - 1) % _SPRINT_DAYS
