//! Finds the configuration and the database by arguments, environment and the user's folders.

use super::Configuration;
use sha2::{Digest, Sha256};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The environment, read once when the program starts. An empty variable counts as none.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// The current folder. Empty for that of the process, so that reports print relative paths.
    pub current: PathBuf,
    /// `RUSTY_EVENTS_CONFIG`.
    pub config: Option<OsString>,
    /// `RUSTY_EVENTS_DATABASE`.
    pub database: Option<OsString>,
    /// `XDG_CONFIG_HOME`; a relative one is ignored, as the XDG Base Directory Specification asks.
    pub xdg_config_home: Option<OsString>,
    /// `XDG_DATA_HOME`; likewise. Version 0.1 kept a database there.
    pub xdg_data_home: Option<OsString>,
    /// `XDG_STATE_HOME`; likewise.
    pub xdg_state_home: Option<OsString>,
    /// `HOME`.
    pub home: Option<OsString>,
}

/// Where the configuration comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A folder. If it was named, [`read`](super::read) reports a missing one.
    Folder(PathBuf),
    /// The newsletter's own, compiled in.
    CompiledIn,
}

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabasePlace {
    /// The file.
    pub path: PathBuf,
    /// Why it is this one.
    pub chosen: Chosen,
    /// Where version 0.1 would have kept it. A database that is still there is to be moved.
    pub former: Option<PathBuf>,
}

/// Why a database's file was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// By `--database`.
    Flag,
    /// By `RUSTY_EVENTS_DATABASE`.
    Variable,
    /// By `database` in `service.toml`.
    Configuration,
    /// It is in the user's state folder, since nothing names another.
    StateFolder,
    /// The same, but there is no home folder.
    NoHome,
}

impl Chosen {
    /// The reason, to be read behind "as".
    pub fn reason(self) -> &'static str {
        match self {
            Chosen::Flag => "--database says",
            Chosen::Variable => "RUSTY_EVENTS_DATABASE says",
            Chosen::Configuration => "`database` in service.toml says",
            Chosen::StateFolder => "nothing names another file",
            Chosen::NoHome => "nothing names another file, and HOME is not set to a full path",
        }
    }
}

/// The database's name where no configuration needs another.
const DATABASE: &str = "rusty-events.db";

/// Longest part of a folder's path in a database's name, in characters.
const LONGEST_PART: usize = 40;

impl Environment {
    /// The configuration: what `--config` names, else `RUSTY_EVENTS_CONFIG`, else `./config` and then
    /// the user's own, if it holds `service.toml` or `sources/`, else what is compiled in.
    pub fn configuration(&self, flag: Option<&Path>) -> Origin {
        if let Some(folder) = flag {
            return Origin::Folder(folder.to_path_buf());
        }
        if let Some(folder) = given(&self.config) {
            return Origin::Folder(folder);
        }
        let here = Some(self.current.join("config"));
        let users = self.user_folder(&self.xdg_config_home, ".config");
        [here, users]
            .into_iter()
            .flatten()
            .find(|folder| is_configuration(folder))
            .map_or(Origin::CompiledIn, Origin::Folder)
    }

    /// The database: what `--database` names, else `RUSTY_EVENTS_DATABASE`, else the `database` of
    /// `service.toml`, else a file in the user's state folder.
    ///
    /// Each configuration has a file of its own there, so that a sample never mixes with the real events. The
    /// compiled-in configuration and the user's own share `rusty-events.db`. Without a home folder the database
    /// is in the configuration's folder, or in the current one.
    pub fn database(&self, flag: Option<&Path>, configuration: &Configuration) -> DatabasePlace {
        let named = flag
            .map(|file| (file.to_path_buf(), Chosen::Flag))
            .or_else(|| Some((given(&self.database)?, Chosen::Variable)));
        if let Some((path, chosen)) = named {
            return DatabasePlace {
                path,
                chosen,
                former: None,
            };
        }
        let root = configuration.root.as_deref();
        let beside = |name: &Path| root.unwrap_or(Path::new("")).join(name);
        if let Some(written) = &configuration.settings.database {
            return DatabasePlace {
                path: beside(written),
                chosen: Chosen::Configuration,
                former: None,
            };
        }
        let former = match root {
            Some(root) => Some(root.join(DATABASE)),
            None => self
                .user_folder(&self.xdg_data_home, ".local/share")
                .map(|folder| folder.join(DATABASE)),
        };
        match self.user_folder(&self.xdg_state_home, ".local/state") {
            Some(folder) => DatabasePlace {
                path: folder.join(self.name_of_database(root)),
                chosen: Chosen::StateFolder,
                former,
            },
            None => DatabasePlace {
                path: beside(Path::new(DATABASE)),
                chosen: Chosen::NoHome,
                former: None,
            },
        }
    }

    /// The name of a configuration's database in the state folder: `rusty-events.db`, or for a folder other than
    /// the user's own the last two parts of its path and a hash of the whole path.
    fn name_of_database(&self, root: Option<&Path>) -> String {
        let users = self.user_folder(&self.xdg_config_home, ".config");
        let Some(root) = root.filter(|root| Some(*root) != users.as_deref()) else {
            return DATABASE.to_owned();
        };
        // The same folder has the same database, in whatever way it is named.
        let path = std::fs::canonicalize(self.current.join(root))
            .or_else(|_| std::path::absolute(self.current.join(root)))
            .unwrap_or_else(|_| root.to_owned());
        let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
        let hash: String = digest[..4]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let parts: Vec<_> = path.components().rev().take(2).collect();
        let mut name: Vec<String> = parts
            .into_iter()
            .rev()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .map(|part| part.replace(|char: char| !char.is_ascii_alphanumeric(), "-"))
            .map(|part| part.trim_matches('-').to_lowercase())
            .filter(|part| !part.is_empty())
            .map(|part| part.chars().take(LONGEST_PART).collect())
            .collect();
        name.push(hash);
        format!("{}.db", name.join("-"))
    }

    /// This program's folder below the XDG folder, else below its usual place in the home.
    fn user_folder(&self, xdg: &Option<OsString>, below_home: &str) -> Option<PathBuf> {
        given(xdg)
            .filter(|folder| folder.is_absolute())
            .or_else(|| {
                Some(
                    given(&self.home)
                        .filter(|home| home.is_absolute())?
                        .join(below_home),
                )
            })
            .map(|folder| folder.join("rusty-events"))
    }
}

fn given(variable: &Option<OsString>) -> Option<PathBuf> {
    let value = variable.as_ref().filter(|value| !value.is_empty())?;
    Some(PathBuf::from(value))
}

fn is_configuration(folder: &Path) -> bool {
    folder.join("service.toml").is_file() || folder.join("sources").is_dir()
}
