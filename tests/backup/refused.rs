//! What is no copy, and what must not be written over.

use super::{Machine, at, evening};
use rusqlite::Connection;
use rusty_events::store::{self, Error, Store};
use std::fs;
use std::path::Path;

/// A machine with a database and a copy of it.
fn machine() -> Machine {
    let machine = Machine::new();
    let many: Vec<_> = (0..100)
        .map(|number| evening(&number.to_string(), 2000 + number))
        .collect();
    machine.tell(&many, 0);
    store::back_up(&machine.database(), &machine.path("copy.db")).unwrap();
    machine
}

/// Restores what must be refused; the database must be as it was to the byte, with nothing beside it.
fn refused(machine: &Machine, file: &Path) -> String {
    let before = fs::read(machine.database()).unwrap();
    let error = store::restore(&machine.database(), file, at(1)).unwrap_err();
    assert!(fs::read(machine.database()).unwrap() == before, "{error}");
    let names = super::names(machine.folder.path());
    assert!(
        !names
            .iter()
            .any(|name| name.contains(".part") || name.contains("replaced")),
        "{names:?}"
    );
    error.to_string()
}

#[test]
fn what_is_no_copy_is_refused_by_name_and_the_database_is_left_alone() {
    let machine = machine();
    let file = machine.path("wrong.db");
    assert!(refused(&machine, &file).contains("wrong.db: there is no such file"));
    fs::write(&file, "").unwrap();
    assert!(refused(&machine, &file).contains("wrong.db: is empty"));
    fs::write(&file, "dear diary, ".repeat(1000)).unwrap();
    assert!(refused(&machine, &file).contains("wrong.db: is not a database"));
    fs::write(&file, "SQLite format 3\0 was a title").unwrap();
    assert!(refused(&machine, &file).contains("wrong.db: is not a database"));
    assert!(refused(&machine, machine.folder.path()).contains("is a folder"));
    assert!(refused(&machine, &machine.database()).contains("is the database itself"));

    // Another program's database, also if it has a table of a name that ours has too.
    fs::remove_file(&file).unwrap();
    let foreign = Connection::open(&file).unwrap();
    foreign
        .execute_batch("CREATE TABLE visit (url TEXT); PRAGMA user_version = 2;")
        .unwrap();
    drop(foreign);
    assert!(refused(&machine, &file).contains("not one of rusty-events"));
}

#[test]
fn a_damaged_copy_is_refused() {
    let machine = machine();
    let whole = fs::read(machine.path("copy.db")).unwrap();
    let file = machine.path("wrong.db");
    for (number, page) in (0..whole.len()).step_by(4096).enumerate() {
        let mut bytes = whole.clone();
        bytes[page..page + 4096].fill(0);
        fs::write(&file, &bytes).unwrap();
        // A page that is not in use may say anything; else it must be noticed.
        if let Ok(restored) = store::restore(&machine.database(), &file, at(1)) {
            panic!("page {number} of a copy of {restored:?} was overwritten");
        }
    }
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let error = refused(&machine, &file);
    assert!(error.contains("wrong.db: is damaged"), "{error}");

    // Whole for SQLite, not for us.
    fs::write(&file, &whole).unwrap();
    Connection::open(&file)
        .unwrap()
        .execute_batch("UPDATE published SET body = '{}'")
        .unwrap();
    let error = refused(&machine, &file);
    assert!(
        error.contains("wrong.db: is damaged: table published"),
        "{error}"
    );
}

#[test]
fn a_newer_programs_copy_is_refused() {
    let machine = machine();
    let file = machine.path("copy.db");
    let newer = Connection::open(&file).unwrap();
    newer
        .execute_batch("ALTER TABLE published ADD COLUMN more TEXT; PRAGMA user_version = 99;")
        .unwrap();
    drop(newer);
    let error = refused(&machine, &file);
    assert!(error.contains("newer rusty-events (version 99"), "{error}");
    // But one may go back from it: what the newer program made of the database is replaced, and kept.
    let older = machine.path("older.db");
    store::back_up(&machine.database(), &older).unwrap();
    Connection::open(machine.database())
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    assert!(Store::open(&machine.database()).is_err());
    store::restore(&machine.database(), &older, at(1)).unwrap();
    assert_eq!(machine.of("Evening 1").0, 1);
}

#[test]
fn an_older_copy_is_migrated() {
    let (old, machine) = (machine(), Machine::new());
    for version in 1..3 {
        let file = machine.path(&format!("version-{version}.db"));
        let connection = Connection::open(&file).unwrap();
        for number in 1..=version {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations");
            let tables = fs::read_to_string(folder.join(format!("{number}.sql"))).unwrap();
            connection.execute_batch(&tables).unwrap();
        }
        connection
            .pragma_update(None, "user_version", u32::try_from(version).unwrap())
            .unwrap();
        connection
            .execute("ATTACH ?1 AS old", [old.database().to_str().unwrap()])
            .unwrap();
        connection
            .execute_batch("INSERT INTO published SELECT id, body, sequence, created, modified FROM old.published")
            .unwrap();
        drop(connection);
        let restored = store::restore(&machine.database(), &file, at(1)).unwrap();
        assert_eq!((restored.copied.version, restored.raised), (version, 100));
        assert!(restored.version > version);
        assert_eq!(machine.published().len(), 100);
        assert_eq!(days(&machine), days(&old));
        fs::remove_file(machine.database()).unwrap();
    }
}

/// The days under which a window finds each event.
fn days(machine: &Machine) -> Vec<(String, Option<String>, Option<String>)> {
    let connection = Connection::open(machine.database()).unwrap();
    let mut query = connection
        .prepare("SELECT id, first_day, last_day FROM published ORDER BY id")
        .unwrap();
    let rows = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn a_refresh_that_runs_is_not_pulled_the_ground_from() {
    let machine = machine();
    let open = machine.store();
    let lock = open.lock_refresh().unwrap();
    let copy = machine.path("copy.db");
    let error = store::restore(&machine.database(), &copy, at(1)).unwrap_err();
    assert!(matches!(error, Error::Locked(_)), "{error}");
    assert_eq!(machine.of("Evening 1").0, 0);
    // A copy may be taken meanwhile.
    store::back_up(&machine.database(), &machine.path("other.db")).unwrap();
    drop(lock);
    store::restore(&machine.database(), &copy, at(1)).unwrap();
}

#[test]
fn a_copy_overwrites_a_copy_and_nothing_else() {
    let machine = machine();
    let draft = machine.path("draft.md");
    fs::write(&draft, "# This week\n").unwrap();
    let foreign = machine.path("foreign.db");
    Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE bookmark (url TEXT)")
        .unwrap();
    for (to, expected) in [
        (draft.clone(), "no database of rusty-events"),
        (foreign, "no database of rusty-events"),
        (machine.folder.path().to_owned(), "is a folder"),
        (machine.database(), "the database itself"),
        (machine.path("events.db-wal"), "the database itself"),
        (machine.path("./events.db"), "the database itself"),
        (machine.path("nowhere/copy.db"), "nowhere/copy.db"),
    ] {
        let before = fs::read(&to).ok();
        let error = store::back_up(&machine.database(), &to).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(fs::read(&to).ok() == before, "{}", to.display());
    }
    assert_eq!(fs::read_to_string(draft).unwrap(), "# This week\n");
    let nothing = store::back_up(&machine.path("none.db"), &machine.path("copy.db")).unwrap_err();
    assert!(
        nothing
            .to_string()
            .contains("none.db: there is no such file")
    );
    assert!(
        !machine.path("none.db").exists(),
        "nothing is made for a look"
    );
}

#[test]
fn another_programs_database_is_not_replaced() {
    let machine = machine();
    let foreign = machine.path("foreign.db");
    Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE bookmark (url TEXT)")
        .unwrap();
    let before = fs::read(&foreign).unwrap();
    let error = store::restore(&foreign, &machine.path("copy.db"), at(1)).unwrap_err();
    assert!(
        error.to_string().contains("not one of rusty-events"),
        "{error}"
    );
    assert!(fs::read(&foreign).unwrap() == before);
}
