//! Whether an event is off, in words.

use super::{believed_about, group};
use crate::markdown::topic;
use crate::newsletter::go;
use rusty_events::facts::event::{Flag, Status};
use rusty_events::facts::topic::Topic;

/// What becomes of an event with that title, in that place.
fn event(title: &str, place: &str) -> (Status, bool) {
    event_about(topic(), title, place)
}

/// The same in a newsletter about that.
fn event_about(topic: Topic, title: &str, place: &str) -> (Status, bool) {
    let lines = format!(
        "BEGIN:VEVENT\nUID:1\nDTSTART:20261210T180000Z\nSUMMARY:{title}\nLOCATION:{place}\nEND:VEVENT"
    );
    let (believed, problems) = believed_about(topic, &group("Hamburg, DE"), &lines);
    assert_eq!(believed.events.len(), 1, "{title}: {problems:?}");
    let event = &believed.events[0];
    (event.status, event.flags.contains(&Flag::StatusUnsure))
}

fn of(title: &str) -> Status {
    event(title, "Hamburg\\, Germany").0
}

#[test]
fn it_is_called_off_in_front_behind_between_signs_and_in_many_languages() {
    for title in [
        "CANCELLED: Crab night",
        "Crab night - cancelled",
        "Crab night (canceled)",
        "Crab night [Cancelled]",
        "**CANCELLED** Crab night",
        "~~Crab night~~ cancelled",
        "❌ Crab night (cancelled)",
        "Crab night CANCELLED!",
        "CANCELLED Crab night",
        "C A N C E L L E D: Crab night",
        "CANCELLED DUE TO SNOW: Crab night",
        "[Cancelled because of illness] Crab night",
        "Crab night has been cancelled",
        "Sorry, cancelled: Crab night",
        "Crab night is called off",
        "No meetup in December",
        "NO MEETUP this month (holidays)",
        "Kein Treffen im August",
        "Krabbenabend entfällt",
        "Krabbenabend fällt leider aus",
        "Krabbenabend (fällt aus)",
        "Abgesagt wegen Krankheit: Krabbenabend",
        "ANNULÉ : Soirée crabes",
        "Soirée crabes annulée",
        "Suspendida: Noche de cangrejos",
        "Noche de cangrejos - cancelada",
        "ANNULLATO Serata granchi",
        "AFGELAST: Krabavond",
        "INSTÄLLT: Krabbkväll",
        "Aflyst: Krabbeaften",
        "PERUTTU: Rapuilta",
        "ODWOŁANE: Wieczór krabów",
        "ZRUŠENO - Krabí večer",
        "Elmarad: Rákest",
        "ОТМЕНА: вечер крабов",
        "İPTAL: Yengeç gecesi",
        "Ακυρώθηκε: Βραδιά",
        "Dibatalkan: Malam kepiting",
        "【中止】カニの夜",
        "カニの夜（開催中止）",
        "[キャンセル] カニの夜",
        "已取消：螃蟹之夜",
        "[취소] 게의 밤",
        "בוטל: ערב סרטנים",
        "ملغى: ليلة",
    ] {
        assert_eq!(of(title), Status::Cancelled, "{title}");
    }
    for title in [
        "POSTPONED: Crab night",
        "Crab night (postponed)",
        "Verschoben: Krabbenabend",
        "Soirée crabes - reportée",
        "【開催延期】カニの夜",
    ] {
        assert_eq!(of(title), Status::Postponed, "{title}");
    }
}

#[test]
fn a_talk_about_cancelling_takes_place() {
    for title in [
        "How cancelled futures leak",
        "Cancellation safety in async code",
        "What gets cancelled: select! explained",
        "Cancelled? Structured concurrency",
        "Postponed work: lazy evaluation",
        "Handling cancelled requests",
        "Crab night – nicht abgesagt!",
        "NOT CANCELLED: Crab night",
        "Crab night is NOT CANCELLED",
        "Crab night is not cancelled",
        "Uncancelled: Crab night",
        "Annulé ou pas: les tâches",
        "Why tasks are cancelled",
        "No meeting room? Async work for teams",
        "キャンセル処理とタイムアウトの設計",
        "Suspended animation: coroutines",
    ] {
        assert_eq!(of(title), Status::Confirmed, "{title}");
    }
}

#[test]
fn it_may_be_called_off_where_the_place_stands() {
    for place in [
        "CANCELLED",
        "Fällt aus",
        "CANCELLED - Crab House\\, Kai 1\\, 20095 Hamburg\\, Germany",
    ] {
        assert_eq!(event("Crab night", place).0, Status::Cancelled, "{place}");
    }
    let street = "Abgesagtstr. 1\\, 20095 Hamburg\\, Germany";
    assert_eq!(event("Crab night", street).0, Status::Confirmed);
}

#[test]
fn a_title_that_says_it_moved_is_shown_to_the_editor() {
    for title in [
        "RESCHEDULED: Crab night",
        "Crab night (moved to January)",
        "Neuer Termin: Krabbenabend",
    ] {
        let (status, unsure) = event(title, "Hamburg\\, Germany");
        assert_eq!((status, unsure), (Status::Confirmed, true), "{title}");
    }
    assert!(!event("Moved values and borrows", "Hamburg").1);
}

#[test]
fn an_updated_time_beside_the_old_one_is_printed_and_shown() {
    let url = "URL:https://crab.example/night";
    let lines = format!(
        "BEGIN:VEVENT\nUID:1\nDTSTART:20261210T180000Z\nSUMMARY:Crab night\n{url}\nEND:VEVENT\nBEGIN:VEVENT\nUID:2\nDTSTART:20261210T200000Z\nSUMMARY:Crab night (UPDATED TIME)\n{url}\nEND:VEVENT"
    );
    let (believed, _) = believed_about(topic(), &group("Hamburg, DE"), &lines);
    let unsure = believed
        .events
        .iter()
        .map(|event| event.flags.contains(&Flag::StatusUnsure));
    assert_eq!(unsure.collect::<Vec<_>>(), [false, true]);
}

#[test]
fn further_titles_of_events_that_are_off_and_further_that_are_not() {
    for title in [
        "Crab night cancelled due to weather",
        "No Rust meetup this month",
        "Kein Rust-Stammtisch im Dezember",
        "Crab night WILL NOT TAKE PLACE",
        "Not happening: Crab night",
        "Krabbenabend entfällt heute",
        "Krabbenabend findet nicht statt",
        "Krabbenabend abgesagt wegen Krankheit",
        "+++ABGESAGT+++ Krabbenabend",
        "La soirée n'aura pas lieu",
        "Noche de cangrejos se suspende",
        "ΑΚΥΡΩΝΕΤΑΙ: Crab night",
        "※中止 カニの夜",
        "カニの夜 中止のお知らせ",
        "カニの夜は中止です",
        "ملغي: ليلة السلطعون",
        "CANX: Crab night",
    ] {
        assert_eq!(of(title), Status::Cancelled, "{title}");
    }
    for title in [
        "Crab night POSTPONED TO JANUARY",
        "Crab night – postponed to January",
        "Krabbenabend verschoben auf Januar",
    ] {
        assert_eq!(of(title), Status::Postponed, "{title}");
    }
    for title in [
        "On hold: locks in practice",
        "Rust: no talks\\, just hacking",
        "タスクのキャンセル",
        "异步任务的取消机制",
        "Work postponed to runtime",
        "Tasks cancelled by a timeout",
        "C++ and the art of cancelling",
        "What will not take place in Rust",
        "Rust with Huy",
        "Absage an C++",
    ] {
        assert_eq!(of(title), Status::Confirmed, "{title}");
    }
}

#[test]
fn the_words_of_the_topic_stand_inside_of_a_phrase_in_every_newsletter() {
    let of = |topic: Topic, title: &str| event_about(topic, title, "Hamburg\\, Germany").0;
    for (about_go, about_rust) in [
        ("Go meetup cancelled", "Rust meetup cancelled"),
        ("No Go meetup this month", "No Rust meetup this month"),
        ("No Golang meetup", "No rustlang meetup"),
        ("No Gophers meetup", "No Rustaceans meetup"),
        (
            "Kein Go-Stammtisch im Dezember",
            "Kein Rust-Stammtisch im Dezember",
        ),
        ("Sem meetup Go este mês", "Sem meetup Rust este mês"),
        ("Cancelled: GopherCon", "Cancelled: EuroRust"),
    ] {
        assert_eq!(of(topic(), about_rust), Status::Cancelled, "{about_rust}");
        assert_eq!(of(go(), about_go), Status::Cancelled, "{about_go}");
    }
    for title in [
        // By the word's own rules: its case, and what means something else.
        "No go meetup",
        "No Let's Go meetup",
        "GopherCon: how cancelled contexts leak",
        "No Rust meetup",
    ] {
        assert_eq!(of(go(), title), Status::Confirmed, "{title}");
    }
    assert_eq!(of(Topic::default(), "No Rust meetup"), Status::Confirmed);
}
