//! `lint --since REV`: a file as it was where the branch left a revision, also under its old name.

use super::Misused;
use super::pipe::LONGEST;
use anyhow::Context;
use std::path::Path;
use std::process::{Command, Output};

/// A file before the change.
pub(super) struct Before {
    /// Its text; `None` if it was not there.
    pub(super) text: Option<String>,
    /// What the user should know about the comparison.
    pub(super) note: Option<String>,
}

/// A file as it was at the merge base of `HEAD` and a revision.
pub(super) fn before(file: &Path, revision: &str) -> anyhow::Result<Before> {
    // What begins with a hyphen would be an option.
    if revision.is_empty() || revision.starts_with('-') || revision.contains(':') {
        return Err(Misused(format!(
            "{revision:?} is no revision such as HEAD or origin/main"
        ))
        .into());
    }
    let repository = Repository::of(file, revision)?;
    let (base, note) = repository.base()?;
    let name = repository.name;
    let object = format!("{base}:./{name}");
    let object = match repository
        .git(&["cat-file", "-e", &object])?
        .status
        .success()
    {
        true => Some(object),
        false => repository
            .old_path(&base)?
            .map(|path| format!("{base}:{path}")),
    };
    let text = object.map(|object| repository.text(&object)).transpose()?;
    Ok(Before { text, note })
}

/// The repository of a file.
struct Repository<'a> {
    file: &'a Path,
    folder: &'a Path,
    /// The file's name in its folder.
    name: &'a str,
    revision: &'a str,
}

impl<'a> Repository<'a> {
    fn of(file: &'a Path, revision: &'a str) -> anyhow::Result<Repository<'a>> {
        let folder = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let name = file
            .file_name()
            .and_then(|name| name.to_str())
            .with_context(|| format!("{} has no name that Git could look up", file.display()))?;
        Ok(Repository {
            file,
            folder,
            name,
            revision,
        })
    }

    fn git(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        Command::new("git")
            .current_dir(self.folder)
            .args(arguments)
            .output()
            .context("--since asks Git, and `git` cannot be run: install it, or use --base FILE")
    }

    /// What Git answers, in one line; `None` if it fails.
    fn line(&self, arguments: &[&str]) -> anyhow::Result<Option<String>> {
        let output = self.git(arguments)?;
        let line = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok(output.status.success().then_some(line))
    }

    /// The commit at which the change begins, and a note if it is not the merge base.
    fn base(&self) -> anyhow::Result<(String, Option<String>)> {
        let revision = self.revision;
        let commit = format!("{revision}^{{commit}}");
        let known = self.git(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &commit,
        ])?;
        if !known.status.success() {
            let said = String::from_utf8_lossy(&known.stderr);
            let said = said.lines().next().unwrap_or("Git knows no such commit");
            anyhow::bail!(
                "--since {revision}: {said}: name a revision that `git log` shows, in the repository of {}",
                self.file.display()
            );
        }
        let commit = String::from_utf8_lossy(&known.stdout).trim().to_owned();
        if let Some(base) = self.line(&["merge-base", &commit, "HEAD"])? {
            return Ok((base, None));
        }
        let shallow = self.line(&["rev-parse", "--is-shallow-repository"])?;
        let why = match shallow.as_deref() {
            Some("true") => "the clone is shallow; fetch the whole history (`fetch-depth: 0`)",
            _ => "they have no common history",
        };
        let note = format!(
            "--since {revision}: no merge base with HEAD ({why}): compared with {revision} itself"
        );
        Ok((commit, Some(note)))
    }

    /// The path that the file had at the base, from the top of the repository, if it was renamed since.
    fn old_path(&self, base: &str) -> anyhow::Result<Option<String>> {
        let prefix = self.line(&["rev-parse", "--show-prefix"])?;
        let path = format!("{}{}", prefix.unwrap_or_default(), self.name);
        let changed = |filter: &str| -> anyhow::Result<Vec<String>> {
            let all = [
                "diff",
                "--no-ext-diff",
                "--name-status",
                "-z",
                "-M",
                filter,
                base,
                "--",
                ":/",
            ];
            let output = self.git(&all)?;
            let listed = String::from_utf8_lossy(&output.stdout);
            Ok(listed.split('\0').map(str::to_owned).collect())
        };
        // `R087`, the old path, the new one.
        let renamed = changed("--diff-filter=R")?;
        let old = renamed
            .chunks_exact(3)
            .find(|entry| entry[2] == path)
            .map(|entry| entry[1].clone());
        if old.is_some() {
            return Ok(old);
        }
        // A file that Git does not know yet was moved if one of its name is gone elsewhere.
        let tracked = self.git(&["ls-files", "--error-unmatch", "--", self.name])?;
        if tracked.status.success() {
            return Ok(None);
        }
        let gone = changed("--diff-filter=D")?;
        let mut namesakes = gone
            .chunks_exact(2)
            .map(|entry| &entry[1])
            .filter(|gone| gone.rsplit('/').next() == Some(self.name));
        let first = namesakes.next();
        Ok(first.filter(|_| namesakes.next().is_none()).cloned())
    }

    fn text(&self, object: &str) -> anyhow::Result<String> {
        let (file, revision) = (self.file.display(), self.revision);
        let size = self.line(&["cat-file", "-s", object])?;
        if size
            .and_then(|size| size.parse().ok())
            .is_none_or(|size: u64| size > LONGEST)
        {
            anyhow::bail!("--since {revision}: {file} has more than {LONGEST} bytes there");
        }
        let shown = self.git(&["cat-file", "blob", object])?;
        if !shown.status.success() {
            let said = String::from_utf8_lossy(&shown.stderr);
            anyhow::bail!("--since {revision}: {}", said.trim());
        }
        String::from_utf8(shown.stdout)
            .with_context(|| format!("{file} of {revision} is not UTF-8"))
    }
}
