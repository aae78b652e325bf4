//! One RRULE on one wall clock: text → starts between two times, in counted steps.
//!
//! The arithmetic of rules is the `rrule` crate's, fed with local times that are called UTC: given real
//! zones it refuses starts in a gap or fold, skips times in a midnight gap (Beirut, Cairo, Santiago) and
//! wants UNTIL in UTC. Around it stands what hostile rules need: parts checked before they reach it,
//! old endless rules begun shortly before the time asked for, and every step counted.

use chrono::{
    DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike,
    Utc, Weekday,
};
use rrule::{Frequency, NWeekday, RRule, RRuleSet};

/// Combinations that the BY lists of one rule may make together. A rule of every minute of every day
/// would make half a million of them in one step. BYSETPOS picks among them without making them all.
const MOST_COMBINATIONS: usize = 1_000;

/// Places that one BYSETPOS may name.
const MOST_POSITIONS: usize = 100;

/// Empty periods after which the `rrule` crate gives up looking for a further start.
const LONGEST_SEARCH: u64 = 100_000;

/// Steps that such a search counts for in months and years, each of which it goes through day by day.
const COST_OF_A_SEARCH: u64 = 400_000;

/// How the message about an UNTIL ends that has the form of a time and names a day no calendar has. It may lie
/// before the first start.
pub(crate) const NO_DAY: &str = "is no day of the calendar";

/// Days between two times that are looked at one by one.
const MOST_DAYS_LOOKED_AT: i64 = 2_000;

/// Steps that may still be made: periods of a rule looked at, whether anything starts in them or not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steps {
    pub(crate) left: u64,
}

/// The clock on which a series is told.
#[derive(Clone, Copy)]
pub(crate) struct WallClock<'a> {
    /// It tells days and no times.
    pub(crate) whole_days: bool,
    /// It is no zone's: an UNTIL without a zone is on it too.
    pub(crate) floating: bool,
    /// Its time at an instant.
    pub(crate) local: &'a dyn Fn(DateTime<Utc>) -> NaiveDateTime,
}

/// A rule whose every part is known and in range.
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
    /// Reads the value of an RRULE of an event that first starts at `start` on its own clock.
    ///
    /// Parts that RFC 5545 and RFC 7529 do not name are kept for [`unknown`](Self::unknown); a BYDAY number where
    /// only weeks are counted is passed over. An UNTIL without a zone is in UTC for a series in a zone: RFC 5545 section 3.3.10 allows
    /// no other there, and calendars that forget the Z are read so by other programs.
    ///
    /// # Errors
    /// What is wrong with it, for a person: no or unknown FREQ, INTERVAL or COUNT of nought, numbers out of
    /// range, parts that FREQ forbids, too many combinations.
    pub(crate) fn parse(
        text: &str,
        start: NaiveDateTime,
        clock: WallClock<'_>,
    ) -> Result<Rule, String> {
        let whole_days = clock.whole_days;
        if !(1..=9999).contains(&start.year()) {
            return Err(format!(
                "a series cannot start in the year {}",
                start.year()
            ));
        }
        let text: String = text
            .chars()
            .filter(|char| !char.is_whitespace())
            .map(|char| char.to_ascii_uppercase())
            .collect();
        let mut frequency = None;
        let mut rule = Rule {
            start,
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
            week_start: Weekday::Mon,
            months: Vec::new(),
            month_days: Vec::new(),
            year_days: Vec::new(),
            weeks: Vec::new(),
            weekdays: Vec::new(),
            hours: Vec::new(),
            minutes: Vec::new(),
            seconds: Vec::new(),
            positions: Vec::new(),
            unknown: Vec::new(),
            skip: Skip::Omit,
        };
        for part in text.split(';').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            match name {
                "FREQ" => frequency = Some(read_frequency(value)?),
                "INTERVAL" => {
                    rule.interval = match value.parse::<u64>() {
                        Ok(0) => return Err("INTERVAL=0 never moves on".to_owned()),
                        Ok(number) => u16::try_from(number)
                            .map_err(|_| format!("INTERVAL={} is over 65,535", shown(value)))?,
                        Err(_) => return Err(format!("INTERVAL={} is no number", shown(value))),
                    }
                }
                "COUNT" => {
                    rule.count = match value.parse::<u64>() {
                        Ok(0) => return Err("COUNT=0 is no series".to_owned()),
                        Ok(number) => Some(u32::try_from(number).unwrap_or(u32::MAX)),
                        Err(_) => return Err(format!("COUNT={} is no number", shown(value))),
                    }
                }
                "UNTIL" => rule.until = Some(read_until(value, clock)?),
                "WKST" => rule.week_start = read_weekday(value)?,
                "BYMONTH" => rule.months = numbers(name, value, 1, 12, false)?,
                "BYMONTHDAY" => rule.month_days = numbers(name, value, 1, 31, true)?,
                "BYYEARDAY" => rule.year_days = numbers(name, value, 1, 366, true)?,
                "BYWEEKNO" => rule.weeks = numbers(name, value, 1, 53, true)?,
                "BYSETPOS" => rule.positions = numbers(name, value, 1, 366, true)?,
                "BYDAY" => rule.weekdays = read_weekdays(value)?,
                // RFC 5545 section 3.3.10: to be ignored for a series of whole days.
                "BYHOUR" | "BYMINUTE" | "BYSECOND" if whole_days => {}
                "BYHOUR" => rule.hours = numbers(name, value, 0, 23, false)?,
                "BYMINUTE" => rule.minutes = numbers(name, value, 0, 59, false)?,
                "BYSECOND" => rule.seconds = numbers(name, value, 0, 59, false)?,
                "RSCALE" if matches!(value, "GREGORIAN" | "") => {}
                "RSCALE" => return Err(format!("RSCALE={} is not followed", shown(value))),
                "SKIP" => {
                    rule.skip = match value {
                        "OMIT" | "" => Skip::Omit,
                        "BACKWARD" => Skip::Backward,
                        "FORWARD" => Skip::Forward,
                        _ => return Err(format!("SKIP={} is not known", shown(value))),
                    }
                }
                _ => rule.unknown.push(shown(part)),
            }
        }
        rule.frequency = frequency.ok_or("it has no FREQ")?;
        rule.check()?;
        rule.settle(whole_days);
        rule.skip_backward()?;
        Ok(rule)
    }

    /// The parts that are not followed, as written.
    pub(crate) fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// Spells SKIP=BACKWARD as RFC 5545 has it: the last of the days up to the one that is meant.
    fn skip_backward(&mut self) -> Result<(), String> {
        let last = match (self.skip, self.month_days.as_slice()) {
            (Skip::Omit, _) | (_, []) => return Ok(()),
            (_, days) if days.iter().all(|day| *day <= 28) => return Ok(()),
            (Skip::Backward, [day]) => *day,
            _ => return Err("SKIP is followed for one day of the month, backward".to_owned()),
        };
        let once_a_period = match self.frequency {
            Frequency::Monthly => true,
            Frequency::Yearly => self.months.len() == 1,
            _ => false,
        };
        if !once_a_period || !self.positions.is_empty() || !self.weekdays.is_empty() {
            return Err("SKIP is followed for one day of the month, backward".to_owned());
        }
        self.month_days = (28..=last).collect();
        self.positions = vec![-1];
        Ok(())
    }

    /// What RFC 5545 section 3.3.10 forbids together, and the number of combinations.
    fn check(&self) -> Result<(), String> {
        let freq = self.frequency;
        if !self.month_days.is_empty() && freq == Frequency::Weekly {
            return Err("BYMONTHDAY does not go with FREQ=WEEKLY".to_owned());
        }
        if !self.year_days.is_empty()
            && matches!(
                freq,
                Frequency::Daily | Frequency::Weekly | Frequency::Monthly
            )
        {
            return Err(format!("BYYEARDAY does not go with FREQ={freq}"));
        }
        if !self.weeks.is_empty() && freq != Frequency::Yearly {
            return Err(format!("BYWEEKNO does not go with FREQ={freq}"));
        }
        if self.positions.len() > MOST_POSITIONS {
            return Err(format!("BYSETPOS names more than {MOST_POSITIONS} places"));
        }
        if !self.positions.is_empty() {
            return Ok(());
        }
        let lists = [
            self.months.len(),
            self.month_days.len(),
            self.year_days.len(),
            self.weeks.len(),
            self.weekdays.len(),
            self.hours.len(),
            self.minutes.len(),
            self.seconds.len(),
        ];
        let combinations = lists.into_iter().fold(1_usize, |product, length| {
            product.saturating_mul(length.max(1))
        });
        if combinations > MOST_COMBINATIONS {
            return Err(format!(
                "its BY lists make {combinations} combinations, at most {MOST_COMBINATIONS} are taken"
            ));
        }
        Ok(())
    }

    /// Makes explicit what the rule takes from its first start, so that it can be begun later.
    fn settle(&mut self, whole_days: bool) {
        let freq = self.frequency;
        let (month, day) = (small(self.start.month()), small(self.start.day()));
        if !matches!(freq, Frequency::Monthly | Frequency::Yearly) || !self.weeks.is_empty() {
            // A number before the day counts within months and years only.
            for weekday in &mut self.weekdays {
                if let NWeekday::Nth(_, day) = weekday {
                    *weekday = NWeekday::Every(*day);
                }
            }
        }
        self.spell_out_weekdays();
        let no_days =
            self.month_days.is_empty() && self.year_days.is_empty() && self.weekdays.is_empty();
        if no_days && !self.weeks.is_empty() {
            self.weekdays = vec![NWeekday::Every(self.start.weekday())];
        } else if no_days {
            match freq {
                Frequency::Yearly => {
                    if self.months.is_empty() {
                        self.months = vec![month];
                    }
                    self.month_days = vec![i8::try_from(day).unwrap_or(1)];
                }
                Frequency::Monthly => self.month_days = vec![i8::try_from(day).unwrap_or(1)],
                Frequency::Weekly => self.weekdays = vec![NWeekday::Every(self.start.weekday())],
                _ => {}
            }
        }
        if whole_days && freq > Frequency::Daily {
            return;
        }
        if self.hours.is_empty() && freq < Frequency::Hourly {
            self.hours = vec![small(self.start.hour())];
        }
        if self.minutes.is_empty() && freq < Frequency::Minutely {
            self.minutes = vec![small(self.start.minute())];
        }
        if self.seconds.is_empty() && freq < Frequency::Secondly {
            self.seconds = vec![small(self.start.second())];
        }
    }

    /// `MO,2TU` is every Monday *and* the second Tuesday; the `rrule` crate takes what fulfils both, so
    /// every Monday is spelt as the first to the last.
    fn spell_out_weekdays(&mut self) {
        let every = |weekday: &NWeekday| matches!(weekday, NWeekday::Every(_));
        if self.weekdays.iter().all(every) || !self.weekdays.iter().any(every) {
            return;
        }
        let most = if self.frequency == Frequency::Monthly || !self.months.is_empty() {
            5
        } else {
            53
        };
        self.weekdays = self
            .weekdays
            .iter()
            .flat_map(|weekday| match *weekday {
                NWeekday::Every(day) => (1..=most).map(|n| NWeekday::Nth(n, day)).collect(),
                nth @ NWeekday::Nth(..) => vec![nth],
            })
            .collect();
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
        if self.has_none_between(from, to.min(last), steps) {
            return end(list, Ended::Complete);
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

    /// Whether no day between two times is one of the rule: found by looking at those days alone, where the
    /// `rrule` crate would look for the next start until the year 9999. `false` where that is not certain.
    fn has_none_between(&self, from: NaiveDateTime, to: NaiveDateTime, steps: &mut Steps) -> bool {
        let simple = self.count.is_none()
            && self.positions.is_empty()
            && self.weeks.is_empty()
            && self.frequency <= Frequency::Daily;
        let from = from.max(self.start);
        let days = (to - from).num_days();
        if !simple || !(0..=MOST_DAYS_LOOKED_AT).contains(&days) {
            return false;
        }
        let cost = u64::try_from(days).unwrap_or(0) / 20 + 1;
        if cost > steps.left {
            return false;
        }
        steps.left -= cost;
        let mut day = from.date().pred_opt().unwrap_or(from.date());
        while day <= to.date() {
            if self.may_be_on(day) {
                return false;
            }
            match day.succ_opt() {
                Some(next) => day = next,
                None => break,
            }
        }
        true
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

fn read_frequency(value: &str) -> Result<Frequency, String> {
    Ok(match value {
        "YEARLY" => Frequency::Yearly,
        "MONTHLY" => Frequency::Monthly,
        "WEEKLY" => Frequency::Weekly,
        "DAILY" => Frequency::Daily,
        "HOURLY" => Frequency::Hourly,
        "MINUTELY" => Frequency::Minutely,
        "SECONDLY" => Frequency::Secondly,
        _ => return Err(format!("FREQ={} is not known", shown(value))),
    })
}

fn read_weekday(value: &str) -> Result<Weekday, String> {
    Ok(match value {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return Err(format!("{} is no day of the week", shown(value))),
    })
}

fn read_weekdays(value: &str) -> Result<Vec<NWeekday>, String> {
    let mut weekdays = Vec::new();
    for part in value.split(',').filter(|part| !part.is_empty()) {
        let place = part
            .find(|char: char| char.is_ascii_alphabetic())
            .unwrap_or(0);
        let day = read_weekday(&part[place..])?;
        let weekday = match &part[..place] {
            "" => NWeekday::Every(day),
            number => match number.parse::<i16>() {
                Ok(number) if number != 0 && number.abs() <= 53 => NWeekday::Nth(number, day),
                _ => return Err(format!("BYDAY={} counts to nothing", shown(part))),
            },
        };
        if !weekdays.contains(&weekday) {
            weekdays.push(weekday);
        }
    }
    Ok(weekdays)
}

/// A list of numbers from `low` to `high`, or their negatives where `signed`; each once.
fn numbers<N: TryFrom<i32> + Ord>(
    name: &str,
    value: &str,
    low: i32,
    high: i32,
    signed: bool,
) -> Result<Vec<N>, String> {
    let mut list = Vec::new();
    for part in value.split(',').filter(|part| !part.is_empty()) {
        let number = part
            .parse::<i32>()
            .ok()
            .filter(|number| {
                let size = if signed {
                    number.saturating_abs()
                } else {
                    *number
                };
                (low..=high).contains(&size)
            })
            // The sixtieth second is a leap second: RFC 5545 section 3.3.12 takes it for the 59th.
            .or_else(|| (name == "BYSECOND" && part == "60").then_some(59))
            .and_then(|number| N::try_from(number).ok())
            .ok_or_else(|| format!("{name}={} is out of range", shown(part)))?;
        list.push(number);
    }
    list.sort_unstable();
    list.dedup();
    Ok(list)
}

/// The last moment of a series on its own clock. A day counts whole; of a series of whole days so does
/// the day of a time.
fn read_until(value: &str, clock: WallClock<'_>) -> Result<NaiveDateTime, String> {
    let said = value;
    let in_form = said
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"TZ".contains(&byte));
    let wrong = || match in_form {
        true => format!("UNTIL={} {NO_DAY}", shown(said)),
        false => format!("UNTIL={} is no date", shown(said)),
    };
    // ISO 8601's longer form is written too: `2026-12-17T19:00:00Z`.
    let value = value.replace(['-', ':'], "");
    let (date, time) = value.split_once('T').unwrap_or((&value, ""));
    let date =
        NaiveDate::parse_from_str(date.get(..8).unwrap_or(date), "%Y%m%d").map_err(|_| wrong())?;
    let end_of_day = || date.and_hms_opt(23, 59, 59).ok_or_else(wrong);
    if time.is_empty() || clock.whole_days {
        return end_of_day();
    }
    let digits = time.trim_end_matches('Z');
    let time_of_day = NaiveTime::parse_from_str(digits, "%H%M%S")
        .or_else(|_| NaiveTime::parse_from_str(digits, "%H%M"))
        .map_err(|_| wrong())?;
    let at = date.and_time(time_of_day.with_nanosecond(0).unwrap_or(time_of_day));
    let local = clock.floating && !time.ends_with('Z');
    Ok(if local {
        at
    } else {
        (clock.local)(at.and_utc())
    })
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

fn shown(text: &str) -> String {
    text.chars().flat_map(char::escape_debug).take(40).collect()
}
