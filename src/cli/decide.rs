//! `decide`: an editor's decisions.

mod corrections;
mod export;

use super::effect::effect;
use super::{Exit, Invocation, Misused, print, quoted, report, say};
use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Subcommand, ValueEnum};
use corrections::corrections;
use export::export;
use rusty_events::believe::curate::Published;
use rusty_events::believe::decisions::{Names, Unfound};
use rusty_events::decide::{self, Decided, Refused, Undone, Wanted};
use rusty_events::facts::decision::{Action, Decision, EventName};
use rusty_events::facts::event::{EventId, one_line};
use rusty_events::facts::link::Link;
use rusty_events::refresh;
use rusty_events::section::select::Style;
use rusty_events::store::{self, Store};
use rusty_events::suspects;
use rusty_events::why::lookup;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

/// Digits of an id that reports show.
const SHOWN_DIGITS: usize = 8;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Do not print it
    #[command(
        after_help = "Example:\n  rusty-events decide hide https://www.meetup.com/rust-x/events/1/ --reason 'a .NET conference'"
    )]
    Hide {
        /// Where it is hidden from
        #[arg(long, value_enum, default_value_t = From::Section)]
        from: From,
        #[command(flatten)]
        on: OnEvent,
    },
    /// Show it, whatever hid it: an earlier decision, the words of its title, a doubt about its topic, or that its source
    /// no longer lists it
    #[command(
        after_help = "Examples:\n  rusty-events decide show 3f2a91c0 --reason 'it is about embedded Rust'\n  rusty-events decide show 3f2a91c0 --reason 'it takes place all the same, says the organiser'"
    )]
    Show {
        #[command(flatten)]
        on: OnEvent,
    },
    /// Correct fields: title, start, end, zone, place, mode, organiser, organiser-url, link, description
    #[command(
        after_help = "Examples:\n  rusty-events decide edit title='Rust 101' place='Delft, NL' 3f2a91c0 --reason 'the venue is in Delft'\n  rusty-events decide edit start=2026-09-08T19:00 3f2a91c0 --reason 'the organiser says so'"
    )]
    Edit {
        /// FIELD=VALUE, one or more, and the event: its link, its id, or the first digits of its id
        #[arg(value_name = "FIELD=VALUE… EVENT", required = true, num_args = 2..)]
        words: Vec<String>,
        #[command(flatten)]
        why: Why,
    },
    /// It does not take place
    #[command(
        after_help = "Example:\n  rusty-events decide cancel https://www.meetup.com/rust-x/events/1/ --reason 'the organiser says so'"
    )]
    Cancel {
        #[command(flatten)]
        on: OnEvent,
    },
    /// It takes place on a day not yet known
    #[command(
        after_help = "Example:\n  rusty-events decide postpone 3f2a91c0 --reason 'the speaker is ill'"
    )]
    Postpone {
        #[command(flatten)]
        on: OnEvent,
    },
    /// It is the same event as another
    #[command(
        after_help = "Example:\n  rusty-events decide merge 3f2a91c0 77b0e1d2 --reason 'one evening, announced twice'"
    )]
    Merge {
        /// The other event
        #[arg(value_name = "OTHER")]
        other: String,
        #[command(flatten)]
        on: OnEvent,
    },
    /// It is an event of its own, whatever it was held to be one with
    #[command(
        after_help = "Example:\n  rusty-events decide split 77b0e1d2 --reason 'a workshop before the evening'"
    )]
    Split {
        #[command(flatten)]
        on: OnEvent,
    },
    /// Print it although it is outside the window
    #[command(
        after_help = "Example:\n  rusty-events decide print --until 2026-08-26 https://rustconf.com/ --reason 'tickets run out'"
    )]
    Print {
        /// The last issue day on which it is printed
        #[arg(long, value_name = "DATE", value_parser = super::day)]
        until: NaiveDate,
        #[command(flatten)]
        on: OnEvent,
    },
    /// Stop naming a group as missing: it has ended, or it meets elsewhere
    #[command(
        after_help = "Example:\n  rusty-events decide dismiss 'Rust Berlin' --reason 'it has ended'"
    )]
    Dismiss {
        /// Its name or its page, as the report of `update` has it
        #[arg(value_name = "GROUP")]
        group: String,
        #[command(flatten)]
        why: Why,
    },
    /// Take `dismiss` back: name the group again where it is missing
    #[command(after_help = "Example:\n  rusty-events decide expect 'Rust Berlin'")]
    Expect {
        /// Its name or its page
        #[arg(value_name = "GROUP")]
        group: String,
    },
    /// The decisions, those of the configuration too
    #[command(after_help = "Example:\n  rusty-events decide list --all")]
    List {
        /// Also those that were taken back
        #[arg(long)]
        all: bool,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a decision back; it stays on record
    #[command(
        after_help = "Example:\n  rusty-events decide undo 7 --reason 'it belongs after all'"
    )]
    Undo {
        /// Its number, as `decide list` shows it
        #[arg(value_name = "ID", value_parser = super::decision)]
        number: i64,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
        /// By whom [default: the user of this machine]
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Print the decisions of the database as entries for decisions/*.toml
    #[command(
        after_help = "Example:\n  rusty-events decide export > config/decisions/2026-08.toml"
    )]
    Export,
}

#[derive(Debug, Args)]
pub(super) struct OnEvent {
    /// Its link, its id, or the first digits of its id
    #[arg(value_name = "EVENT")]
    event: String,
    #[command(flatten)]
    why: Why,
}

#[derive(Debug, Args)]
pub(super) struct Why {
    /// Why; others will read it
    #[arg(long)]
    reason: String,
    /// By whom [default: the user of this machine]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum From {
    /// The newsletter's section; served elsewhere
    Section,
    /// Everything
    Everywhere,
}

pub(super) fn run(invocation: &Invocation, command: &Command) -> anyhow::Result<Exit> {
    match command {
        Command::Hide { from, on } => {
            let action = match from {
                From::Section => Action::HideFromSection,
                From::Everywhere => Action::HideEverywhere,
            };
            decide(invocation, &on.event, &on.why, |_, _| Ok(action))
        }
        Command::Show { on } => decide(invocation, &on.event, &on.why, |_, _| Ok(Action::Show)),
        Command::Edit { words, why } => {
            let (corrections, event) = corrections(words)?;
            decide(invocation, event, why, |_, _| Ok(Action::Edit(corrections)))
        }
        Command::Cancel { on } => decide(invocation, &on.event, &on.why, |_, _| Ok(Action::Cancel)),
        Command::Postpone { on } => {
            decide(invocation, &on.event, &on.why, |_, _| Ok(Action::Postpone))
        }
        Command::Merge { other, on } => decide(invocation, &on.event, &on.why, |known, store| {
            Ok(Action::Merge(EventName::Id(known.find(
                other,
                store,
                (&invocation.style, invocation.now),
            )?)))
        }),
        Command::Split { on } => decide(invocation, &on.event, &on.why, |_, _| Ok(Action::Split)),
        Command::Print { until, on } => decide(invocation, &on.event, &on.why, |_, _| {
            Ok(Action::PrintUntil(*until))
        }),
        Command::Dismiss { group, why } => dismiss(invocation, group, why),
        Command::Expect { group } => {
            let mut store = invocation.existing_store()?;
            let (name, is_new) =
                suspects::expect_again(&mut store, group, &invocation.style, invocation.now)
                    .map_err(undismissed)?;
            say(&if is_new {
                format!("expected again: {name}")
            } else {
                format!("nothing to do: {name} is not dismissed")
            });
            Ok(Exit::Done)
        }
        Command::List { all, json } => list(invocation, *all, *json),
        Command::Undo { number, reason, by } => undo(invocation, *number, reason, by.as_deref()),
        Command::Export => export(invocation),
    }
}

/// Dismisses a group that is named as missing.
fn dismiss(invocation: &Invocation, group: &str, why: &Why) -> anyhow::Result<Exit> {
    let mut store = invocation.existing_store()?;
    let by = why.by.clone().or_else(user);
    let (name, is_new) = suspects::dismiss(
        &mut store,
        group,
        (&why.reason, by.as_deref()),
        &invocation.style,
        invocation.now,
    )
    .map_err(undismissed)?;
    say(&if is_new {
        format!("dismissed: {name}; `rusty-events decide expect` takes it back")
    } else {
        format!("nothing to do: {name} is dismissed already")
    });
    Ok(Exit::Done)
}

fn undismissed(refused: suspects::Refused) -> anyhow::Error {
    match refused {
        suspects::Refused::Store(error) => error.into(),
        suspects::Refused::Reason(error) => Misused(format!("--reason {error}")).into(),
        other => anyhow::anyhow!("{other}"),
    }
}

/// The events of the database, by what they are called.
struct Known {
    names: Names,
    published: BTreeMap<EventId, Published>,
}

impl Known {
    fn of(store: &Store) -> Result<Known, store::Error> {
        Ok(Known {
            names: Names::new(&store.identities()?, store.links()?),
            published: store.published()?,
        })
    }

    fn find(
        &self,
        typed: &str,
        store: &Store,
        (style, now): (&Style, DateTime<Utc>),
    ) -> anyhow::Result<EventId> {
        let matches = match lookup::typed(typed, &self.names, store, &self.published, style)? {
            Ok(id) => return Ok(id),
            Err(Unfound::Several(ids)) => ids
                .iter()
                .filter_map(|id| self.published.get(self.names.published(id)))
                .collect(),
            Err(Unfound::Unknown) => match Link::typed(typed) {
                Some(_) => Vec::new(),
                None => lookup::in_words(typed, self.published.values()),
            },
        };
        Err(self.unclear(typed, matches, now))
    }

    /// That a text names no event, or may mean several, with those that it may mean.
    fn unclear(&self, typed: &str, matches: Vec<&Published>, now: DateTime<Utc>) -> anyhow::Error {
        if typed.trim().is_empty() {
            let what = "the event is empty: give its link, its id or at least four of the id's first digits";
            return Misused(what.to_owned()).into();
        }
        if matches.is_empty() {
            return anyhow::anyhow!(
                "no event is known as {typed:?}: give its link, its id or at least four of the id's first digits; `rusty-events why {}` says more",
                quoted(Path::new(typed))
            );
        }
        let (shown, more) = lookup::next_first(matches, now);
        let mut text = format!(
            "{typed:?} {}; give the first digits of the id:",
            match shown.len() + more {
                1 => "may mean this event".to_owned(),
                several => format!("may mean {several} events"),
            }
        );
        for event in shown {
            text.push_str(&format!("\n  {}", self.in_short(&event.id)));
        }
        if more > 0 {
            text.push_str(&format!("\nand {more} more"));
        }
        anyhow::anyhow!(text)
    }

    /// An event on one line: its id's first digits, day and title.
    fn in_short(&self, id: &EventId) -> String {
        let digits = &id.as_str()[..SHOWN_DIGITS.min(id.as_str().len())];
        match self.published.get(self.names.published(id)) {
            Some(event) => format!(
                "{digits} {} {:?}",
                event.when.first_day(),
                event.title.as_str()
            ),
            None => digits.to_owned(),
        }
    }
}

/// The event that a person names.
pub(super) fn found(
    invocation: &Invocation,
    store: &Store,
    typed: &str,
) -> anyhow::Result<EventId> {
    Known::of(store)?.find(typed, store, (&invocation.style, invocation.now))
}

fn decide(
    invocation: &Invocation,
    typed: &str,
    why: &Why,
    action: impl FnOnce(&Known, &Store) -> anyhow::Result<Action>,
) -> anyhow::Result<Exit> {
    let mut store = invocation.existing_store()?;
    let known = Known::of(&store)?;
    let event = known.find(typed, &store, (&invocation.style, invocation.now))?;
    let name = why.by.clone().or_else(user);
    let wanted = Wanted {
        event,
        action: action(&known, &store)?,
        reason: &why.reason,
        by: name.as_deref(),
        seen: None,
        today: invocation.today(),
    };
    let groups = invocation.groups();
    let decided = decide::decide(&wanted, &invocation.orders(&groups), &mut store);
    let done = match decided.map_err(misused)? {
        Decided::Recorded(number) => {
            format!(
                "decision {number}: {}: {}: {}",
                wanted.action,
                known.in_short(&wanted.event),
                effect(invocation, &store, &wanted.event)?
            )
        }
        Decided::Already(same) => {
            format!(
                "nothing to do: {} decided so already ({}): {}",
                by(&same),
                same.origin,
                effect(invocation, &store, &wanted.event)?
            )
        }
        Decided::Overtaken => "another editor decided on it just now: try again".to_owned(),
    };
    invocation.say(&done);
    Ok(Exit::Done)
}

/// What was refused is wrong usage, but for what happened to the database.
fn misused(refused: Refused) -> anyhow::Error {
    match refused {
        Refused::Store(error) => error.into(),
        Refused::Reason(error) => Misused(format!("--reason {error}")).into(),
        Refused::Over(_) => Misused(format!("--until {refused}")).into(),
        other => Misused(other.to_string()).into(),
    }
}

/// Believes anew what is stored, so that what people said counts at once and not only at the next refresh.
pub(super) fn take_effect(invocation: &Invocation, store: &mut Store) -> anyhow::Result<()> {
    let groups = invocation.groups();
    refresh::believe(&invocation.orders(&groups), store)?;
    Ok(())
}

fn undo(
    invocation: &Invocation,
    number: i64,
    reason: &str,
    by: Option<&str>,
) -> anyhow::Result<Exit> {
    let mut store = invocation.existing_store()?;
    let name = by.map(str::to_owned).or_else(user);
    let groups = invocation.groups();
    let orders = invocation.orders(&groups);
    let undone = decide::undo(number, reason, name.as_deref(), &orders, &mut store);
    match undone.map_err(misused)? {
        Undone::Unknown => anyhow::bail!(
            "there is no decision {number} in the database: `rusty-events decide list` shows them; one of a file is taken back in its file"
        ),
        Undone::Before(logged) => {
            let at = logged.undone.map(|undone| report::minute(undone.at));
            say(&format!(
                "nothing to do: decision {number} was taken back on {}",
                at.unwrap_or_default()
            ));
        }
        Undone::TakenBack(decision, still) => {
            say(&format!(
                "taken back: decision {number}: {}",
                decision.action
            ));
            for same in still {
                say(&format!(
                    "but {} says the same: take it back there too",
                    same.origin
                ));
            }
        }
    }
    Ok(Exit::Done)
}

fn list(invocation: &Invocation, all: bool, as_json: bool) -> anyhow::Result<Exit> {
    let (logged, dismissals, known) = if invocation.database.exists() {
        let store = invocation.store()?;
        (
            store.decisions()?,
            store.dismissals()?,
            Some(Known::of(&store)?),
        )
    } else {
        (Vec::new(), Vec::new(), None)
    };
    let written = invocation.configuration.decisions.iter();
    let mut decisions: Vec<(Decision, String)> = written
        .map(|decision| (decision.clone(), String::new()))
        .collect();
    for logged in logged {
        let state = match &logged.undone {
            None => String::new(),
            Some(_) if !all => continue,
            Some(undone) => {
                let by = undone.by.as_deref().unwrap_or("an editor");
                let why = if undone.reason.is_empty() {
                    String::new()
                } else {
                    format!(": {}", undone.reason)
                };
                format!("taken back {} by {by}{why}", report::minute(undone.at))
            }
        };
        decisions.push((logged.decision, state));
    }
    decisions.sort_by(|(a, _), (b, _)| (a.at, &a.origin).cmp(&(b.at, &b.origin)));
    if as_json {
        let known = known.as_ref();
        let one = |(decision, state): &(Decision, String)| {
            let event = known.and_then(|known| known.names.find(&decision.event).ok());
            json!({
                "id": decision.origin.to_string(),
                "at": decision.at.to_rfc3339(),
                "by": decision.by,
                "decision": decision.action.to_string(),
                "event": event.map_or_else(|| decision.event.to_string(), |id| id.to_string()),
                "reason": decision.reason,
                "state": if state.is_empty() { "in force" } else { state.as_str() },
            })
        };
        let dismissed = |group: &store::Dismissal| json!({"group": group.group, "name": group.name, "by": group.by, "at": group.at.to_rfc3339(), "reason": group.reason});
        let value = json!({
            "decisions": decisions.iter().map(one).collect::<Vec<_>>(),
            "dismissed": dismissals.iter().map(dismissed).collect::<Vec<_>>(),
        });
        print(&format!("{value:#}\n"))?;
        return Ok(Exit::Done);
    }
    for dismissed in &dismissals {
        say(&format!(
            "dismissed: {} ({}), by {} on {}: {}",
            dismissed.name,
            dismissed.group,
            dismissed.by.as_deref().unwrap_or("an editor"),
            dismissed.at.date_naive(),
            dismissed.reason
        ));
    }
    if decisions.is_empty() && !dismissals.is_empty() {
        return Ok(Exit::Done);
    }
    if decisions.is_empty() {
        say("no decisions yet: `rusty-events decide --help` shows how to make one");
        return Ok(Exit::Done);
    }
    let rows = decisions.into_iter().map(|(decision, state)| {
        let (event, unmatched) = match &known {
            None => (decision.event.to_string(), String::new()),
            Some(known) => match known.names.find(&decision.event) {
                Ok(id) => (known.in_short(&id), String::new()),
                Err(why) => (decision.event.to_string(), why.to_string()),
            },
        };
        let remarks: Vec<String> = [decision.reason.clone(), state, unmatched]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect();
        vec![
            decision.origin.to_string(),
            report::minute(decision.at),
            decision.by.clone().unwrap_or_default(),
            decision.action.to_string(),
            event,
            remarks.join("; "),
        ]
    });
    let header = ["id", "at (UTC)", "by", "decision", "event", "reason"];
    print(&format!(
        "{}\n",
        report::table(&header, &[], rows.collect())
    ))?;
    Ok(Exit::Done)
}

fn by(decision: &Decision) -> &str {
    decision.by.as_deref().unwrap_or("an editor")
}

/// Who uses this machine.
pub(super) fn user() -> Option<String> {
    let name = std::env::var("USER").or_else(|_| std::env::var("LOGNAME"));
    name.ok()
        .map(|name| one_line(&name))
        .filter(|name| !name.is_empty())
}
