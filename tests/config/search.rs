//! Which configuration and which database are used.

use super::folder;
use rusty_events::config::{self, Chosen, Environment, Origin};
use std::path::Path;

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
    // A folder that is named is used, even if it is missing: reading it reports that.
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
    // And so is a home that is no full path: it would be another one in each folder.
    environment.current = home.path().parent().unwrap().to_owned();
    environment.home = home.path().file_name().map(Into::into);
    assert_eq!(environment.configuration(None), Origin::CompiledIn);
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
        xdg_state_home: Some("/state".into()),
        home: Some("/home/f".into()),
        ..Environment::default()
    };
    let at = |environment: &Environment, configuration| {
        let place = environment.database(None, configuration);
        (place.path, place.chosen)
    };
    let named = environment.database(Some(Path::new("named.db")), &folder);
    assert_eq!(
        (named.path, named.chosen, named.former),
        ("named.db".into(), Chosen::Flag, None)
    );
    assert_eq!(
        at(&environment, &folder),
        ("from-environment.db".into(), Chosen::Variable)
    );
    environment.database = None;
    assert_eq!(
        at(&environment, &folder),
        (files.path().join("data/e.db"), Chosen::Configuration)
    );
    assert_eq!(
        at(&environment, &own),
        (
            "/state/rusty-events/rusty-events.db".into(),
            Chosen::StateFolder
        )
    );
    assert_eq!(
        environment.database(None, &own).former,
        Some("/data/rusty-events/rusty-events.db".into())
    );
    environment.xdg_state_home = Some("relative".into());
    environment.xdg_data_home = None;
    let of_home = environment.database(None, &own);
    assert_eq!(
        (of_home.path, of_home.former),
        (
            "/home/f/.local/state/rusty-events/rusty-events.db".into(),
            Some("/home/f/.local/share/rusty-events/rusty-events.db".into())
        )
    );
    environment.home = None;
    assert_eq!(
        at(&environment, &own),
        ("rusty-events.db".into(), Chosen::NoHome)
    );
}

#[test]
fn each_configuration_has_a_database_of_its_own_in_the_state_folder() {
    let homes = folder(&[
        (".config/rusty-events/service.toml", ""),
        ("Rust News/config/service.toml", ""),
        ("other/config/service.toml", ""),
    ]);
    let environment = Environment {
        current: homes.path().join("other"),
        home: set(homes.path()),
        ..Environment::default()
    };
    let state = homes.path().join(".local/state/rusty-events");
    let at = |environment: &Environment, root: &Path| {
        let configuration = config::read(&environment.current.join(root)).unwrap();
        let place = environment.database(None, &configuration);
        assert_eq!(
            place.former,
            Some(environment.current.join(root).join("rusty-events.db"))
        );
        assert_eq!(place.path.parent(), Some(&*state));
        place.path.file_name().unwrap().to_str().unwrap().to_owned()
    };
    let users = at(&environment, &homes.path().join(".config/rusty-events"));
    assert_eq!(users, "rusty-events.db");
    let news = at(&environment, &homes.path().join("Rust News/config"));
    assert!(news.starts_with("rust-news-config-"), "{news}");
    let other = at(&environment, &homes.path().join("other/config"));
    assert!(other.starts_with("other-config-"), "{other}");
    // The same folder by another name.
    assert_eq!(at(&environment, Path::new("config")), other);
    assert_eq!(at(&environment, Path::new("../other/config")), other);
}
