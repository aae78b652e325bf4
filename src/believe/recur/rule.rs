//! One RRULE on one wall clock: text → starts between two times, in counted steps.
//!
//! The arithmetic of rules is the `rrule` crate's, fed with local times that are called UTC: given real
//! zones it refuses starts in a gap or fold, skips times in a midnight gap (Beirut, Cairo, Santiago) and
//! wants UNTIL in UTC. Around it stands what hostile rules need: parts checked before they reach it,
//! old endless rules begun shortly before the time asked for, and every step counted.

mod parse;

pub(crate) use parse::NO_DAY;

use chrono::{
    DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike,
    Utc, Weekday,
};
use rrule::{Frequency, NWeekday, RRule, RRuleSet};

/// Empty periods after which the `rrule` crate gives up looking for a further start.
const LONGEST_SEARCH: u64 = 100_000;

/// Steps that such a search counts for in months and years, each of which it goes through day by day.
const COST_OF_A_SEARCH: u64 = 400_000;

/// Days between two times that are looked at one by one.
const MOST_DAYS_LOOKED_AT: i64 = 2_000;

/// Steps that may still be made: periods of a rule looked at, whether anything starts in them or not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steps {
    pub(crate) left: u64,
}

/// The clock by which a series recurs.
#[derive(Clone, Copy)]
pub(crate) struct WallClock<'a> {
    /// It has days and no times.
    pub(crate) whole_days: bool,
    /// It is no zone's: an UNTIL without a zone is on it too.
    pub(crate) floating: bool,
    /// Its time at an instant.
    pub(crate) local: &'a dyn Fn(DateTime<Utc>) -> NaiveDateTime,
}

/// A rule with every part known and in range.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    start: NaiveDateTime,
    frequency: Frequency,
    interval: u16,
    count: Option<u32>,
    until: Option<NaiveDateTime>,
    week_start: Weekday,
    months: Vec<u8>,
    month_days: Vec<i8>,
    year_days: Vec<i16>,
    weeks: Vec<i8>,
    weekdays: Vec<NWeekday>,
    hours: Vec<u8>,
    minutes: Vec<u8>,
    seconds: Vec<u8>,
    positions: Vec<i32>,
    /// Parts that are not followed, as written.
    unknown: Vec<String>,
    /// RFC 7529: what becomes of a day that its month does not have.
    skip: Skip,
}

/// RFC 7529 section 4.1: what becomes of a 31st in a month of thirty days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Skip {
    Omit,
    Backward,
    Forward,
}

/// What a rule gives between two times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Starts {
    /// In order of time.
    pub(crate) list: Vec<NaiveDateTime>,
    pub(crate) ended: Ended,
}

/// Why there are no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The rule has no more in the span.
    Complete,
    /// There are more than were asked for.
    Full,
    /// It would take more steps than are left.
    OutOfSteps,
    /// The rule names no further day (30 February).
    NothingFound,
}

impl Rule {
    /// The parts that are not followed, as written.
    pub(crate) fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// Whether the rule ends before its first start, and so never starts.
    pub(crate) fn ends_before_it_starts(&self) -> bool {
        self.until.is_some_and(|until| until < self.start)
    }

    /// The starts from `from` to before `to`, at most `most`.
    pub(crate) fn starts(
        &self,
        from: NaiveDateTime,
        to: NaiveDateTime,
        most: usize,
        steps: &mut Steps,
    ) -> Starts {
        let mut list = Vec::new();
        let end = |list, ended| Starts { list, ended };
        let last = self.until.unwrap_or(NaiveDateTime::MAX);
        if last < from.max(self.start) || to <= self.start {
            return end(list, Ended::Complete);
        }
        if self.names_no_day() {
            return end(list, Ended::NothingFound);
        }
        if let Some(found) = self.by_days(from, to, most, steps) {
            return found;
        }
        let (begin, skipped) = self.begin_before(from);
        let count = self.count.map(|count| count.saturating_sub(skipped));
        if count == Some(0) {
            return end(list, Ended::Complete);
        }
        let dense = self.count.is_none() && self.frequency > Frequency::Daily;
        if steps.left == 0 || dense && self.periods(begin, to.min(last)) > steps.left {
            return end(list, Ended::OutOfSteps);
        }
        let Some(set) = self.engine(begin, count) else {
            return end(list, Ended::NothingFound);
        };
        let mut previous = begin;
        let mut given: u32 = 0;
        for at in &set {
            let at = at.naive_utc();
            let cost = self.periods(previous, at).max(1);
            previous = at;
            if at > last || at >= to {
                return end(list, Ended::Complete);
            }
            if cost > steps.left {
                steps.left = 0;
                return end(list, Ended::OutOfSteps);
            }
            steps.left -= cost;
            given = given.saturating_add(1);
            if at >= from {
                if list.len() >= most {
                    return end(list, Ended::Full);
                }
                list.push(at);
            }
        }
        if count == Some(given) {
            return end(list, Ended::Complete);
        }
        let cost = match self.frequency {
            Frequency::Yearly | Frequency::Monthly => COST_OF_A_SEARCH,
            _ => LONGEST_SEARCH,
        };
        steps.left = steps.left.saturating_sub(cost);
        let gave_up = self.frequency > Frequency::Daily
            && self.periods(previous, to.min(last)) > LONGEST_SEARCH;
        end(
            list,
            if gave_up {
                Ended::OutOfSteps
            } else {
                Ended::NothingFound
            },
        )
    }

    /// Whether the months and days of the month that it names never come together (30 February).
    fn names_no_day(&self) -> bool {
        let longest = |month: &u8| match month {
            2 => 29,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let longest = self.months.iter().map(longest).max().unwrap_or(31);
        let fits = |day: &i8| day.unsigned_abs() <= longest;
        !self.month_days.is_empty() && !self.month_days.iter().any(fits)
    }

    /// The starts between two times, found by looking at each day, where a rule only says which days it means and
    /// at which hours; `None` for others. The `rrule` crate makes every day of a year for each year that it looks at,
    /// and looks for the next start until the year 9999.
    fn by_days(
        &self,
        from: NaiveDateTime,
        to: NaiveDateTime,
        most: usize,
        steps: &mut Steps,
    ) -> Option<Starts> {
        let simple = self.count.is_none()
            && self.positions.is_empty()
            && self.weeks.is_empty()
            && self.frequency <= Frequency::Daily;
        let from = from.max(self.start);
        let days = (to - from).num_days();
        if !simple || !(0..=MOST_DAYS_LOOKED_AT).contains(&days) {
            return None;
        }
        let cost = u64::try_from(days).unwrap_or(0) / 20 + 1;
        steps.left = steps.left.checked_sub(cost)?;
        let times = self.times();
        let last = self.until.unwrap_or(NaiveDateTime::MAX);
        let end = |list, ended| Some(Starts { list, ended });
        let mut list = Vec::new();
        let days = from.date().iter_days();
        for day in days.take_while(|day| *day <= to.date()) {
            if !self.may_be_on(day) {
                continue;
            }
            for time in &times {
                let at = day.and_time(*time);
                if at < from || at >= to || at > last {
                    continue;
                }
                if steps.left == 0 {
                    return end(list, Ended::OutOfSteps);
                }
                if list.len() >= most {
                    return end(list, Ended::Full);
                }
                steps.left -= 1;
                list.push(at);
            }
        }
        end(list, Ended::Complete)
    }

    /// The times of day that its lists name together.
    fn times(&self) -> Vec<NaiveTime> {
        let mut times = Vec::new();
        for hour in &self.hours {
            for minute in &self.minutes {
                let of_minute = self.seconds.iter().filter_map(|second| {
                    NaiveTime::from_hms_opt((*hour).into(), (*minute).into(), (*second).into())
                });
                times.extend(of_minute);
            }
        }
        times
    }

    /// Whether a day fulfils each list of the rule and its INTERVAL.
    fn may_be_on(&self, day: NaiveDate) -> bool {
        let start = self.start.date();
        let interval = i64::from(self.interval);
        let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
        let week = |day: NaiveDate| {
            let into = day.weekday().days_since(self.week_start);
            i64::from(day.num_days_from_ce()) - i64::from(into)
        };
        let apart = match self.frequency {
            Frequency::Yearly => i64::from(day.year()) - i64::from(start.year()),
            Frequency::Monthly => months(day) - months(start),
            Frequency::Weekly => (week(day) - week(start)) / 7,
            _ => (day - start).num_days(),
        };
        if apart % interval != 0 {
            return false;
        }
        let length = i32::from(month_length(day));
        let of_month = i32::try_from(day.day()).unwrap_or(0);
        let of_year = i32::try_from(day.ordinal()).unwrap_or(0);
        let year = if day.leap_year() { 366 } else { 365 };
        let counts = |named: i32, place: i32, all: i32| named == place || named == place - all - 1;
        let in_month = self.frequency == Frequency::Monthly || !self.months.is_empty();
        let is_nth = |number: i16| {
            let (place, all) = if in_month {
                (of_month, length)
            } else {
                (of_year, year)
            };
            let number = i32::from(number);
            number == (place - 1) / 7 + 1 || number == -((all - place) / 7 + 1)
        };
        (self.months.is_empty() || self.months.contains(&small(day.month())))
            && (self.month_days.is_empty()
                || self
                    .month_days
                    .iter()
                    .any(|named| counts(i32::from(*named), of_month, length)))
            && (self.year_days.is_empty()
                || self
                    .year_days
                    .iter()
                    .any(|named| counts(i32::from(*named), of_year, year)))
            && (self.weekdays.is_empty()
                || self.weekdays.iter().any(|weekday| match *weekday {
                    NWeekday::Every(named) => named == day.weekday(),
                    NWeekday::Nth(number, named) => named == day.weekday() && is_nth(number),
                }))
    }

    /// How many starts of a rule with COUNT lie in its first periods, of which each has as many; `None` where
    /// only walking tells.
    fn starts_of(&self, periods: u64) -> Option<u32> {
        let plain = self.months.is_empty()
            && self.month_days.is_empty()
            && self.year_days.is_empty()
            && self.weeks.is_empty()
            && self.positions.is_empty()
            && self.hours.len() <= 1
            && self.minutes.len() <= 1
            && self.seconds.len() <= 1;
        let a_period = match (self.frequency, self.weekdays.as_slice()) {
            (Frequency::Daily, []) => 1,
            (Frequency::Weekly, [NWeekday::Every(day)]) if *day == self.start.weekday() => 1,
            _ => return None,
        };
        let begins_at_its_hour = self
            .hours
            .first()
            .is_none_or(|hour| *hour == small(self.start.hour()))
            && self
                .minutes
                .first()
                .is_none_or(|minute| *minute == small(self.start.minute()))
            && self
                .seconds
                .first()
                .is_none_or(|second| *second == small(self.start.second()));
        if !plain || !begins_at_its_hour {
            return None;
        }
        u32::try_from(periods).ok()?.checked_mul(a_period)
    }

    /// A start of a period of this rule, at least one period before `from`, and how many starts lie before it
    /// where they are counted: an old rule need not be walked from its first day.
    fn begin_before(&self, from: NaiveDateTime) -> (NaiveDateTime, u32) {
        if from <= self.start {
            return (self.start, 0);
        }
        // One period less, because the first one is looked at from its middle.
        let periods = self.periods(self.start, from).saturating_sub(1);
        let before = match self.count {
            None => 0,
            Some(_) => match self.starts_of(periods) {
                Some(before) => before,
                None => return (self.start, 0),
            },
        };
        (self.period_after(periods), before)
    }

    /// The start of the period that comes so many after the first.
    fn period_after(&self, periods: u64) -> NaiveDateTime {
        let skipped = periods * u64::from(self.interval);
        if skipped == 0 {
            return self.start;
        }
        let day = |date: Option<NaiveDate>| date.map(|date| date.and_time(NaiveTime::MIN));
        let unit = |seconds: u64| {
            let seconds = i64::try_from(skipped.checked_mul(seconds)?).ok()?;
            self.start
                .checked_add_signed(TimeDelta::try_seconds(seconds)?)
        };
        let begin = match self.frequency {
            Frequency::Yearly => i32::try_from(skipped)
                .ok()
                .and_then(|years| day(NaiveDate::from_ymd_opt(self.start.year() + years, 1, 1))),
            Frequency::Monthly => u32::try_from(skipped).ok().and_then(|months| {
                let first = self.start.date().with_day(1)?;
                day(first.checked_add_months(Months::new(months)))
            }),
            Frequency::Weekly => self.start.checked_add_days(Days::new(skipped * 7)),
            Frequency::Daily => self.start.checked_add_days(Days::new(skipped)),
            Frequency::Hourly => unit(3_600),
            Frequency::Minutely => unit(60),
            Frequency::Secondly => unit(1),
        };
        begin.unwrap_or(self.start)
    }

    /// Periods of the rule, each INTERVAL long, that end between two times.
    fn periods(&self, from: NaiveDateTime, to: NaiveDateTime) -> u64 {
        let months = |at: NaiveDateTime| i64::from(at.year()) * 12 + i64::from(at.month0());
        let elapsed = to - from;
        let units = match self.frequency {
            Frequency::Yearly => i64::from(to.year()) - i64::from(from.year()),
            Frequency::Monthly => months(to) - months(from),
            Frequency::Weekly => elapsed.num_weeks(),
            Frequency::Daily => elapsed.num_days(),
            Frequency::Hourly => elapsed.num_hours(),
            Frequency::Minutely => elapsed.num_minutes(),
            Frequency::Secondly => elapsed.num_seconds(),
        };
        u64::try_from(units).unwrap_or(0) / u64::from(self.interval)
    }

    fn engine(&self, begin: NaiveDateTime, count: Option<u32>) -> Option<RRuleSet> {
        let begin = begin.and_utc().with_timezone(&rrule::Tz::UTC);
        let months: Vec<chrono::Month> = self
            .months
            .iter()
            .filter_map(|month| chrono::Month::try_from(*month).ok())
            .collect();
        let mut rule = RRule::new(self.frequency)
            .interval(self.interval)
            .week_start(self.week_start)
            .by_month(&months)
            .by_month_day(self.month_days.clone())
            .by_year_day(self.year_days.clone())
            .by_week_no(self.weeks.clone())
            .by_weekday(self.weekdays.clone())
            .by_hour(self.hours.clone())
            .by_minute(self.minutes.clone())
            .by_second(self.seconds.clone())
            .by_set_pos(self.positions.clone());
        if let Some(count) = count {
            rule = rule.count(count);
        }
        let rule = rule.validate(begin).ok()?;
        Some(RRuleSet::new(begin).rrule(rule).limit())
    }
}

fn month_length(day: NaiveDate) -> u8 {
    match day.month() {
        2 if day.leap_year() => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn small(number: u32) -> u8 {
    u8::try_from(number).unwrap_or(0)
}
