//! For an editor: the groups that are missing by their habit, and those that are no longer expected.

use super::super::Editor;
use super::*;

/// The panel, with a form for each group.
pub(super) fn suspects(site: &Site<'_>, shown: &Section<'_>, back: &str) -> Markup {
    let Some(editor) = site.editor else {
        return html! {};
    };
    html! {
        section.desk aria-labelledby="suspects" {
            h2 id="suspects" { "The usual suspects " span.number { (count(shown.suspects.len(), "group")) } }
            @if shown.suspects.is_empty() { p { "No group is missing by its habit." } }
            ul.doubts {
                @for (number, named) in shown.suspects.iter().enumerate() {
                    li {
                        (in_code(&named.to_string()))
                        (form(editor, back, &named.suspect.habit.key, &format!("dismiss-reason-{number}")))
                    }
                }
            }
            @if !shown.dismissed.is_empty() {
                details { summary { "No longer expected " span.number { (shown.dismissed.len()) } }
                    ul {
                        @for dismissed in shown.dismissed {
                            li {
                                (dismissed.name) ": dismissed by " (dismissed.by.as_deref().unwrap_or("an editor"))
                                " on " (facts::instant(dismissed.at)) ": " (dismissed.reason)
                                form.decision.short method="post" action="/suspects/expect" {
                                    (hidden(editor, back, &dismissed.group))
                                    p.actions { button type="submit" { "Expect it again" span.unseen { ": " (dismissed.name) } } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn form(editor: Editor<'_>, back: &str, group: &str, id: &str) -> Markup {
    html! {
        details { summary { "Stop naming it" span.unseen { ": " (group) } }
            form.decision method="post" action="/suspects/dismiss" {
                (hidden(editor, back, group))
                div.field {
                    label for=(id) { "Reason" }
                    input type="text" id=(id) name="reason" required maxlength="500" autocomplete="off";
                }
                p.actions { button type="submit" { "Dismiss" span.unseen { " " (group) } } }
            }
        }
    }
}

fn hidden(editor: Editor<'_>, back: &str, group: &str) -> Markup {
    html! {
        input type="hidden" name="token" value=(editor.token);
        input type="hidden" name="group" value=(group);
        input type="hidden" name="back" value=(back);
    }
}
