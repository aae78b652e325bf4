//! What the words around a day say: that it is the day of a post, a deadline, one of several facts, that an event is
//! off; where it is.

use super::clock::says;
use super::days::Mention;
use super::lines::Line;
use super::tokens::{Kind, Token, tokens};
use super::words::folded;
use crate::facts::listing::Status;

/// What says, right before a day, that something was published, changed or recorded then.
#[rustfmt::skip]
const POSTED: [&str; 30] = [
    "posted", "published", "updated", "modified", "created", "edited", "changed", "copyright", "since", "recorded", "uploaded", "written",
    "veroffentlicht", "aktualisiert", "geandert", "erstellt", "stand", "seit", "publie", "mis", "depuis", "publicado", "actualizado", "atualizado", "desde",
    "pubblicato", "aggiornato", "geplaatst", "opublikowano", "опубликовано",
];

/// What says that a day is a deadline or begins a sale.
#[rustfmt::skip]
const DEADLINES: [&str; 24] = [
    "deadline", "cfp", "proposals", "submission", "submissions", "submit", "registration", "register", "early", "closes", "closed", "anmeldeschluss",
    "anmeldung", "anmelden", "frist", "einreichung", "inscription", "inscriptions", "limite", "plazo", "scadenza", "iscrizioni", "zapisy", "deadlines",
];

/// What begins a line that says when something is.
#[rustfmt::skip]
const WHEN: [&str; 40] = [
    "when", "date", "dates", "time", "starts", "start", "datum", "wann", "termin", "zeit", "beginn", "quand", "heure", "jour", "fecha", "cuando", "dia", "hora", "data", "quando",
    "ora", "wanneer", "tijd", "kiedy", "termin", "kdy", "nar", "tid", "когда", "дата", "next", "nachster", "nachstes", "prochain", "prochaine", "proximo", "proxima", "kommende", "uhrzeit", "quan",
];

/// The same in Japanese and Chinese.
const WHEN_SIGNS: [&str; 7] = ["日時", "日付", "開催", "時間", "时间", "日期", "期日"];

/// What begins a line that says where something is.
#[rustfmt::skip]
const WHERE: [&str; 38] = [
    "location", "venue", "where", "place", "address", "ort", "wo", "veranstaltungsort", "lieu", "ou", "adresse", "lugar", "donde", "sitio", "local", "onde", "luogo", "dove", "sede", "locatie", "waar",
    "plaats", "plats", "var", "miejsce", "gdzie", "misto", "kde", "lloc", "on", "место", "где", "sted", "treffpunkt", "room", "raum", "adres", "hvor",
];

/// The same in Japanese and Chinese.
const WHERE_SIGNS: [&str; 7] = ["会場", "會場", "場所", "地点", "地點", "会场", "開催場所"];

/// Words that are no title: labels, and what leads to a page.
#[rustfmt::skip]
const NOISE: [&str; 89] = [
    "read", "more", "details", "detail", "info", "infos", "information", "register", "registration", "tickets", "ticket", "rsvp", "join", "link", "here", "click", "website", "map", "maps", "directions",
    "add", "calendar", "share", "the", "on", "at", "from", "to", "in", "of", "for", "and", "event", "view", "see", "all", "posted", "published", "by", "buy", "notice", "agenda", "documents", "minutes",
    "summary", "slides", "video", "weiterlesen", "mehr", "anmelden", "anmeldung", "zur", "zum", "uhr", "lire", "suite", "plus", "savoir", "leer", "mas", "ver", "leggi", "tutto", "lees", "meer", "las",
    "czytaj", "wiecej", "full", "runs", "run", "every", "day", "free", "days", "hours", "allday",
    "other", "further", "dates", "weitere", "weiteren", "autres", "otras", "altre", "fechas", "termine", "occurrences", "performances",
];

/// What says that an event is off; with what it means.
#[rustfmt::skip]
const OFF: [(&str, Status); 36] = [
    ("canceled", Status::Cancelled), ("cancelled", Status::Cancelled), ("cancellation", Status::Cancelled), ("called off", Status::Cancelled), ("will not take place", Status::Cancelled), ("not taking place", Status::Cancelled), ("does not take place", Status::Cancelled),
    ("abgesagt", Status::Cancelled), ("fallt aus", Status::Cancelled), ("entfallt", Status::Cancelled), ("findet nicht statt", Status::Cancelled), ("annule", Status::Cancelled), ("annulee", Status::Cancelled), ("cancelado", Status::Cancelled), ("cancelada", Status::Cancelled), ("suspendido", Status::Cancelled),
    ("annullato", Status::Cancelled), ("annullata", Status::Cancelled), ("geannuleerd", Status::Cancelled), ("gaat niet door", Status::Cancelled), ("odwołane", Status::Cancelled), ("odwołany", Status::Cancelled), ("zruseno", Status::Cancelled), ("zrusen", Status::Cancelled), ("installd", Status::Cancelled), ("installt", Status::Cancelled), ("aflyst", Status::Cancelled), ("avlyst", Status::Cancelled), ("отменен", Status::Cancelled), ("отменено", Status::Cancelled),
    ("postponed", Status::Postponed), ("verschoben", Status::Postponed), ("reporte", Status::Postponed), ("aplazado", Status::Postponed), ("rinviato", Status::Postponed), ("uitgesteld", Status::Postponed),
];

/// The same in Japanese and Chinese.
const OFF_SIGNS: [(&str, Status); 4] = [
    ("中止", Status::Cancelled),
    ("取消", Status::Cancelled),
    ("延期", Status::Postponed),
    ("改期", Status::Postponed),
];

/// Words of a badge: a longer line says something about something else.
const LONGEST_BADGE: usize = 6;

/// Tokens before a day in which its label is looked for.
const NEAR: usize = 4;

/// What headings of lists of old things and of news begin with.
#[rustfmt::skip]
const NEWS: [&str; 14] = [
    "news", "aktuelles", "neuigkeiten", "nouvelles", "actualites", "noticias", "notizie", "nieuws", "aktualnosci", "novinky", "nyheter", "changelog", "updates", "новости",
];

/// Headings of lists that name what is in them by no name: the page's own title says more.
#[rustfmt::skip]
const GENERIC: [&str; 96] = [
    "meeting",     "schedule", "calendar", "dates", "date", "upcoming", "events", "event", "past", "next", "previous", "archive", "program", "programme", "program", "meetings", "when", "where", "and", "our", "the", "all", "special", "notice", "more",
    "termine", "termin", "kommende", "nachste", "vergangene", "veranstaltungen", "agenda", "kalender", "rendez", "vous", "evenements", "nos", "prochains", "passes", "date", "lieu", "et", "eventos", "proximos", "pasados", "fecha", "encontros", "eventi", "futuri", "passati", "incontri",
    "prossimi", "data", "spotkania", "wydarzenia", "akce", "tidigare", "meetups", "meetup", "details", "info", "annee", "l",
    "kommande", "planerade", "nadchodzace", "zapowiedzi", "предстоящие", "ближаишие", "митапы", "встречи", "архив", "мероприятия", "welcome", "home", "willkommen", "startseite", "aktuelle", "archiv", "archives", "bienvenue", "a", "venir",
    "pasadas", "agenda", "calendario", "calendrier", "arrangementer", "kalendarz", "kalendar", "evenementen", "komende", "wydarzen", "talks", "future", "overview",
];

/// Whether a day is that of a post, a change or a recording.
pub(super) fn is_of_past_post(line: &Line, said: &Mention) -> bool {
    let before = &line.tokens[said.first.saturating_sub(NEAR)..said.first];
    if before.iter().any(|token| token.is('©')) {
        return true;
    }
    // `[2012/08/21] page published` is how news are listed.
    let in_brackets = said.first == 1
        && line.tokens[0].is('[')
        && line.tokens.get(said.next).is_some_and(|next| next.is(']'))
        && line.tokens.len() > said.next + 1;
    in_brackets
        || before
            .iter()
            .any(|token| token.word().is_some_and(|word| POSTED.contains(&word)))
}

/// Whether a day is a deadline.
pub(super) fn is_deadline(line: &Line, said: &Mention) -> bool {
    let before = &line.tokens[said.first.saturating_sub(NEAR + 2)..said.first];
    before
        .iter()
        .any(|token| token.word().is_some_and(|word| DEADLINES.contains(&word)))
}

/// Whether something before a day says that it is when an event is.
pub(super) fn is_when(line: &Line, said: &Mention) -> bool {
    let from = said.first.saturating_sub(NEAR);
    let before = &line.tokens[from..said.first];
    before
        .iter()
        .any(|token| token.word().is_some_and(|word| WHEN.contains(&word)))
        || (from..said.first).any(|place| {
            WHEN_SIGNS
                .iter()
                .any(|signs| says(&line.tokens, place, signs))
        })
}

/// Whether a line begins with a label and a colon: `Wann: 13. August`.
pub(super) fn is_labelled(line: &Line) -> bool {
    let first = line.mentions.first().map_or(0, |said| said.first);
    let colon = line.tokens[..first].iter().position(|token| token.is(':'));
    let words = colon.map(|colon| &line.tokens[..colon]);
    words.is_some_and(|words| {
        !words.is_empty()
            && words.len() <= NEAR
            && words.iter().all(|token| token.number().is_none())
    })
}

/// Whether a line says something beside days, times and labels.
pub(super) fn has_words(line: &Line) -> bool {
    is_wordy(&line.rest())
}

/// Whether a text says something beside labels.
pub(super) fn is_wordy(text: &str) -> bool {
    let tokens = tokens(text);
    let signs = tokens.iter().filter(
        |token| matches!(token.kind, Kind::Sign(sign) if super::tokens::is_east_asian(sign)),
    );
    signs.count() >= 2
        || tokens.iter().any(|token| {
            token.word().is_some_and(|word| {
                word.chars().count() >= 3
                    && !NOISE.contains(&word)
                    && !WHEN.contains(&word)
                    && !WHERE.contains(&word)
            })
        })
}

/// Whether a heading only says that events follow: "Upcoming events", "Termine 2026".
pub(super) fn is_generic(text: &str) -> bool {
    tokens(text).iter().all(|token| {
        token
            .word()
            .is_none_or(|word| word.chars().count() < 3 || GENERIC.contains(&word))
    }) && !text.chars().any(super::tokens::is_east_asian)
}

/// Whether a heading is that of news.
pub(super) fn is_news(text: &str) -> bool {
    tokens(text)
        .first()
        .and_then(Token::word)
        .is_some_and(|word| NEWS.contains(&word))
        || text.starts_with("お知らせ")
        || text.starts_with("新着")
}

/// What a short line, a badge, says of the event's state.
pub(super) fn state_in_badge(text: &str) -> Option<Status> {
    (tokens(text).len() <= LONGEST_BADGE)
        .then(|| state(text))
        .flatten()
}

/// What a text says of an event's state.
pub(super) fn state(text: &str) -> Option<Status> {
    let words: Vec<String> = tokens(text)
        .into_iter()
        .filter_map(|token| match token.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        })
        .collect();
    let joined = format!(" {} ", words.join(" "));
    OFF.iter()
        .find(|(said, _)| joined.contains(&format!(" {said} ")))
        .or_else(|| OFF_SIGNS.iter().find(|(said, _)| text.contains(said)))
        .map(|(_, status)| *status)
}

/// Where an event is, if a line says so: `Location: Metalab`, `📍 Skybar`, `@ REI`.
pub(super) fn place(text: &str) -> Option<String> {
    let trimmed = text.trim();
    if let Some(place) = trimmed.strip_prefix("📍") {
        let labelled = labelled_place(place.trim());
        return labelled.or_else(|| clean(place));
    }
    if let Some(place) = trimmed.strip_prefix("@ ") {
        return clean(place);
    }
    labelled_place(trimmed)
}

fn labelled_place(text: &str) -> Option<String> {
    let colon = text
        .char_indices()
        .find(|(_, char)| matches!(char, ':' | '：'))?;
    let (label, rest) = (&text[..colon.0], &text[colon.0 + colon.1.len_utf8()..]);
    is_where(label).then(|| clean(rest)).flatten()
}

/// Whether a label asks where.
pub(in crate::read) fn is_where(label: &str) -> bool {
    let label = label.trim();
    WHERE.contains(&folded(label).as_str())
        || WHERE_SIGNS.iter().any(|signs| label.ends_with(signs))
}

/// Whether a label asks when.
pub(super) fn is_when_label(label: &str) -> bool {
    let label = label.trim().trim_end_matches([':', '：']);
    WHEN.contains(&folded(label).as_str()) || WHEN_SIGNS.iter().any(|signs| label.ends_with(signs))
}

fn clean(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['-', '–', '|', ',']).trim();
    (!text.is_empty() && text.chars().count() <= 200).then(|| text.to_owned())
}
