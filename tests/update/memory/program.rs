//! The memory of the real program: real files, a real database, real git.

use crate::{Ran, program_in};
use std::fs;
use std::path::Path;
use std::process::Command;

const NOW: &str = "2026-08-12T10:00:00Z";
const BEFORE: &str = "Title: An issue\nDate: 2026-08-12\n\n## Upcoming Events\n\nRusty Events between 2026-08-12 - 2026-09-09 🦀\n\n### Asia\n* 2026-08-30 | Tokyo, JP | [Rust Tokyo](https://groups.example/tokyo)\n    * [**By hand**](https://groups.example/tokyo/events/9)\n";

/// A configuration with one calendar, a database, and a draft in a repository of git.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new(many: usize) -> Desk {
        let desk = Desk {
            folder: tempfile::tempdir().unwrap(),
        };
        fs::create_dir_all(desk.path("config/sources")).unwrap();
        fs::create_dir_all(desk.path("news/draft")).unwrap();
        fs::write(
            desk.path("config/sources/all.toml"),
            "[[source]]\nid = \"club\"\nurl = \"club.ics\"\nplatform = \"ics\"\norganiser = \"Rust Berlin\"\norganiser-url = \"https://groups.example/berlin\"\nplace = \"Berlin, DE\"\nzone = \"Europe/Berlin\"\nmode = \"in-person\"\n",
        )
        .unwrap();
        let days: Vec<usize> = (1..=many).map(|of| 14 + of).collect();
        desk.tell(&days);
        fs::write(desk.path(DRAFT), BEFORE).unwrap();
        desk.git(&["init", "-q", "-b", "main"]);
        desk.commit();
        desk
    }

    /// The calendar: an evening on each of these days of August.
    fn tell(&self, days: &[usize]) {
        let events: String = days
            .iter()
            .enumerate()
            .map(|(at, day)| {
                let of = at + 1;
                format!("BEGIN:VEVENT\r\nUID:{of}@groups.example\r\nDTSTAMP:20260701T000000Z\r\nDTSTART;TZID=Europe/Berlin:202608{day:02}T190000\r\nSUMMARY:Evening {of}\r\nURL:https://groups.example/berlin/events/{of}\r\nEND:VEVENT\r\n")
            })
            .collect();
        let calendar = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{events}END:VCALENDAR\r\n"
        );
        fs::write(self.path("config/club.ics"), calendar).unwrap();
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let fixed = [
            "--config",
            "config",
            "--database",
            "events.db",
            "--now",
            NOW,
        ];
        program_in(self.folder.path(), &[&fixed, arguments].concat())
    }

    /// Brings a draft up to date from what the calendar says now.
    fn update(&self, draft: &str, more: &[&str]) -> (String, String) {
        self.run(&["refresh", "-q"]);
        let ran = self.run(&[&["update", draft], more].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        (self.read(draft), ran.err)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn git(&self, arguments: &[&str]) {
        let ran = Command::new("git")
            .current_dir(self.path("news"))
            .env("HOME", self.folder.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .args(["-c", "user.name=x", "-c", "user.email=x@example.org"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(ran.status.success(), "{ran:?}");
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "by hand"]);
    }

    /// Takes the rows of these events out of the draft.
    fn weed(&self, events: &[usize]) -> String {
        let text = self.read(DRAFT);
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let is_out = |line: &str| {
            let mut events = events.iter();
            events.any(|of| line.contains(&format!("/berlin/events/{of})")))
        };
        let kept = lines.iter().enumerate().filter(|(at, line)| {
            let below = lines.get(at + 1).copied().unwrap_or_default();
            let is_first = line.starts_with("* ");
            !is_out(if is_first { below } else { line })
        });
        let text: String = kept.map(|(_, line)| *line).collect();
        fs::write(self.path(DRAFT), &text).unwrap();
        text
    }
}

const DRAFT: &str = "news/draft/2026-08-12-issue.md";

#[test]
fn a_checkout_a_revert_and_a_closed_pull_request_take_an_update_back() {
    let desk = Desk::new(5);
    let (first, _) = desk.update(DRAFT, &[]);
    assert_eq!(first.matches("/berlin/events/").count(), 5);
    desk.git(&["checkout", "-q", "--", "."]);
    assert_eq!(desk.read(DRAFT), BEFORE);
    let (again, said) = desk.update(DRAFT, &[]);
    assert_eq!(again, first);
    assert!(
        said.contains("older version") && said.contains("--base last"),
        "{said}"
    );

    desk.commit();
    desk.git(&["revert", "--no-edit", "HEAD"]);
    assert_eq!(desk.update(DRAFT, &[]).0, first);

    // On a branch of its own, which is deleted, while a person changes main.
    desk.git(&["checkout", "-q", "-b", "events"]);
    desk.commit();
    desk.git(&["checkout", "-q", "main"]);
    desk.git(&["branch", "-q", "-D", "events"]);
    let went_on = desk
        .read(DRAFT)
        .replace("**By hand**", "**By hand, with cake**");
    fs::write(desk.path(DRAFT), &went_on).unwrap();
    desk.commit();
    let (again, _) = desk.update(DRAFT, &[]);
    assert_eq!(
        again,
        first.replace("**By hand**", "**By hand, with cake**")
    );
}

#[test]
fn a_draft_that_is_renamed_keeps_what_was_taken_out_of_it() {
    let desk = Desk::new(5);
    desk.update(DRAFT, &[]);
    let weeded = desk.weed(&[2]);
    assert_eq!(desk.update(DRAFT, &[]).0, weeded);
    desk.commit();
    fs::create_dir(desk.path("news/content")).unwrap();
    desk.git(&[
        "mv",
        "draft/2026-08-12-issue.md",
        "content/2026-08-12-issue.md",
    ]);
    let renamed = "news/content/2026-08-12-issue.md";
    assert_eq!(desk.update(renamed, &[]).0, weeded);
    fs::write(desk.path(renamed), BEFORE).unwrap();
    assert_eq!(desk.update(renamed, &[]).0, weeded);
}

#[test]
fn a_base_is_stated_by_hand() {
    let desk = Desk::new(6);
    let none_yet = desk.run(&["update", DRAFT, "--base", "last", "--refresh"]);
    assert_eq!(none_yet.code, 1);
    assert!(
        none_yet.err.contains("nothing was written"),
        "{}",
        none_yet.err
    );
    assert_eq!(desk.read(DRAFT), BEFORE);

    let (full, _) = desk.update(DRAFT, &[]);
    desk.commit();
    let weeded = desk.weed(&[1, 2, 3, 4]);
    // Much at once: written again, unless a person says that it was meant.
    let dry = desk.run(&["update", DRAFT, "--dry-run"]);
    assert!(
        dry.code == 4 && dry.err.contains("older version"),
        "{}",
        dry.err
    );
    for base in ["HEAD", "last", "HEAD:./2026-08-12-issue.md", "full.md"] {
        fs::write(desk.path("full.md"), &full).unwrap();
        let dry = desk.run(&["update", DRAFT, "--dry-run", "--base", base]);
        assert_eq!((dry.code, dry.out.as_str()), (0, ""), "{base}: {}", dry.err);
        assert!(dry.err.contains("4 removed by hand"), "{base}: {}", dry.err);
    }
    let dry = desk.run(&["update", DRAFT, "--dry-run", "--base", "none"]);
    assert!(dry.code == 4 && dry.err.contains("4 new"), "{}", dry.err);
    assert_eq!(desk.read(DRAFT), weeded, "nothing was written so far");

    let (kept, _) = desk.update(DRAFT, &["--base", "HEAD"]);
    assert_eq!(kept, weeded);
    assert_eq!(desk.update(DRAFT, &[]).0, weeded, "and it is remembered");

    for (base, code, said) in [
        ("HEAD~7", 1, "name a revision of Git"),
        ("no-such-branch", 1, "neither a file, nor a revision"),
        ("-x", 2, "name a revision of Git"),
        ("config/sources/all.toml", 1, "## Upcoming Events"),
    ] {
        let ran = desk.run(&["update", DRAFT, &format!("--base={base}")]);
        assert_eq!(ran.code, code, "{base}: {}", ran.err);
        assert!(ran.err.contains(said), "{base}: {}", ran.err);
    }
    let two = desk.run(&["update", DRAFT, DRAFT, "--base", "full.md"]);
    assert!(
        two.code == 2 && two.err.contains("one by one"),
        "{}",
        two.err
    );
    // Outside a repository there is no revision, and everything else works.
    let alone = tempfile::tempdir().unwrap();
    let draft = alone.path().join("draft.md");
    fs::write(&draft, BEFORE).unwrap();
    let draft = draft.to_str().unwrap();
    let ran = desk.run(&["update", draft, "--base", "HEAD"]);
    assert!(
        ran.code == 1 && ran.err.contains("neither a file"),
        "{}",
        ran.err
    );
    assert_eq!(desk.run(&["update", draft]).code, 0);
}

#[test]
fn why_shows_what_was_taken_out_and_how_to_take_that_back() {
    let desk = Desk::new(4);
    let why = |desk: &Desk| {
        let ran = desk.run(&["why", "https://groups.example/berlin/events/2"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out
    };
    let (full, _) = desk.update(DRAFT, &[]);
    assert!(!why(&desk).contains("Taken out"));
    desk.weed(&[2]);
    // What is only looked at is not remembered.
    desk.run(&["update", DRAFT, "--dry-run"]);
    assert!(!why(&desk).contains("Taken out"));
    desk.update(DRAFT, &[]);
    let said = why(&desk);
    for words in [
        "Taken out by hand of the draft of the issue of 2026-08-12 (2026-08-12-issue.md), under Europe",
        "put its row into the draft again",
        "  * 2026-08-16 | Berlin, DE | [Rust Berlin](https://groups.example/berlin)",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let json = desk
        .run(&["why", "--json", "https://groups.example/berlin/events/2"])
        .out;
    assert!(json.contains("\"taken_out\": [\n"), "{json}");

    // Moved: both days.
    desk.tell(&[15, 26, 17, 18]);
    desk.run(&["refresh", "-q"]);
    let said = why(&desk);
    assert!(
        said.contains("it was on 2026-08-16 then and is on 2026-08-26 now"),
        "{said}"
    );
    let (moved, said) = desk.update(DRAFT, &[]);
    assert!(moved.contains("2026-08-26 | Berlin"), "{moved}");
    assert!(
        said.contains("2026-08-16") && said.contains("2026-08-26"),
        "{said}"
    );
    assert!(!why(&desk).contains("Taken out"));

    // Put back by hand.
    let desk = Desk::new(4);
    desk.update(DRAFT, &[]);
    desk.weed(&[2]);
    desk.update(DRAFT, &[]);
    fs::write(desk.path(DRAFT), &full).unwrap();
    assert_eq!(desk.update(DRAFT, &[]).0, full);
    assert!(!why(&desk).contains("Taken out"));
}

#[test]
fn a_row_with_a_page_of_its_own_stays_beside_the_event_of_that_name() {
    let own = |of: usize| {
        format!(
            "* 2026-08-{:02} | Berlin, DE | [Rust Berlin](https://groups.example/berlin)\n    * [**Evening {of}**](https://pages.example/annex-{of})\n",
            14 + of
        )
    };
    let desk = Desk::new(2);
    let with = format!("{BEFORE}\n### Europe\n{}{}", own(1), own(2));
    fs::write(desk.path(DRAFT), &with).unwrap();
    let (first, said) = desk.update(DRAFT, &[]);
    for page in ["annex-1", "annex-2", "berlin/events/1)", "berlin/events/2)"] {
        assert_eq!(first.matches(page).count(), 1, "{page}: {first}");
    }
    assert!(said.contains("2 suspected duplicates"), "{said}");
    let (second, _) = desk.update(DRAFT, &[]);
    assert_eq!(second, first);
    assert!(Path::new(&desk.path(DRAFT)).exists());
}
