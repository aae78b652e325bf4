//! The pages of the events that a list only links to: they are part of its reading.

use super::super::tools::{Tools, short};
use super::failure::{self, Failure};
use crate::facts::listing::{Problem, Reading};
use crate::facts::source::{Request, Source};
use crate::fetch::{Fetched, Validators};
use crate::read::{self, Known};

/// Pages that are read of one list.
const MOST_PAGES: usize = 30;

/// Reads the pages of the events that a list only links to, into the reading of the list. A page that
/// fails costs only its own event; if all fail the first failure is that of the list.
pub(super) async fn linked(
    source: &Source,
    requests: Vec<Request>,
    known: &Known,
    tools: &Tools,
    whole: &mut Reading,
) -> Result<(), Failure> {
    let linked = requests.len();
    let (mut asked, mut read) = (0, 0);
    let mut first_failure = None;
    let mut stopped = None;
    for request in requests {
        if asked == MOST_PAGES {
            stopped = Some("so many at most");
        } else if !tools.granted() {
            stopped = Some("the run's pages of events are used up");
        }
        if stopped.is_some() {
            break;
        }
        asked += 1;
        let answer = tools
            .fetcher
            .fetch(&request, &Validators::default(), tools.now)
            .await;
        let (why, failure) = match answer {
            // Nothing was asked that could be unchanged.
            Ok(Fetched::Unchanged) => continue,
            Ok(Fetched::Page { page, .. }) => match read::read(source, &page, known, tools.now) {
                Ok(reading) => {
                    read += 1;
                    take_linked(reading, whole);
                    continue;
                }
                Err(error) => (error.to_string(), failure::reading(error, tools.now)),
            },
            Err(error) => {
                if error.retry_after().is_some() {
                    stopped = Some("the host asks to be left alone");
                }
                (error.to_string(), failure::fetching(error, tools.now))
            }
        };
        first_failure.get_or_insert(failure);
        lose(
            whole,
            short(&format!("page of the event {}: {why}", request.url)),
        );
        if stopped.is_some() {
            break;
        }
    }
    if let Some(why) = stopped {
        lose(
            whole,
            format!("of the {linked} pages of events it links to {read} were read: {why}"),
        );
    }
    match first_failure {
        Some(failure) if read == 0 => Err(failure),
        _ => Ok(()),
    }
}

/// Adds what the page of a linked event says. The list has counted it as one entry; a page of several
/// dates has more.
fn take_linked(reading: Reading, whole: &mut Reading) {
    whole.entries += reading.entries.saturating_sub(1);
    whole.listings.extend(reading.listings);
    whole.problems.extend(reading.problems);
    whole.whole &= reading.whole;
}

/// Notes that a reading has lost something.
pub(super) fn lose(whole: &mut Reading, what: String) {
    whole.whole = false;
    whole.problems.push(Problem {
        line: 0,
        what,
        item: None,
        lost: true,
    });
}
