//! The pages of single events that the list names, read for what only they say.

use super::super::tools::{Tools, short};
use crate::facts::listing::{Listing, Problem};
use crate::facts::source::{Page, Purpose, Request, Source};
use crate::fetch::{Fetched, Validators};
use crate::read::{self, Known};
use crate::store::Visit;
use chrono::{DateTime, Utc};

/// Reads the pages of single events, one after the other, while the run may.
pub(super) async fn read(
    source: &Source,
    wanted: Vec<Request>,
    known: &Known,
    tools: &Tools,
    visit: &mut Visit,
) {
    for request in wanted {
        let Purpose::Event { key, mark } = request.purpose.clone() else {
            continue;
        };
        if !tools.granted() {
            tracing::debug!(source = %source.id, "the run's pages of events are used up: the rest next time");
            return;
        }
        let mut problem = |what: String| {
            let what = format!("page of the event {}: {what}", request.url);
            visit.page_problems.push(Problem {
                line: 0,
                what: short(&what),
                item: Some(key.clone()),
                lost: false,
            });
        };
        match tools
            .fetcher
            .fetch(&request, &Validators::default(), tools.now)
            .await
        {
            Ok(Fetched::Unchanged) => {}
            Ok(Fetched::Page { page, .. }) => match event_page(source, &page, known, tools.now) {
                Ok((listings, problems)) => {
                    visit
                        .pages
                        .extend(listings.into_iter().map(|listing| (listing, mark.clone())));
                    visit.page_problems.extend(problems);
                }
                Err(error) => problem(error),
            },
            Err(error) => {
                let stop = error.retry_after().is_some();
                problem(error.to_string());
                if stop {
                    return;
                }
            }
        }
    }
}

fn event_page(
    source: &Source,
    page: &Page,
    known: &Known,
    now: DateTime<Utc>,
) -> Result<(Vec<Listing>, Vec<Problem>), String> {
    let reading = read::read(source, page, known, now).map_err(|error| error.to_string())?;
    Ok((reading.listings, reading.problems))
}
