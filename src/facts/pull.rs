//! Pull requests of the newsletter's repository that touch a draft.

/// An open pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// Its number.
    pub number: u64,
    /// Its title, as written.
    pub title: String,
    /// Who opened it.
    pub author: String,
    /// Its page.
    pub url: String,
    /// The commit that it proposes: while that stays, so do its files.
    pub head: String,
    /// What it changes in drafts; `None` if its files were not read yet.
    pub patches: Option<Vec<Patch>>,
}

/// What a pull request changes in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// The file's path in the repository.
    pub path: String,
    /// The difference, as Git prints it below the names of the files.
    pub text: String,
}
