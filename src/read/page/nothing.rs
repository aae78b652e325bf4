//! Why a document gives no event: the truth about it, in place of "no events".

use super::Document;
use super::found::Found;
use crate::facts::event::{folded, one_line};
use crate::facts::listing::Unreadable;
use crate::read::html::Tags;
use crate::read::refusal;

/// What pages write where a script will put the list, as [`folded`] spells it; several languages.
const WAITING: [&str; 19] = [
    "loading events",
    "loading calendar",
    "events are loading",
    "werden geladen",
    "wird geladen",
    "lade termine",
    "chargement",
    "cargando",
    "caricamento",
    "carregando",
    "a carregar",
    "wordt geladen",
    "worden geladen",
    "ładowanie",
    "wczytywanie",
    "nacitani",
    "carregant",
    "laddar",
    "読み込み中",
];

/// What pages write for those who have no scripts.
const NEEDS_SCRIPTS: [&str; 9] = [
    "enable javascript",
    "requires javascript",
    "need javascript",
    "without javascript",
    "javascript aktivieren",
    "activer javascript",
    "activar javascript",
    "habilita javascript",
    "attiva javascript",
];

/// Letters of a page with scripts below which the page itself says nothing.
const FEWEST_LETTERS: usize = 200;

/// Characters of a page's text that are looked at.
const LOOKED_AT: usize = 400_000;

/// Says why nothing was read. `undated` is what was found of events without a date.
pub(super) fn why(document: &Document<'_>, undated: Option<&Found>) -> Unreadable {
    if let Some(found) = undated {
        let broken = found.problems.iter().find(|problem| problem.lost);
        let first = broken.or(found.problems.first());
        let said = first.map_or(String::new(), |problem| format!(": {}", problem.what));
        let what = format!(
            "page names events ({}), but none with a day that is certain{said}",
            found.read_as
        );
        return match broken {
            Some(_) => Unreadable::Damaged(what),
            None => Unreadable::NotWhatWasAsked(what),
        };
    }
    if document
        .text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with(['{', '['])
    {
        return Unreadable::NotWhatWasAsked(format!(
            "no entry of this JSON has a title and a start{}",
            refusal::in_brackets(document.text)
        ));
    }
    let page = Visible::of(document.text);
    let words = format!(" {} ", folded(&page.words));
    let begins = |mark: &&str| words.contains(&format!(" {mark}"));
    let holds = |list: &[&str]| list.iter().any(begins);
    let lower = page.words.to_lowercase();
    let is_waiting = holds(&WAITING) || lower.contains("loading…") || lower.contains("loading...");
    let what = if page.scripts > 0 && holds(&NEEDS_SCRIPTS) {
        "needs a script: the page says that a script fills it"
    } else if page.scripts > 0 && is_waiting {
        "needs a script: the page says that its events are still being loaded"
    } else if page.scripts > 0 && page.letters() < FEWEST_LETTERS {
        "needs a script: the page itself holds hardly a word"
    } else if !holds_a_date(&words) {
        "no date on this page: name the page that lists the events, or their feed"
    } else {
        "page holds dates, but none that is clearly an event's"
    };
    let shown = refusal::in_brackets(document.text);
    Unreadable::NotWhatWasAsked(format!("{what}{shown}"))
}

/// Whether a text names a year. Days without one were looked for before, and are named with their sentence.
fn holds_a_date(words: &str) -> bool {
    let mut numbers = words
        .split(|char: char| !char.is_ascii_digit())
        .filter(|number| !number.is_empty());
    numbers.any(|number| {
        number.len() == 4
            && number
                .parse::<u32>()
                .is_ok_and(|year| (1990..2100).contains(&year))
    })
}

/// What a person sees of a page, and how many scripts it has.
struct Visible {
    words: String,
    scripts: usize,
}

impl Visible {
    fn of(html: &str) -> Visible {
        let mut words = String::new();
        let (mut scripts, mut at) = (0, 0);
        for tag in Tags::of(html) {
            let (start, end) = tag.place();
            words.push_str(html.get(at..start).unwrap_or_default());
            words.push(' ');
            scripts += usize::from(tag.is("script"));
            at = end;
            if words.len() > LOOKED_AT {
                break;
            }
        }
        words.push_str(html.get(at..).unwrap_or_default());
        Visible {
            words: one_line(&words),
            scripts,
        }
    }

    fn letters(&self) -> usize {
        self.words
            .chars()
            .filter(|char| char.is_alphabetic())
            .count()
    }
}
