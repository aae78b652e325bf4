//! `review`: the open questions of the next issue, one at a time, those of the editor's page. Each answer is a decision.

use super::decide::user;
use super::effect::effect;
use super::{Exit, Invocation, print};
use anyhow::Context;
use chrono::NaiveDate;
use clap::Args;
use rusty_events::compose;
use rusty_events::config;
use rusty_events::decide::{self, Decided, Refused, Undone, Wanted};
use rusty_events::facts::decision::{Action, EventName};
use rusty_events::facts::event::{EventId, counted};
use rusty_events::facts::issue::{self, Window};
use rusty_events::render::report::plain;
use rusty_events::section::merge::Report;
use rusty_events::section::print as printed;
use rusty_events::section::select::{Attention, Section, Selection};
use rusty_events::store::Store;
use rusty_events::suspects::{self, Named};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal, stdin};

/// The longest answer that is read, in characters.
const LONGEST_ANSWER: usize = 4_000;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The issue [default: the next]
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    issue: Option<NaiveDate>,
    /// The name recorded with each decision [default: the user of this machine]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Only print the questions
    #[arg(long)]
    list: bool,
    /// Print them as JSON
    #[arg(long, requires = "list")]
    json: bool,
}

/// Something that an editor is asked.
enum Question {
    /// The doubts about one event.
    Event(EventId, Vec<Attention>),
    /// A group that usually meets now, and is missing.
    Group(Box<Named>),
}

impl Question {
    /// A key that identifies it.
    fn key(&self) -> String {
        match self {
            Question::Event(event, _) => event.to_string(),
            Question::Group(named) => format!("group {}", named.suspect.habit.key),
        }
    }
}

/// An answer to a question about an event: its key, what it does, and what comes of it.
const ANSWERS: [(char, &str, &str); 8] = [
    (
        'h',
        "hide it",
        "not printed; it stays in calendars and feeds",
    ),
    ('H', "hide it everywhere", "neither printed nor served"),
    (
        's',
        "it takes place, show it",
        "printed and served, even if something hid it or its source no longer lists it",
    ),
    (
        'c',
        "it is cancelled",
        "not printed; calendars say that it is cancelled",
    ),
    (
        'p',
        "it is postponed",
        "not printed; calendars say so until it has a new day",
    ),
    ('d', "it is a separate event", "never merged with another"),
    (
        'm',
        "it is the same as another",
        "one row with the facts of both: m and the link or id of the other",
    ),
    (
        'e',
        "correct a field",
        "it counts before every source: e FIELD=VALUE, as in e place=Delft, NL",
    ),
];

/// What may be typed at any question.
const ALWAYS: &str = "  n  next: leave it open\n  u  undo the last answer\n  q  quit\n";

pub(super) fn run(invocation: &Invocation, arguments: &Arguments) -> anyhow::Result<Exit> {
    let rhythm = invocation.configuration.settings.newsletter.rhythm;
    let day = match arguments.issue {
        Some(day) => invocation.issue_day(day)?,
        None => issue::next_issue(invocation.today(), rhythm),
    };
    let days = invocation.configuration.settings.section.days;
    let mut desk = Desk {
        invocation,
        store: invocation.existing_store()?,
        window: Window::starting(day, days),
        by: arguments.by.clone().or_else(user),
        passed: BTreeSet::new(),
        decided: Vec::new(),
    };
    let open = desk.questions()?;
    if arguments.json {
        let questions = open.iter().map(|question| desk.as_json(question));
        let questions = questions.collect::<anyhow::Result<Vec<Value>>>()?;
        let all = json!({"issue": day.to_string(), "questions": questions});
        print(&format!("{all:#}\n"))?;
        return Ok(Exit::Done);
    }
    if arguments.list {
        for question in &open {
            desk.ask(question, false)?;
        }
        return Ok(Exit::Done);
    }
    if !invocation.quiet {
        invocation.say(&format!(
            "issue of {day}: {}; each answer counts at once, and `u` takes the last one back",
            counted(open.len(), "open question", "open questions")
        ));
    }
    desk.work()?;
    if !invocation.quiet {
        let left = desk.open()?.len() + desk.passed.len();
        let writes = match desk.decided.is_empty() {
            true => "",
            false => "; the next `rusty-events update FILE` writes it",
        };
        invocation.say(&format!(
            "{} decided, {left} left open{writes}",
            desk.decided.len()
        ));
    }
    Ok(Exit::Done)
}

/// An editor at work.
struct Desk<'a> {
    invocation: &'a Invocation,
    store: Store,
    window: Window,
    by: Option<String>,
    /// Questions that were left open.
    passed: BTreeSet<String>,
    /// The answers of this session, the last one last.
    decided: Vec<Answered>,
}

/// What a line that was typed asks for.
enum Typed {
    Next,
    Undo,
    Quit,
    Answer(char, String),
}

impl Desk<'_> {
    /// Every question of the issue: what keeps an event out first, then what is printed and worth a look, then the
    /// groups that are missing.
    fn questions(&self) -> anyhow::Result<Vec<Question>> {
        let section = self.section()?;
        let of_events: Vec<&[Attention]> = section
            .attention
            .chunk_by(|a, b| a.event == b.event)
            .collect();
        let is_waiting = |of: &&&[Attention]| of.iter().any(|doubt| doubt.waits);
        let waiting = of_events.iter().filter(is_waiting);
        let printed = of_events.iter().filter(|of| !is_waiting(of));
        let mut questions: Vec<Question> = waiting
            .chain(printed)
            .filter_map(|of| Some(Question::Event(of.first()?.event.clone(), of.to_vec())))
            .collect();
        let text = printed::section(&section, &self.invocation.style);
        let missing = suspects::named(
            &self.store,
            &self.invocation.configuration.sources,
            self.window,
            (&text, &Report::default()),
            &self.invocation.style,
        )?;
        questions.extend(
            missing
                .into_iter()
                .map(|named| Question::Group(Box::new(named))),
        );
        Ok(questions)
    }

    fn section(&self) -> anyhow::Result<Section> {
        let selection = Selection {
            window: self.window,
            headings: Vec::new(),
            new_since: None,
        };
        Ok(compose::section(
            &self.store,
            &selection,
            &self.invocation.style,
        )?)
    }

    /// The questions that were neither answered nor passed.
    fn open(&self) -> anyhow::Result<Vec<Question>> {
        let mut open = self.questions()?;
        open.retain(|question| {
            let key = question.key();
            !self.passed.contains(&key)
                && !self
                    .decided
                    .iter()
                    .any(|answer| answer.settles && answer.question == key)
        });
        Ok(open)
    }

    /// Asks until nothing is open, or the editor leaves.
    fn work(&mut self) -> anyhow::Result<()> {
        while let Some(question) = self.open()?.into_iter().next() {
            self.ask(&question, true)?;
            loop {
                match self.typed()? {
                    Typed::Quit => return Ok(()),
                    Typed::Next => {
                        self.passed.insert(question.key());
                        break;
                    }
                    Typed::Undo => {
                        self.undo()?;
                        break;
                    }
                    Typed::Answer(key, rest) => {
                        if self.answer(&question, key, &rest)? {
                            break;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn as_json(&self, question: &Question) -> anyhow::Result<Value> {
        Ok(match question {
            Question::Event(event, doubts) => json!({
                "event": event.as_str(),
                "subject": doubts.first().map(Attention::subject),
                "doubts": doubts.iter().map(|doubt| json!({"kind": doubt.kind.name(), "text": doubt.text})).collect::<Vec<_>>(),
                "now": effect(self.invocation, &self.store, event)?.place,
            }),
            Question::Group(named) => json!({
                "group": named.suspect.habit.name,
                "expected": named.suspect.expected.to_string(),
                "why": named.reason,
            }),
        })
    }

    /// Prints a question, with what may be answered.
    fn ask(&self, question: &Question, with_answers: bool) -> anyhow::Result<()> {
        let mut text = String::from("\n");
        match question {
            Question::Event(event, doubts) => {
                let subject = doubts.first().map(Attention::subject).unwrap_or_default();
                text.push_str(&format!("{subject}\n"));
                for doubt in doubts {
                    text.push_str(&format!("  {}\n", doubt.text));
                }
                let now = effect(self.invocation, &self.store, event)?;
                text.push_str(&format!("  now: {}\n", now.place));
                if with_answers {
                    for (key, what, comes) in ANSWERS {
                        text.push_str(&format!("  {key}  {what}: {comes}\n"));
                    }
                }
            }
            Question::Group(named) => {
                text.push_str(&format!(
                    "missing: {}\n",
                    named.to_string().replace('`', "")
                ));
                if with_answers {
                    text.push_str("  x  stop naming it: it has ended, or it meets elsewhere\n");
                }
            }
        }
        if with_answers {
            text.push_str(ALWAYS);
        }
        let lines: Vec<String> = text.lines().map(plain).collect();
        print(&format!("{}\n", lines.join("\n")))
    }

    /// The next line that is typed; the end of the input is as good as `q`.
    fn typed(&self) -> anyhow::Result<Typed> {
        let Some(line) = line("> ")? else {
            return Ok(Typed::Quit);
        };
        let mut chars = line.chars();
        Ok(match chars.next() {
            None | Some('n') => Typed::Next,
            Some('u') => Typed::Undo,
            Some('q') => Typed::Quit,
            Some(key) => Typed::Answer(key, chars.as_str().trim().to_owned()),
        })
    }

    /// Records an answer; `false` if it is none, or was refused.
    fn answer(&mut self, question: &Question, key: char, rest: &str) -> anyhow::Result<bool> {
        let event = match question {
            Question::Event(event, _) => event,
            Question::Group(named) => return self.dismiss(named, key, rest),
        };
        let (action, said) = match (key, rest) {
            ('h', said) => (Action::HideFromSection, said),
            ('H', said) => (Action::HideEverywhere, said),
            ('s', said) => (Action::Show, said),
            ('c', said) => (Action::Cancel, said),
            ('p', said) => (Action::Postpone, said),
            ('d', said) => (Action::Split, said),
            ('m', other) => match super::decide::found(self.invocation, &self.store, other) {
                Ok(other) => (Action::Merge(EventName::Id(other)), ""),
                Err(why) => return refused(&why.to_string()),
            },
            ('e', written) => match written.split_once('=') {
                None => return refused("write e FIELD=VALUE, as in e place=Delft, NL"),
                Some((field, value)) => match config::correction(field.trim(), value.trim()) {
                    Ok(correction) => (Action::Edit(vec![correction]), ""),
                    Err(why) => return refused(&why),
                },
            },
            _ => {
                let keys: Vec<String> = ANSWERS.iter().map(|(key, ..)| key.to_string()).collect();
                return no_answer(key, &keys.join(", "));
            }
        };
        let Some(reason) = reason(said)? else {
            return Ok(false);
        };
        let wanted = Wanted {
            event: event.clone(),
            action,
            reason: &reason,
            by: self.by.as_deref(),
            seen: None,
            today: self.invocation.today(),
        };
        let groups = self.invocation.groups();
        let orders = self.invocation.orders(&groups);
        let number = match decide::decide(&wanted, &orders, &mut self.store) {
            Ok(Decided::Recorded(number)) => Some(number),
            Ok(Decided::Already(_)) => None,
            Ok(Decided::Overtaken) => return refused("another editor decided on it just now"),
            Err(Refused::Store(error)) => return Err(error.into()),
            Err(why) => return refused(&why.to_string()),
        };
        // What a corrected field leaves open is asked again.
        let is_edit = matches!(wanted.action, Action::Edit(_));
        self.decided.push(Answered {
            question: question.key(),
            settles: !is_edit,
            by: number.map_or(By::Before, By::Decision),
        });
        let comes = effect(self.invocation, &self.store, event)?;
        match number {
            Some(number) => self.invocation.say(&format!("decision {number}: {comes}")),
            None => self.invocation.say(&format!("decided so already: {comes}")),
        }
        Ok(true)
    }

    fn dismiss(&mut self, named: &Named, key: char, said: &str) -> anyhow::Result<bool> {
        if key != 'x' {
            return no_answer(key, "x");
        }
        let Some(reason) = reason(said)? else {
            return Ok(false);
        };
        let habit = &named.suspect.habit;
        let dismissed = suspects::dismiss(
            &mut self.store,
            &habit.name,
            (&reason, self.by.as_deref()),
            &self.invocation.style,
            self.invocation.now,
        );
        match dismissed {
            Err(suspects::Refused::Store(error)) => Err(error.into()),
            Err(why) => refused(&why.to_string()),
            Ok((name, _)) => {
                self.decided.push(Answered {
                    question: format!("group {}", habit.key),
                    settles: true,
                    by: By::Dismissal(name.clone()),
                });
                self.invocation
                    .say(&format!("{name} is not named again; `u` takes that back"));
                Ok(true)
            }
        }
    }

    /// Takes the last answer back; its question is open again.
    fn undo(&mut self) -> anyhow::Result<()> {
        self.passed.clear();
        let Some(Answered { by: last, .. }) = self.decided.pop() else {
            self.invocation.say("there is no answer to undo");
            return Ok(());
        };
        match last {
            By::Before => self.invocation.say(
                "that was decided before this review: `rusty-events decide list` has its number for `decide undo`",
            ),
            By::Dismissal(name) => {
                let (style, now) = (&self.invocation.style, self.invocation.now);
                let (name, _) = suspects::expect_again(&mut self.store, &name, style, now)?;
                self.invocation.say(&format!("expected again: {name}"));
            }
            By::Decision(number) => self.take_back(number)?,
        }
        Ok(())
    }

    fn take_back(&mut self, number: i64) -> anyhow::Result<()> {
        let groups = self.invocation.groups();
        let orders = self.invocation.orders(&groups);
        let reason = "taken back in the same review";
        let said = match decide::undo(number, reason, self.by.as_deref(), &orders, &mut self.store)?
        {
            Undone::TakenBack(decision, _) => {
                format!("taken back: decision {number}: {}", decision.action)
            }
            _ => format!("decision {number} was already undone"),
        };
        self.invocation.say(&said);
        Ok(())
    }
}

/// A question that was answered.
struct Answered {
    /// Its key.
    question: String,
    /// Whether the answer settles it: what a corrected field leaves open is asked again.
    settles: bool,
    by: By,
}

/// What the answer did.
enum By {
    /// It recorded the decision of this number.
    Decision(i64),
    /// Nothing: the same was decided before.
    Before,
    /// It dismissed the group of this name.
    Dismissal(String),
}

/// An answer that cannot be taken: says why, and asks again.
fn refused(why: &str) -> anyhow::Result<bool> {
    super::say(why);
    Ok(false)
}

/// A key that means nothing here: says which do.
fn no_answer(key: char, keys: &str) -> anyhow::Result<bool> {
    refused(&format!(
        "{key:?} is no answer here: type {keys}, n, u or q"
    ))
}

/// The reason that was typed behind the answer, or is asked for; `None` at the end of the input.
fn reason(said: &str) -> anyhow::Result<Option<String>> {
    if !said.is_empty() {
        return Ok(Some(said.to_owned()));
    }
    loop {
        match line("why? ")? {
            None => {
                super::say("the input ended before the reason: this answer was not recorded");
                return Ok(None);
            }
            Some(said) if !said.is_empty() => return Ok(Some(said)),
            Some(_) => super::say("please write a reason: other editors will read it"),
        }
    }
}

/// A line of standard input without the white space at its ends; `None` at its end. The prompt is only for people.
fn line(prompt: &str) -> anyhow::Result<Option<String>> {
    if stdin().is_terminal() {
        print(prompt)?;
        std::io::Write::flush(&mut std::io::stdout()).context("cannot write to the terminal")?;
    }
    let mut line = String::new();
    let read = stdin().lock().read_line(&mut line);
    if read.context("cannot read the answer")? == 0 {
        return Ok(None);
    }
    Ok(Some(line.trim().chars().take(LONGEST_ANSWER).collect()))
}
