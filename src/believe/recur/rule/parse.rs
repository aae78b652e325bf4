//! The text of an RRULE → a [`Rule`] with every part known and in range.

use super::{Rule, Skip, WallClock, small};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday};
use rrule::{Frequency, NWeekday};

/// Combinations that the BY lists of one rule may make together. A rule of every minute of every day
/// would make half a million of them in one step. BYSETPOS picks among them without making them all.
const MOST_COMBINATIONS: usize = 1_000;

/// Places that one BYSETPOS may name.
const MOST_POSITIONS: usize = 100;

/// How the message about an UNTIL ends that has the form of a time and names a day no calendar has. It may lie
/// before the first start.
pub(crate) const NO_DAY: &str = "is no day of the calendar";

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

fn shown(text: &str) -> String {
    text.chars().flat_map(char::escape_debug).take(40).collect()
}
