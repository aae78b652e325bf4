//! Finds the configuration and the database by arguments, environment and the user's folders.

use super::Configuration;
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
    /// `XDG_DATA_HOME`; likewise.
    pub xdg_data_home: Option<OsString>,
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

    /// The database: what `--database` names, else `RUSTY_EVENTS_DATABASE`, else the `database` of the
    /// configuration beside it; of what is compiled in, below the user's data folder.
    ///
    /// Without a home at all it is in the current folder.
    pub fn database(&self, flag: Option<&Path>, configuration: &Configuration) -> PathBuf {
        if let Some(file) = flag {
            return file.to_path_buf();
        }
        if let Some(file) = given(&self.database) {
            return file;
        }
        let written = &configuration.settings.database;
        let folder = match &configuration.root {
            Some(root) => Some(root.clone()),
            None => self.user_folder(&self.xdg_data_home, ".local/share"),
        };
        folder.unwrap_or_default().join(written)
    }

    /// This program's folder below the XDG folder, else below its usual place in the home.
    fn user_folder(&self, xdg: &Option<OsString>, below_home: &str) -> Option<PathBuf> {
        given(xdg)
            .filter(|folder| folder.is_absolute())
            .or_else(|| Some(given(&self.home)?.join(below_home)))
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
