//! The groups and their habits: who meets when, what they announce, and what becomes of it.
//!
//! The shares are those of the newsletter's rows: four of five groups on Meetup, the others on Luma or with
//! a calendar or page of their own; most meet once a month, some weekly. What happens to an event after it
//! was announced is more frequent than in life, so that a short year holds enough of it.

use super::chance::Chance;
use super::neighbours::{carry, follow, mirror, move_over};
use super::world::{
    CallingOff, Entry, Facts, Feed, Gathering, Group, Kind, NEVER, State, Town, World,
};
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use chrono_tz::Tz;
use rusty_events::facts::place::Mode;
use rusty_events::facts::when;

#[rustfmt::skip]
const TOWNS: &[(&str, &str, &str, Tz)] = &[
    ("Berlin", "Berlin, DE", "DE", Tz::Europe__Berlin), ("Lyon", "Lyon, FR", "FR", Tz::Europe__Paris),
    ("Seattle", "Seattle, WA, US", "US", Tz::America__Los_Angeles), ("Tokyo", "Tokyo, JP", "JP", Tz::Asia__Tokyo),
    ("Dublin", "Dublin, IE", "IE", Tz::Europe__Dublin), ("Austin", "Austin, TX, US", "US", Tz::America__Chicago),
    ("Utrecht", "Utrecht, NL", "NL", Tz::Europe__Amsterdam), ("Oslo", "Oslo, NO", "NO", Tz::Europe__Oslo),
    ("Melbourne", "Melbourne, AU", "AU", Tz::Australia__Melbourne), ("Nairobi", "Nairobi, KE", "KE", Tz::Africa__Nairobi),
    ("Lima", "Lima, PE", "PE", Tz::America__Lima), ("Denver", "Denver, CO, US", "US", Tz::America__Denver),
    ("Vienna", "Vienna, AT", "AT", Tz::Europe__Vienna), ("Helsinki", "Helsinki, FI", "FI", Tz::Europe__Helsinki),
    ("Hyderabad", "Hyderabad, IN", "IN", Tz::Asia__Kolkata), ("Auckland", "Auckland, NZ", "NZ", Tz::Pacific__Auckland),
    ("Chicago", "Chicago, IL, US", "US", Tz::America__Chicago), ("Prague", "Prague, CZ", "CZ", Tz::Europe__Prague),
    ("Warsaw", "Warsaw, PL", "PL", Tz::Europe__Warsaw), ("Zurich", "Zurich, CH", "CH", Tz::Europe__Zurich),
    ("Montevideo", "Montevideo, UY", "UY", Tz::America__Montevideo), ("Singapore", "Singapore, SG", "SG", Tz::Asia__Singapore),
    ("Dallas", "Dallas, TX, US", "US", Tz::America__Chicago), ("Stockholm", "Stockholm, SE", "SE", Tz::Europe__Stockholm),
    ("Madrid", "Madrid, ES", "ES", Tz::Europe__Madrid), ("Copenhagen", "Copenhagen, DK", "DK", Tz::Europe__Copenhagen),
    ("Lisbon", "Lisbon, PT", "PT", Tz::Europe__Lisbon), ("Budapest", "Budapest, HU", "HU", Tz::Europe__Budapest),
    ("Leipzig", "Leipzig, DE", "DE", Tz::Europe__Berlin), ("Taipei", "Taipei, TW", "TW", Tz::Asia__Taipei),
];

/// What a group's name begins with; the town follows.
const KINDS_OF_GROUPS: &[&str] = &[
    "Rust",
    "Women in Rust",
    "Rustaceans of",
    "Systems Club",
    "Ferris &",
];

const TITLES: &[&str] = &[
    "Rust Hack and Learn",
    "Monthly Rust Meetup",
    "Rust and Tell",
    "Rust Social",
    "Coffee and Crates",
];

const TALKS: &[&str] = &[
    "Async without tears",
    "A borrow checker's diary",
    "Embedded on a shoestring",
    "Parsers, all the way down",
    "What the linker does at night",
    "Zero-copy in earnest",
    "Fearless refactoring",
];

/// The numbers of two groups in one town.
const NAMESAKES: [usize; 2] = [4, 34];

/// How far a group's events are announced at most.
const FURTHEST: i64 = 75;

/// When a group meets.
#[derive(Debug, Clone, Copy)]
enum Habit {
    Weekly(Weekday),
    Fortnightly(Weekday),
    /// Such as the second Tuesday of a month.
    Monthly(u8, Weekday),
    /// Every three to seven weeks, on whatever day suits the speaker.
    Irregular,
}

/// Makes a year of so many groups and days.
pub(crate) fn world(seed: u64, groups: usize, days: i64) -> World {
    let mut world = World {
        seed,
        first_day: NaiveDate::from_ymd_opt(2026, 1, 5).unwrap(),
        days,
        groups: Vec::new(),
        feeds: Vec::new(),
        gatherings: Vec::new(),
    };
    for number in 0..groups {
        found(&mut world, number);
    }
    follow(&mut world);
    mirror(&mut world);
    carry(&mut world);
    world
}

const WEEKDAYS: [Weekday; 6] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
];

/// Founds a group with its feed, and lets it meet all year.
fn found(world: &mut World, number: usize) {
    let mut chance = Chance::of(world.seed, "group", number, 0);
    let (city, place, country, zone) = TOWNS[number % TOWNS.len()];
    let kind_of_group = KINDS_OF_GROUPS[number / TOWNS.len() % KINDS_OF_GROUPS.len()];
    let name = format!("{kind_of_group} {city}");
    let slug = name.to_lowercase().replace(" & ", "-").replace(' ', "-");
    let kind = match number % 20 {
        3 | 9 | 15 => Kind::Luma,
        5 | 12 => Kind::Calendar,
        7 => Kind::Series,
        17 => Kind::Website,
        11 => Kind::Pretix,
        _ => Kind::Meetup,
    };
    let habit = match chance.below(20) {
        0 | 1 => Habit::Weekly(*chance.pick(&WEEKDAYS)),
        2..=4 => Habit::Fortnightly(*chance.pick(&WEEKDAYS)),
        5..=15 => Habit::Monthly(
            u8::try_from(chance.between(1, 4)).unwrap(),
            *chance.pick(&WEEKDAYS),
        ),
        _ => Habit::Irregular,
    };
    // A rule without gaps: what a calendar's one recurring event can say.
    let habit = match (kind, habit) {
        (Kind::Series, Habit::Monthly(..) | Habit::Irregular) => Habit::Fortnightly(Weekday::Tue),
        (_, habit) => habit,
    };
    let mode = if chance.percent(25) {
        Mode::Virtual
    } else {
        Mode::InPerson
    };
    // Two groups of one town that meet online at one hour under one title, and have nothing to do with
    // each other.
    let is_namesake = NAMESAKES.contains(&number);
    let (habit, mode) = if is_namesake {
        (Habit::Fortnightly(Weekday::Tue), Mode::Virtual)
    } else {
        (habit, mode)
    };
    let host = format!("{slug}.example");
    let (feed_name, page) = match kind {
        Kind::Meetup => (slug.clone(), format!("https://www.meetup.com/{slug}")),
        Kind::Luma => (
            calendar_id(number),
            format!("https://luma.com/calendar/{}", calendar_id(number)),
        ),
        Kind::Pretix => (slug.clone(), format!("https://pretix.eu/{slug}/")),
        _ => (host.clone(), format!("https://{host}/")),
    };
    let own = world.feeds.len();
    world.feeds.push(Feed {
        id: format!(
            "{}/{slug}",
            match kind {
                Kind::Meetup => "meetup",
                Kind::Luma => "luma",
                Kind::Pretix => "pretix",
                _ => "own",
            }
        ),
        kind,
        group: Some(number),
        name: feed_name,
        from: 0,
        until: NEVER,
        replaces: None,
        drops_old: false,
        // Now and then a group dies, and its page with it.
        closes: if chance.percent(2) {
            world.days * 3 / 4
        } else {
            NEVER
        },
        is_validated: chance.percent(50),
        rekeys: kind == Kind::Calendar && chance.percent(50),
    });
    let home = Town {
        city,
        place,
        country,
        zone,
    };
    world.groups.push(Group {
        name,
        slug,
        home,
        mode,
        page,
    });
    // One group in ten goes over from Meetup to Luma in the middle of the year.
    let moves = (kind == Kind::Meetup && number % 13 == 6)
        .then(|| world.days / 2 + chance.between(-10, 10));
    if let Some(day) = moves {
        move_over(world, own, calendar_id(number + 1000), day);
    }
    let mut usual = Usual {
        title: (*chance.pick(TITLES)).to_owned(),
        hour: u32::try_from(chance.between(17, 19)).unwrap(),
        minute: if chance.percent(50) { 30 } else { 0 },
        minutes: 30 * chance.between(3, 6),
        house: chance.between(1, 99),
        is_series: matches!(habit, Habit::Weekly(_) | Habit::Fortnightly(_)) || chance.percent(50),
    };
    if is_namesake {
        (usual.title, usual.hour, usual.minute) = (TITLES[0].to_owned(), 18, 30);
    }
    let announced_before = match habit {
        Habit::Weekly(_) => FURTHEST,
        Habit::Fortnightly(_) => chance.between(40, FURTHEST),
        _ => chance.between(18, 50),
    };
    let uid = chance.letters(12);
    for date in dates(world, habit, &mut chance) {
        let late = if kind == Kind::Series {
            0
        } else {
            chance.between(0, 5)
        };
        let announced = (date - world.first_day).num_days() - announced_before + late;
        meet(world, number, own, &usual, date, announced, &uid);
        // A workshop on the afternoon of the same day.
        if kind != Kind::Series && Chance::of(world.seed, "workshop", number, announced).percent(6)
        {
            let workshop = Usual {
                title: if announced.rem_euclid(2) == 0 {
                    "Workshop: ownership by hand".to_owned()
                } else {
                    usual.title.clone()
                },
                hour: 13,
                ..usual.clone()
            };
            meet(world, number, own, &workshop, date, announced, &uid);
        }
    }
}

pub(crate) fn calendar_id(number: usize) -> String {
    format!("cal-Year{number:08}")
}

/// What a group does if nothing comes between.
#[derive(Debug, Clone)]
struct Usual {
    title: String,
    hour: u32,
    minute: u32,
    minutes: i64,
    house: i64,
    /// Whether its platform makes its events of a series, named by letters until somebody edits them.
    is_series: bool,
}

/// The days on which a group meets, from the first of the year to some weeks after its end.
fn dates(world: &World, habit: Habit, chance: &mut Chance) -> Vec<NaiveDate> {
    let last = world.date(world.days + FURTHEST);
    let mut dates = Vec::new();
    let on = |weekday: Weekday| {
        let wait = (7 + weekday.num_days_from_monday()
            - world.first_day.weekday().num_days_from_monday())
            % 7;
        world.first_day + Days::new(u64::from(wait))
    };
    match habit {
        Habit::Weekly(weekday) | Habit::Fortnightly(weekday) => {
            let step = if matches!(habit, Habit::Weekly(_)) {
                7
            } else {
                14
            };
            let mut date = on(weekday);
            while date <= last {
                dates.push(date);
                date = date + Days::new(step);
            }
        }
        Habit::Monthly(nth, weekday) => {
            let (mut year, mut month) = (world.first_day.year(), world.first_day.month());
            while let Some(date) = NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth) {
                if date > last {
                    break;
                }
                dates.extend(Some(date).filter(|date| *date >= world.first_day));
                (year, month) = if month == 12 {
                    (year + 1, 1)
                } else {
                    (year, month + 1)
                };
            }
        }
        Habit::Irregular => {
            let mut date = world.date(chance.between(0, 20));
            while date <= last {
                dates.push(date);
                date = date + Days::new(chance.between(20, 50).unsigned_abs());
            }
        }
    }
    dates
}

/// Announces one gathering, and lets happen to it what happens.
fn meet(
    world: &mut World,
    group: usize,
    feed: usize,
    usual: &Usual,
    date: NaiveDate,
    announced: i64,
    uid: &str,
) {
    let number = world.gatherings.len();
    let mut chance = Chance::of(world.seed, "gathering", number, announced);
    let (home, mode, kind) = {
        let group = &world.groups[group];
        (group.home, group.mode, world.feeds[feed].kind)
    };
    let time = date.and_hms_opt(usual.hour, usual.minute, 0).unwrap();
    let title = match chance.below(3) {
        0 => format!("{}: {}", usual.title, chance.pick(TALKS)),
        _ => usual.title.clone(),
    };
    let facts = Facts {
        title,
        start: when::to_utc(time, home.zone),
        minutes: usual.minutes,
        town: home,
        house: usual.house,
        mode,
        state: State::On,
    };
    let calling_off = match (kind, chance.below(4)) {
        (Kind::Series, 0) | (Kind::Calendar | Kind::Website, 0 | 1) => CallingOff::Status,
        (Kind::Luma, 0..=2) | (Kind::Meetup, 0 | 1) => CallingOff::Unlisted,
        (_, 2) => CallingOff::Title,
        _ => CallingOff::Deleted,
    };
    let mut versions = vec![(announced, facts)];
    let starts = (date - world.first_day).num_days();
    befall(&mut versions, announced.max(0) + 1, starts - 1, &mut chance);

    let mut names = Vec::new();
    match kind {
        // Meetup numbers an occurrence when somebody touches it: its id and its address change.
        Kind::Meetup if usual.is_series => {
            names.push((announced, chance.letters(13)));
            let touched = versions.get(1).map(|(day, _)| *day);
            let opened = chance
                .percent(30)
                .then(|| chance.between(announced, starts));
            if let Some(day) = touched.into_iter().chain(opened).min() {
                names.push((day, chance.digits()));
            }
        }
        Kind::Meetup => names.push((announced, chance.digits())),
        Kind::Series => {
            names.push((announced, format!("{uid}@google.com")));
            names.extend(parted(
                world,
                group,
                date,
                announced,
                (uid, time, home.zone),
            ));
        }
        Kind::Pretix => {
            let club = &world.feeds[feed].name;
            let event = chance.letters(6);
            names.push((announced, format!("pretix-{club}-{event}-0@pretix.eu")));
        }
        Kind::Luma => names.push((announced, format!("evt-{}", chance.letters(14)))),
        _ => {
            let base = format!("{}-{number}", chance.letters(4));
            names.push((announced, format!("{base}.0")));
            if world.feeds[feed].rekeys {
                // An exporter that makes UIDs anew, once a week or at each download.
                let every = if feed.is_multiple_of(2) { 7 } else { 1 };
                let regenerated =
                    (1..starts.max(1)).filter(|day| *day > announced && day % every == 0);
                names.extend(regenerated.map(|day| (day, format!("{base}.{day}"))));
            }
        }
    }
    world.gatherings.push(Gathering {
        versions,
        entries: vec![Entry {
            feed,
            from: announced,
            until: NEVER,
            names,
            lag: 0,
            points_to: None,
            prefix: String::new(),
        }],
        calling_off,
        original: (kind == Kind::Series).then_some(date),
    });
}

/// The key that an occurrence has after its series was parted in the middle of the year, as Google does where somebody
/// edits "this and following events": what was edited becomes a series of its own.
fn parted(
    world: &World,
    group: usize,
    date: NaiveDate,
    announced: i64,
    (uid, time, zone): (&str, NaiveDateTime, Tz),
) -> Option<(i64, String)> {
    let mut chance = Chance::of(world.seed, "parted", group, 0);
    let day = world.days / 2 + chance.between(-20, 20);
    let from = world.date(day + 9);
    if !chance.percent(60) || date < from {
        return None;
    }
    let since = when::to_utc(from.and_time(time.time()), zone).format("%Y%m%dT%H%M%SZ");
    Some((day.max(announced), format!("{uid}_R{since}@google.com")))
}

/// What happens to an event between its announcement and its day: mostly nothing, sometimes two things.
fn befall(versions: &mut Vec<(i64, Facts)>, first: i64, last: i64, chance: &mut Chance) {
    let mut day = first;
    for _ in 0..2 {
        if day > last || chance.percent(45) {
            return;
        }
        day = chance.between(day, last);
        let mut facts = versions.last().unwrap().1.clone();
        match chance.below(100) {
            // The hall is only free from eight, or closes early.
            0..=14 => facts.start += TimeDelta::minutes(*chance.pick(&[-60, -30, 30, 60, 90])),
            // The speaker has missed a train.
            15..=24 => facts.start += TimeDelta::days(*chance.pick(&[-2, -1, 1, 1, 2])),
            // The title finds its talk.
            25..=49 => {
                facts.title = format!(
                    "{}: {}",
                    facts.title.split(':').next().unwrap(),
                    chance.pick(TALKS)
                )
            }
            50..=59 => facts.house += 1,
            60..=66 => {
                facts.mode = if facts.mode == Mode::Virtual {
                    Mode::InPerson
                } else {
                    Mode::Virtual
                }
            }
            67..=72 => facts.minutes += 30,
            73..=89 => facts.state = State::Cancelled,
            // Put off, and given a new day later.
            90..=95 if day < last => {
                facts.state = State::Postponed;
                versions.push((day, facts.clone()));
                day = chance.between(day + 1, last);
                facts.state = State::On;
                // Not a week: that is when they meet anyhow.
                facts.start += TimeDelta::days(chance.between(3, 5));
            }
            _ => return,
        }
        let is_over = facts.state == State::Cancelled;
        versions.push((day, facts));
        if is_over {
            return;
        }
        day += 1;
    }
}
