//! Which configuration and which database are used.

use super::folder;
use rusty_events::config::{self, Environment, Origin};
use std::path::{Path, PathBuf};

fn set(path: &Path) -> Option<std::ffi::OsString> {
    Some(path.as_os_str().to_owned())
}

#[test]
fn the_nearest_configuration_counts() {
    let here = folder(&[("config/service.toml", ""), ("named/x", "")]);
    let users = folder(&[("rusty-events/sources/x.toml", "")]);
    let home = folder(&[(".config/rusty-events/service.toml", "")]);
    let mut environment = Environment {
        current: here.path().to_owned(),
        config: Some("from-environment".into()),
        xdg_config_home: set(users.path()),
        home: set(home.path()),
        ..Environment::default()
    };
    assert_eq!(
        environment.configuration(Some(Path::new("named"))),
        Origin::Folder("named".into())
    );
    // Not looked for: whoever names a folder is told if it is missing.
    assert_eq!(
        environment.configuration(None),
        Origin::Folder("from-environment".into())
    );
    environment.config = Some("".into());
    assert_eq!(
        environment.configuration(None),
        Origin::Folder(here.path().join("config"))
    );
    environment.current = home.path().to_owned();
    assert_eq!(
        environment.configuration(None),
        Origin::Folder(users.path().join("rusty-events"))
    );
    // The XDG specification: a relative path is to be ignored.
    environment.xdg_config_home = Some("relative".into());
    assert_eq!(
        environment.configuration(None),
        Origin::Folder(home.path().join(".config/rusty-events"))
    );
    environment.home = None;
    assert_eq!(environment.configuration(None), Origin::CompiledIn);
}

#[test]
fn a_config_folder_of_something_else_is_passed_by() {
    let here = folder(&[("config/other.toml", "")]);
    let environment = Environment {
        current: here.path().to_owned(),
        ..Environment::default()
    };
    assert_eq!(environment.configuration(None), Origin::CompiledIn);
}

#[test]
fn the_nearest_database_counts() {
    let files = folder(&[("service.toml", "database = \"data/e.db\"\n")]);
    let folder = config::read(files.path()).unwrap();
    let own = config::compiled_in().unwrap();
    let mut environment = Environment {
        database: Some("from-environment.db".into()),
        xdg_data_home: Some("/data".into()),
        home: Some("/home/f".into()),
        ..Environment::default()
    };
    assert_eq!(
        environment.database(Some(Path::new("named.db")), &folder),
        PathBuf::from("named.db")
    );
    assert_eq!(
        environment.database(None, &folder),
        PathBuf::from("from-environment.db")
    );
    environment.database = None;
    assert_eq!(
        environment.database(None, &folder),
        files.path().join("data/e.db")
    );
    assert_eq!(
        environment.database(None, &own),
        PathBuf::from("/data/rusty-events/rusty-events.db")
    );
    environment.xdg_data_home = None;
    assert_eq!(
        environment.database(None, &own),
        PathBuf::from("/home/f/.local/share/rusty-events/rusty-events.db")
    );
    environment.home = None;
    assert_eq!(
        environment.database(None, &own),
        PathBuf::from("rusty-events.db")
    );
}
