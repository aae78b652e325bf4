//! Compares the files of a command before any work, so that no output overwrites an input or another output.

use super::{Invocation, Misused};
use rusty_events::config::{Configuration, CredentialSource};
use rusty_events::facts::source::Address;
use rusty_events::publish::{Identity, target};
use rusty_events::store;
use std::fs;
use std::path::{Path, PathBuf};

/// What a command does with a file that it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// It is only read.
    Read,
    /// A draft: it is read, and its section is replaced.
    Edit,
    /// It is replaced as a whole.
    Write,
}

/// A file that a command was given.
pub(super) struct Named<'p> {
    pub(super) what: &'static str,
    pub(super) path: &'p Path,
    pub(super) used: Use,
}

impl<'p> Named<'p> {
    pub(super) fn draft(path: &'p Path) -> Named<'p> {
        Named {
            what: "the draft",
            path,
            used: Use::Edit,
        }
    }

    pub(super) fn output(what: &'static str, path: &'p Path) -> Named<'p> {
        Named {
            what,
            path,
            used: Use::Write,
        }
    }

    pub(super) fn input(what: &'static str, path: &'p Path) -> Named<'p> {
        Named {
            what,
            path,
            used: Use::Read,
        }
    }
}

/// A file that a command uses, though no argument names it.
struct Own {
    what: &'static str,
    path: PathBuf,
    /// The least use that is refused. A draft may be a source too: editing it is allowed.
    refused: Use,
}

impl Invocation {
    /// Refuses files of which one would overwrite another: two arguments, or an argument and the database or the
    /// configuration.
    pub(super) fn are_apart(&self, given: &[Named<'_>]) -> Result<(), Misused> {
        for (number, one) in given.iter().enumerate() {
            let Some(identity) = Identity::of(one.path) else {
                continue;
            };
            for other in &given[..number] {
                let both_read = (one.used, other.used) == (Use::Read, Use::Read);
                if !both_read && Identity::of(other.path).as_ref() == Some(&identity) {
                    return Err(same((other.what, other.path), (one.what, one.path)));
                }
            }
            for own in self.own() {
                // `event add` is meant to write this file of the configuration.
                let is_itself = one.what == WRITTEN_BY_HAND && own.path == one.path;
                let is_refused = one.used >= own.refused && !is_itself;
                if is_refused && Identity::of(&own.path).as_ref() == Some(&identity) {
                    return Err(same((one.what, one.path), (own.what, &own.path)));
                }
            }
        }
        Ok(())
    }

    /// Refuses a folder that is replaced as a whole while it holds the database or the configuration.
    pub(super) fn is_outside(&self, folder: &Path) -> Result<(), Misused> {
        let root = target(folder);
        match self.own().find(|own| target(&own.path).starts_with(&root)) {
            None => Ok(()),
            Some(own) => Err(Misused(format!(
                "{} is replaced as a whole, but it holds {} {}: name another folder",
                folder.display(),
                own.what,
                own.path.display()
            ))),
        }
    }

    /// The files of the database and of the configuration.
    fn own(&self) -> impl Iterator<Item = Own> {
        let database = store::files_of(&self.database).into_iter().map(|path| Own {
            what: "the database",
            path,
            refused: Use::Read,
        });
        database.chain(configured(&self.configuration))
    }

    /// Refuses a database that is a file of the configuration: SQLite writes into an empty one.
    pub(super) fn has_a_database_of_its_own(&self) -> Result<(), Misused> {
        let database = store::files_of(&self.database);
        let identities: Vec<_> = database.iter().map(|path| Identity::of(path)).collect();
        for own in configured(&self.configuration) {
            let identity = Identity::of(&own.path);
            let same_as = identities
                .iter()
                .position(|of| of.is_some() && *of == identity);
            if let Some(number) = same_as {
                let path = &database[number];
                return Err(same(("the database", path), (own.what, &own.path)));
            }
        }
        Ok(())
    }
}

/// How `event add` calls the file that it writes into.
pub(super) const WRITTEN_BY_HAND: &str = "the file of events written by hand";

/// The files that the configuration is read from, and those that it names.
fn configured(configuration: &Configuration) -> Vec<Own> {
    let mut own = Vec::new();
    let mut add = |what, refused, path: PathBuf| {
        own.push(Own {
            what,
            path,
            refused,
        });
    };
    if let Some(root) = &configuration.root {
        for folder in [root.clone(), root.join("sources"), root.join("decisions")] {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.extension().is_some_and(|end| end == "toml") {
                    add("the configuration's file", Use::Edit, path);
                }
            }
        }
    }
    for key in configuration.settings.fetch.keys.values() {
        if let CredentialSource::File(path) = key {
            add("the credentials' file", Use::Edit, path.clone());
        }
    }
    for source in &configuration.sources {
        if let Address::File(path) = &source.address {
            add("a source's file", Use::Write, path.clone());
        }
    }
    own
}

fn same(one: (&str, &Path), other: (&str, &Path)) -> Misused {
    let shown = |(what, path): (&str, &Path)| format!("{what} {}", path.display());
    Misused(format!(
        "{} and {} are the same file, and one would overwrite the other: name another file; nothing was written",
        shown(one),
        shown(other)
    ))
}
