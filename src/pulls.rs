//! The walk to pull requests: reads which of them touch a draft, and says of each row that one adds what becomes of it.
//! Nothing is ever posted.

use crate::facts::issue::{self, Window};
use crate::facts::pull::{Patch, Pull};
use crate::facts::source::{Credential, NEWSLETTER, Page, Request};
use crate::fetch::{self, Fetched, Fetcher, Validators};
use crate::read::pulls;
use crate::section::merge::Known;
use crate::section::pulled::{self, About, Judged};
use crate::section::select::{self, Selection};
use crate::store::{self, Store};
use chrono::{DateTime, NaiveDate, Utc};

/// Pages of the list that are read: 500 pull requests.
const MOST_PAGES: usize = 5;
/// Pull requests of which one run reads the files. Without a token GitHub answers 60 questions an hour
/// (<https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api>).
const MOST_FILES: usize = 30;
/// Bytes of the differences of one pull request that are kept.
const LONGEST_PATCHES: usize = 1 << 20;
/// Rows of one file that are judged; a section never had more.
const MOST_ROWS: usize = 500;

/// What a reading came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refreshed {
    /// Open pull requests.
    pub open: usize,
    /// Those of which the files are not read yet.
    pub left: usize,
    /// Why the reading ended early, if it did. What was read before stands.
    pub stopped: Option<String>,
}

/// Reads the open pull requests of `OWNER/NAME` into the database. A list that did not change costs one question, and a
/// pull request without a new commit none. The first refusal ends the reading.
///
/// # Errors
/// If the database cannot be read or written.
pub async fn refresh(
    repository: &str,
    fetcher: &Fetcher,
    store: &mut Store,
    now: DateTime<Utc>,
) -> Result<Refreshed, store::Error> {
    let known = store.pulls(repository)?;
    let last = store.pull_list(repository)?;
    let asker = Asker {
        repository,
        fetcher,
        key: fetcher
            .holds(Credential::Github)
            .then_some(Credential::Github),
        now,
    };
    let etag = last.and_then(|last| last.etag);
    let (mut open, etag) = match asker.list(etag).await {
        Ok(Some(read)) => read,
        Ok(None) => {
            let etag = store.pull_list(repository)?.and_then(|last| last.etag);
            store.keep_pulls(repository, None, etag.as_deref(), now)?;
            return Ok(summary(&known, None));
        }
        Err(why) => return Ok(summary(&known, Some(why))),
    };
    let mut stopped = None;
    let mut asked = 0;
    for pull in &mut open {
        let same = known
            .iter()
            .find(|old| old.number == pull.number && old.head == pull.head);
        if let Some(patches) = same.and_then(|old| old.patches.clone()) {
            pull.patches = Some(patches);
            continue;
        }
        if stopped.is_some() || asked == MOST_FILES {
            continue;
        }
        asked += 1;
        match asker.files(pull.number).await {
            Ok(patches) => pull.patches = Some(patches),
            Err(why) => stopped = Some(why),
        }
    }
    let read = summary(&open, stopped);
    // The list is asked for again until all of it was read.
    let etag = etag.filter(|_| read.left == 0);
    store.keep_pulls(repository, Some(&open), etag.as_deref(), now)?;
    Ok(read)
}

fn summary(pulls: &[Pull], stopped: Option<String>) -> Refreshed {
    Refreshed {
        open: pulls.len(),
        left: pulls.iter().filter(|pull| pull.patches.is_none()).count(),
        stopped,
    }
}

/// Whether a file is the draft of an issue: Markdown with a day in its name, as `draft/2026-08-26-this-week-in-rust.md`.
pub fn is_draft(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.ends_with(".md") && issue::in_name(name).is_some()
}

/// Who asks GitHub.
struct Asker<'a> {
    repository: &'a str,
    fetcher: &'a Fetcher,
    key: Option<Credential>,
    now: DateTime<Utc>,
}

impl Asker<'_> {
    /// The open pull requests, with the list's validator if it is one page; `None` if it has not changed.
    async fn list(
        &self,
        etag: Option<String>,
    ) -> Result<Option<(Vec<Pull>, Option<String>)>, String> {
        let mut open: Vec<Pull> = Vec::new();
        let mut validator = None;
        for number in 1..=MOST_PAGES {
            let request = pulls::list_request(self.repository, number, self.key);
            let known = Validators {
                etag: etag.clone().filter(|_| number == 1),
                last_modified: None,
            };
            let Some((page, etag)) = self.ask(&request, &known).await? else {
                return Ok(None);
            };
            let read = pulls::list(&page).map_err(|error| error.to_string())?;
            let is_last = read.len() < pulls::PER_PAGE;
            open.extend(read);
            if is_last {
                validator = etag.filter(|_| number == 1);
                break;
            }
        }
        // A pull request that was opened meanwhile pushes another onto the next page.
        open.sort_by_key(|pull| pull.number);
        open.dedup_by_key(|pull| pull.number);
        Ok(Some((open, validator)))
    }

    /// What a pull request changes in drafts.
    async fn files(&self, number: u64) -> Result<Vec<Patch>, String> {
        let request = pulls::files_request(self.repository, number, self.key);
        let answer = self.ask(&request, &Validators::default()).await?;
        let (page, _) =
            answer.ok_or("GitHub answers \"unchanged\" to a question without an ETag")?;
        let mut patches = pulls::files(&page).map_err(|error| error.to_string())?;
        let mut left = LONGEST_PATCHES;
        patches.retain(|patch| {
            let fits = is_draft(&patch.path) && patch.text.len() <= left;
            left -= if fits { patch.text.len() } else { 0 };
            fits
        });
        Ok(patches)
    }

    async fn ask(
        &self,
        request: &Request,
        known: &Validators,
    ) -> Result<Option<(Page, Option<String>)>, String> {
        match self.fetcher.fetch(request, known, self.now).await {
            Ok(Fetched::Unchanged) => Ok(None),
            Ok(Fetched::Page {
                page, validators, ..
            }) => Ok(Some((page, validators.etag))),
            Err(fetch::Error::NotServed { status: 403, .. }) if self.key.is_none() => Err(
                "GitHub refuses (status 403): without a token it answers 60 questions an hour; name one under [fetch.keys] as github"
                    .to_owned(),
            ),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// Judges the rows of all open pull requests that touch the draft of an issue that is not out.
///
/// # Errors
/// If the database cannot be read.
pub fn judged(
    store: &Store,
    repository: &str,
    about: &About<'_>,
) -> Result<Vec<Judged>, store::Error> {
    let pulls = store.pulls(repository)?;
    let touches = |pull: &Pull| {
        let mut patches = pull.patches.iter().flatten();
        patches.any(|patch| issue_of(patch, about).is_some())
    };
    let pulls: Vec<Pull> = pulls.into_iter().filter(touches).collect();
    if pulls.is_empty() {
        return Ok(Vec::new());
    }
    let mut published = store.published()?;
    // A row that people wrote is no source of another.
    published.retain(|_, event| {
        event.evidence.is_empty() || event.evidence.iter().any(|of| of.source.0 != NEWSLETTER)
    });
    let identities = store.identities()?;
    let links = store.links()?;
    let known = Known::new(&published, &identities, &links);
    let suspicions = store.suspicions()?;
    let judge = |pull: Pull| {
        let mut judged = Judged {
            pull,
            rows: Vec::new(),
            unreadable: Vec::new(),
        };
        for patch in judged.pull.patches.iter().flatten() {
            let Some(day) = issue_of(patch, about) else {
                continue;
            };
            let selection = Selection {
                window: Window::starting(day, about.days),
                headings: Vec::new(),
                new_since: None,
            };
            let section = select::select(published.values(), &suspicions, &selection, about.style);
            let added = pulled::added(&patch.text, about.style);
            let items = added.unreadable.into_iter().take(MOST_ROWS);
            judged
                .unreadable
                .extend(items.map(|item| (item.line, item.shown, item.reason)));
            for row in added.rows.into_iter().take(MOST_ROWS) {
                let verdict = pulled::verdict(&row, &known, &section, day, about);
                judged.rows.push((patch.path.clone(), row, verdict));
            }
        }
        judged
    };
    Ok(pulls.into_iter().map(judge).collect())
}

/// The day of the issue that a patch changes the draft of; `None` if that issue is out.
fn issue_of(patch: &Patch, about: &About<'_>) -> Option<NaiveDate> {
    let name = patch.path.rsplit('/').next()?;
    let day = issue::in_name(name)?;
    (is_draft(&patch.path) && day >= about.today).then_some(day)
}
