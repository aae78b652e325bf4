//! The file of the database: who may read it, what is kept before it is migrated, and what is said of one that
//! cannot be used.

use rusqlite::Connection;
use rusty_events::store::{self, Store};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// The migrations up to the sixth, as they were released.
const FIRST_SIX: [&str; 6] = [
    include_str!("../../src/store/migrations/1.sql"),
    include_str!("../../src/store/migrations/2.sql"),
    include_str!("../../src/store/migrations/3.sql"),
    include_str!("../../src/store/migrations/4.sql"),
    include_str!("../../src/store/migrations/5.sql"),
    include_str!("../../src/store/migrations/6.sql"),
];

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn version(path: &Path) -> i64 {
    let connection = Connection::open(path).unwrap();
    connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap()
}

fn visits(path: &Path) -> i64 {
    let connection = Connection::open(path).unwrap();
    connection
        .query_row("SELECT count(*) FROM visit", [], |row| row.get(0))
        .unwrap()
}

/// A database as a program of the sixth version left it.
fn of_version_six(path: &Path) {
    let connection = Connection::open(path).unwrap();
    for migration in FIRST_SIX {
        connection.execute_batch(migration).unwrap();
    }
    connection
        .execute_batch(
            "INSERT INTO visit (source, at, outcome, entries, events, new, changed, gone, millis)
             VALUES ('a', '2026-08-20T06:00:00Z', 'read', 0, 0, 0, 0, 0, 0);
             PRAGMA user_version = 6;",
        )
        .unwrap();
}

#[test]
fn only_its_owner_may_read_a_new_database_and_its_copies() {
    let folder = tempfile::tempdir().unwrap();
    let (database, copy) = (
        folder.path().join("events.db"),
        folder.path().join("copy.db"),
    );
    let store = Store::open(&database).unwrap();
    for name in ["events.db", "events.db-wal", "events.db-shm"] {
        assert_eq!(mode(&folder.path().join(name)), 0o600, "{name}");
    }
    drop(store);
    store::back_up(&database, &copy).unwrap();
    assert_eq!(mode(&copy), 0o600);
    // What its owner chose stays.
    fs::set_permissions(&database, fs::Permissions::from_mode(0o640)).unwrap();
    drop(Store::open(&database).unwrap());
    assert_eq!(mode(&database), 0o640);
}

#[test]
fn a_copy_is_kept_before_tables_are_changed() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("events.db");
    of_version_six(&database);
    fs::set_permissions(&database, fs::Permissions::from_mode(0o600)).unwrap();
    drop(Store::open(&database).unwrap());
    let copy = folder.path().join("events.db.version-6");
    assert_eq!((version(&copy), visits(&copy), mode(&copy)), (6, 1, 0o600));
    assert!(version(&database) > 6);
    assert_eq!(visits(&database), 1);
    // Once, and no more: one that is up to date is not copied.
    fs::remove_file(&copy).unwrap();
    drop(Store::open(&database).unwrap());
    assert!(!copy.exists());
}

/// An earlier program knew by the words of a trouble that a whole day's requests were not enough for a search.
#[test]
fn what_an_earlier_program_kept_in_words_is_kept_as_a_number() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("events.db");
    let connection = Connection::open(&database).unwrap();
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations");
    for number in 1..=16 {
        let migration = fs::read_to_string(migrations.join(format!("{number}.sql"))).unwrap();
        connection.execute_batch(&migration).unwrap();
    }
    connection
        .execute_batch(
            "INSERT INTO discover_look (url, at, trouble) VALUES
                 ('https://a.example/', '2026-08-24T10:00:00Z',
                  'takes more requests than a day has, 12: raise `requests` under [discover] to 20 or more'),
                 ('https://b.example/', '2026-08-24T10:00:00Z', 'HTTP 404'),
                 ('https://c.example/', '2026-08-24T10:00:00Z', NULL);
             PRAGMA user_version = 16;",
        )
        .unwrap();
    drop(connection);
    let store = Store::open(&database).unwrap();
    let not_enough = |host: &str| {
        let look = store.look_at(&format!("https://{host}.example/"));
        look.unwrap().unwrap().not_enough
    };
    assert_eq!(["a", "b", "c"].map(not_enough), [Some(12), None, None]);
}

#[test]
fn a_backup_of_an_older_program_is_restored_without_a_further_copy() {
    let folder = tempfile::tempdir().unwrap();
    let (database, backup) = (
        folder.path().join("events.db"),
        folder.path().join("backup.db"),
    );
    of_version_six(&backup);
    store::restore(&database, &backup, "2026-08-20T06:00:00Z".parse().unwrap()).unwrap();
    assert!(version(&database) > 6);
    assert_eq!(version(&backup), 6);
    let names = crate::backup::names(folder.path());
    assert!(
        !names.iter().any(|name| name.contains("version-")),
        "{names:?}"
    );
}

#[test]
fn without_the_copy_nothing_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("events.db");
    of_version_six(&database);
    fs::create_dir(folder.path().join("events.db.version-6")).unwrap();
    let error = Store::open(&database).unwrap_err().to_string();
    for part in [
        "events.db",
        "version-6",
        "cannot be made, and nothing was changed",
    ] {
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(version(&database), 6);
}

#[test]
fn a_database_of_another_program_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("diary.db");
    for its_version in [0, 3, 6, 8] {
        let _ = fs::remove_file(&path);
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(&format!(
                "CREATE TABLE diary (text TEXT); PRAGMA user_version = {its_version};"
            ))
            .unwrap();
        drop(connection);
        let error = Store::open(&path).unwrap_err().to_string();
        assert!(
            error.contains("diary.db: is a database of another program"),
            "{its_version}: {error}"
        );
        let connection = Connection::open(&path).unwrap();
        let tables: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))
            .unwrap();
        assert_eq!((tables, version(&path)), (1, its_version));
    }
}

#[test]
fn a_database_that_is_in_use_or_on_a_full_disk_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    fs::create_dir_all(config.join("sources")).unwrap();
    fs::write(
        config.join("sources/manual.toml"),
        "[[event]]\ntitle = \"An evening\"\nstart = \"2026-08-27T19:00\"\nplace = \"Hamburg, DE\"\nmode = \"in-person\"\norganiser = \"Club Hamburg\"\nlink = \"https://club.example/evening\"\n",
    )
    .unwrap();
    let refresh = "exec \"$PROGRAM\" --config config --database events.db --now 2026-08-20T06:00:00Z refresh -q";
    let run = |script: &str| {
        let ran = Command::new("sh")
            .args(["-c", script])
            .env("PROGRAM", env!("CARGO_BIN_EXE_rusty-events"))
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        (ran.status.code(), said)
    };
    // No file may grow beyond 8 × 512 bytes: like a disk that is full.
    let (code, said) = run(&format!("trap '' XFSZ; ulimit -f 8; {refresh}"));
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("database events.db: ") && said.contains("disk is full"),
        "{said}"
    );
    // With room again it goes on by itself.
    let (code, said) = run(refresh);
    assert_eq!(code, Some(0), "{said}");
    let database = folder.path().join("events.db");
    let writer = Connection::open(&database).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (code, said) = run(refresh);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("database events.db: is in use") && said.contains("run it again"),
        "{said}"
    );
    writer.execute_batch("ROLLBACK").unwrap();
    assert_eq!(run(refresh).0, Some(0));
}
