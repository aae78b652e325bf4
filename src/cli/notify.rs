//! `notify`: posts what is new, moved and called off to the chats of the configuration.

use super::{Exit, Invocation, Misused, block_on, keys, print};
use clap::Args;
use rusty_events::configured;
use rusty_events::notify::{self, Webhook};
use rusty_events::render::chat::Look;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only this chat, by the name of its [[notify]] (may be repeated)
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Print the messages; post nothing, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Print what was sent, or would be, as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(invocation: &Invocation, arguments: &Arguments) -> anyhow::Result<Exit> {
    let written = &invocation.configuration.settings.notify;
    if written.is_empty() {
        return Err(Misused(
            "no chat is configured: add a [[notify]] to service.toml, as its comments show"
                .to_owned(),
        )
        .into());
    }
    if let Some(name) =
        (arguments.names.iter()).find(|name| !written.iter().any(|chat| chat.name == **name))
    {
        let known: Vec<&str> = written.iter().map(|chat| &*chat.name).collect();
        return Err(Misused(format!(
            "no [[notify]] is named {name:?}; there are {}",
            known.join(", ")
        ))
        .into());
    }
    let chosen = written.iter();
    let chosen: Vec<_> = chosen
        .filter(|chat| arguments.names.is_empty() || arguments.names.contains(&chat.name))
        .cloned()
        .collect();
    let channels = match arguments.dry_run {
        // Nothing is posted: no secret is needed to see what would be.
        true => configured::channels(&chosen, |_| Ok::<_, Misused>(Webhook::new("")))?,
        false => keys::channels(&chosen)?,
    };
    let mut store = invocation.existing_store()?;
    let fetcher = match arguments.dry_run {
        true => None,
        false => Some(invocation.fetcher()?),
    };
    let settings = &invocation.configuration.settings;
    let run = notify::Run {
        channels: &channels,
        groups: &invocation.groups(),
        sources: &invocation.configuration.sources,
        fetcher: fetcher.as_deref(),
        look: Look {
            base: settings.server.url.as_deref(),
            states: &settings.section.states,
        },
        now: invocation.now,
    };
    let reports = block_on(notify::run(&run, &mut store))??;
    if arguments.json {
        print(&format!("{:#}\n", as_json(&reports)))?;
    }
    let mut exit = Exit::Done;
    let mut wrong = Vec::new();
    for report in reports {
        if let Some(failed @ notify::Failed::Filter(_)) = &report.failed {
            wrong.push(format!("[[notify]] {:?}: {failed}", report.channel));
            continue;
        }
        for lines in report.sent.iter().filter(|_| !arguments.json) {
            print(&format!("{}:\n{}\n\n", report.channel, lines.join("\n\n")))?;
        }
        let mut said = vec![match (report.sent.len(), arguments.dry_run) {
            (count, true) => format!("{count} messages would be sent"),
            (count, false) => format!("{count} messages sent"),
        }];
        if report.is_first {
            said.push("what is already known is not posted".to_owned());
        }
        if report.left > 0 {
            said.push(format!("{} events left for the next run", report.left));
        }
        if let Some(failed) = &report.failed {
            said.push(failed.to_string());
            exit = Exit::Incomplete;
        }
        invocation.say(&format!("{}: {}", report.channel, said.join("; ")));
    }
    if !wrong.is_empty() {
        return Err(Misused(wrong.join("\n")).into());
    }
    Ok(exit)
}

fn as_json(reports: &[notify::Report]) -> Value {
    let chat = |report: &notify::Report| {
        json!({
            "name": report.channel,
            "is_first": report.is_first,
            "messages": report.sent.iter().map(|lines| lines.join("\n\n")).collect::<Vec<_>>(),
            "left": report.left,
            "error": report.failed.as_ref().map(ToString::to_string),
        })
    };
    json!({"chats": reports.iter().map(chat).collect::<Vec<_>>()})
}
