//! The pull requests that touch a draft, and what becomes of their rows.

use crate::facts::event::one_line;
use crate::render::pulls::{in_words, subject};
use crate::section::pulled::{Judged, Verdict};
use crate::section::select::Style;
use maud::{Markup, html};

/// The panel; nothing without pull requests.
pub(super) fn panel(judged: &[Judged], style: &Style) -> Markup {
    html! {
        @if !judged.is_empty() {
            section aria-labelledby="pulls" {
                h2 id="pulls" { "Pull requests" }
                @for one in judged {
                    @let pull = &one.pull;
                    h3 {
                        // The address is GitHub's own word, and leads there or nowhere.
                        @if pull.url.starts_with("https://github.com/") {
                            a href=(pull.url) rel="noreferrer" { "#" (pull.number) }
                        } @else {
                            "#" (pull.number)
                        }
                        " " (one_line(&pull.title)) " (" (one_line(&pull.author)) ")"
                    }
                    ul {
                        @for (_, row, verdict) in &one.rows {
                            li {
                                @match verdict {
                                    Verdict::Covered { event, .. } | Verdict::Conflict { event, .. } => {
                                        a href={ "/events/" (event) } { (subject(row)) }
                                    }
                                    Verdict::New { .. } => (subject(row)),
                                }
                                ": " (in_words(verdict, style))
                            }
                        }
                        @for (line, shown, reason) in &one.unreadable {
                            li { "line " (line) " cannot be read (" (reason) "): " (one_line(shown)) }
                        }
                        @if one.rows.is_empty() && one.unreadable.is_empty() { li { "It adds no row." } }
                    }
                }
                p.note { code { "rusty-events pulls --comment NUMBER" } " prints an answer to the contributor. Nothing is posted." }
            }
        }
    }
}
