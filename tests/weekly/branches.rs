//! What happens to branches: merged in every way, closed, deleted, rebased, changed on both sides and at once.
//! No state needs a human: each test ends with a run that goes well.

use super::{BEFORE, DRAFT, Newsletter, Ran, row};
use std::fs;
use std::thread;

const PRINTED: &str = "content/2024-11-06-this-week-in-rust.md";

/// A row that people write, of an event that no source has.
const BY_HAND: &str = "* 2024-11-13 | Lisbon, PT | [Rust Lisboa](https://lisboa.example/)\n    * [**An evening in Lisbon**](https://lisboa.example/november)\n";

const OTHER: &str = "* 2024-11-14 | Porto, PT | [Rust Porto](https://porto.example/)\n    * [**An evening in Porto**](https://porto.example/november)\n";

impl Newsletter {
    /// A newsletter in which the job has proposed its rows.
    fn proposed() -> Newsletter {
        let newsletter = Newsletter::new();
        newsletter.went_well();
        newsletter
    }

    fn went_well(&self) -> Ran {
        let ran = self.weekly();
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran
    }

    /// A person works on the newest state of a branch.
    fn checkout(&self, branch: &str) {
        self.git("person", &["fetch", "-q", "--prune", "origin"]);
        let of_origin = format!("origin/{branch}");
        self.git("person", &["checkout", "-q", "-B", branch, &of_origin]);
    }

    /// A person changes the draft on a branch.
    fn edit(&self, branch: &str, edit: impl Fn(&str) -> String) {
        self.checkout(branch);
        let path = self.path("person").join(DRAFT);
        let text = fs::read_to_string(&path).unwrap();
        let edited = edit(&text);
        assert_ne!(edited, text);
        fs::write(path, edited).unwrap();
        self.commit(branch);
    }

    /// The person merges what is proposed, squashed to one commit, as a pull request's button does.
    fn squash(&self) {
        self.checkout("main");
        self.git("person", &["merge", "-q", "--squash", "origin/events"]);
        self.commit("main");
    }

    /// What is proposed and not in main: the files that differ.
    fn differs(&self) -> String {
        let changed = ["diff", "--name-only", "main", "events"];
        self.git("origin.git", &changed).trim().to_owned()
    }

    /// How many commits the proposal has that main has not.
    fn ahead(&self) -> String {
        let count = ["rev-list", "--count", "main..events"];
        self.git("origin.git", &count).trim().to_owned()
    }

    /// Nothing is left to do: another run changes no branch but that of the database.
    fn is_at_rest(&self) {
        let heads = [self.head("main"), self.head("events")];
        let ran = self.went_well();
        assert_eq!(
            [self.head("main"), self.head("events")],
            heads,
            "{}",
            ran.err
        );
        assert!(
            !ran.report.contains("Changed on both sides"),
            "{}",
            ran.report
        );
    }
}

fn with_row(text: &str, heading: &str, row: &str) -> String {
    let heading = format!("### {heading}\n");
    assert!(text.contains(&heading), "{text}");
    text.replacen(&heading, &format!("{heading}{row}"), 1)
}

/// How often something stands in a text.
fn count(text: &str, what: &str) -> usize {
    text.matches(what).count()
}

#[test]
fn a_pull_request_is_closed_and_its_branch_deleted() {
    let newsletter = Newsletter::proposed();
    let gone = row(&newsletter.served("events", DRAFT), "RustLab 2024").to_owned();
    newsletter.change(|text| text.replace(&gone, ""));
    newsletter.went_well();
    let before = newsletter.served("events", DRAFT);
    newsletter.git("origin.git", &["update-ref", "-d", "refs/heads/events"]);
    let ran = newsletter.went_well();
    let after = newsletter.served("events", DRAFT);
    // Every row is proposed again, but the one that was taken out.
    assert_eq!(after, before, "{}", ran.report);
    assert_eq!(newsletter.ahead(), "1");
    newsletter.is_at_rest();
}

#[test]
fn a_proposal_is_squashed_while_main_goes_on() {
    let newsletter = Newsletter::proposed();
    newsletter.change(|text| with_row(text, "Europe", BY_HAND));
    // The row goes to its place.
    newsletter.went_well();
    newsletter.edit("main", |text| text.replace("none", "something"));
    newsletter.squash();
    let gone = row(&newsletter.served("main", DRAFT), "RustLab 2024").to_owned();
    newsletter.edit("main", |text| {
        text.replace(&gone, "")
            .replace("An evening in Lisbon", "A night in Lisbon")
    });
    let main = newsletter.served("main", DRAFT);
    let ran = newsletter.went_well();
    assert!(ran.err.contains("nothing to propose"), "{}", ran.err);
    assert_eq!(newsletter.served("main", DRAFT), main);
    assert!(
        !newsletter
            .git("job", &["for-each-ref"])
            .contains("weekly/proposed")
    );
    newsletter.is_at_rest();
}

#[test]
fn a_person_goes_on_with_a_proposal_that_was_squashed() {
    let newsletter = Newsletter::proposed();
    newsletter.squash();
    newsletter.edit("main", |text| with_row(text, "Europe", OTHER));
    newsletter.edit("events", |text| with_row(text, "Europe", BY_HAND));
    newsletter.went_well();
    let proposed = newsletter.served("events", DRAFT);
    for what in ["in Lisbon", "in Porto", "RustLab 2024"] {
        assert_eq!(count(&proposed, what), 1, "{what}: {proposed}");
    }
    // What was squashed is no longer proposed: one commit is the person's row, one puts it in its place.
    assert_eq!(newsletter.ahead(), "2");
    newsletter.is_at_rest();
}

#[test]
fn a_proposal_is_merged_by_rebasing() {
    let newsletter = Newsletter::proposed();
    newsletter.change(|text| with_row(text, "Europe", BY_HAND));
    newsletter.went_well();
    newsletter.edit("main", |text| text.replace("none", "something"));
    newsletter.checkout("events");
    newsletter.git("person", &["rebase", "-q", "origin/main"]);
    newsletter.git("person", &["push", "-q", "origin", "HEAD:main"]);
    let ran = newsletter.went_well();
    assert!(ran.err.contains("nothing to propose"), "{}", ran.err);
    assert_eq!(count(&newsletter.served("main", DRAFT), "in Lisbon"), 1);
    newsletter.is_at_rest();
}

#[test]
fn a_person_rebases_the_proposal_itself() {
    let newsletter = Newsletter::proposed();
    newsletter.change(|text| with_row(text, "Europe", BY_HAND));
    newsletter.edit("main", |text| text.replace("none", "something"));
    newsletter.checkout("events");
    newsletter.git("person", &["rebase", "-q", "origin/main"]);
    newsletter.git("person", &["push", "-qf", "origin", "HEAD:events"]);
    newsletter.went_well();
    let proposed = newsletter.served("events", DRAFT);
    assert!(proposed.contains("something\n"), "{proposed}");
    assert_eq!(count(&proposed, "in Lisbon"), 1, "{proposed}");
    newsletter.is_at_rest();
}

#[test]
fn the_section_is_changed_in_the_proposal_and_on_main() {
    let newsletter = Newsletter::proposed();
    // The same place in the text, for Git a conflict: the proposal has filled it.
    newsletter.edit("main", |text| {
        with_row(
            text,
            "Virtual",
            &OTHER.replace("Porto, PT", "Virtual (Porto, PT)"),
        )
        .replace("### Virtual", "<!-- checked by Ann -->\n### Virtual")
    });
    newsletter.change(|text| {
        with_row(text, "Europe", BY_HAND).replace("RustLab 2024", "RustLab Florence")
    });
    newsletter.went_well();
    let proposed = newsletter.served("events", DRAFT);
    for what in [
        "in Lisbon",
        "in Porto",
        "RustLab Florence",
        "checked by Ann",
    ] {
        assert_eq!(count(&proposed, what), 1, "{what}: {proposed}");
    }
    assert!(
        !proposed.contains("<<<<") && !proposed.contains("RustLab 2024"),
        "{proposed}"
    );
    let virtual_part = &proposed[proposed.find("### Virtual").unwrap()..];
    let virtual_part = &virtual_part[..virtual_part[4..].find("### ").unwrap()];
    assert!(virtual_part.contains("in Porto"), "{virtual_part}");
    newsletter.is_at_rest();
}

#[test]
fn the_same_line_outside_the_section_is_changed_on_both_sides() {
    let newsletter = Newsletter::proposed();
    newsletter.edit("main", |text| text.replace("none", "news of main"));
    newsletter.change(|text| text.replace("none", "news of the proposal"));
    let ran = newsletter.went_well();
    assert!(ran.report.contains("both stand now"), "{}", ran.report);
    let proposed = newsletter.served("events", DRAFT);
    assert!(
        proposed.contains("news of the proposal\nnews of main\n"),
        "{proposed}"
    );
    newsletter.is_at_rest();
}

#[test]
fn a_person_pushes_while_the_job_is_at_work() {
    let newsletter = Newsletter::proposed();
    newsletter.checkout("events");
    let path = newsletter.path("person").join(DRAFT);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, with_row(&text, "Europe", BY_HAND)).unwrap();
    newsletter.edit_later();
    // Main changes too, so that the job has something to push.
    let clone = newsletter.path("second");
    newsletter.git(".", &["clone", "-q", "origin.git", "second"]);
    fs::write(clone.join(DRAFT), BEFORE.replace("none", "something")).unwrap();
    newsletter.git("second", &["commit", "-qam", "news"]);
    newsletter.git("second", &["push", "-q", "origin", "HEAD:main"]);
    let ran = newsletter.went_well();
    assert!(ran.err.contains("once more"), "{}", ran.err);
    let read = ran.err.matches(" events believed").count();
    assert_eq!(read, 1, "the sources are read once: {}", ran.err);
    let proposed = newsletter.served("events", DRAFT);
    assert!(proposed.contains("something\n"), "{proposed}");
    assert_eq!(count(&proposed, "in Lisbon"), 1, "{proposed}");
    newsletter.is_at_rest();
}

impl Newsletter {
    /// What the person has in the work tree is pushed to the proposal in the middle of the next run.
    fn edit_later(&self) {
        let script = format!(
            "cd '{}' && export HOME='{}' && git -c user.name=P -c user.email=p@example.org commit -qam meanwhile && git push -q origin HEAD:events\n",
            self.path("person").display(),
            self.folder.path().display(),
        );
        fs::write(self.path("meanwhile"), script).unwrap();
    }
}

#[test]
fn a_database_that_another_run_pushed_is_not_overwritten() {
    let newsletter = Newsletter::proposed();
    let before = newsletter.head("events-data");
    // The other run has the same to say; only its commit is another.
    let script = format!(
        "cd '{}' && new=$(git -c user.name=P -c user.email=p@example.org commit-tree -m 'another run' 'events-data^{{tree}}') && git update-ref refs/heads/events-data $new\n",
        newsletter.path("origin.git").display(),
    );
    fs::write(newsletter.path("meanwhile"), script).unwrap();
    // There is nothing to propose: only the database would be pushed.
    let ran = newsletter.went_well();
    assert!(ran.err.contains("once more"), "{}", ran.err);
    assert_ne!(newsletter.head("events-data"), before);
    newsletter.is_at_rest();
}

#[test]
fn two_runs_at_once_end_as_one() {
    let newsletter = Newsletter::new();
    newsletter.git(".", &["clone", "-q", "origin.git", "second"]);
    // Two in one clone, and one in another.
    let clones = ["job", "second", "job"];
    let ran: Vec<Ran> = thread::scope(|scope| {
        let runs = clones.map(|clone| scope.spawn(|| newsletter.weekly_in(clone)));
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    for ran in &ran {
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    let golden = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/sample-2024-11-06.md"
    );
    let golden = fs::read_to_string(golden).unwrap();
    assert!(newsletter.served("events", DRAFT).contains(&golden));
    assert_eq!(newsletter.ahead(), "1");
    newsletter.is_at_rest();
}

#[test]
fn a_run_that_was_killed_leaves_nothing_in_the_way() {
    let newsletter = Newsletter::proposed();
    let tree = newsletter.path("job/.git/weekly");
    newsletter.git("job", &["worktree", "add", "-q", "--detach", ".git/weekly"]);
    fs::write(tree.join(DRAFT), "half written").unwrap();
    fs::write(newsletter.path("job/.git/weekly.lock"), "").unwrap();
    newsletter.is_at_rest();
    assert!(!tree.exists());
}

#[test]
fn a_merged_draft_is_renamed_when_it_is_printed() {
    let newsletter = Newsletter::proposed();
    newsletter.squash();
    newsletter.print();
    let ran = newsletter.went_well();
    assert!(ran.report.contains("no draft"), "{}", ran.report);
    assert!(ran.err.contains("nothing to propose"), "{}", ran.err);
    newsletter.is_at_rest();
}

#[test]
fn a_draft_is_printed_without_what_was_proposed_for_it() {
    let newsletter = Newsletter::proposed();
    newsletter.change(|text| with_row(text, "Europe", BY_HAND));
    newsletter.print();
    let printed = newsletter.served("main", PRINTED);
    let next = "draft/2024-11-13-this-week-in-rust.md";
    fs::create_dir_all(newsletter.path("person/draft")).unwrap();
    let path = newsletter.path("person").join(next);
    fs::write(
        path,
        BEFORE
            .replace("2024-11-06", "2024-11-13")
            .replace("572", "573"),
    )
    .unwrap();
    newsletter.commit("main");
    let ran = newsletter.went_well();
    assert!(ran.report.contains("printed without"), "{}", ran.report);
    // The issue that is out stays as it was printed, and the next one is filled.
    assert_eq!(newsletter.served("events", PRINTED), printed);
    assert_eq!(newsletter.differs(), next);
    assert!(newsletter.served("events", next).contains("\n* 2024-11-"));
    newsletter.is_at_rest();
}

impl Newsletter {
    /// The person moves the draft to the printed issues.
    fn print(&self) {
        self.checkout("main");
        fs::create_dir_all(self.path("person/content")).unwrap();
        self.git("person", &["mv", DRAFT, PRINTED]);
        self.commit("main");
    }
}

#[test]
fn a_draft_is_taken_out_on_main() {
    let newsletter = Newsletter::proposed();
    newsletter.checkout("main");
    fs::write(
        newsletter.path("person/other.md"),
        "so that the repository is not empty\n",
    )
    .unwrap();
    newsletter.git("person", &["rm", "-q", DRAFT]);
    newsletter.commit("main");
    let ran = newsletter.went_well();
    assert!(ran.report.contains("taken out"), "{}", ran.report);
    let files = newsletter.git("origin.git", &["ls-tree", "-r", "--name-only", "events"]);
    assert_eq!(files.trim(), "other.md");
    newsletter.is_at_rest();
}

#[test]
fn origin_that_cannot_be_asked_is_no_origin_without_branches() {
    let newsletter = Newsletter::proposed();
    let away = newsletter.path("away.git");
    fs::rename(newsletter.path("origin.git"), &away).unwrap();
    let ran = newsletter.weekly();
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("cannot be asked"), "{}", ran.err);
    fs::rename(away, newsletter.path("origin.git")).unwrap();
    newsletter.is_at_rest();
}
