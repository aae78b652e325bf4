//! News → the message that a chat's webhook takes. Nothing that a source writes mentions a person or forms a mark.

use super::digest::{day_and_hour, facts, link};
use crate::facts::chat::Chat;
use crate::facts::event::one_line;
use crate::facts::place::Country;
use crate::news::News;
use serde_json::{Value, json};

/// Characters of one message. Discord takes 2,000, the others more.
pub const LONGEST: usize = 1_900;
/// Characters of a title and of the facts of an event.
const LONGEST_LINE: usize = 250;

/// How events are written.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// Where the server is seen; `None` without one.
    pub base: Option<&'a str>,
    /// Countries that print their places with a state.
    pub states: &'a [Country],
}

/// The lines of one event in the marks of a chat: what became of it, its title as a link, when and where.
pub fn lines(chat: Chat, news: &News<'_>, look: &Look<'_>) -> String {
    let short = |text: &str| -> String { one_line(text).chars().take(LONGEST_LINE).collect() };
    let inert = |text: &str| inert(chat, &short(text));
    let title = inert(news.event.title.as_str());
    let link = link(news.event, look.base);
    let facts = facts(news, look.states);
    let what = news.what.in_words();
    let when = day_and_hour(&news.event.when);
    match chat {
        Chat::Slack => {
            let title = match link {
                Some(link) => format!("<{}|{title}>", link.replace('|', "%7C")),
                None => title,
            };
            format!("*{what}:* {title}\n{when} · {}", inert(&facts))
        }
        Chat::Discord => {
            let title = match link {
                // In angle brackets, so that no preview fills the channel.
                Some(link) => format!("[{title}](<{}>)", link.replace('>', "%3E")),
                None => title,
            };
            format!("**{what}:** {title}\n{when} · {}", inert(&facts))
        }
        Chat::Matrix => {
            let link = link.map(|link| format!("\n{link}")).unwrap_or_default();
            format!("{what}: {title}\n{when} · {}{link}", inert(&facts))
        }
    }
}

/// The body of a request with these lines.
pub fn body(chat: Chat, lines: &[String]) -> String {
    let text = lines.join("\n\n");
    let body: Value = match chat {
        Chat::Slack => json!({"text": text, "unfurl_links": false}),
        Chat::Discord => json!({"content": text, "allowed_mentions": {"parse": []}}),
        Chat::Matrix => json!({"text": text, "html": html(&text)}),
    };
    body.to_string()
}

fn html(text: &str) -> String {
    let page = maud::html! {
        @for (number, line) in text.lines().enumerate() {
            @if number > 0 { br; }
            @match line.starts_with("https://") {
                true => a href=(line) { (line) },
                false => (line),
            }
        }
    };
    page.into_string()
}

/// Escapes a text, so that it holds no mention, link or mark-up.
fn inert(chat: Chat, text: &str) -> String {
    let mut inert = String::with_capacity(text.len());
    for char in text.chars() {
        match (chat, char) {
            (Chat::Slack, '&') => inert.push_str("&amp;"),
            (Chat::Slack, '<') => inert.push_str("&lt;"),
            (Chat::Slack, '>') => inert.push_str("&gt;"),
            // Slack has no escape for its marks.
            (Chat::Slack, '*' | '_' | '~' | '`') => {
                inert.push(char);
                inert.push('\u{200b}');
            }
            (
                Chat::Discord,
                '*' | '_' | '~' | '`' | '|' | '>' | '<' | '[' | ']' | '(' | ')' | '\\' | '#',
            ) => {
                inert.push('\\');
                inert.push(char);
            }
            // Mattermost, Rocket.Chat and Zulip read links of Markdown in what Slack is sent.
            (Chat::Slack, ']') => inert.push_str("]\u{200b}"),
            // `@channel` calls everybody in Mattermost, `@room` in Matrix.
            (_, '@') => inert.push_str("@\u{200b}"),
            // No client makes a link of an address that is broken up.
            (_, ':') => inert.push_str(":\u{200b}"),
            _ => inert.push(char),
        }
    }
    inert
}
